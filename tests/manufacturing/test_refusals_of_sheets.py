"""What cannot be made of a whole sheet names every part that it concerns, with its place in the batch and on the sheet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from render_core.layout import Ink, Item, Operation, Outline, Surface, ZoneFrame
from render_core.making.machines import machine
from render_core.making.nest.request import Stock
from render_core.making.nest.sheet import sheet_outline
from services.manufacturing import sheet_files
from services.manufacturing.domain.batch_sheets import MOST_TOLD, SheetRefused, refused_on_sheets
from services.manufacturing.domain.batches import Batch, Label, Wanted
from services.manufacturing.parts import Drawing, Kind, Part, SheetMachine
from services.runtime.errors import FailedPrecondition
from tests.render_core.export.samples import MemoryLibrary, box, engraved, surface_of

LASER = SheetMachine("laser", machine("co2-laser-cutter"))
SIDE_UM = 10_000


def part_of(number: int) -> Part:
    square = box(SIDE_UM / 1000, SIDE_UM / 1000)
    drawing = Drawing(surface_of(), Kind.CUT, frozenset(), square)
    return Part(f"w{number:03}", f"w{number:03}", f"BAR{number:03}", 1, drawing)


def sheet_with(parts: list[Part], path: Outline | None = None, **size: int) -> Surface:
    """A sheet with a square to cut for each part, ten in a row, 20 mm apart; the first one's is another path."""
    edge = sheet_outline(Stock("sheet", **size))
    zones, items = [], []
    for number, part in enumerate(parts):
        across, down = number % 10 * 20_000 + 5_000, number // 10 * 20_000 + 5_000
        square = part.drawing.taken.moved(across, down)
        zones.append(ZoneFrame(f"{part.id}#0", 0, 0, *size.values(), square))
        drawn = path.moved(across, down) if path and not number else square
        items.append(Item(zones[-1].zone, Operation.CUT, Ink((0, 0, 0)), drawn))
    return Surface("sheet-1", *size.values(), edge, tuple(zones), tuple(items))


def batch_of(parts: list[Part]) -> Batch:
    wanted = Wanted((), 2_000, 0, "", False, Label.USUAL, 1)
    works = tuple(part.work_order for part in parts)
    return Batch("b", "1", "laser", 1, "", wanted, works, "o", datetime.now(UTC))


def refusal_of(parts: list[Part], face: Surface) -> FailedPrecondition:
    files = sheet_files.made_of([face], parts, [LASER], MemoryLibrary())
    with pytest.raises(SheetRefused) as refused:
        list(files)
    return refused_on_sheets(batch_of(parts), refused.value.found)


def test_of_a_sheet_that_no_bed_holds_all_parts_are_named_up_to_an_end() -> None:
    parts = [part_of(number) for number in range(60)]
    told = refusal_of(parts, sheet_with(parts, width_um=1_000_000, height_um=700_000))
    assert told.public_reason == "LARGER_THAN_BED"
    assert [one.field for one in told.violations] == [
        f"batch.work_orders[{place}]" for place in range(MOST_TOLD)
    ]
    assert told.violations[13].sentence.startswith(
        "BAR013 on sheet-1, 65 mm from the left and 25 mm from the top: The work on"
    )
    assert "1000 × 700 mm" in told.violations[13].sentence
    assert "So it is with 59 more of its work orders." in told.public_message


def test_what_is_wrong_with_one_part_is_said_of_that_one_alone() -> None:
    parts = [part_of(number) for number in range(3)]
    crossing = engraved("M0 0H10V10L4 -2L0 10Z").outline
    told = refusal_of(parts, sheet_with(parts, crossing, width_um=300_000, height_um=200_000))
    assert [one.field for one in told.violations] == ["batch.work_orders[0]"]
    assert "BAR000 on sheet-1, " in told.public_message
    assert "more of its" not in told.public_message
