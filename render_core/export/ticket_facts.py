"""What a job ticket says beside the design. Apart from `ticket`: who only asks needs no libvips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class PageSize(StrEnum):
    """Paper sizes of ISO 216."""

    A4 = "a4"
    A6 = "a6"


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What a ticket says beside the design itself.

    code: what the barcode says, printable ASCII. link: what the QR code says, "" for the same.
    order: its reference. due: a day as people there write it, or "". options: what was chosen, by
    name. note: to the operator.
    """

    code: str
    link: str = ""
    order: str = ""
    quantity: int = 1
    due: str = ""
    product: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    page: PageSize = PageSize.A4

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form that the manifest keeps."""
        return {**asdict(self), "page": self.page.value}


def facts_of(document: Mapping[str, Any]) -> TicketFacts:
    """Return what `TicketFacts.document` made. Raises TypeError or ValueError for anything else."""
    return TicketFacts(**{**document, "page": PageSize(document["page"])})
