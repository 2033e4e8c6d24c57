"""G-code for a laser, an engraver or a router."""

from __future__ import annotations

from render_core.export.gcode import gcode
from render_core.export.machine.work import MachineFile, Work


def make(work: Work) -> MachineFile:
    """Return the prepared runs as the machine's controller takes them."""
    data = gcode(work.prepared, work.profile)
    return MachineFile("nc", "text/x-gcode", data, ("colours",))
