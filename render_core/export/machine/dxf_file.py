"""DXF for a machine: outlines alone."""

from __future__ import annotations

from render_core.export.dialect import Dialect
from render_core.export.dxf import dxf, leaves_out_pictures
from render_core.export.machine.work import MachineFile, Work


def make(work: Work) -> MachineFile:
    """Return the prepared surface, in the machine's layers, colours, units and kind of curves."""
    surface = work.prepared.surface
    data = dxf(surface, Dialect.of(work.profile))
    left_out = ("pictures",) if leaves_out_pictures(surface) else ()
    return MachineFile("dxf", "image/vnd.dxf", data, left_out)
