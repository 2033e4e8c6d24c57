"""Problems of a text once it is set: glyphs that no face has, and a size below the smallest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from render_core.design import TextRules
from render_core.layout import Box
from render_core.preflight.characters import MAX_OF_A_KIND, code_points
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.text.fit import Fitted
from render_core.text.normalise import NormalisedText
from render_core.units import CENTIPOINT_PER_POINT


def missing_glyphs(
    zone: str,
    made: NormalisedText,
    ranges: Sequence[tuple[int, int]],
    boxes: Mapping[int, Box],
) -> tuple[Problem, ...]:
    """Return a problem for each cluster without a glyph, some twenty at most.

    ranges: code points of the text as made, ascending. boxes: by first code point.
    """
    if not ranges:
        return ()
    problems = []
    corrected = _without(made.text, ranges)
    for first, last in ranges[:MAX_OF_A_KIND]:
        start, end = made.typed_range(first, last)
        text = made.text[first:last]
        problems.append(
            problem(
                "MISSING_GLYPH",
                zone,
                at=(start, end),
                corrected=corrected,
                box=boxes.get(first),
                params={"text": text, "code_points": code_points(text)},
            )
        )
    return tuple(problems)


def _without(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    left_out = {index for first, last in ranges for index in range(first, last)}
    return "".join(character for index, character in enumerate(text) if index not in left_out)


def overflow(zone: str, rules: TextRules, fitted: Fitted) -> tuple[Problem, ...]:
    """Return the problem of a text that lies outside its zone at its size, in points."""
    if not fitted.overflows:
        return ()
    fits = fitted.fitting_centipoint / CENTIPOINT_PER_POINT
    needed = fitted.size_centipoint / CENTIPOINT_PER_POINT
    lines_left = len(fitted.block.spans) < rules.max_lines
    return (
        problem(
            "DOES_NOT_FIT.lines_left" if lines_left else "DOES_NOT_FIT",
            zone,
            measured=fits,
            required=needed,
            params={"fits_pt": f"{fits:.2f}", "needed_pt": f"{needed:.2f}"},
        ),
    )
