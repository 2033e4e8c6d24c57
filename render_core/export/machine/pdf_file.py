"""PDF for a machine: in the inks of its press where the product names one."""

from __future__ import annotations

from render_core.export.dialect import Dialect
from render_core.export.machine.work import MachineFile, Work
from render_core.export.pdf import Trim, pdf


def make(work: Work) -> MachineFile:
    """Return the prepared surface as one page, with the machine's spot names and overprint.

    The page is trimmed to the product's face: marks lie beyond.
    """
    prepared, dialect = work.prepared, Dialect.of(work.profile)
    trim = Trim(prepared.trim, prepared.bleed_um if dialect.bleed else 0)
    data = pdf(
        [prepared.surface],
        work.library,
        dialect,
        output_profile=work.output_profile,
        trims=[trim],
    )
    return MachineFile("pdf", "application/pdf", data)
