"""The problem of a stroke that is too thin to be made."""

from __future__ import annotations

from math import ceil, floor

from render_core.design import TextRules
from render_core.geometry.strokes import Chord
from render_core.layout import Box, Cluster, FittedText
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.text.normalise import NormalisedText
from render_core.units import UM_PER_MM, um_as_mm


def stroke_too_thin(
    zone: str, rules: TextRules, made: NormalisedText, text: FittedText, chord: Chord
) -> Problem:
    """Return the problem of the thinnest stroke, in millimetres.

    chord: across the stroke, micrometres, zone coordinates. The box is the chord's.
    """
    measured_um = round(chord.width)
    box = _box(chord)
    return problem(
        "STROKE_TOO_THIN.text",
        zone,
        at=_place(made, text.clusters, box),
        box=box,
        measured=measured_um / UM_PER_MM,
        required=rules.min_stroke_um / UM_PER_MM,
        params={
            "measured_mm": um_as_mm(measured_um),
            "required_mm": um_as_mm(rules.min_stroke_um),
        },
    )


def _box(chord: Chord) -> Box:
    (ax, ay), (bx, by) = chord.ends
    return Box(floor(min(ax, bx)), floor(min(ay, by)), ceil(max(ax, bx)), ceil(max(ay, by)))


def _place(made: NormalisedText, clusters: tuple[Cluster, ...], box: Box) -> tuple[int, int]:
    """Return the range in the text as typed of the cluster that holds the middle of a box."""
    x, y = (box.left_um + box.right_um) / 2, (box.top_um + box.bottom_um) / 2
    ends = [*made.starts[1:], len(made.text)]
    for start, end, cluster in zip(made.starts, ends, clusters, strict=True):
        at = cluster.box
        if at.left_um <= x <= at.right_um and at.top_um <= y <= at.bottom_um:
            return made.typed_range(start, end)
    return (0, 0)
