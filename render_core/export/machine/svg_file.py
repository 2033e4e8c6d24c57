"""SVG for a machine."""

from __future__ import annotations

from render_core.export.dialect import Dialect
from render_core.export.machine.work import MachineFile, Work
from render_core.export.svg import svg


def make(work: Work) -> MachineFile:
    """Return the prepared surface, in the machine's names, colours and units."""
    dialect = Dialect.of(work.profile)
    return MachineFile("svg", "image/svg+xml", svg(work.prepared.surface, work.library, dialect))
