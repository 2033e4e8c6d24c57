"""A label is never what a batch fails by: it is as large as its machine needs it, or left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from luneo.manufacturing.v1 import batch_pb2

from render_core.layout import Operation, Surface, ZoneFrame
from render_core.making.machines import machine
from render_core.making.nest.label_places import LabelBox
from render_core.making.nest.labels import LABEL_ZONE, label_items
from render_core.making.nest.request import LabelPlace, Stock
from render_core.making.nest.sheet import sheet_outline
from render_core.making.prepare import prepare
from render_core.making.profile import MachineProfile, Marks
from render_core.making.profile_json import library
from services.manufacturing import nesting
from services.manufacturing.domain.batches import Label, Sheet, Wanted
from services.runtime.errors import FailedPrecondition
from tests.manufacturing.batching import Workshop
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.test_batches import places

BARCODES = ("2ZXYMYJQ", "GZECUYZU", "P9E9XO04")
SHEET = Sheet("sheet", 100_000, 100_000, 0, 0)
TOO_THICK = {"cnc-router"}


def wanted(label: Label) -> Wanted:
    return Wanted((SHEET,), 2_000, 0, "", False, label, 1)


def writing(profile: MachineProfile) -> Operation | None:
    able = (Operation.PRINT, Operation.ENGRAVE)
    return next((one for one in able if profile.operation(one)), None)


WRITERS = sorted(name for name, profile in library().items() if writing(profile))


@pytest.mark.parametrize("name", WRITERS)
def test_every_machine_that_writes_can_make_its_labels(name: str) -> None:
    profile = machine(name)
    rule = nesting.request_of((), [profile], wanted(Label.USUAL)).label
    assert (rule.place is LabelPlace.NONE) == (name in TOO_THICK)
    if name in TOO_THICK:
        return
    operation = writing(profile)
    assert operation is not None
    stock = Stock("sheet", 100_000, 100_000)
    box = LabelBox(5_000, 5_000, 60_000, 30_000)
    for barcode in BARCODES:
        face = Surface(
            id="sheet-1",
            width_um=stock.width_um,
            height_um=stock.height_um,
            outline=sheet_outline(stock),
            zones=(ZoneFrame(LABEL_ZONE, 0, 0, 100_000, 100_000, sheet_outline(stock)),),
            items=tuple(label_items(barcode, box, rule, operation)),
        )
        made = prepare(face, replace(profile, marks=Marks()), waste=(LABEL_ZONE,))
        assert made.can_be_made, [problem.message for problem in made.problems]
        assert made.runs


def test_who_asks_for_labels_of_a_tool_that_is_too_thick_is_told() -> None:
    with pytest.raises(FailedPrecondition) as refused:
        nesting.request_of((), [machine("cnc-router")], wanted(Label.BESIDE))
    assert refused.value.public_reason == "LABEL_NOT_POSSIBLE"
    assert "3.2 mm thick" in refused.value.public_message


def test_a_fibre_laser_labels_three_tags(shop: Ordering) -> None:
    workshop = Workshop(shop, "fibre-laser-engraver")
    works = workshop.work("Emma", "Max", "Zoë")
    field = batch_pb2.BatchSheetSize(id="field", width_um=110_000, height_um=110_000)
    batch = workshop.make(works, sheet_sizes=[field], patience=3)
    assert places(workshop, batch) == {work.barcode: 1 for work in works}
