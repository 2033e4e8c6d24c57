"""A product's 3D model before a camera that finds its own distance, with G-buffers kept by content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.errors import UnsupportedDesign
from render_core.layout import Layout
from render_core.mesh.model import Mesh
from render_core.mesh.of_product import mesh_of
from render_core.models import MAX_DISTANCE_PERCENT, MIN_DISTANCE_PERCENT, Model
from render_core.scene.at_once import threads_here
from render_core.scene.camera import MAX_SIDE_PX, MIN_SIDE_PX, Camera
from render_core.scene.gbuffer import GBUFFERS, Background, GBuffer, GBuffers, key
from render_core.scene.picture import Drawings, picture, picture_of
from render_core.scene.prepare import prepare
from render_core.scene.stored import kept

Pixels = NDArray[np.uint8]

MIN_ELEVATION, MAX_ELEVATION = -30, 85
MIN_FRAMES, MAX_FRAMES = 2, 72
MAX_TURNTABLE_PX: Final = 720
FOV_MDEG: Final = 20_000
# The distance in radii of the ball around a product: it fills the picture, its shadow has room.
DISTANCE_RADII: Final = 6.6
# The product stands a little above the middle, so that its shadow is seen.
SINK_PERMILLE: Final = 60


def check_camera(
    azimuth: int, elevation: int, width_px: int, distance_percent: int = 100, *,
    most_px: int = MAX_SIDE_PX,
) -> None:  # fmt: skip
    """Raise UnsupportedDesign (CAMERA_INVALID) for what no picture is made from; angles in degrees."""
    ranges = (
        ("azimuth", azimuth, -360, 360),
        ("elevation", elevation, MIN_ELEVATION, MAX_ELEVATION),
        ("width", width_px, MIN_SIDE_PX, most_px),
        ("distance", distance_percent, MIN_DISTANCE_PERCENT, MAX_DISTANCE_PERCENT),
    )
    for name, value, least, most in ranges:
        if not least <= value <= most:
            raise UnsupportedDesign(
                "CAMERA_INVALID", f"Choose a {name} from {least} to {most}.", field=name
            )


def camera_around(
    mesh: Mesh, azimuth: int, elevation: int, width_px: int, distance_percent: int = 100
) -> Camera:
    """Return the camera of a square picture of a mesh; angles in degrees.

    distance_percent: of the distance from which all of it is seen with room around it.
    """
    low, high = (corner.astype(np.float64) for corner in mesh.extent())
    half, middle = (high - low) / 2, (high + low) / 2
    radius = float(np.sqrt(half[0] * half[0] + half[1] * half[1] + half[2] * half[2]))
    x, y, z = (round(float(value) * 1e6) for value in middle)
    return Camera(
        azimuth_mdeg=azimuth % 360 * 1000,
        elevation_mdeg=elevation * 1000,
        distance_um=max(round(radius * DISTANCE_RADII * 1e6) * distance_percent // 100, 1000),
        target_um=(x, y - round(radius * SINK_PERMILLE * 1000), z),
        fov_mdeg=FOV_MDEG,
        width_px=width_px,
        height_px=width_px,
    )


def preview_3d(
    layout: Layout, model: Model, library: Library, azimuth: int, elevation: int, width_px: int,
    background: Background = Background.TRANSPARENT, distance_percent: int = 100,
) -> Pixels:  # fmt: skip
    """Return a design on its model, (width_px, width_px, 4) sRGB, straight alpha.

    azimuth: degrees, 0 for the front, positive from its right hand side (+X). elevation: degrees.
    distance_percent: as `camera_around`.
    Raises UnsupportedDesign, MissingInput, RefusedFile.
    """
    check_camera(azimuth, elevation, width_px, distance_percent)
    mesh = mesh_of(model, library)
    camera = camera_around(mesh, azimuth, elevation, width_px, distance_percent)
    buffer = _kept(model, mesh, camera, library, threads_here(), background)
    return picture(buffer, layout, library)


def prepare_side(
    model: Model, library: Library, azimuth: int, elevation: int, width_px: int,
    distance_percent: int = 100,
) -> None:  # fmt: skip
    """Have a library keep what `preview_3d` needs of this side, made where it is not kept.

    Nothing stays in this process's cache. Made in one thread: nobody waits for it, and others want the
    processors. Raises as `preview_3d`.
    """
    check_camera(azimuth, elevation, width_px, distance_percent)
    mesh = mesh_of(model, library)
    camera = camera_around(mesh, azimuth, elevation, width_px, distance_percent)
    _kept(model, mesh, camera, library, 1, cache=GBuffers(0))


def turntable(
    layout: Layout, model: Model, library: Library, elevation: int, width_px: int, frames: int,
    progress: Callable[[int, int], None] | None = None, distance_percent: int = 100,
) -> Iterator[Pixels]:  # fmt: skip
    """Yield a design on its model as it makes one turn, front first, in pictures as `preview_3d`.

    progress: called with how many pictures are done and how many there will be, before each one and
    after the last; what it raises ends the turn.
    Raises as `preview_3d`, before the first picture where parameters are wrong.
    """
    check_camera(0, elevation, width_px, distance_percent, most_px=MAX_TURNTABLE_PX)
    if not MIN_FRAMES <= frames <= MAX_FRAMES or 360 % frames:
        raise UnsupportedDesign(
            "TURNTABLE_FRAMES",
            f"Choose {MIN_FRAMES} to {MAX_FRAMES} frames, a divisor of 360.",
            field="frames",
        )
    mesh = mesh_of(model, library)
    drawings = Drawings(layout, library)
    for frame in range(frames):
        if progress is not None:
            progress(frame, frames)
        azimuth = -frame * 360 // frames
        camera = camera_around(mesh, azimuth, elevation, width_px, distance_percent)
        yield picture_of(_kept(model, mesh, camera, library, threads_here()), drawings)
    if progress is not None:
        progress(frames, frames)


def _kept(
    model: Model, mesh: Mesh, camera: Camera, library: Library, threads: int,
    background: Background = Background.TRANSPARENT, cache: GBuffers = GBUFFERS,
) -> GBuffer:  # fmt: skip
    """Return the G-buffer of a mesh, made where neither process nor library keeps it."""
    name = key(model.mesh, mesh.materials, camera, background)

    def made() -> GBuffer:
        return prepare(mesh, camera, background=background, threads=threads)

    return kept(name, library, made, cache)
