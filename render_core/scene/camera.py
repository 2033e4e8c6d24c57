"""A camera in whole numbers: what is hashed has no fractions.

Camera axes: x to the right, y up, z away from the eye along the view. The axes of the world are
those of the mesh: metres, right-handed, Y up, front towards +Z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.geometry.degrees import cos_sin_millidegrees

MIN_SIDE_PX, MAX_SIDE_PX = 16, 2048
MIN_FOV_MDEG, MAX_FOV_MDEG = 1_000, 120_000
MAX_ELEVATION_MDEG: Final = 89_000
MAX_DISTANCE_UM: Final = 100_000_000
MIN_DISTANCE_UM: Final = 1_000
# Nothing nearer to the eye than this share of the distance is seen.
NEAR_PERMILLE: Final = 20
_UM_PER_M: Final = 1e6


@dataclass(frozen=True, slots=True)
class Camera:
    """An eye that looks at a target from an azimuth and an elevation.

    azimuth_mdeg: 0 looks at the front, positive from the product's right hand side as one sees it
    (+X). elevation_mdeg: positive from above. fov_mdeg: field of view, top to bottom, in 1/1000 degree.
    distance_um: from the target to the eye. target_um: x, y, z in micrometres.
    """

    azimuth_mdeg: int = 0
    elevation_mdeg: int = 15_000
    distance_um: int = 500_000
    target_um: tuple[int, int, int] = (0, 0, 0)
    fov_mdeg: int = 25_000
    width_px: int = 1024
    height_px: int = 1024

    def document(self) -> list[int]:
        """Return all that it is, in an order that does not change, to be hashed."""
        return [
            self.azimuth_mdeg, self.elevation_mdeg, self.distance_um, *self.target_um,
            self.fov_mdeg, self.width_px, self.height_px,
        ]  # fmt: skip


def camera_from(document: list[int]) -> Camera:
    """Return the camera of a `Camera.document()`; ValueError or TypeError if it is none."""
    azimuth, elevation, distance, x, y, z, fov, width, height = (int(value) for value in document)
    return Camera(azimuth, elevation, distance, (x, y, z), fov, width, height)


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """A camera as numbers to compute with.

    position: (3,) metres. right, up, forward: (3,), of length 1. focal_px: pixels to the picture's
    plane. near_m: the nearest distance seen, along the view.
    """

    position: NDArray[np.float64]
    right: NDArray[np.float64]
    up: NDArray[np.float64]
    forward: NDArray[np.float64]
    focal_px: float
    near_m: float
    width_px: int
    height_px: int

    def see(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return world points (n, 3) in camera axes, (n, 3) metres."""
        away = points.astype(np.float64) - self.position
        x, y, z = away[:, 0], away[:, 1], away[:, 2]
        axes = (self.right, self.up, self.forward)
        return np.stack([x * a[0] + y * a[1] + z * a[2] for a in axes], axis=1)


def eye_of(camera: Camera) -> Eye:
    """Return the camera's eye; raises UnsupportedDesign (CAMERA_INVALID)."""
    _check(camera)
    cos_a, sin_a = cos_sin_millidegrees(camera.azimuth_mdeg)
    cos_e, sin_e = cos_sin_millidegrees(camera.elevation_mdeg)
    cos_f, sin_f = cos_sin_millidegrees(camera.fov_mdeg // 2)
    distance = camera.distance_um / _UM_PER_M
    back = np.array([sin_a * cos_e, sin_e, cos_a * cos_e], np.float64)
    target = np.array(camera.target_um, np.float64) / _UM_PER_M
    return Eye(
        position=target + back * distance,
        right=np.array([cos_a, 0.0, -sin_a], np.float64),
        up=np.array([-sin_a * sin_e, cos_e, -cos_a * sin_e], np.float64),
        forward=-back,
        focal_px=camera.height_px / 2 * cos_f / sin_f,
        near_m=distance * NEAR_PERMILLE / 1000,
        width_px=camera.width_px,
        height_px=camera.height_px,
    )


def _check(camera: Camera) -> None:
    ranges = (
        ("width_px", camera.width_px, MIN_SIDE_PX, MAX_SIDE_PX),
        ("height_px", camera.height_px, MIN_SIDE_PX, MAX_SIDE_PX),
        ("fov_mdeg", camera.fov_mdeg, MIN_FOV_MDEG, MAX_FOV_MDEG),
        ("elevation_mdeg", camera.elevation_mdeg, -MAX_ELEVATION_MDEG, MAX_ELEVATION_MDEG),
        ("distance_um", camera.distance_um, MIN_DISTANCE_UM, MAX_DISTANCE_UM),
        ("target_um", max(map(abs, camera.target_um)), 0, MAX_DISTANCE_UM),
    )
    for name, value, least, most in ranges:
        if not least <= value <= most:
            raise UnsupportedDesign(
                "CAMERA_INVALID", f"The camera's {name} must be {least} to {most}.", field=name
            )
