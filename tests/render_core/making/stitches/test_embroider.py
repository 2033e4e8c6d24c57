"""Stitches cover what is drawn, stay inside of it, and keep to what the machine and the thread bear."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import ImageUse, Ink, Item, Operation, Outline, Verb
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.making.profile import Thread
from render_core.making.stitches.embroider import embroider
from render_core.making.stitches.pattern import Kind, Pattern
from render_core.problems import Severity
from tests.render_core.making.stitches.sewn import (
    DISC,
    E_SHAPE,
    GOLD,
    MACHINE,
    NAVY,
    SHAPES,
    STAR,
    cloth,
    drawn_shape,
    lengths_mm,
    sewn,
    thread_area,
    threads,
    with_rules,
)


def pattern_of(*items: Item, **rules: object) -> Pattern:
    made = embroider(cloth(*items), with_rules(**rules))
    assert not [one for one in made.problems if one.severity is Severity.ERROR]
    return made.pattern


def codes(*items: Item, **rules: object) -> list[str]:
    return [one.code for one in embroider(cloth(*items), with_rules(**rules)).problems]


@pytest.mark.parametrize("name", SHAPES)
def test_threads_cover_the_shape_and_hardly_more(name: str) -> None:
    surface = cloth(sewn(SHAPES[name]))
    pattern = embroider(surface, MACHINE).pattern
    shape, covered = drawn_shape(surface, NAVY), thread_area(pattern, NAVY, 400)
    assert shape.intersection(covered).area >= 0.97 * shape.area
    # Pull compensation, half a thread, and rounding; hairlines are as wide as a satin must be.
    assert covered.difference(shape.buffer(200 + 200 + 150)).area <= 0.001 * shape.area


@pytest.mark.parametrize("name", SHAPES)
def test_stitches_are_as_long_as_they_may_be_and_no_shorter(name: str) -> None:
    lengths = lengths_mm(pattern_of(sewn(SHAPES[name])))
    assert max(lengths) <= 7.0
    assert min(lengths) >= 0.5


def test_a_machine_may_ask_for_shorter_stitches_and_never_gets_more_than_dst_holds() -> None:
    assert max(lengths_mm(pattern_of(sewn(DISC), max_stitch_um=3_000, stitch_um=2_500))) <= 3.0
    bar = pattern_of(sewn("M5 10H55V15H5Z"), max_stitch_um=3_000)
    assert 2.5 < max(lengths_mm(bar)) <= 3.0
    long = pattern_of(sewn(DISC), max_stitch_um=20_000, stitch_um=19_000, satin_max_um=1_000)
    assert 9.0 < max(lengths_mm(long)) <= 12.1


def test_a_bar_is_satin_across_and_a_disc_is_filled_in_rows() -> None:
    across = [
        (a, b) for block in pattern_of(sewn("M5 10H55V14H5Z")).blocks for a, b in threads(block)
    ]
    upright = [1 for a, b in across if abs(a.y - b.y) > 40 and abs(a.x - b.x) < 4]
    assert len(upright) > 230  # 50 mm, a thread to and one fro in each 0.4 mm.
    rows = lengths_mm(pattern_of(sewn(DISC)))
    assert sorted(rows)[len(rows) // 2] == pytest.approx(3.5, abs=0.1)


def test_the_pull_of_the_thread_is_made_up_for_on_both_sides() -> None:
    without = pattern_of(sewn("M5 10H55V14H5Z"), pull_um=0).bounds()
    with_pull = pattern_of(sewn("M5 10H55V14H5Z"), pull_um=300).bounds()
    assert (without[3] - without[1], with_pull[3] - with_pull[1]) == (40, 46)


def test_an_underlay_is_sewn_first_and_can_be_left_out() -> None:
    for path in (DISC, "M5 10H55V14H5Z"):
        with_it, without = pattern_of(sewn(path)), pattern_of(sewn(path), underlay=False)
        assert with_it.stitch_count > without.stitch_count


def test_letters_are_sewn_in_one_go_and_threads_are_cut_between() -> None:
    assert pattern_of(sewn(E_SHAPE)).trims == 0
    two = pattern_of(sewn(E_SHAPE + "M40 3H45V28H40Z"))
    assert two.trims == 1
    assert pattern_of(sewn(E_SHAPE + "M40 3H45V28H40Z"), trim_um=40_000).trims == 0


def test_threads_are_tied_where_they_begin_and_end() -> None:
    (block,) = pattern_of(sewn(E_SHAPE + "M40 3H45V28H40Z")).blocks
    kinds = [step.kind for step in block.steps]
    trim = kinds.index(Kind.TRIM)
    for around in (kinds[2:6], kinds[trim - 4 : trim], kinds[trim + 3 : trim + 7], kinds[-4:]):
        assert around == [Kind.TIE] * 4


def test_each_thread_is_put_in_once_where_nothing_above_ends_up_below() -> None:
    apart = pattern_of(sewn(DISC), sewn(STAR, GOLD), sewn("M50 1H54V5H50Z"))
    assert [block.ink for block in apart.blocks] == [NAVY, GOLD]
    above = pattern_of(sewn(DISC), sewn(STAR, GOLD), sewn("M28 10H32V14H28Z"))
    assert [block.ink for block in above.blocks] == [NAVY, GOLD, NAVY]


def test_lines_are_running_stitch_there_and_back_and_broad_ones_are_satin() -> None:
    thin, broad = (pattern_of(sewn("M5 5H55V25", line_width_um=w)) for w in (300, 1500))
    assert max(lengths_mm(thin)) <= 2.5
    left, top, right, bottom = thin.bounds()
    assert (right - left, bottom - top) == (500, 200)
    assert broad.stitch_count > 4 * thin.stitch_count
    ring = pattern_of(sewn("M5 5H25V25H5Z", line_width_um=300))
    assert ring.trims == 0


def test_a_fill_turns_with_its_angle() -> None:
    ways = [
        (abs(a.x - b.x), abs(a.y - b.y))
        for block in pattern_of(sewn(DISC), fill_degrees=90, underlay=False).blocks
        for a, b in threads(block)
    ]
    assert sum(y > x for x, y in ways) > 0.9 * len(ways)


def test_an_empty_surface_has_an_empty_pattern() -> None:
    assert embroider(cloth(), MACHINE).pattern.blocks == ()
    printed = replace(sewn(DISC), operation=Operation.PRINT)
    assert embroider(cloth(printed), MACHINE).pattern.stitch_count == 0


def test_what_cannot_be_sewn_is_said_with_its_zone_and_place() -> None:
    picture = Item(
        "badge", Operation.STITCH, NAVY, image=ImageUse("0" * 64, 9, 9, (1, 0, 0, 1, 0, 0))
    )
    stops = (GradientStop(0, (0, 0, 0)), GradientStop(1000, (255, 255, 255)))
    faded = replace(sewn(DISC), gradient=Gradient(GradientKind.LINEAR, (0, 0), (9, 9), stops))
    assert codes(picture) == ["STITCH_PICTURE"]
    assert codes(faded) == ["STITCH_GRADIENT"]
    assert codes(sewn("M5 5H25H5Z")) == ["STITCH_NO_AREA"]
    assert codes(sewn("M5 5H5.3V5.3H5Z")) == ["STITCH_TOO_SMALL"]
    (small,) = embroider(cloth(sewn("M5 5H5.3V5.3H5Z")), MACHINE).problems
    assert (small.zone, small.measured, small.required) == ("badge", 0.3, 0.6)
    assert small.box is not None
    assert small.box.document() == [5_000, 5_000, 5_300, 5_300]
    assert "0.3 mm" in small.message


def test_thin_strokes_and_open_contours_are_sewn_and_said() -> None:
    assert codes(sewn("M5 5H45V5.3H5Z")) == ["STITCH_TOO_THIN"]
    assert pattern_of(sewn("M5 5H45V5.3H5Z")).stitch_count > 20
    half = parse_path_mm("M5 5H25V25H5")
    assert codes(replace(sewn(DISC), outline=half)) == ["STITCH_OPEN_CONTOUR"]


def test_a_colour_without_a_thread_is_refused_and_a_name_or_a_colour_finds_one() -> None:
    red, blue = Thread("Red", (200, 0, 0)), Thread("Blue", (30, 60, 130), "Madeira", "1043")
    assert codes(sewn(DISC, GOLD), threads=(red, blue)) == ["STITCH_THREAD_MISSING"]
    by_colour = pattern_of(sewn(DISC), threads=(red, blue))
    by_name = pattern_of(sewn(DISC, Ink((1, 2, 3), "Red")), threads=(red, blue))
    assert [one.blocks[0].thread for one in (by_colour, by_name)] == [blue, red]


def noise(points: int) -> Outline:
    """Return a closed contour of many points that crosses itself everywhere."""
    drawn = np.random.default_rng(7).integers(0, 30_000, (points, 2)).astype(np.int32)
    verbs = np.array([Verb.MOVE, *[Verb.LINE] * (points - 1), Verb.CLOSE], np.uint8)
    return Outline(verbs, drawn)


def frayed(points: int) -> Outline:
    """Return a closed contour round a disc, with so many points on its edge."""
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = 13_000 + 25 * (np.arange(points) // 20 % 2)
    drawn = np.stack([30_000 + radius * np.cos(turn), 15_000 + radius * np.sin(turn)], axis=1)
    verbs = np.array([Verb.MOVE, *[Verb.LINE] * (points - 1), Verb.CLOSE], np.uint8)
    return Outline(verbs, np.rint(drawn).astype(np.int32))


def comb(teeth: int, *, lying: bool, rising_um: int = 0) -> Outline:
    """Return a plate with many teeth on one of its sides, the last ones so much longer than the first."""
    along = np.linspace(2_000, 28_000, 2 * teeth)
    rise = np.linspace(0, rising_um, 2 * teeth)
    across = np.where(np.arange(2 * teeth) % 2, 10_000 - rise, 14_000 + rise)
    drawn = np.stack([along, across], axis=1)
    drawn = np.concatenate([drawn, [[28_000, 24_000], [2_000, 24_000]]])
    verbs = np.array([Verb.MOVE, *[Verb.LINE] * (2 * teeth + 1), Verb.CLOSE], np.uint8)
    return Outline(verbs, np.rint(drawn[:, ::-1] if lying else drawn).astype(np.int32))


@pytest.mark.parametrize("lying", [False, True])
@pytest.mark.parametrize("rising_um", [0, 4_000])
def test_a_comb_of_100_000_teeth_is_refused_and_one_of_some_is_sewn(
    lying: bool, rising_um: int
) -> None:
    fine = replace(sewn(DISC), outline=comb(100_000, lying=lying, rising_um=rising_um))
    assert codes(fine) == ["STITCH_TOO_DETAILED"]
    coarse = replace(sewn(DISC), outline=comb(20, lying=lying, rising_um=rising_um))
    assert pattern_of(coarse).stitch_count > 500


def test_artwork_of_200_000_points_is_refused_or_sewn_and_never_hangs() -> None:
    assert codes(replace(sewn(DISC), outline=noise(200_000))) == ["STITCH_TOO_DETAILED"]
    assert pattern_of(replace(sewn(DISC), outline=frayed(200_000))).stitch_count > 1_000
    dots = "".join(f"M{x} {y}h2v2h-2z" for x in range(2, 57, 3) for y in range(2, 27, 3))
    assert pattern_of(sewn(dots)).stitch_count > 1_000


def test_a_pattern_that_no_machine_holds_is_refused() -> None:
    assert "STITCH_TOO_DETAILED" in codes(sewn("M0 0H60V30H0Z"), density_um=16, stitch_um=500)
