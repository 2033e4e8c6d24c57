"""Text along lines: where letters stand, what stays joined, where cursors are, and what is refused."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from render_core.design import Align, VerticalAlign
from render_core.errors import UnsupportedDesign
from render_core.geometry.flatten import flatten
from render_core.text_rules import MonogramRules, PathSide, TextPath
from tests.render_core.composing import (
    codes,
    composed,
    text_of,
    text_zone,
)
from tests.render_core.geometry.geos import area_of
from tests.render_core.text.lines import ARC, LINE, RING, along, ink, pieces, points, zone

JOINED = {
    "arabic": "مرحبا بكم في بيتنا",
    "devanagari": "नमस्ते क्षत्रिय",
    "script": "Louise & Matthew",
}


@pytest.mark.parametrize("text", ["Emma & Co", "مرحبا بكم", "שלום Hello", "क्षत्रिय", "fi ffl"])
@pytest.mark.parametrize("font", ["sans", "script"])
def test_along_a_straight_line_text_is_straight_text(text: str, font: str) -> None:
    straight = composed(
        text_zone(80, 80, min_size_centipoint=1200, max_size_centipoint=1200, font=font), text
    )
    made = composed(zone(along("M0 40H80", start_permille=500), font=font), text)
    one, other = points(ink(straight)), points(ink(made))
    low, high = one.min(axis=0), one.max(axis=0)
    assert np.abs((high - low) - (other.max(axis=0) - other.min(axis=0))).max() <= 2
    assert pieces(ink(straight)) == pieces(ink(made))
    middle = (other.min(axis=0)[0] + other.max(axis=0)[0]) / 2
    assert abs(middle - 40_000) <= 2


@pytest.mark.parametrize("side", PathSide)
def test_letters_stand_outside_or_inside_of_a_ring(side: PathSide) -> None:
    path = TextPath(RING, inset_um=15_000, side=side, start_permille=500)
    radius = np.hypot(*(points(ink(composed(zone(path), "HHHHHHHH"))) - 40_000).T)
    height = 1200 * 127 / 36 * 0.714  # Noto Sans: capitals are 0.714 em high.
    if side is PathSide.LEFT:
        assert radius.min() == pytest.approx(25_000, abs=20)
        assert radius.max() == pytest.approx(25_000 + height, abs=25)
    else:
        # A stroke's middle is nearer to the ring than its corners.
        assert radius.max() == pytest.approx(25_000, abs=60)
        assert radius.min() == pytest.approx(25_000 - height, abs=60)


def test_text_at_the_foot_of_a_ring_is_read_from_left_to_right() -> None:
    path = TextPath(RING, inset_um=10_000, side=PathSide.RIGHT, start_permille=500)
    first, *_, last = text_of(composed(zone(path), "abcdef")).clusters
    assert first.box.right_um < last.box.left_um
    assert first.box.top_um > 40_000 < last.box.top_um


def test_a_letter_that_stands_alone_keeps_its_shape() -> None:
    """A turned E has the distances of the straight one."""
    straight = ink(composed(zone(along("M0 40H80", start_permille=500)), "E"))
    turned = ink(composed(zone(TextPath(RING, inset_um=30_000, start_permille=130)), "E"))
    one, other = (
        np.sort(np.hypot(*(o.points_um[:, None] - o.points_um[None]).T), axis=None)
        for o in (straight, turned)
    )
    assert np.abs(one - other).max() < 2


def test_what_touches_on_a_straight_line_stays_joined_on_a_tight_ring() -> None:
    for font, text in JOINED.items():
        straight = composed(zone(along("M0 40H80", start_permille=500), font=font), text)
        for side in PathSide:
            ring = TextPath(RING, inset_um=27_000, side=side)
            made = composed(zone(ring, 1000, font=font), text)
            assert pieces(ink(made)) <= pieces(ink(straight)), (font, side)


def test_bent_outlines_have_no_overlaps_where_neighbours_meet() -> None:
    """Letters turned towards each other inside a ring too tight for them overlap, and become one."""
    ring = TextPath(RING, inset_um=36_000, side=PathSide.RIGHT, start_permille=500)
    apart = composed(zone(along("M0 40H80", start_permille=500), 2400), "WVWV")
    made = composed(zone(ring, 2400), "WVWV")
    assert codes(made) == ["DOES_NOT_FIT"]
    assert pieces(ink(apart)) == 4
    assert len(shapely.get_parts(area_of(ink(made)))) < 4


def test_upright_letters_do_not_turn() -> None:
    path = TextPath(RING, inset_um=15_000, upright=True)
    made = composed(zone(path), "HHHHHHHH")
    outline = ink(made)
    edges = np.diff(outline.points_um.reshape(8, -1, 2), axis=1)
    assert ((np.abs(edges) <= 1).any(axis=2)).all()
    assert len({cluster.box.top_um for cluster in text_of(made).clusters}) > 3


def test_the_baseline_is_shifted_away_from_the_line() -> None:
    def radii_on(side: PathSide) -> np.ndarray:
        path = TextPath(RING, inset_um=15_000, side=side, shift_permille=500)
        radii: np.ndarray = np.hypot(*(points(ink(composed(zone(path), "HHHH"))) - 40_000).T)
        return radii

    em = 1200 * 127 / 36
    assert radii_on(PathSide.LEFT).min() == pytest.approx(25_000 + em / 2, abs=20)
    assert radii_on(PathSide.RIGHT).max() == pytest.approx(25_000 - em / 2, abs=60)


@pytest.mark.parametrize(
    ("align", "start", "text", "edge", "place"),
    [
        (Align.START, 0, "HIH", 0, 10_000),
        (Align.START, 500, "HIH", 0, 40_000),
        (Align.END, 1000, "HIH", 1, 70_000),
        (Align.END, 500, "HIH", 1, 40_000),
        # What begins at the start of the line begins at its end in Hebrew.
        (Align.START, 0, "חם", 1, 70_000),
        (Align.END, 1000, "חם", 0, 10_000),
    ],
)
def test_text_is_aligned_about_its_anchor(
    align: Align, start: int, text: str, edge: int, place: int
) -> None:
    made = composed(zone(along(LINE, start_permille=start), align=align), text)
    x = points(ink(made))[:, 0]
    assert abs((x.min(), x.max())[edge] - place) <= 2
    assert codes(made) == []


def test_justified_text_fills_an_open_line_from_end_to_end() -> None:
    made = composed(zone(along(LINE), align=Align.JUSTIFY), "HIHI")
    x = points(ink(made))[:, 0]
    assert abs(x.min() - 10_000) <= 2
    assert abs(x.max() - 70_000) <= 2


def test_justified_text_goes_round_a_closed_line_in_even_steps() -> None:
    path = TextPath(RING, inset_um=15_000)
    made = composed(zone(path, align=Align.JUSTIFY), "OOOOOOOO")
    contours = flatten(ink(made), 1.0)[::2]
    middles = [(c.points_um.min(axis=0) + c.points_um.max(axis=0)) / 2 for c in contours]
    steps = [float(np.hypot(*(b - a))) for a, b in pairwise([*middles, middles[0]])]
    assert max(steps) - min(steps) < 60


def test_joined_letters_are_not_spread() -> None:
    spread = composed(zone(along(LINE), align=Align.JUSTIFY, font="arabic"), "بيت بيت")
    plain = composed(zone(along(LINE), align=Align.START, font="arabic"), "بيت بيت")
    assert pieces(ink(spread)) == pieces(ink(plain))
    x = points(ink(spread))[:, 0]
    assert abs(x.max() - x.min() - 60_000) <= 3


@pytest.mark.parametrize(
    ("vertical", "top"),
    [(VerticalAlign.TOP, 20_000), (VerticalAlign.MIDDLE, 35_000), (VerticalAlign.BOTTOM, 50_000)],
)
def test_an_arc_lies_as_high_as_its_zone_says(vertical: VerticalAlign, top: int) -> None:
    path = TextPath(ARC, bend_permille=500, inset_um=20_000, start_permille=500)
    made = composed(zone(path, 400, vertical_align=vertical), "H")
    assert points(ink(made))[:, 1].max() == pytest.approx(top, abs=30)


def test_cursors_stand_across_the_line_before_their_clusters() -> None:
    for text, rtl in (("abcdef", False), ("שלוםשם", True)):
        made = composed(zone(TextPath(RING, inset_um=15_000)), text)
        clusters = text_of(made).clusters
        carets = [cluster.caret_um for cluster in clusters if cluster.caret_um]
        assert len(carets) == len(text)
        turns = []
        for fx, fy, hx, hy in carets:
            # A letter is turned as a whole, so its edges lean a little from the radius.
            cross = (fx - 40_000) * (hy - fy) - (fy - 40_000) * (hx - fx)
            assert abs(cross) < 0.12 * np.hypot(fx - 40_000, fy - 40_000) * np.hypot(
                hx - fx, hy - fy
            )
            assert np.hypot(hx - 40_000, hy - 40_000) > np.hypot(fx - 40_000, fy - 40_000)
            turns.append(np.arctan2(fx - 40_000, 40_000 - fy))
        assert turns == sorted(turns, reverse=rtl)


def test_boxes_lie_around_the_ink_of_their_clusters() -> None:
    made = composed(zone(TextPath(RING, inset_um=15_000)), "HIELT")
    contours = flatten(ink(made), 1.0)
    for cluster in text_of(made).clusters:
        box = cluster.box
        within = [
            contour
            for contour in contours
            if box.left_um - 2 <= contour.points_um[:, 0].min()
            and contour.points_um[:, 0].max() <= box.right_um + 2
            and box.top_um - 2 <= contour.points_um[:, 1].min()
            and contour.points_um[:, 1].max() <= box.bottom_um + 2
        ]
        assert within


@given(text=st.text(max_size=40), side=st.sampled_from(PathSide), upright=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_along_a_line_is_laid_out_with_a_box_for_each_cluster(
    text: str, side: PathSide, upright: bool
) -> None:
    path = TextPath(RING, inset_um=9000, side=side, upright=upright)
    made = composed(text_zone(40, 40, path=path, max_lines=1), text)
    fitted = made.layout.surface("front").zone("name").text
    if fitted is None:
        return
    covered = [(cluster.start_utf16, cluster.end_utf16) for cluster in fitted.clusters]
    length = len(fitted.text_as_made.encode("utf-16-le")) // 2
    assert (
        [start for start, _ in covered] == [0, *(end for _, end in covered)][:-1]
        if covered
        else True
    )
    assert not covered or covered[-1][1] == length


def test_a_second_line_follows_the_first_and_is_reported() -> None:
    made = composed(zone(along(LINE, start_permille=500)), "One\nTwo")
    assert codes(made) == ["TOO_MANY_LINES"]
    first, *_, last = text_of(made).clusters
    assert first.box.right_um < last.box.left_um


def test_a_joined_word_over_a_corner_is_drawn() -> None:
    made = composed(zone(along("M20 40H40V70", start_permille=500), font="arabic"), "بيتبيتبيت")
    assert not ink(made).is_empty


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"path": along("M0 0K9")}, "SHAPE_PATH_INVALID"),
        ({"path": along("M5 5Z")}, "TEXT_PATH_INVALID"),
        ({"path": TextPath(RING, inset_um=20_000)}, "TEXT_PATH_INVALID"),
        ({"path": TextPath(ARC, bend_permille=1001)}, "OUT_OF_RANGE"),
        ({"path": TextPath(RING), "monogram": MonogramRules()}, "MONOGRAM_ON_PATH"),
    ],
)
def test_a_template_that_contradicts_itself_is_refused_by_the_library(
    rules: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        composed(text_zone(40, 40, **rules), "Emma")
    assert refused.value.reason == reason
    assert refused.value.field.startswith("zones[name].text.")
