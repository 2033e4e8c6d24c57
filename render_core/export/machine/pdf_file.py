"""PDF for a machine: in the inks of its press where the product names one."""

from __future__ import annotations

from render_core.export.dialect import Dialect
from render_core.export.machine.work import MachineFile, Work
from render_core.export.pdf import pdf


def make(work: Work) -> MachineFile:
    """Return the prepared surface as one page, with the machine's spot names and overprint."""
    data = pdf(
        [work.prepared.surface],
        work.library,
        Dialect.of(work.profile),
        output_profile=work.output_profile,
    )
    return MachineFile("pdf", "application/pdf", data)
