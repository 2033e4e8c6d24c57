"""Parts that may not share a sheet, and those that may lie on some sheets only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from render_core.making.nest.check import faults
from render_core.making.nest.problems import NestRefused
from render_core.making.nest.request import NestPart, NestRequest, Stock
from render_core.making.nest.solution import NestedSheet
from render_core.making.nest.solve import solve
from render_core.making.nest.watch import Progress
from tests.render_core.making.nest.samples import HEART, judged, rectangle

CARD = rectangle(60_000, 40_000)
BIRCH, STEEL = Stock("birch", 300_000, 200_000), Stock("steel", 300_000, 200_000)


def _request(*parts: NestPart, stocks: tuple[Stock, ...] = (BIRCH, STEEL)) -> NestRequest:
    return NestRequest(parts, stocks, spacing_um=2_000)


def test_parts_of_two_groups_and_of_two_stocks_share_no_sheet() -> None:
    request = _request(
        NestPart("card", CARD, 3, stocks=("birch",)),
        NestPart("heart", HEART, 2, stocks=("steel",)),
        NestPart("mask", CARD, 2, group="stencil", stocks=("birch",)),
    )
    told: list[Progress] = []
    solution = solve(request, 0, progress=told.append)
    assert judged(solution, request) == []
    found = [
        (request.stocks[sheet.stock].id, {request.parts[one.part].id for one in sheet.placed})
        for sheet in solution.sheets
    ]
    assert sorted(found) == [("birch", {"card"}), ("birch", {"mask"}), ("steel", {"heart"})]
    shares = [one.share for one in told]
    assert shares == sorted(shares)
    assert (told[-1].placed, told[-1].copies, told[-1].share) == (7, 7, 1.0)


def test_what_one_lot_uses_is_not_there_for_the_next() -> None:
    few = (replace(BIRCH, count=1),)
    parts = (NestPart("card", CARD), NestPart("mask", CARD, group="stencil"))
    with pytest.raises(NestRefused) as refused:
        solve(_request(*parts, stocks=few), 0)
    assert [(one.code, dict(one.params)["part"]) for one in refused.value.problems] == [
        ("NEST_SHEETS_USED_UP", "mask")
    ]
    assert len(solve(_request(*parts, stocks=(replace(BIRCH, count=2),)), 0).sheets) == 2


def test_a_part_for_which_no_sheet_is_there_is_named() -> None:
    with pytest.raises(NestRefused) as refused:
        solve(_request(NestPart("card", CARD, stocks=("oak",))), 0)
    assert [one.code for one in refused.value.problems] == ["NEST_PART_NO_STOCK"]


def test_a_solution_that_mixes_them_does_not_hold() -> None:
    request = _request(
        NestPart("card", CARD, stocks=("birch",)), NestPart("mask", CARD, stocks=("steel",))
    )
    solution = solve(request, 0)
    one, other = (sheet.placed[0] for sheet in solution.sheets)
    beside = other._replace(at=other.at._replace(x_um=other.at.x_um + 100_000))
    mixed = replace(solution, sheets=(NestedSheet(0, (one, beside)),))
    assert [fault.code for fault in faults(mixed, request)] == ["WRONG_STOCK", "MIXED"]


def test_a_request_that_asks_for_neither_keeps_its_hash() -> None:
    """Solutions that were stored before parts could say so still name their request."""
    plain = NestPart("card", CARD)
    assert set(plain.document()) == {
        "id", "outline", "quantity", "rotations", "grain", "orders",
    }  # fmt: skip
    asked = {
        _request(replace(plain, **more)).sha256
        for more in ({}, {"group": "g"}, {"stocks": ("birch",)})
    }  # type: ignore[arg-type]
    assert len(asked) == 3
