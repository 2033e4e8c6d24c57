"""The problem of a text on a line, or of a monogram, that does not fit at its smallest size."""

from __future__ import annotations

from render_core.preflight.messages import problem
from render_core.problems import Problem
from render_core.text.monogram_fit import FittedMonogram
from render_core.text.path_fit import FittedOnLine
from render_core.units import CENTIPOINT_PER_POINT


def overflow_on_line(zone: str, fitted: FittedOnLine) -> tuple[Problem, ...]:
    """Return the problem of a text that does not lie on its line, or leaves the zone there."""
    if not fitted.overflows:
        return ()
    return (_too_small("DOES_NOT_FIT.on_line", zone, fitted),)


def overflow_of_monogram(zone: str, fitted: FittedMonogram) -> tuple[Problem, ...]:
    """Return the problem of a monogram that leaves its zone."""
    if not fitted.overflows:
        return ()
    return (_too_small("DOES_NOT_FIT.monogram", zone, fitted),)


def _too_small(key: str, zone: str, fitted: FittedOnLine | FittedMonogram) -> Problem:
    """Return a problem whose measures are sizes in points."""
    fits = fitted.fitting_centipoint / CENTIPOINT_PER_POINT
    needed = fitted.size_centipoint / CENTIPOINT_PER_POINT
    return problem(
        key,
        zone,
        measured=fits,
        required=needed,
        params={"fits_pt": f"{fits:.2f}", "needed_pt": f"{needed:.2f}"},
    )
