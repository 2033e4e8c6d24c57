"""How much of a machine's tolerance each step of the way may use up."""

from __future__ import annotations

from render_core.making.profile import Curves, MachineProfile


def precision_um(profile: MachineProfile) -> float:
    """Return how far chords may lie from curves on the way, so that the whole stays in tolerance."""
    return min(max(profile.tolerance_um / 8, 0.25), 2.0)


def fit_um(profile: MachineProfile) -> float:
    """Return how far arcs may lie from the ends of chords; 0 where the machine wants no arcs."""
    return 0.0 if profile.curves is Curves.LINES else precision_um(profile)
