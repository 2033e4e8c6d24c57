"""Outlines as the path instructions of PDF (ISO 32000-1, 8.5.2), in millimetres, one on each line.

PDF has cubic curves alone: a quadratic one is written as its equal cubic, an arc as cubics.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.many_lengths import PER_UM, SPACE, can_be_written, words, written
from render_core.geometry.outline_builder import Point
from render_core.layout import POINTS_OF_VERB, Outline, Verb
from render_core.raster.beziers import segments_without_arcs
from render_core.units import um_as_mm

_OPERATORS: Final = "mlcc h"  # by verb; an arc has none
_COUNTS: Final = np.array(POINTS_OF_VERB)
_WRITTEN: Final = np.where(
    POINTS_OF_VERB[Verb.QUAD] == _COUNTS, POINTS_OF_VERB[Verb.CUBIC], _COUNTS
)
_NOTHING: Final = words([""])[0]
# What ends an instruction, by its verb, and with a close after it.
_ENDS: Final[list[str]] = [f" {letter}\n{close}" for close in ("", "h\n") for letter in _OPERATORS]
_AHEAD: Final = words(_ENDS)


def path(outline: Outline) -> str:
    """Return the instructions, parted by line feeds; nothing of an empty outline."""
    if not can_be_written(outline):
        return "\n".join(_one_by_one(outline))
    verbs, points = outline.verbs, outline.points_um
    closes = verbs == Verb.CLOSE
    drawn = np.flatnonzero(~closes)
    kinds = verbs[drawn].astype(np.intp)
    counts = _WRITTEN[kinds]
    firsts = np.cumsum(counts) - counts
    closed = np.zeros(len(verbs), np.intp)
    closed[:-1] = closes[1:]
    ends = kinds + len(_OPERATORS) * closed[drawn]
    ahead = np.full((int(counts.sum()), 2), SPACE)
    ahead[0, 0] = _NOTHING
    ahead[firsts[1:], 0] = _AHEAD[ends[:-1]]
    text = written(ahead.ravel(), _cubics(verbs, points).ravel())
    last = _ENDS[int(ends[-1])]
    return text + last[:-1]


def _cubics(verbs: NDArray[np.uint8], points: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the points of the instructions, (n, 2), in tenths of a micrometre.

    The handles of a quadratic curve lie on thirds of it, so that rounding them never meets a tie.
    """
    tenths = points * np.int64(PER_UM)
    counts = _COUNTS[verbs]
    handles = (np.cumsum(counts) - counts)[verbs == Verb.QUAD]
    if not len(handles):
        return tenths
    thrice = 2 * tenths[handles]
    one, two = _third(tenths[handles - 1] + thrice), _third(tenths[handles + 1] + thrice)
    tenths[handles] = two
    return np.insert(tenths, handles, one, axis=0)


def _third(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return (2 * lengths + 3) // 6


def _one_by_one(outline: Outline) -> Iterator[str]:
    pen: Point = (0.0, 0.0)
    for verb, points in segments_without_arcs(outline):
        if verb == Verb.CLOSE:
            yield "h"
            continue
        end = points[-1]
        if verb == Verb.QUAD:
            ((px, py), (qx, qy), (x, y)) = pen, points[0], end
            handles = ((px + 2 * qx) / 3, (py + 2 * qy) / 3, (x + 2 * qx) / 3, (y + 2 * qy) / 3)
            between = " ".join([_of_float(length) for length in handles])
            yield f"{between} {_millimetres(x)} {_millimetres(y)} c"
        else:
            numbers = " ".join([_millimetres(length) for point in points for length in point])
            yield f"{numbers} {_OPERATORS[verb]}"
        pen = end


def _millimetres(length_um: float) -> str:
    """Return a length in millimetres: whole micrometres, as most are, without rounding."""
    return um_as_mm(length_um) if isinstance(length_um, int) else _of_float(length_um)


def _of_float(length_um: float) -> str:
    """Return `fixed` of millimetres."""
    text = f"{length_um / 1000:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
