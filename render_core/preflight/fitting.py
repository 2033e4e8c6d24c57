"""Problems of a text once it is set: glyphs that no face has, and a size below the smallest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from render_core.design import TextRules
from render_core.layout import Box
from render_core.preflight.characters import MAX_OF_A_KIND
from render_core.problems import Problem, Severity
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
    problems = []
    corrected = _without(made.text, ranges)
    for first, last in ranges[:MAX_OF_A_KIND]:
        start, end = made.typed_range(first, last)
        text = made.text[first:last]
        codes = " ".join(f"U+{ord(character):04X}" for character in text[:8])
        problems.append(
            Problem(
                "MISSING_GLYPH",
                Severity.ERROR,
                zone,
                f"“{text}” ({codes}) is not in this font.",
                suggestion="Choose another font or another character.",
                corrected=corrected,
                start_utf16=start,
                end_utf16=end,
                box=boxes.get(first),
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
    suggestion = "Shorten the text."
    if len(fitted.block.spans) < rules.max_lines:
        suggestion = "Shorten the text or break it into more lines."
    return (
        Problem(
            "DOES_NOT_FIT",
            Severity.ERROR,
            zone,
            f"This text fits at {fits:.2f} pt; it needs at least {needed:.2f} pt here.",
            suggestion=suggestion,
            measured=fits,
            required=needed,
        ),
    )
