"""Problems of a text that is to become a code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from render_core.artwork_rules import CodeRules
from render_core.design import TextRules
from render_core.limits import MAX_TEXT_CODE_POINTS
from render_core.preflight.characters import rule_problems
from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.text.normalise import NormalisedText
from render_core.units import UM_PER_MM

# No code has a smaller module than a layout can tell.
SMALLEST_MODULE_UM: Final = 1


def text_problems(zone: str, rules: CodeRules, made: NormalisedText) -> tuple[Problem, ...]:
    """Return the problems of a code's text with the zone's rules for length and characters."""
    as_text = TextRules(
        fonts=(),
        max_graphemes=rules.max_graphemes,
        max_lines=MAX_TEXT_CODE_POINTS,
        allowed=rules.allowed,
    )
    return rule_problems(zone, as_text, made)


def unreadable(
    zone: str,
    rules: CodeRules,
    made: NormalisedText,
    module_um_of: Callable[[str], int],
) -> Problem | None:
    """Return the problem of a code that cannot be read when made, None where there is none.

    module_um_of: the module of a text in its zone, 0 where no symbol holds it. Too long, where a
    shorter beginning of the text could be read; else its modules are too small.
    """
    needed = max(SMALLEST_MODULE_UM, rules.min_module_um)
    measured = module_um_of(made.text)
    if measured >= needed:
        return None
    ends = [*made.starts[1:], len(made.text)]
    fits, too_many = 0, len(ends)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if module_um_of(made.text[: ends[middle - 1]]) >= needed:
            fits = middle
        else:
            too_many = middle
    if not fits:
        return _too_small(zone, measured, needed)
    return _too_long(zone, made, fits, len(ends))


def _too_long(zone: str, made: NormalisedText, fits: int, count: int) -> Problem:
    over = made.starts[fits]
    return problem(
        "CODE_TOO_LONG",
        zone,
        at=made.typed_range(over, len(made.text)),
        corrected=made.text[:over].rstrip(),
        measured=float(count),
        required=float(fits),
        params={"count": count, "limit": fits, "excess": count - fits},
    )


def _too_small(zone: str, measured_um: int, needed_um: int) -> Problem:
    measured, needed = measured_um / UM_PER_MM, needed_um / UM_PER_MM
    return problem(
        "CODE_MODULE_TOO_SMALL",
        zone,
        measured=measured,
        required=needed,
        params={"measured_mm": f"{measured:.3f}", "required_mm": f"{needed:.3f}"},
    )
