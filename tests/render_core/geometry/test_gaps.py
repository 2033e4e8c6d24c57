"""Strokes and gaps of what is made: the threshold right to 0.02 mm, whatever the form."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import pytest

from render_core.geometry.gaps import MOST_PAIRS, measure, together
from render_core.geometry.paths import Path
from render_core.geometry.strokes import Precision, all_chords, edges_of, thinnest, uncrossed
from render_core.layout import EMPTY_OUTLINE, Outline, Verb

WIDTHS_UM = tuple(range(100, 1001, 10))
TOLERANCE_UM = 20
ANY = 5_000.0
Points = list[tuple[float, float]]


def outline(*contours: Points) -> Outline:
    verbs: list[int] = []
    for points in contours:
        verbs += [Verb.MOVE, *[Verb.LINE] * (len(points) - 1), Verb.CLOSE]
    flat = np.array([point for points in contours for point in points], np.float64)
    return Outline(np.array(verbs, np.uint8), np.rint(flat).astype(np.int32))


def turned(points: Points, degrees: float) -> Points:
    c, s = cos(degrees * pi / 180), sin(degrees * pi / 180)
    return [(c * x - s * y, s * x + c * y) for x, y in points]


def box(left: float, top: float, right: float, bottom: float) -> Points:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def comb(tine_um: float, gap_um: float, degrees: float = 0.0) -> Outline:
    """Return a comb of four tines three millimetres long, on a bar two millimetres thick."""
    points: Points = [(0, 0)]
    x = 0.0
    for _ in range(4):
        points += [(x, 3000), (x + tine_um, 3000), (x + tine_um, 0)]
        x += tine_um + gap_um
        points.append((x, 0))
    return outline(turned([*points, (x, -2000), (0, -2000)], degrees))


def arc(radius: float, first: float, last: float, steps: int = 60) -> Points:
    angles = [first + (last - first) * step / steps for step in range(steps + 1)]
    return [(radius * cos(a * pi / 180), radius * sin(a * pi / 180)) for a in angles]


def bows(band_um: float, gap_um: float) -> Outline:
    """Return three bands bent round one middle."""
    radius, bands = 4000.0, []
    for _ in range(3):
        bands.append([*arc(radius, 20, 160), *arc(radius + band_um, 160, 20)])
        radius += band_um + gap_um
    return outline(*bands)


@pytest.mark.parametrize("width_um", WIDTHS_UM)
@pytest.mark.parametrize("degrees", [0.0, 23.0])
def test_tines_of_a_comb_are_told_within_two_hundredths(width_um: int, degrees: float) -> None:
    made = comb(width_um, 1500, degrees)
    assert measure(made, width_um - TOLERANCE_UM, 0).stroke is None
    found = measure(made, width_um + TOLERANCE_UM, 0).stroke
    assert found is not None
    assert found.width == pytest.approx(width_um, abs=4)


@pytest.mark.parametrize("width_um", WIDTHS_UM)
@pytest.mark.parametrize("degrees", [0.0, 23.0])
def test_slits_of_a_comb_are_told_within_two_hundredths(width_um: int, degrees: float) -> None:
    made = comb(1500, width_um, degrees)
    assert measure(made, 0, width_um - TOLERANCE_UM).gap is None
    found = measure(made, 0, width_um + TOLERANCE_UM).gap
    assert found is not None
    assert found.width == pytest.approx(width_um, abs=4)


@pytest.mark.parametrize("width_um", WIDTHS_UM)
def test_curved_bands_and_what_lies_between_them_are_told_alike(width_um: int) -> None:
    thin, near = bows(width_um, 1800), bows(1800, width_um)
    assert measure(thin, width_um - TOLERANCE_UM, 1600).stroke is None
    assert measure(near, 1600, width_um - TOLERANCE_UM).gap is None
    stroke = measure(thin, width_um + TOLERANCE_UM, 0).stroke
    gap = measure(near, 0, width_um + TOLERANCE_UM).gap
    assert stroke is not None
    assert gap is not None
    assert stroke.width == pytest.approx(width_um, abs=6)
    assert gap.width == pytest.approx(width_um, abs=6)


@pytest.mark.parametrize("width_um", [100, 250, 600])
def test_a_counter_is_a_gap_and_its_wall_a_stroke(width_um: int) -> None:
    ring = outline(box(0, 0, 4000, 4000), box(1000, 1000, 1000 + width_um, 3000)[::-1])
    found = measure(ring, ANY, ANY)
    assert found.gap is not None
    assert found.gap.width == pytest.approx(width_um, abs=1)
    assert found.stroke is not None
    assert found.stroke.width == pytest.approx(1000, abs=1)


def test_the_ends_of_a_chord_are_where_the_gap_is() -> None:
    made = outline(box(0, 0, 2000, 2000), box(2150, 500, 4000, 1000))
    gap = measure(made, 0, 300).gap
    assert gap is not None
    xs = sorted(x for x, _ in gap.ends)
    assert xs == pytest.approx([2000, 2150])
    assert all(500 <= y <= 1000 for _, y in gap.ends)


def test_a_gap_that_something_stands_in_is_the_gaps_beside_it() -> None:
    made = outline(box(0, 0, 900, 900), box(1900, 0, 2800, 900), box(1200, 0, 1600, 900))
    found = measure(made, 0, 1500)
    assert found.gap is not None
    assert found.gap.width == pytest.approx(300)


@pytest.mark.parametrize("least_way", [0.0, 1_000.0, 15_000.0, 1e9])
def test_chords_are_looked_at_until_one_is_long_enough(least_way: float) -> None:
    points: Points = [(-500, 12_000), (-500, 9_000)]
    for left in range(0, 7_200, 600):
        points += [(left, 9_000), (left, 0), (left + 300, 0), (left + 300, 9_000)]
    made = outline([*points, (7_500, 9_000), (7_500, 12_000)])
    path = Path(made.verbs, made.points_um.astype(np.float64))
    edges = edges_of(path, Precision(1.0, 250.0, 12))
    assert edges is not None
    every = all_chords(edges, 1_000)
    few, many = uncrossed(every, edges, enough=least_way), uncrossed(every, edges)
    assert few.width.size <= many.width.size < every.width.size / 100
    for outside in (False, True):
        chord, expected = (
            thinnest(found, below=1_000, least_way=least_way, outside=outside)
            for found in (few, many)
        )
        assert chord == expected
        assert (chord is None) == (least_way == 1e9)


def test_notches_of_a_wide_angle_are_not_gaps() -> None:
    star = outline([(0, 0), (4000, 0), (4000, 3000), (2000, 1500), (0, 3000)])
    assert measure(star, 0, 1000).gap is None


def test_edges_that_were_rounded_twice_are_no_gap() -> None:
    made = outline(box(0, 0, 2000, 2000), box(2001, 0, 4000, 2000))
    assert measure(made, 0, 300).gap is None


def test_pieces_that_touch_are_measured_as_one() -> None:
    made = together([outline(box(0, 0, 200, 2000)), outline(box(150, 0, 2000, 2000))])
    assert measure(made, 500, 0).stroke is None
    apart = together([outline(box(0, 0, 200, 2000)), outline(box(250, 0, 2000, 2000))])
    found = measure(apart, 500, 500)
    assert found.stroke is not None
    assert found.gap is not None
    assert (round(found.stroke.width), round(found.gap.width)) == (200, 50)


def test_many_small_dots_are_told_at_once_by_one_of_them() -> None:
    dots = [box(x, y, x + 90, y + 90) for x in range(0, 12_000, 200) for y in range(0, 12_000, 200)]
    found = measure(outline(*dots), 300, 0)
    assert found.stroke is not None
    assert found.stroke.width == pytest.approx(90, abs=1)


def test_what_is_too_crowded_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    made = comb(900, 900)
    assert measure(made, 500, 500).complete
    assert MOST_PAIRS > 0
    monkeypatch.setattr("render_core.geometry.gaps.MOST_PAIRS", 10)
    assert measure(made, 500, 500) == type(measure(made, 500, 500))(None, None, complete=False)


def test_nothing_and_open_lines_have_no_strokes() -> None:
    assert measure(EMPTY_OUTLINE, ANY, ANY).stroke is None
    line = Outline(
        np.array([Verb.MOVE, Verb.LINE, Verb.LINE], np.uint8),
        np.array([(0, 0), (10, 0), (0, 5)], np.int32),
    )
    assert measure(line, ANY, ANY).stroke is None
    assert together([EMPTY_OUTLINE, EMPTY_OUTLINE]).is_empty
