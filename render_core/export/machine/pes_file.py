"""PES for a machine that embroiders."""

from __future__ import annotations

from render_core.export.machine.work import MachineFile, Work
from render_core.export.pes import pes


def make(work: Work) -> MachineFile:
    """Return the stitches with their threads."""
    sewn = work.embroidered
    data = pes(sewn.pattern)
    return MachineFile("pes", "application/vnd.brother.pes", data, (), sewn.problems)
