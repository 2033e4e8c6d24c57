"""DST for a machine that embroiders."""

from __future__ import annotations

from render_core.export.dst import dst
from render_core.export.machine.work import MachineFile, Work


def make(work: Work) -> MachineFile:
    """Return the stitches; the format knows changes of colour and no colours."""
    sewn = work.embroidered
    data = dst(sewn.pattern)
    return MachineFile("dst", "application/vnd.tajima.dst", data, ("colours",), sewn.problems)
