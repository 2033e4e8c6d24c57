"""Stencils: what would fall out of the sheet is told with its letter and its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from render_core.compose import Composition
from render_core.design import ArtworkValue, TextValue
from render_core.layout import Operation
from render_core.problems import Problem, Severity
from tests.render_core.composing import (
    artwork_zone,
    codes,
    composed,
    drawing,
    sha,
    text_of,
    text_zone,
)


def cut(text: str, *, stencil: bool = True, operation: Operation = Operation.CUT) -> Composition:
    zone = replace(text_zone(200, 60, max_lines=2), operation=operation, stencil=stencil)
    return composed(zone, TextValue(text))


def fallen(composition: Composition) -> list[Problem]:
    return [p for p in composition.problems if p.code == "ISLAND_FALLS_OUT"]


@pytest.mark.parametrize(
    ("text", "islands"),
    [("ILT", {}), ("OIB", {"O": 1, "B": 2}), ("8a&", {"8": 2, "a": 1, "&": 2}), ("é!", {"é": 1})],
)
def test_each_closed_counter_is_counted(text: str, islands: dict[str, int]) -> None:
    found = {dict(p.params)["text"]: p.measured for p in fallen(cut(text))}
    assert found == islands


def test_an_island_is_told_with_its_letter_and_its_box() -> None:
    composition = cut("IOI")
    (problem,) = fallen(composition)
    assert problem.severity is Severity.ERROR
    assert (problem.start_utf16, problem.end_utf16) == (1, 2)
    letter, island = text_of(composition).clusters[1].box, problem.box
    assert island is not None
    assert letter.left_um < island.left_um < island.right_um < letter.right_um
    assert letter.top_um < island.top_um < island.bottom_um < letter.bottom_um
    assert "bridges" in problem.suggestion


def test_pieces_that_are_kept_may_have_holes_and_be_many() -> None:
    assert codes(cut("OB8", stencil=False)) == []


def test_what_is_not_cut_falls_out_of_nothing() -> None:
    assert codes(cut("OB8", operation=Operation.ENGRAVE)) == []


def test_artwork_tells_how_many_pieces_fall_out_and_where() -> None:
    ring = drawing(
        40_000,
        40_000,
        ("M5000 5000H35000V35000H5000ZM10000 10000V15000H15000V10000Z"
         "M20000 20000V30000H30000V20000Z", (0, 0, 0)),
    )  # fmt: skip
    zone = replace(artwork_zone(40, 40, operation=Operation.CUT), stencil=True)
    (problem,) = fallen(composed(zone, ArtworkValue(sha(ring)), ring))
    assert problem.measured == 2
    assert problem.box is not None
    assert problem.box.document() == [10_000, 10_000, 30_000, 30_000]


def test_no_more_than_twenty_letters_are_told() -> None:
    zone = replace(
        text_zone(400, 200, max_lines=6, max_graphemes=200), operation=Operation.CUT, stencil=True
    )
    assert len(fallen(composed(zone, "OO " * 20))) == 20
