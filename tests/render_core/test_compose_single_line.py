"""Single-line faces: letters as open lines of the tool's width, shaped and fitted like any other.

GEOS (shapely) is the judge of where a line of that width lies.
"""

from __future__ import annotations

from typing import Any

import pytest
from shapely import LineString, MultiLineString, Polygon, box

from render_core.compose import Composition
from render_core.design import Align, Overflow, Shape, TextRules
from render_core.export.svg import svg as write_svg
from render_core.geometry.flatten import flatten
from render_core.layout import Outline, Verb
from render_core.text.face import face_of
from tests.fonts import FontLibrary, font_hash
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    codes,
    composed,
    items_of,
    text_of,
    text_zone,
)

SHAPES = {"rectangle": Shape(), "ellipse": ELLIPSE, "heart": HEART_SHAPE}
WIDTH_UM = 900


def engraved(text: str, width: int = 50, height: int = 20, **rules: Any) -> Composition:
    fixed = {"font": "single-line", "line_width_um": WIDTH_UM, "margin_um": 500}
    return composed(text_zone(width, height, **{**fixed, **rules}), text)


def lines(outline: Outline) -> MultiLineString:
    parts = [c.points_um for c in flatten(outline, 0.25)]
    return MultiLineString([LineString(points) for points in parts if len(points) > 1])


def test_letters_are_open_lines_of_the_tool_s_width() -> None:
    (item,) = items_of(engraved("Emma"))
    assert item.line_width_um == WIDTH_UM
    assert Verb.CLOSE not in item.outline.verbs
    assert Verb.MOVE in item.outline.verbs


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("align", [Align.START, Align.CENTRE])
def test_what_the_tool_takes_away_lies_inside_the_margin_and_touches_it(
    name: str, align: Align
) -> None:
    height = 50 if name == "heart" else 20
    made = engraved(
        "Anna & Ben",
        50,
        height,
        shape=SHAPES[name],
        align=align,
        max_lines=2,
        max_size_centipoint=9000,
    )
    assert codes(made) == []
    (item,) = items_of(made)
    edge = flatten(made.layout.surface("front").zone("name").shape, 0.25)[0].points_um
    allowed = Polygon(edge).buffer(-500, quad_segs=64)
    drawn = lines(item.outline)
    half = WIDTH_UM / 2
    assert allowed.buffer(2).contains(drawn.buffer(half, quad_segs=64))
    # A hundredth of a point more moves the farthest line by less than this.
    step = 60_000 / text_of(made).size_centipoint + 3
    assert not allowed.contains(drawn.buffer(half + step, quad_segs=64))


def test_the_width_of_the_line_takes_room_from_the_letters() -> None:
    sizes = [text_of(engraved("Emma", line_width_um=w)).size_centipoint for w in (100, 600, 1500)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_a_tool_wider_than_the_lines_asked_for_is_told() -> None:
    assert codes(engraved("Emma", min_stroke_um=WIDTH_UM)) == []
    made = engraved("Emma", min_stroke_um=WIDTH_UM + 100)
    assert codes(made) == ["STROKE_TOO_THIN"]
    assert made.problems[0].measured == WIDTH_UM / 1000


def test_what_the_face_lacks_is_filled_from_the_fallback_chain() -> None:
    made = engraved("Emma שרה")
    assert codes(made) == []
    filled, drawn = items_of(made)
    assert (filled.line_width_um, drawn.line_width_um) == (0, WIDTH_UM)
    assert text_of(made).font_sha256 == (font_hash("single-line"), font_hash("hebrew"))
    room = box(500, 500, 49_500, 19_500)
    assert room.buffer(2).contains(lines(drawn.outline).buffer(WIDTH_UM / 2))


def test_overlapping_letters_are_not_joined_and_keep_their_lines() -> None:
    apart, over = (
        items_of(engraved("lll", tracking_permille=tracking, max_size_centipoint=2000))[0].outline
        for tracking in (0, -200)
    )
    assert apart.verbs.tolist() == over.verbs.tolist()


def test_letters_are_condensed_and_the_tool_is_not() -> None:
    rules = {
        "max_size_centipoint": 3000,
        "overflow": Overflow.CONDENSE,
        "min_condense_permille": 500,
    }
    made = engraved("Maximilian", 40, **rules)
    assert text_of(made).condense_permille < 1000
    (item,) = items_of(made)
    assert item.line_width_um == WIDTH_UM
    assert (
        box(500, 500, 39_500, 19_500).buffer(2).contains(lines(item.outline).buffer(WIDTH_UM / 2))
    )


def test_clusters_have_boxes_as_in_other_faces() -> None:
    clusters = text_of(engraved("Zoë")).clusters
    assert [c.end_utf16 for c in clusters] == [1, 2, 3]
    lefts = [c.box.left_um for c in clusters]
    assert lefts == sorted(lefts)


def test_the_face_says_that_it_is_one() -> None:
    library = FontLibrary()
    assert face_of(font_hash("single-line"), library).single_line
    assert not face_of(font_hash("sans"), library).single_line
    assert TextRules(fonts=("x",)).line_width_um == 200


def test_an_svg_file_strokes_them() -> None:
    made = engraved("Emma")
    svg = write_svg(made.layout.surface("front"), FontLibrary()).decode()
    assert 'stroke-width="0.9"' in svg
    assert 'stroke-linecap="round"' in svg
