"""The problem of a text that does not lie on its line, or whose letters leave the zone there."""

from __future__ import annotations

from render_core.design import Overflow, TextRules
from render_core.problems import Problem, Severity
from render_core.text.path_fit import FittedOnLine
from render_core.units import CENTIPOINT_PER_POINT


def overflow_on_line(zone: str, rules: TextRules, fitted: FittedOnLine) -> tuple[Problem, ...]:
    """Return the problem of a text that does not fit at its size, in points."""
    if not fitted.overflows:
        return ()
    fits = fitted.fitting_centipoint / CENTIPOINT_PER_POINT
    needed = fitted.size_centipoint / CENTIPOINT_PER_POINT
    kept = rules.overflow is Overflow.REPORT
    return (
        Problem(
            "DOES_NOT_FIT",
            Severity.ERROR,
            zone,
            f"Along this line the text fits at {fits:.2f} pt; "
            f"it {'is set at' if kept else 'needs at least'} {needed:.2f} pt here.",
            suggestion="Shorten the text.",
            measured=fits,
            required=needed,
        ),
    )
