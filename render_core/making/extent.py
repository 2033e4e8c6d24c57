"""The box around what is drawn: of its curves, not of their handles."""

from __future__ import annotations

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


def reach(outline: Outline) -> Box:
    """Return a box that holds an outline, sooner: handles of curves may make it larger.

    Of arcs it is the extent: they go beyond the three points that they are given by.
    """
    if (outline.verbs == Verb.ARC).any():
        return extent(outline)
    return Box(*outline.bounds_um())
