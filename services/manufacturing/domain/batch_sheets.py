"""The sheets of a batch: which there are, what they have room for, and what is wrong on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from render_core.making.profile import FileFormat, MachineProfile
from render_core.raster.resolution import MAX_SHEET_PIXELS, fits, flat_pixels
from render_core.units import um_as_mm
from services.manufacturing.domain.batches import Batch, PartsRefused, Sheet, Wanted, refusal
from services.runtime.errors import FailedPrecondition, InvalidArgument, Violation

BED: Final = "bed"
# Of what is wrong with a sheet: that may be so of all that lies there.
MOST_TOLD: Final = 50
_PIXELS: Final = frozenset({FileFormat.PNG, FileFormat.TIFF})


@dataclass(frozen=True, slots=True)
class OnSheet:
    """A part that cannot be made where it lies. at_um: of the place, from the left and the top of the sheet.

    work_order: "" of what is wrong with the sheet, whatever lies on it; then barcode is the sheet's name.
    """

    work_order: str
    barcode: str
    sheet: str
    at_um: tuple[int, int]
    sentence: str
    reason: str

    def told(self) -> str:
        """Return the sentence with whose part it is, and where."""
        left, top = (um_as_mm(one) for one in self.at_um)
        return f"{self.barcode} on {self.sheet}, {left} mm from the left and {top} mm from the top: {self.sentence}"


class SheetRefused(Exception):
    """Parts of a batch cannot be made as they lie on its sheets; their places are known then, their batch is not."""

    def __init__(self, found: Sequence[OnSheet]) -> None:
        super().__init__(found[0].told())
        self.found = tuple(found)


def sheets_or_bed(sheets: Sequence[Sheet], profiles: Sequence[MachineProfile]) -> tuple[Sheet, ...]:
    """Return the sheets to nest on: what all machines reach of their beds where none are given.

    Raises InvalidArgument for machines without a bed.
    """
    if sheets:
        return tuple(sheets)
    rooms = [
        (one.bed_width_um - 2 * one.margin_um, one.bed_height_um - 2 * one.margin_um)
        for one in profiles
        if one.bed_width_um and one.bed_height_um
    ]
    if not rooms:
        raise InvalidArgument.field(
            "batch.sheet_sizes",
            "SHEETS_NEEDED",
            "This machine has no bed of a fixed size. Give the size of the sheets.",
        )
    width, height = (min(sides) for sides in zip(*rooms, strict=True))
    return (Sheet(BED, width, height, count=0, margin_um=0),)


def check_sheets(wanted: Wanted, profiles: Sequence[MachineProfile]) -> None:
    """Raise InvalidArgument for sheets that have one name, or no room, or do not lie on a bed."""
    found = []
    for place, sheet in enumerate(wanted.sheets):
        field = f"batch.sheet_sizes[{place}]"
        if sheet.id in {one.id for one in wanted.sheets[:place]}:
            sentence = f"The sheet {sheet.id} is listed twice. Give each size a name of its own."
            found.append(Violation(f"{field}.id", "SHEET_TWICE", sentence))
        if 2 * (sheet.margin_um + wanted.edge_um) >= min(sheet.width_um, sheet.height_um):
            sentence = f"The margins of the sheet {sheet.id} leave no room. Make them smaller."
            found.append(Violation(f"{field}.margin_um", "SHEET_NO_ROOM", sentence))
        for profile in profiles:
            found += _beyond_the_bed(sheet, field, profile) or _too_many_pixels(
                sheet, field, profile
            )
    if found:
        raise InvalidArgument(found[0].sentence, violations=found)


def _beyond_the_bed(sheet: Sheet, field: str, profile: MachineProfile) -> list[Violation]:
    """Return what is too large of a sheet; nothing for a machine of no fixed bed, or that makes tiles."""
    bed = {"width_um": profile.bed_width_um, "height_um": profile.bed_height_um}
    if profile.tiling is not None or not all(bed.values()):
        return []
    room = {name: size - 2 * profile.margin_um for name, size in bed.items()}
    sentence = (
        f"The sheet {sheet.id} is {um_as_mm(sheet.width_um)} × {um_as_mm(sheet.height_um)} mm; "
        f"{profile.display_name} holds {um_as_mm(room['width_um'])} × "
        f"{um_as_mm(room['height_um'])} mm. Give a smaller one."
    )
    return [
        Violation(f"{field}.{name}", "SHEET_LARGER_THAN_BED", sentence)
        for name, most in room.items()
        if getattr(sheet, name) > most
    ]


def _too_many_pixels(sheet: Sheet, field: str, profile: MachineProfile) -> list[Violation]:
    """Return that a sheet is too large for a machine that takes pixels."""
    extent = (sheet.width_um, sheet.height_um)
    in_pixels = not _PIXELS.isdisjoint(profile.formats) and profile.tiling is None
    if not in_pixels or fits(extent, profile.dpi, MAX_SHEET_PIXELS):
        return []
    width, height = flat_pixels(extent, profile.dpi)
    longest_um = MAX_SHEET_PIXELS // width * sheet.height_um // height
    sentence = (
        f"The sheet {sheet.id} has {width} × {height} pixels at the {profile.dpi} dpi of "
        f"{profile.display_name}; at most {MAX_SHEET_PIXELS // 1_000_000} million are made. "
        f"Give one of at most {longest_um // 1000} mm in height, or a machine profile with fewer dpi or PDF alone."
    )
    return [Violation(f"{field}.height_um", "SHEET_TOO_MANY_PIXELS", sentence)]


def products_with_sheets(sheets: Sequence[Sheet]) -> list[str]:
    """Return the products that the sheets are for, [] where some are for any."""
    if not all(sheet.products for sheet in sheets):
        return []
    return sorted({product for sheet in sheets for product in sheet.products})


def materials_with_sheets(sheets: Sequence[Sheet]) -> list[str]:
    """Return the materials that the sheets are of, [] where some are for any."""
    if not all(sheet.material for sheet in sheets):
        return []
    return sorted({sheet.material for sheet in sheets})


def refused_on_sheets(batch: Batch, found: Sequence[OnSheet]) -> FailedPrecondition:
    """Return the refusal of a batch by what is wrong on its sheets: each work order once, where it is so first."""
    first: dict[str, OnSheet] = {}
    for one in found:
        if one.work_order:
            first.setdefault(one.work_order, one)
    if not first:
        return FailedPrecondition(found[0].told(), reason=found[0].reason)
    ordered = sorted(first.values(), key=lambda one: batch.work_orders.index(one.work_order))
    told = [refusal(batch, one.work_order, one.told(), one.reason) for one in ordered]
    return PartsRefused(told[:MOST_TOLD], len(told[MOST_TOLD:]))
