"""The thinnest stroke and the narrowest gap of whatever is made, in whole micrometres.

For text that is merely set, `text.stroke_widths` finds the same in ems and remembers it by letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.boolean import simplify, union
from render_core.geometry.flatten import flatten
from render_core.geometry.paths import Path
from render_core.geometry.strokes import (
    Chord,
    Chords,
    Precision,
    all_chords,
    chords,
    edges_of,
    pairs_looked_at,
    thinnest,
    uncrossed,
)
from render_core.layout import EMPTY_OUTLINE, Outline, Verb

# A point that tapers off, and a slit's end, are judged half a millimetre away: so far round it is.
POINT_UM: Final = 1_000.0
# Narrower than this, two edges are one that was rounded twice.
SEAM_UM: Final = 5.0
_TOLERANCE_UM: Final = 1.0
_LARGEST_STEP_UM: Final = 250.0
_LEAST_SEGMENTS: Final = 12
# More pairs of points than this are not looked at; some tenths of a second.
MOST_PAIRS: Final = 4_000_000
# Outlines of more segments are not looked at: three hundred of the most intricate letters have fewer.
_MOST_SEGMENTS: Final = 100_000
_SMALLEST: Final = 8

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """stroke, gap: the shortest chords below what was asked for, None where none is.

    complete: whether everything was looked at. Where an outline is too crowded for that, chords are
    found that are shorter than a part of what was asked for.
    """

    stroke: Chord | None
    gap: Chord | None
    complete: bool = True


def measure(outline: Outline, stroke_um: float, gap_um: float) -> Measured:
    """Return the thinnest stroke below `stroke_um` and the narrowest gap below `gap_um`.

    outline: closed, without overlaps. Nothing is looked for below 0. Right to twice the tolerance
    of a micrometre at which curves become chords.
    """
    if len(outline.verbs) > _MOST_SEGMENTS:
        return Measured(None, None, complete=False)
    contours = _contours(outline)
    if not contours or max(stroke_um, gap_um) <= 0:
        return Measured(None, None)
    outer, holes = _by_turn(contours)
    stroke, gap = _in_smallest(outer, stroke_um), _in_smallest(holes, gap_um)
    stroke_um, gap_um = _width(stroke, stroke_um), _width(gap, gap_um)
    path, limit = _path(contours), max(stroke_um, gap_um)
    for below in _halves(limit):
        edges = edges_of(path, _precision(below))
        if edges is None:
            return Measured(stroke, gap, complete=below == limit)
        if pairs_looked_at(edges, below) <= MOST_PAIRS:
            everything = _without_seams(all_chords(edges, below))
            asked = everything.width < np.where(everything.outside, gap_um, stroke_um)
            found = uncrossed(everything.of(asked), edges, enough=POINT_UM)
            thin = thinnest(found, below=min(below, stroke_um), least_way=POINT_UM)
            narrow = thinnest(found, below=min(below, gap_um), least_way=POINT_UM, outside=True)
            return Measured(thin or stroke, narrow or gap, complete=below == limit)
    return Measured(stroke, gap, complete=False)


def together(outlines: Sequence[Outline]) -> Outline:
    """Return what closed outlines cover together, without overlaps."""
    if len(outlines) == 1:
        return outlines[0]
    parts = [_path(contours) for contours in map(_contours, outlines) if contours]
    return union([simplify(part) for part in parts]).outline() if parts else EMPTY_OUTLINE


def _in_smallest(contours: list[_Array], below: float) -> Chord | None:
    """Return the shortest chord in the contours that are themselves smaller than asked for.

    Of many small ones the smallest few are looked at: found at once, they spare the rest.
    """
    if not contours:
        return None
    firsts = _firsts(contours)
    points = np.concatenate(contours)
    extents = np.maximum.reduceat(points, firsts) - np.minimum.reduceat(points, firsts)
    sides = extents.min(axis=1).tolist()
    small = sorted((side, index) for index, side in enumerate(sides) if side < below)
    best: Chord | None = None
    for _, index in small[:_SMALLEST]:
        path, precision = _path([contours[index]]), Precision(_TOLERANCE_UM, below / 2)
        chord = thinnest(chords(path, below, precision), below=below, least_way=POINT_UM)
        if chord is not None:
            best, below = chord, chord.width
    return best


def _by_turn(contours: list[_Array]) -> tuple[list[_Array], list[_Array]]:
    """Return the outer contours and the holes: those turn one way, these the other."""
    areas = _areas(contours)
    sign = sum(areas) > 0
    outer = [points for points, area in zip(contours, areas, strict=True) if (area > 0) == sign]
    holes = [points for points, area in zip(contours, areas, strict=True) if (area > 0) != sign]
    return outer, holes


def _areas(contours: list[_Array]) -> list[float]:
    """Return twice the area of each polygon, above 0 where it turns clockwise on the screen."""
    firsts, points = _firsts(contours), np.concatenate(contours)
    after = np.arange(1, len(points) + 1)
    after[np.append(firsts[1:], len(points)) - 1] = firsts
    x, y = points[:, 0], points[:, 1]
    areas: list[float] = np.add.reduceat(x * y[after] - x[after] * y, firsts).tolist()
    return areas


def _firsts(contours: list[_Array]) -> NDArray[np.int64]:
    """Return where each contour begins in all of them put together."""
    return np.cumsum([0, *map(len, contours[:-1])])


def _width(chord: Chord | None, otherwise: float) -> float:
    return otherwise if chord is None else chord.width


def _precision(limit: float) -> Precision:
    return Precision(_TOLERANCE_UM, min(limit / 2, _LARGEST_STEP_UM), _LEAST_SEGMENTS)


def _contours(outline: Outline) -> list[_Array]:
    """Return the closed contours of an outline as polygons, curves to the tolerance."""
    flat = flatten(outline, _TOLERANCE_UM)
    return [line.points_um for line in flat if line.closed and len(line.points_um) > 2]


def _path(contours: list[_Array]) -> Path:
    verbs: list[int] = []
    for points in contours:
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(points) - 1), Verb.CLOSE]
    return Path(np.array(verbs, np.uint8), np.concatenate(contours))


def _without_seams(found: Chords) -> Chords:
    """Leave out the gaps at points that have another edge right beside them."""
    seams = np.unique(found.first[found.outside & (found.width < SEAM_UM)], axis=0)
    if not len(seams):
        return found
    first = found.first[:, 0] + 1j * found.first[:, 1]
    return found.of(~(found.outside & np.isin(first, seams[:, 0] + 1j * seams[:, 1])))


def _halves(limit: float) -> Iterator[float]:
    """Yield a limit, half of it, and so on, down to what no machine can make."""
    while limit > 2 * SEAM_UM:
        yield limit
        limit /= 2
