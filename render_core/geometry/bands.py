"""What outlines and lines of a width cover together."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from render_core.geometry.flatten import flatten
from render_core.geometry.offset import grown
from render_core.geometry.polygons import (
    TOLERANCE_UM,
    UNITS_PER_UM,
    Polygons,
    Ring,
    polygons_of,
    united,
)
from render_core.geometry.polygons import union as union_of
from render_core.layout import Outline


def inked(parts: Iterable[tuple[Outline, int]]) -> Outline:
    """Return the area of outlines (width 0) and of lines with round ends.

    A single outline comes back as it is, curves and all; its contours must not overlap.
    """
    drawn = [(outline, width) for outline, width in parts if not outline.is_empty]
    if len(drawn) == 1 and drawn[0][1] == 0:
        return drawn[0][0]
    return union_of(
        polygons_of(outline) if width == 0 else _band(outline, width) for outline, width in drawn
    ).outline()


def _band(outline: Outline, width_um: int) -> Polygons:
    """Return what a pen of a width covers."""
    hairs: list[Ring] = []
    for line in flatten(outline, TOLERANCE_UM):
        points = np.rint(line.points_um * UNITS_PER_UM).astype(np.int64)
        pairs = pairwise(points)
        hairs += [_hair(start, end) for start, end in pairs]
    # A hair is one micrometre wide.
    return grown(united(hairs), (width_um - 1) / 2)


def _hair(start: Ring, end: Ring) -> Ring:
    half = UNITS_PER_UM // 2
    along = end - start
    steep = abs(int(along[1])) > abs(int(along[0]))
    aside = np.array([half, 0] if steep else [0, half], dtype=np.int64)
    return np.stack([start - aside, end - aside, end + aside, start + aside])
