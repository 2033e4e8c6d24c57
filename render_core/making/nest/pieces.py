"""Parts as solvers see them: one ring without holes, grown by half the spacing, with few corners.

What solvers find is checked on the true outlines afterwards (`check`), so that nothing here decides
whether a solution holds; a grown ring only has to lie around the part.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyclipper
from numpy.typing import NDArray

from render_core.geometry.gauge import convex_hull
from render_core.layout import Outline
from render_core.making.nest.request import NestRequest
from render_core.making.nest.shapes import Shape, shape_of
from render_core.making.nest.turning import turned_points

# What solvers in single precision, and rounding to whole micrometres, may be off on each side.
GUARD_UM: Final = 5
# Rings with more corners than this are simplified outwards, by this share of their size. The solver does
# so itself, faster: this is for what would keep it from beginning.
_MANY_CORNERS: Final = 400
_SHARE: Final = 1_000
# How far a hundredth of a degree moves a point, rounded: of its distance from the middle.
_ROUNDED_TURN: Final = 0.000_09
_MITRE: Final = 2.0
# How much of holes small parts are thought to fill.
_HOLE_SHARE: Final = 0.5

Ring = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Piece:
    """One part for a solver. ring: (n, 2) int64 µm, in the part's frame, half the spacing around it.
    area_um2: of what lies inside the part's outer contours. holes: what is open inside of the part,
    half the spacing off."""

    part: int
    ring: Ring
    area_um2: float
    holes: tuple[Ring, ...]

    @cached_property
    def middle(self) -> NDArray[np.float64]:
        """The middle of the ring's box, (2,) µm."""
        middle: NDArray[np.float64] = (self.ring.min(axis=0) + self.ring.max(axis=0)) / 2
        return middle

    @cached_property
    def ring_area_um2(self) -> float:
        return float(abs(pyclipper.Area(self.ring.tolist())))

    @cached_property
    def hole_area_um2(self) -> float:
        return float(sum(abs(pyclipper.Area(hole.tolist())) for hole in self.holes))

    @cached_property
    def load_um2(self) -> float:
        """How much of a sheet the piece is thought to fill, other parts in its holes."""
        return self.ring_area_um2 - _HOLE_SHARE * self.hole_area_um2

    def extent(self, rotation: int) -> tuple[float, float]:
        """Return width and height of the ring at a rotation."""
        points = turned_points(self.ring.astype(np.float64), rotation)
        across, down = np.ptp(points, axis=0).tolist()
        return across, down


def half_um(request: NestRequest) -> int:
    """Return by how much every ring is grown: half the spacing, upwards, and a guard."""
    return (request.spacing_um + 1) // 2 + GUARD_UM


def pieces_of(
    request: NestRequest, footprints: tuple[Outline, ...], look: Callable[[], None]
) -> tuple[Piece, ...]:
    """Return the parts as pieces, in the order of the request. look: called at each of them."""
    half = half_um(request)
    pieces = []
    for index, outline in enumerate(footprints):
        look()
        free = request.parts[index].rotations is None
        pieces.append(_piece(index, outline, half, free))
    return tuple(pieces)


def outer_area_um2(shape: Shape) -> float:
    """Return the area of what lies inside a shape's outer contours, with its holes."""
    cleaned = _cleaned(shape)
    outers = (path for path in cleaned if pyclipper.Orientation(path))
    return float(sum(abs(pyclipper.Area(path)) for path in outers))


def covered_area_um2(shape: Shape) -> float:
    """Return the area that a shape covers by the even-odd rule."""
    return float(sum(pyclipper.Area(path) for path in _cleaned(shape)))


def _piece(index: int, outline: Outline, half: int, free: bool) -> Piece:
    shape = shape_of(outline)
    grow = half + shape.slack_um + 1
    if free:
        left, top, right, bottom = shape.box
        grow += int((right - left + bottom - top) / 2 * _ROUNDED_TURN) + 1
    cleaned = _cleaned(shape)
    outers = [path for path in cleaned if pyclipper.Orientation(path)]
    holes = [path for path in cleaned if not pyclipper.Orientation(path)]
    empty = [hole for hole in holes if not any(_is_in(outer, hole) for outer in outers)]
    open_holes = [ring for hole in empty for ring in _outer(_offset_paths([hole[::-1]], -grow))]
    area = sum(abs(pyclipper.Area(path)) for path in outers)
    rings = tuple(np.array(ring, np.int64) for ring in open_holes)
    return Piece(index, _around(outers, grow), area, rings)


def _cleaned(shape: Shape) -> list[list[list[int]]]:
    clipper, has_any = pyclipper.Pyclipper(), False
    for ring in shape.rings:
        with suppress(pyclipper.ClipperException):  # It has no area.
            clipper.AddPath(ring.tolist(), pyclipper.PT_SUBJECT, True)
            has_any = True
    if not has_any:
        return []
    cleaned: list[list[list[int]]] = clipper.Execute(
        pyclipper.CT_UNION, pyclipper.PFT_EVENODD, pyclipper.PFT_EVENODD
    )
    return cleaned


def _is_in(path: list[list[int]], hole: list[list[int]]) -> bool:
    return bool(pyclipper.PointInPolygon(path[0], hole) == 1)


def _around(outers: list[list[list[int]]], grow: int) -> Ring:
    """Return one ring around closed paths, `grow` away from them."""
    grown = offset(outers, grow)
    if len(grown) > 1:
        gap = grow + 2_000
        grown = _outer(offset(offset(outers, grow + gap), -gap))
    if len(grown) != 1:
        corners = np.concatenate([np.array(path, np.float64) for path in grown])
        return np.rint(convex_hull(corners)).astype(np.int64)
    ring = np.array(grown[0], np.int64)
    if len(ring) <= _MANY_CORNERS:
        return ring
    width, height = np.ptp(ring, axis=0).tolist()
    error = min(width, height) // _SHARE + 1
    wider = _outer(offset([ring.tolist()], error))
    return _simplified(np.array(wider[0], np.int64), error)


def offset(paths: list[list[list[int]]], by: int) -> list[list[list[int]]]:
    """Return closed paths grown (or, negative, shrunk) with mitred corners; outer ones alone."""
    return _outer(_offset_paths(paths, by))


def _offset_paths(paths: list[list[list[int]]], by: int) -> list[list[list[int]]]:
    grower = pyclipper.PyclipperOffset(_MITRE)
    grower.AddPaths(paths, pyclipper.JT_MITER, pyclipper.ET_CLOSEDPOLYGON)
    moved: list[list[list[int]]] = grower.Execute(by)
    return moved


def _outer(paths: list[list[list[int]]]) -> list[list[list[int]]]:
    return [path for path in paths if pyclipper.Orientation(path)]


def _simplified(ring: Ring, error: int) -> Ring:
    """Return a ring with fewer corners, none farther than `error` (Douglas and Peucker, 1973)."""
    far = int(np.argmax(((ring - ring[0]) ** 2).sum(axis=1)))
    closed = np.concatenate([ring, ring[:1]]).astype(np.float64)
    kept = {0, far}
    spans = [(0, far), (far, len(ring))]
    while spans:
        start, end = spans.pop()
        if end - start < 2:
            continue
        along = closed[end] - closed[start]
        to = closed[start + 1 : end] - closed[start]
        length = float(np.sqrt((along * along).sum()))
        if length:
            share = np.clip((to * along).sum(axis=1) / length**2, 0, 1)
            to = to - share[:, None] * along
        off = np.sqrt((to * to).sum(axis=1))
        worst = int(np.argmax(off))
        if off[worst] > error:
            middle = start + 1 + worst
            kept.add(middle)
            spans += [(start, middle), (middle, end)]
    simple: Ring = ring[sorted(kept)]
    return simple if len(simple) > 2 else ring
