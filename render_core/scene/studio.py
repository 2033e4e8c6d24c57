"""A neutral studio: softboxes, a bright ceiling, a pale sweep. All of it is formulas, no picture.

Directions are unit vectors in world axes turned with the camera: the light stands where the
photographer stands, so each view of a product is lit alike. Radiance is linear light; a white sheet
that looks at the camera is about 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.degrees import cos_sin_millidegrees

Doubles = NDArray[np.float64]
_GOLDEN_MDEG: Final = 137_508


@dataclass(frozen=True, slots=True)
class Softbox:
    """A light as a rectangle before the product. azimuth, elevation: of its middle, in degrees, from

    the camera; half_width, half_height: tangents of half its angles; radiance: red, green, blue.
    """

    azimuth: int
    elevation: int
    half_width: float
    half_height: float
    radiance: tuple[float, float, float]
    rows: int = 4
    columns: int = 4

    def axes(self) -> tuple[Doubles, Doubles, Doubles]:
        """Return its direction, its right and its up, unit vectors (3,) in the camera's azimuth."""
        cos_a, sin_a = cos_sin_millidegrees(self.azimuth * 1000)
        cos_e, sin_e = cos_sin_millidegrees(self.elevation * 1000)
        towards = np.array([sin_a * cos_e, sin_e, cos_a * cos_e], np.float64)
        right = np.array([cos_a, 0.0, -sin_a], np.float64)
        up = np.array([-sin_a * sin_e, cos_e, -cos_a * sin_e], np.float64)
        return towards, right, up


# Key at the left, a strip at the right, a rim from behind, a broad panel above.
BOXES: Final = (
    Softbox(-62, 32, 0.42, 0.80, (5.6, 5.45, 5.2), rows=6, columns=4),
    Softbox(74, 14, 0.16, 0.95, (3.6, 3.7, 3.9), rows=6, columns=2),
    Softbox(8, 78, 0.75, 0.60, (2.6, 2.6, 2.62)),
)
_CEILING: Final = (0.62, 0.63, 0.65)
_HORIZON: Final = (0.50, 0.505, 0.51)
_FLOOR: Final = (0.44, 0.435, 0.425)
_DOME_DIRECTIONS: Final = 56
# What falls on diffuse surfaces, to what mirrors show: as if the gloss were seen through a filter.
EXPOSURE: Final = 0.46


def turned(vectors: Doubles, azimuth_mdeg: int) -> Doubles:
    """Return rows turned about the vertical by the camera's azimuth."""
    cos_a, sin_a = cos_sin_millidegrees(azimuth_mdeg)
    x, y, z = vectors[:, 0], vectors[:, 1], vectors[:, 2]
    return np.stack([x * cos_a + z * sin_a, y, z * cos_a - x * sin_a], axis=1)


def radiance(directions: Doubles, blur: float, azimuth_mdeg: int) -> Doubles:
    """Return the light (n, 3) that comes from directions (n, 3); blur widens edges of lights.

    blur: 0 for a mirror; the tangent of the angle over which edges run out.
    """
    local = turned(directions, -azimuth_mdeg)
    light = _dome(local)
    for box in BOXES:
        light += _in_box(local, box, blur)[:, None] * np.array(box.radiance, np.float64)
    return light


@lru_cache(maxsize=128)
def light_directions(azimuth_mdeg: int, detail: int = 1) -> tuple[Doubles, Doubles]:
    """Return directions (k, 3) and what each one sends (k, 3): radiance times solid angle, over pi.

    A diffuse white surface is as light as the sum of these by the cosines of their angles.
    Read-only: kept for the next picture from there.
    detail: times as many directions of the dome, and that square as many of the lights.
    """
    dome = _sphere_directions(_DOME_DIRECTIONS * detail)
    found = [(dome, _dome(dome) * (4.0 * EXPOSURE / len(dome)))]
    for box in BOXES:
        towards, right, up = box.axes()
        x, y = np.meshgrid(_middles(box.columns * detail), _middles(box.rows * detail))
        x, y = x.reshape(-1) * box.half_width, y.reshape(-1) * box.half_height
        square = 1 + x * x + y * y
        length = np.sqrt(square)
        rays = (towards + x[:, None] * right + y[:, None] * up) / length[:, None]
        area = 4 * box.half_width * box.half_height / len(x)
        strength = area * (EXPOSURE / 3.141592653589793) / (square * length)
        found.append((rays, strength[:, None] * np.array(box.radiance, np.float64)))
    directions = turned(np.concatenate([rays for rays, _ in found]), azimuth_mdeg)
    sent = np.concatenate([sent for _, sent in found])
    for shared in (directions, sent):
        shared.setflags(write=False)
    return directions, sent


def smoothstep(low: float, high: float, value: Doubles) -> Doubles:
    """Return 0 below `low`, 1 above `high`, and a cubic ramp between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _middles(count: int) -> Doubles:
    return (np.arange(count, dtype=np.float64) * 2 + 1) / count - 1


def _sphere_directions(count: int) -> Doubles:
    """Return directions spread evenly over the sphere: a Fibonacci lattice."""
    rays = []
    for step in range(count):
        height = 1 - (2 * step + 1) / count
        cos_t, sin_t = cos_sin_millidegrees(step * _GOLDEN_MDEG)
        rays.append((height, cos_t, sin_t))
    table = np.array(rays, np.float64)
    across = np.sqrt(1 - table[:, 0] * table[:, 0])
    return np.stack([across * table[:, 1], table[:, 0], across * table[:, 2]], axis=1)


def _dome(local: Doubles) -> Doubles:
    height = local[:, 1]
    above = smoothstep(0.0, 0.9, height)[:, None]
    below = smoothstep(0.05, -0.55, height)[:, None]
    ceiling, horizon, floor = (np.array(c, np.float64) for c in (_CEILING, _HORIZON, _FLOOR))
    return horizon + (ceiling - horizon) * above + (floor - horizon) * below


def _in_box(local: Doubles, box: Softbox, blur: float) -> Doubles:
    """Return how much of a light lies in directions, from 0 to 1."""
    towards, right, up = box.axes()
    ahead = local[:, 0] * towards[0] + local[:, 1] * towards[1] + local[:, 2] * towards[2]
    safe = np.maximum(ahead, 1e-3)
    x = np.abs(local[:, 0] * right[0] + local[:, 1] * right[1] + local[:, 2] * right[2]) / safe
    y = np.abs(local[:, 0] * up[0] + local[:, 1] * up[1] + local[:, 2] * up[2]) / safe
    edge = 0.03 + blur
    across = smoothstep(box.half_width + edge, box.half_width - edge, x)
    along = smoothstep(box.half_height + edge, box.half_height - edge, y)
    # What is wider blurred is not brighter: its middle is as much darker.
    spread = box.half_width / (box.half_width + 0.5 * blur)
    return np.where(ahead > 1e-3, across * along * spread, 0.0)
