"""Triangles cut at planes through the eye's neighbourhood: the near plane and a wide frame.

Source: Sutherland and Hodgman, "Reentrant polygon clipping", 1974. A point of an edge is always
computed from the inner end to the outer, so two triangles get the same one on their common edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render_core.scene.camera import Eye

# How far beside the picture points may lie, in pixels: products of two distances in 1/256 pixel are then
# whole numbers that a float64 holds.
GUARD_PX = 100_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Clipped:
    """Triangles in camera axes, (n, 3, 3) metres, and which one of the mesh each is a piece of."""

    corners: NDArray[np.float64]
    owner: NDArray[np.int32]


def clip(corners: NDArray[np.float64], eye: Eye) -> Clipped:
    """Return what of the triangles (t, 3, 3) lies before the eye and not absurdly far beside."""
    pieces = Clipped(corners, np.arange(len(corners), dtype=np.int32))
    slope = GUARD_PX / eye.focal_px
    planes = (
        (0.0, 0.0, 1.0, -eye.near_m),
        (1.0, 0.0, slope, 0.0),
        (-1.0, 0.0, slope, 0.0),
        (0.0, 1.0, slope, 0.0),
        (0.0, -1.0, slope, 0.0),
    )
    for plane in planes:
        pieces = _at_plane(pieces, plane)
    return pieces


def _at_plane(pieces: Clipped, plane: tuple[float, float, float, float]) -> Clipped:
    a, b, c, d = plane
    corners = pieces.corners
    height = corners[..., 0] * a + corners[..., 1] * b + corners[..., 2] * c + d
    inside = height > 0
    one, two, three = inside.astype(np.int64).T
    count = one + two + three
    if bool((count == 3).all()):
        return pieces
    whole = count == 3
    found = [(corners[whole], pieces.owner[whole])]
    for wanted, cut in ((1, _one_inside), (2, _two_inside)):
        rows = np.flatnonzero(count == wanted)
        first = np.argmax(inside[rows] == (wanted == 1), axis=1)
        order = (first[:, None] + np.arange(3)) % 3
        turned = np.take_along_axis(corners[rows], order[..., None], axis=1)
        heights = np.take_along_axis(height[rows], order, axis=1)
        found.extend((triangles, pieces.owner[rows]) for triangles in cut(turned, heights))
    kept, owners = zip(*found, strict=True)
    return Clipped(np.concatenate(kept), np.concatenate(owners))


def _one_inside(
    corners: NDArray[np.float64], height: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """corners[:, 0] is inside."""
    second, third = _cross(corners, height, 0, 1), _cross(corners, height, 0, 2)
    return (np.stack([corners[:, 0], second, third], axis=1),)


def _two_inside(
    corners: NDArray[np.float64], height: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """corners[:, 0] is outside."""
    near, far = _cross(corners, height, 1, 0), _cross(corners, height, 2, 0)
    one, two = corners[:, 1], corners[:, 2]
    return np.stack([near, one, two], axis=1), np.stack([near, two, far], axis=1)


def _cross(
    corners: NDArray[np.float64], height: NDArray[np.float64], inner: int, outer: int
) -> NDArray[np.float64]:
    share = height[:, inner] / (height[:, inner] - height[:, outer])
    start, end = corners[:, inner], corners[:, outer]
    return start + (end - start) * share[:, None]
