"""HPGL for a plotter, a vinyl cutter or an engraver."""

from __future__ import annotations

from render_core.export.hpgl import hpgl
from render_core.export.machine.work import MachineFile, Work


def make(work: Work) -> MachineFile:
    """Return the prepared runs, pen by pen."""
    data = hpgl(work.prepared, work.profile)
    return MachineFile("plt", "application/vnd.hp-hpgl", data, ("colours",))
