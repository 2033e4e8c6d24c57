"""The box around what is drawn: of its curves, not of their handles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from render_core.geometry.flatten import flatten_points
from render_core.layout import Box, Outline, Verb

# How far chords lie from curves here; the box is rounded to the micrometre.
_TOLERANCE_UM = 0.5


def extent(outline: Outline) -> Box:
    """Return the box around an outline, to the micrometre; zeros if it is empty."""
    if not np.isin(outline.verbs, (Verb.QUAD, Verb.CUBIC, Verb.ARC)).any():
        return Box(*outline.bounds_um())
    points = outline.points_um.astype(np.float64)
    flat = flatten_points(outline.verbs, points, _TOLERANCE_UM).points
    (left, top), (right, bottom) = flat.min(axis=0).tolist(), flat.max(axis=0).tolist()
    return Box(round(left), round(top), round(right), round(bottom))


def extents(outlines: Sequence[Outline]) -> list[Box]:
    """Return the boxes around outlines that are not empty, all found at once."""
    if not outlines:
        return []
    points = np.concatenate([outline.points_um for outline in outlines]).astype(np.float64)
    verbs = np.concatenate([outline.verbs for outline in outlines])
    flat = flatten_points(verbs, points, _TOLERANCE_UM)
    counts = [int((outline.verbs == Verb.MOVE).sum()) for outline in outlines]
    firsts = flat.starts[np.cumsum([0, *counts[:-1]])]
    low = np.minimum.reduceat(flat.points, firsts)
    high = np.maximum.reduceat(flat.points, firsts)
    return [Box(*map(round, box)) for box in np.hstack([low, high]).tolist()]


def reach(outline: Outline) -> Box:
    """Return a box that holds an outline, sooner: handles of curves may make it larger.

    Of arcs it is the extent: they go beyond the three points that they are given by.
    """
    if (outline.verbs == Verb.ARC).any():
        return extent(outline)
    return Box(*outline.bounds_um())
