"""SVG path data in and out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path as fonttools_parse
from hypothesis import given
from hypothesis import strategies as st

from render_core.errors import UnsupportedDesign
from render_core.geometry.flatten import flatten
from render_core.geometry.svg_path import parse_path_mm
from render_core.geometry.svg_path_writer import path_data, path_data_mm
from render_core.layout import Outline, Verb
from render_core.units import um_as_mm

LENGTHS = st.integers(-400_000, 400_000)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    verbs: list[int] = []
    points: list[tuple[int, int]] = []
    for _ in range(draw(st.integers(1, 3))):
        body = draw(st.lists(st.sampled_from([(Verb.LINE, 1), (Verb.QUAD, 2), (Verb.CUBIC, 3)])))
        verbs += [Verb.MOVE, *(verb for verb, _ in body), Verb.CLOSE]
        points += [draw(st.tuples(LENGTHS, LENGTHS)) for _ in range(1 + sum(n for _, n in body))]
    return Outline(np.array(verbs, np.uint8), np.array(points, np.int32).reshape(-1, 2))


@given(outlines())
def test_what_is_written_reads_back_as_the_same_outline(outline: Outline) -> None:
    again = parse_path_mm(path_data_mm(outline))
    assert again.verbs.tolist() == outline.verbs.tolist()
    assert again.points_um.tolist() == outline.points_um.tolist()


def test_millimetres_are_written_without_floats_and_without_trailing_zeros() -> None:
    outline = parse_path_mm("M0.001 -0.5 L 12 3.40 L -0.010 7 Z")
    assert path_data_mm(outline) == "M0.001 -0.5L12 3.4L-0.01 7Z"


@pytest.mark.parametrize(
    "data",
    [
        "M10 10h20v20H10z",
        "m1,1l2 3 4-5.5.5e1.5L.5.5",
        "M0 0C1 2 3 4 5 6S7 8 9 10s1 1 2 2",
        "M0 0Q1 2 3 4T7 8t1 1T2 2",
        "M0 0L1 1M5 5 6 6 7 7m1 1 2 2z",
        "M0 0 10 0 10 10Zm2 2 5 0 0 5z",
    ],
)
def test_commands_mean_what_another_reader_says(data: str) -> None:
    pen = RecordingPen()
    fonttools_parse(data, pen)
    ours = parse_path_mm(data).points_um / 1000
    assert ours == pytest.approx(np.array(_points_without_closing_lines(pen)), abs=1e-9)


def _points_without_closing_lines(pen: RecordingPen) -> list[tuple[float, float]]:
    """The other reader closes with a line back to the start, where ours has only the verb."""
    points: list[tuple[float, float]] = []
    start = (0.0, 0.0)
    for (verb, args), (after, _) in zip(pen.value, [*pen.value[1:], ("", ())], strict=True):
        if verb == "moveTo":
            start = args[0]
        if not (verb == "lineTo" and after == "closePath" and args[0] == start):
            points += args
    return points


def test_drawing_after_a_close_starts_where_the_contour_started() -> None:
    outline = parse_path_mm("M1 1L2 1L2 2ZL0 5Z")
    assert outline.points_um[3].tolist() == [1000, 1000]
    assert outline.verbs.tolist() == [0, 1, 1, 5, 0, 1, 5]


@pytest.mark.parametrize("large", [0, 1])
@pytest.mark.parametrize("sweep", [0, 1])
@pytest.mark.parametrize("rotation", [0, 30, -75.5, 400])
def test_elliptical_arcs_lie_on_their_ellipse(large: int, sweep: int, rotation: float) -> None:
    outline = parse_path_mm(f"M30 20A25 12 {rotation} {large} {sweep} 40 35")
    points = flatten(outline, 0.2)[0].points_um / 1000
    assert points[0].tolist() == [30, 20]
    assert points[-1].tolist() == [40, 35]
    # Five points fix the conic; all others must lie on it, and the axes must be 25 by 12.
    angle = math.radians(rotation)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    unit = points @ turn.T / [25, 12]
    centre = _circle_centre(unit[0], unit[len(unit) // 2], unit[-1])
    radii = np.hypot(*(unit - centre).T)
    assert np.abs(radii - 1).max() < 2e-4
    rolled = np.roll(unit - centre, -1, axis=0)[:-1]
    here = (unit - centre)[:-1]
    turns = here[:, 0] * rolled[:, 1] - here[:, 1] * rolled[:, 0]
    assert (turns > 0).all() if sweep else (turns < 0).all()
    swept = np.arcsin(np.clip(np.abs(turns), 0, 1)).sum()
    assert (swept > math.pi) == bool(large)


def _circle_centre(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    lhs = 2 * np.array([b - a, c - a])
    rhs = np.array([b @ b - a @ a, c @ c - a @ a])
    return np.linalg.solve(lhs, rhs)


@pytest.mark.parametrize(
    "data", ["M0 0A10 10 0 0 1 20 0", "M0 0A5 5 0 1 1 3 4", "M0 0a7,7 0 11-2,9"]
)
def test_circular_arcs_survive_writing_and_reading(data: str) -> None:
    outline = parse_path_mm(data)
    assert Verb.ARC in outline.verbs.tolist()
    before = flatten(outline, 0.5)[0].points_um
    after = flatten(parse_path_mm(path_data_mm(outline)), 0.5)[0].points_um
    gaps = np.hypot(*(before[:, None] - after[None]).transpose(2, 0, 1)).min(axis=1)
    assert gaps.max() < np.hypot(*np.diff(after, axis=0).T).max()
    assert after[-1].tolist() == before[-1].tolist()


def test_radii_that_are_too_small_grow_until_the_arc_reaches() -> None:
    points = flatten(parse_path_mm("M0 0A1 1 0 0 1 20 0"), 0.5)[0].points_um
    assert np.hypot(points[:, 0] - 10_000, points[:, 1]).max() == pytest.approx(10_000, abs=1.5)


@pytest.mark.parametrize(
    "data",
    ["L0 0", "M0", "M0 0L1", "M0 0X1 1", "M0 0A1 1 0 2 0 5 5", "M NaN 0", "M0 0 L inf 1", "M1e9 0"],
)
def test_broken_path_data_is_refused_with_a_reason(data: str) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        parse_path_mm(data)
    assert refused.value.reason in {"SHAPE_PATH_INVALID", "GEOMETRY_OUT_OF_RANGE"}


def test_endless_path_data_is_refused_before_it_is_read() -> None:
    with pytest.raises(UnsupportedDesign):
        parse_path_mm("M0 0" + "L1 1" * 200_000)
    with pytest.raises(UnsupportedDesign):
        parse_path_mm("M0 0L" + "1 1 " * 60_000)


def _drawn(verbs: list[int], points: list[tuple[int, int]]) -> Outline:
    return Outline(np.array(verbs, np.uint8), np.array(points, np.int32).reshape(-1, 2))


@pytest.mark.parametrize(
    "outline",
    [
        _drawn([], []),
        _drawn([Verb.CLOSE], []),
        _drawn([Verb.MOVE, Verb.LINE, Verb.CLOSE, Verb.CLOSE], [(1, 2), (3, 4)]),
        _drawn([Verb.MOVE, Verb.LINE, Verb.MOVE, Verb.LINE], [(0, -1), (-1, 0), (-10, 9), (5, -5)]),
        _drawn([Verb.MOVE, Verb.LINE], [(9_999_999, -9_999_999), (-1_000, 1_000)]),
        _drawn([Verb.MOVE, Verb.LINE], [(10_000_000, 0), (-10_000_001, -(2**31))]),
        _drawn([Verb.MOVE, Verb.ARC, Verb.CLOSE], [(0, 0), (5, -5), (10, 0)]),
    ],
)
def test_all_points_at_once_are_written_as_one_by_one(outline: Outline) -> None:
    assert path_data_mm(outline) == path_data(outline, um_as_mm)


@given(outlines())
def test_any_outline_is_written_all_at_once_as_one_by_one(outline: Outline) -> None:
    assert path_data_mm(outline) == path_data(outline, um_as_mm)
