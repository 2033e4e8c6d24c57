"""What a zone's effects add to its layout, judged by GEOS where areas are compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from render_core.design import Align, ArtworkValue, ColourRules, ColourValue, ZoneSpec
from render_core.effects import (
    Effect,
    GradientEffect,
    LineJoin,
    LinePosition,
    OutlineEffect,
    ShadowEffect,
    UnderprintEffect,
    effects_room,
)
from render_core.layout import Ink, Item, Operation
from render_core.looks import Finish, GradientKind
from tests.render_core.composing import (
    BLACK,
    ELLIPSE,
    HEART_SHAPE,
    artwork_zone,
    codes,
    composed,
    drawing,
    items_of,
    sha,
    text_zone,
)
from tests.render_core.geometry.geos import area_of, differing, is_clean

PRINT, ENGRAVE, CUT = Operation.PRINT, Operation.ENGRAVE, Operation.CUT
RED, WHITE, GREY = Ink((200, 0, 0)), Ink((255, 255, 255), "White"), Ink((120, 120, 120))
STOPS = ((0, (255, 0, 0)), (1000, (0, 0, 255)))
SHARE = 0.005


def zone(*effects: Effect, operation: Operation = PRINT, **more: object) -> ZoneSpec:
    looks = {key: more.pop(key) for key in ("finish", "depth_um", "ink") if key in more}
    spec = text_zone(60, 20, **more)  # type: ignore[arg-type]
    return replace(spec, effects=effects, operation=operation, **looks)  # type: ignore[arg-type]


def made(spec: ZoneSpec, text: str = "Emma & Zoë") -> tuple[Item, ...]:
    composition = composed(spec, text)
    assert codes(composition) == []
    return items_of(composition)


def fill_of(items: tuple[Item, ...]) -> BaseGeometry:
    return area_of(items[-1].outline)


@pytest.mark.parametrize("join", LineJoin)
def test_an_engraved_line_runs_around_the_fill_and_not_over_it(join: LineJoin) -> None:
    line, fill = made(zone(OutlineEffect(300, ENGRAVE, RED, join=join), operation=ENGRAVE))
    assert (line.operation, line.ink, fill.ink) == (ENGRAVE, RED, BLACK)
    around, inner = area_of(line.outline), area_of(fill.outline)
    assert shapely.intersection(around, inner).area < SHARE * inner.area
    if join is LineJoin.ROUND:
        theirs = inner.buffer(300, quad_segs=64).difference(inner)
        assert differing(around, theirs) <= 2 * SHARE
    assert is_clean(line.outline)


def test_a_printed_line_goes_on_under_the_fill_so_that_no_seam_shows() -> None:
    line, fill = made(zone(OutlineEffect(300, PRINT, RED)))
    inner = area_of(fill.outline)
    assert area_of(line.outline).buffer(3).covers(inner)
    assert differing(area_of(line.outline), inner.buffer(300, quad_segs=64)) <= SHARE


def test_a_line_inside_takes_its_part_from_the_fill() -> None:
    (whole,) = made(zone(operation=ENGRAVE))
    inside = OutlineEffect(200, ENGRAVE, RED, LinePosition.INSIDE)
    line, fill = made(zone(inside, operation=ENGRAVE))
    letters = area_of(whole.outline)
    assert differing(area_of(fill.outline), letters.buffer(-200)) <= 2 * SHARE
    both = shapely.union(area_of(line.outline), area_of(fill.outline))
    assert differing(both, letters) <= 2 * SHARE


def test_a_line_thicker_than_the_letters_leaves_no_fill() -> None:
    inside = OutlineEffect(9_000, PRINT, RED, LinePosition.INSIDE)
    (line,) = made(zone(inside))
    assert line.ink == RED


def test_a_centred_line_lies_half_in_and_half_out() -> None:
    (whole,) = made(zone(operation=ENGRAVE, margin_um=1200))
    centre = OutlineEffect(400, ENGRAVE, RED, LinePosition.CENTRE)
    line, fill = made(zone(centre, operation=ENGRAVE))
    letters = area_of(whole.outline)
    assert differing(area_of(fill.outline), letters.buffer(-200)) <= 2 * SHARE
    theirs = letters.buffer(200, quad_segs=64).difference(letters.buffer(-200, quad_segs=64))
    assert differing(area_of(line.outline), theirs) <= 2 * SHARE


def test_a_blade_follows_one_contour_beside_the_outlines() -> None:
    line, fill = made(zone(OutlineEffect(1500, CUT, RED)))
    assert line.operation is CUT
    cut = area_of(line.outline)
    assert differing(cut, area_of(fill.outline).buffer(1500, quad_segs=64)) <= SHARE


def test_effects_lie_below_the_fill_each_below_those_before_it() -> None:
    items = made(
        zone(
            OutlineEffect(200, PRINT, WHITE),
            OutlineEffect(500, PRINT, RED),
            ShadowEffect(700, 700, PRINT, GREY),
        )
    )
    assert [item.ink for item in items] == [GREY, RED, WHITE, BLACK]


def test_neighbours_of_one_ink_are_one_outline() -> None:
    items = made(zone(OutlineEffect(300, PRINT, RED), ShadowEffect(900, 900, PRINT, RED)))
    assert [item.ink for item in items] == [RED, BLACK]
    assert is_clean(items[0].outline)


def test_a_shadow_is_a_moved_copy_larger_by_its_spread() -> None:
    shadow, fill = made(zone(ShadowEffect(800, -500, PRINT, GREY, spread_um=150)))
    theirs = shapely.transform(
        fill_of((fill,)).buffer(150, quad_segs=64), lambda xy: xy + np.array([800, -500])
    )
    assert differing(area_of(shadow.outline), theirs) <= SHARE


def test_a_long_shadow_fills_the_way_and_is_one_piece_with_its_letters() -> None:
    spec = zone(ShadowEffect(3000, 3000, PRINT, GREY, long=True), font="serif")
    shadow, fill = made(spec, "I")
    block = area_of(shadow.outline)
    assert block.buffer(3).covers(fill_of((fill,)))
    moved = shapely.transform(fill_of((fill,)), lambda xy: xy + np.array([3000, 3000]))
    assert block.buffer(3).covers(moved)
    assert block.geom_type == "Polygon"


def test_an_engraved_shadow_leaves_out_what_is_above_it() -> None:
    shadow, fill = made(zone(ShadowEffect(400, 400, ENGRAVE, GREY), operation=ENGRAVE))
    assert shapely.intersection(area_of(shadow.outline), area_of(fill.outline)).area < 1e5


def test_white_lies_under_all_that_is_printed_a_little_smaller() -> None:
    white, line, fill = made(
        zone(OutlineEffect(600, PRINT, RED), UnderprintEffect(Operation.WHITE, WHITE, 100))
    )
    assert (white.operation, white.ink.spot) == (Operation.WHITE, "White")
    printed = area_of(line.outline).union(area_of(fill.outline))
    assert differing(area_of(white.outline), printed.buffer(-100)) <= SHARE


EFFECTS = {
    "round line": OutlineEffect(700, PRINT, RED),
    "pointed line": OutlineEffect(300, PRINT, RED, join=LineJoin.MITER),
    "shadow": ShadowEffect(900, 400, PRINT, GREY, spread_um=100),
    "long shadow": ShadowEffect(-1500, 1500, PRINT, GREY, long=True),
}


@pytest.mark.parametrize("align", ["start", "centre", "end"])
@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize("shape", ["rectangle", "ellipse", "heart"])
def test_what_effects_make_stays_in_the_safe_area(shape: str, name: str, align: str) -> None:
    shapes = {"rectangle": None, "ellipse": ELLIPSE, "heart": HEART_SHAPE}
    spec = text_zone(40, 36, shape=shapes[shape], align=Align(align), font="serif")
    spec = replace(spec, operation=PRINT, effects=(EFFECTS[name],))
    composition = composed(spec, "AV" if shape == "heart" else "WAVE")
    frame = composition.layout.surface("front").zone("name")
    safe = area_of(frame.shape).buffer(-spec.safe_margin_um, quad_segs=64)
    for item in items_of(composition):
        assert safe.buffer(6).covers(area_of(item.outline))


def test_effects_for_the_screen_alone_take_no_room() -> None:
    assert effects_room((ShadowEffect(500, 0, Operation.SCREEN_ONLY, GREY),)) == 0
    assert effects_room((OutlineEffect(300, PRINT, RED), ShadowEffect(3, 4, PRINT, GREY))) == 300


def test_a_gradient_is_decided_once_for_the_whole_text() -> None:
    (item,) = made(zone(GradientEffect(STOPS)))
    assert item.gradient is not None
    left, _, right, _ = area_of(item.outline).bounds
    (x0, y0), (x1, y1) = item.gradient.start_um, item.gradient.end_um
    assert (x0, x1) == (pytest.approx(left, abs=2), pytest.approx(right, abs=2))
    assert y0 == y1


def test_a_slanted_gradient_ends_at_the_corners() -> None:
    (item,) = made(zone(GradientEffect(STOPS, angle_degrees=90)))
    assert item.gradient is not None
    _, top, _, bottom = area_of(item.outline).bounds
    assert (item.gradient.start_um[1], item.gradient.end_um[1]) == (
        pytest.approx(top, abs=2),
        pytest.approx(bottom, abs=2),
    )


def test_a_radial_gradient_reaches_the_corners_of_the_text() -> None:
    (item,) = made(zone(GradientEffect(STOPS, GradientKind.RADIAL)))
    assert item.gradient is not None
    left, top, right, bottom = area_of(item.outline).bounds
    assert 2 * item.gradient.radius_um == pytest.approx(
        ((right - left) ** 2 + (bottom - top) ** 2) ** 0.5, abs=4
    )


@pytest.mark.parametrize(
    ("operation", "ink"),
    [(ENGRAVE, BLACK), (Operation.FOIL, BLACK), (PRINT, Ink((9, 9, 9), "Gold"))],
)
def test_what_knows_one_ink_keeps_it(operation: Operation, ink: Ink) -> None:
    (item,) = made(zone(GradientEffect(STOPS), operation=operation, ink=ink))
    assert item.gradient is None


def test_the_colours_of_a_drawing_are_its_own_and_its_outline_runs_around_all_of_it() -> None:
    data = drawing(
        20_000,
        10_000,
        ("M0 0H12000V10000H0Z", (250, 0, 0)),
        ("M8000 0H20000V10000H8000Z", (0, 9, 9)),
    )
    spec = replace(
        artwork_zone(30, 20, margin_um=1000),
        effects=(OutlineEffect(500, PRINT, WHITE), GradientEffect(STOPS)),
    )
    items = items_of(composed(spec, ArtworkValue(sha(data)), data))
    assert [item.ink.rgb for item in items] == [(255, 255, 255), (250, 0, 0), (0, 9, 9)]
    assert all(item.gradient is None for item in items)
    assert area_of(items[0].outline).geom_type == "Polygon"


def test_a_zone_gives_its_finish_to_what_is_made_like_its_fill() -> None:
    items = made(
        zone(
            OutlineEffect(300, ENGRAVE, BLACK),
            ShadowEffect(500, 500, PRINT, GREY),
            operation=ENGRAVE,
            finish=Finish.ENGRAVED,
            depth_um=250,
        )
    )
    assert [(item.finish, item.depth_um) for item in items] == [
        (Finish.NONE, 0),
        (Finish.ENGRAVED, 250),
        (Finish.ENGRAVED, 250),
    ]


def test_an_empty_zone_has_no_effects() -> None:
    assert items_of(composed(zone(OutlineEffect(300, PRINT, RED)), None)) == ()


def test_a_coloured_zone_takes_a_gradient() -> None:
    spec = replace(
        text_zone(60, 20),
        text=None,
        colour=ColourRules(),
        inks=(RED,),
        operation=PRINT,
        effects=(GradientEffect(STOPS),),
    )
    (item,) = items_of(composed(spec, ColourValue(0)))
    assert item.gradient is not None
