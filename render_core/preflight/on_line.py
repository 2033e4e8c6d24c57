"""The problem of a text that does not lie on its line, or whose letters leave the zone there."""

from __future__ import annotations

from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.text.path_fit import FittedOnLine
from render_core.units import CENTIPOINT_PER_POINT


def overflow_on_line(zone: str, fitted: FittedOnLine) -> tuple[Problem, ...]:
    """Return the problem of a text that does not fit at its size, in points."""
    if not fitted.overflows:
        return ()
    fits = fitted.fitting_centipoint / CENTIPOINT_PER_POINT
    needed = fitted.size_centipoint / CENTIPOINT_PER_POINT
    return (
        problem(
            "DOES_NOT_FIT.on_line",
            zone,
            measured=fits,
            required=needed,
            params={"fits_pt": f"{fits:.2f}", "needed_pt": f"{needed:.2f}"},
        ),
    )
