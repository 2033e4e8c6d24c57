"""Marks on sheets: drawn where the machine's camera looks, and kept free of parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from render_core.layout import Item, Operation
from render_core.making.marks import reach_um
from render_core.making.nest.labels import LABEL_ZONE
from render_core.making.nest.problems import request_problems
from render_core.making.nest.request import LabelPlace, LabelRule, NestRequest, Stock
from render_core.making.nest.sheet import sheets
from render_core.making.nest.sheet_map import map_pages
from render_core.making.nest.sheet_marks import MARK_ZONE
from render_core.making.nest.solve import solve
from render_core.making.prepare import prepare
from render_core.making.profile import ContourCut, MachineOperation, MarkKind, Marks
from tests.render_core.making.nest.samples import area_of, batch, judged
from tests.render_core.making.work import contours_of, cut, cutting, face, machine

STOCK = Stock("sheet", 420_000, 300_000, margins_um=(6_000, 8_000, 10_000, 12_000))
KINDS = (MarkKind.EYES, MarkKind.REGISTRATION, MarkKind.CROP)


def _request(kind: MarkKind) -> NestRequest:
    label = LabelRule(LabelPlace.BESIDE)
    return NestRequest(batch(16), (STOCK,), 2_000, 1_000, label, Marks(kind, 6_000, 12_000))


@pytest.mark.parametrize("kind", KINDS)
def test_marks_lie_within_the_machines_reach_and_parts_keep_off_them(kind: MarkKind) -> None:
    request = _request(kind)
    solution = solve(request, 1)
    assert judged(solution, request) == []
    for surface in sheets(solution, request, {}, Operation.PRINT):
        drawn = [item for item in surface.items if item.zone == MARK_ZONE]
        boxes = [_box(item) for item in drawn]
        assert [surface.zone(item.zone).zone for item in drawn] == [MARK_ZONE]
        left, top, right, bottom = np.array(boxes).T
        assert (left.min(), top.min()) >= (12_000, 6_000)
        assert (right.max(), bottom.max()) <= (412_000, 290_000)
        marks = area_of(drawn[0].outline) if kind is MarkKind.EYES else None
        for zone in surface.zones:
            if marks is not None and "#" in zone.zone:
                # From the middle of an eye to the edge of the work.
                assert area_of(zone.shape).distance(marks) >= 12_000 - 3_000 - 1
    (page, *_) = map_pages(solution, request)
    assert len(page.items) > len(map_pages(solution, replace(request, marks=Marks()))[0].items)


def _box(item: Item) -> tuple[int, int, int, int]:
    left, top, right, bottom = item.outline.bounds_um()
    half = item.line_width_um // 2
    return left - half, top - half, right + half, bottom + half


def test_a_request_without_marks_keeps_the_hash_that_it_had() -> None:
    request = NestRequest((), (Stock("sheet", 420_000, 300_000),), 2_000)
    assert request.sha256 == replace(request, marks=Marks(MarkKind.NONE, 1, 1)).sha256
    assert request.sha256 != _request(MarkKind.EYES).sha256
    assert request.sha256[:16] == "c8cd8ff01a0fee5f"


def test_sheets_too_small_for_their_marks_are_refused() -> None:
    request = replace(_request(MarkKind.EYES), stocks=(Stock("strip", 500_000, 30_000),))
    assert "NEST_STOCK_NO_ROOM" in [one.code for one in request_problems(request)]
    assert reach_um(request.marks) == 15_050


def test_nothing_is_cut_around_marks_and_labels() -> None:
    printed = [
        replace(cut(f"M{x} 10H{x + 20}V30H{x}Z"), operation=Operation.PRINT, zone=zone)
        for x, zone in ((10, "part#0"), (60, MARK_ZONE), (120, LABEL_ZONE))
    ]
    able = machine(MachineOperation(Operation.PRINT, "Print"), cutting(), contour=ContourCut(1_000))
    made = prepare(face(*printed), able, waste=(MARK_ZONE, LABEL_ZONE))
    (contour,) = contours_of(made)
    left, _, right, _ = contour.bounds_um()
    assert abs(left - 9_000) < 20
    assert abs(right - 31_000) < 20
    assert len(contours_of(prepare(face(*printed), able))) == 3
