"""How far paths reach: exact for curves, whatever is left out on the way."""

from __future__ import annotations

import numpy as np
import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path as fonttools_parse
from hypothesis import given
from hypothesis import strategies as st

from render_core.geometry.flatten import flatten_path
from render_core.geometry.paths import EMPTY_PATH, Path
from render_core.geometry.support import bounds, outermost, reach, segments_of
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Verb

DIRECTIONS = np.array([(x, y) for x in range(-3, 4) for y in range(-3, 4) if x or y], np.float64)
NUMBERS = st.floats(-1000, 1000, width=32)
POINTS = st.tuples(NUMBERS, NUMBERS)


@st.composite
def paths(draw: st.DrawFn) -> Path:
    verbs, points = [Verb.MOVE], [draw(POINTS)]
    for verb, count in draw(
        st.lists(
            st.sampled_from([(Verb.LINE, 1), (Verb.QUAD, 2), (Verb.CUBIC, 3)]),
            min_size=1,
            max_size=40,
        )
    ):
        verbs.append(verb)
        points += [draw(POINTS) for _ in range(count)]
    return Path(np.array([*verbs, Verb.CLOSE], np.uint8), np.array(points, np.float64))


@given(paths())
def test_no_point_of_a_curve_lies_beyond_its_reach_and_one_lies_at_it(path: Path) -> None:
    (flat,) = flatten_path(path.verbs, path.points, 0.01)
    sampled = (flat.points_um @ DIRECTIONS.T).max(axis=0)
    exact = reach(segments_of(path), DIRECTIONS)
    assert (sampled <= exact + 1e-6).all()
    assert (exact - sampled <= 0.01 * np.hypot(*DIRECTIONS.T) + 1e-6).all()


@given(paths())
def test_the_outermost_segments_reach_as_far_as_all(path: Path) -> None:
    segments = segments_of(path)
    kept = outermost(segments)
    assert reach(kept, DIRECTIONS).tolist() == reach(segments, DIRECTIONS).tolist()


@pytest.mark.parametrize(
    "data",
    ["M0 0Q5 20 10 0Z", "M0 0C-20 30 40 30 10 0Z", "M1 1L2 5Z", "M0 0C0 9 9 9 9 0Q4 -7 0 0Z"],
)
def test_extents_are_what_another_tool_measures(data: str) -> None:
    pen = BoundsPen(None)
    fonttools_parse(data, pen)
    outline = parse_path_mm(data)
    box = bounds(Path(outline.verbs, outline.points_um / 1000))
    assert box == pytest.approx(pen.bounds)


def test_an_empty_path_has_no_extents() -> None:
    assert bounds(EMPTY_PATH) is None
