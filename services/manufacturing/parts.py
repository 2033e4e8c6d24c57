"""What the parts of a batch are, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from render_core.layout import Outline, Surface
    from render_core.making.profile import MachineProfile


class Kind(StrEnum):
    """What a machine leaves of a sheet, which says what may share one.

    CUT: what is cut out of it; also what is not cut at all. STENCIL: the sheet itself, with openings.
    """

    CUT = ""
    STENCIL = "stencil"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is made in one place for one design. taken: what that takes of a sheet.

    openings: zones that fall out of what is cut out with them; of a stencil all is one.
    """

    surface: Surface
    kind: Kind
    openings: frozenset[str]
    taken: Outline


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a work order as the nesting sees it. stocks: ids of its sheets, () for any.

    material: as its product says, "" for none.
    """

    id: str
    work_order: str
    barcode: str
    quantity: int
    drawing: Drawing
    stocks: tuple[str, ...] = ()
    material: str = ""

    @property
    def group(self) -> str:
        """What may share a sheet has the same."""
        return f"{self.drawing.kind}/{self.material}" if self.material else self.drawing.kind


@dataclass(frozen=True, slots=True)
class Made:
    """A file of a batch."""

    path: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SheetMachine:
    """A machine that sheets go through. id: of the brand's profile."""

    id: str
    profile: MachineProfile
