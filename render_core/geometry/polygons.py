"""Areas as polygons in whole numbers: union, difference and intersection that cannot fail.

What effects make of outlines goes through here: curves become lines within `TOLERANCE_UM`, points lie
on a grid of 1/64 µm, and Clipper (Vatti's algorithm over integers) finds the crossings. Skia's path
operations, which keep curves, lose parts of intricate outlines when these are stroked; for the fills
of glyphs, which it is good at, see `boolean`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyclipper
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten_path
from render_core.geometry.paths import EMPTY_PATH, Path
from render_core.layout import EMPTY_OUTLINE, FillRule, Outline, Verb

TOLERANCE_UM: Final = 2.0
UNITS_PER_UM: Final = 64

Ring = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Polygons:
    """An area without overlaps. rings: each (n, 2) int64 in 1/64 µm, closed; outer ones have a
    positive area, holes a negative one (sum of x₀·y₁ − x₁·y₀)."""

    rings: tuple[Ring, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.rings

    def area_um2(self) -> float:
        """Return the area in µm²."""
        return float(sum(signed_area(ring) for ring in self.rings)) / UNITS_PER_UM**2

    def moved(self, dx_um: int, dy_um: int) -> Polygons:
        """Return the area moved by whole micrometres."""
        shift = np.array([dx_um, dy_um], np.int64) * UNITS_PER_UM
        return Polygons(tuple(ring + shift for ring in self.rings))

    def outline(self) -> Outline:
        """Return the area in whole micrometres, again without overlaps after rounding."""
        rounded = [(ring + UNITS_PER_UM // 2) // UNITS_PER_UM for ring in self.rings]
        rings = _executed(pyclipper.CT_UNION, rounded, (), pyclipper.PFT_POSITIVE)
        verbs: list[int] = []
        for ring in rings:
            verbs += [Verb.MOVE, *[Verb.LINE] * (len(ring) - 1), Verb.CLOSE]
        if not rings:
            return EMPTY_OUTLINE
        points = np.concatenate(rings).astype(np.int32)
        return Outline(np.array(verbs, np.uint8), points)


EMPTY: Final = Polygons()


def polygons_of(outline: Outline, rule: FillRule = FillRule.NONZERO) -> Polygons:
    """Return the area that an outline fills; its contours may overlap and turn either way."""
    return polygons_of_path(Path(outline.verbs, outline.points_um.astype(np.float64)), rule)


def polygons_of_path(
    path: Path, rule: FillRule = FillRule.NONZERO, tolerance: float = TOLERANCE_UM
) -> Polygons:
    """Return the area that a path fills; one of its units counts as a micrometre."""
    contours = flatten_path(path.verbs, path.points, tolerance)
    rings = [
        np.rint(contour.points_um * UNITS_PER_UM).astype(np.int64)
        for contour in contours
        if len(contour.points_um) > 2
    ]
    fill = pyclipper.PFT_EVENODD if rule is FillRule.EVENODD else pyclipper.PFT_NONZERO
    return united(rings, fill)


def path_of(area: Polygons) -> Path:
    """Return an area as a path of straight lines; a micrometre counts as one of its units."""
    verbs: list[int] = []
    for ring in area.rings:
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(ring) - 1), Verb.CLOSE]
    if not verbs:
        return EMPTY_PATH
    points = np.concatenate(area.rings).astype(np.float64) / UNITS_PER_UM
    return Path(np.array(verbs, np.uint8), points)


def united(rings: Iterable[Ring], fill: int = pyclipper.PFT_NONZERO) -> Polygons:
    """Return what rings fill together, by one of Clipper's rules."""
    return Polygons(tuple(_executed(pyclipper.CT_UNION, rings, (), fill)))


def union(areas: Iterable[Polygons]) -> Polygons:
    """Return what lies in any of the areas."""
    return united(ring for area in areas for ring in area.rings)


def difference(area: Polygons, minus: Polygons) -> Polygons:
    """Return what of an area lies outside another."""
    return Polygons(tuple(_executed(pyclipper.CT_DIFFERENCE, area.rings, minus.rings)))


def intersection(area: Polygons, other: Polygons) -> Polygons:
    """Return what lies in both areas."""
    return Polygons(tuple(_executed(pyclipper.CT_INTERSECTION, area.rings, other.rings)))


def signed_area(ring: Ring) -> int:
    """Return a ring's area in its units squared, positive for outer ones; exact."""
    origin = ring[0]
    x, y = (ring - origin).T  # Near the origin, so that products of ten metres stay in 64 bits.
    return int((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) // 2


def _executed(
    operation: int,
    subject: Iterable[Ring],
    clip: Iterable[Ring],
    fill: int = pyclipper.PFT_NONZERO,
) -> list[Ring]:
    clipper = pyclipper.Pyclipper()
    added = _add(clipper, subject, pyclipper.PT_SUBJECT)
    _add(clipper, clip, pyclipper.PT_CLIP)
    if not added:
        return []
    rings = clipper.Execute(operation, fill, fill)
    return [np.array(ring, np.int64) for ring in rings]


def _add(clipper: pyclipper.Pyclipper, rings: Iterable[Ring], kind: int) -> bool:
    """Add rings, and return whether there are any; Clipper refuses one that has no area."""
    added = False
    for ring in rings:
        try:
            clipper.AddPath(ring.tolist(), kind, True)
        except pyclipper.ClipperException:
            continue
        added = True
    return added
