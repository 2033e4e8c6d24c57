"""The problem of a stroke that is too thin to be made."""

from __future__ import annotations

from math import ceil, floor

from render_core.design import TextRules
from render_core.geometry.strokes import Chord
from render_core.layout import Box, Cluster, FittedText
from render_core.problems import Problem, Severity
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
    start, end = _place(made, text.clusters, box)
    return Problem(
        "STROKE_TOO_THIN",
        Severity.ERROR,
        zone,
        f"A stroke is {um_as_mm(measured_um)} mm thin at this size; "
        f"{um_as_mm(rules.min_stroke_um)} mm are needed.",
        suggestion="Choose a bolder font, or shorten the text so that it is set larger.",
        start_utf16=start,
        end_utf16=end,
        box=box,
        measured=measured_um / UM_PER_MM,
        required=rules.min_stroke_um / UM_PER_MM,
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
