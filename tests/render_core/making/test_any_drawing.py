"""Whatever a drawing holds, a machine's work is made or its problems are told; nothing raises."""

from __future__ import annotations

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_core.layout import FillRule, Ink, Item, Operation, Outline, Verb
from render_core.making.measure import measures
from render_core.making.prepare import Prepared, prepare
from render_core.making.profile_json import library
from render_core.preflight.messages import MESSAGES
from tests.render_core.making.cut_up import cut_up
from tests.render_core.making.work import face

MACHINES = library()
CODES = {key.partition(".")[0] for key in MESSAGES}
VERBS = (Verb.LINE, Verb.QUAD, Verb.CUBIC, Verb.ARC)
POINTS = {Verb.LINE: 1, Verb.QUAD: 2, Verb.CUBIC: 3, Verb.ARC: 2}


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    # A few places, so that points, edges and whole contours lie on each other.
    place = st.tuples(
        st.sampled_from([0, 1, 10_000, 20_000, 20_100, 90_000]), st.integers(0, 90_000)
    )
    verbs: list[int] = []
    points: list[tuple[int, int]] = []
    for _ in range(draw(st.integers(1, 3))):
        verbs.append(Verb.MOVE)
        points.append(draw(place))
        for verb in draw(st.lists(st.sampled_from(VERBS), max_size=6)):
            verbs.append(verb)
            points += [draw(place) for _ in range(POINTS[verb])]
        if draw(st.integers(0, 4)):
            verbs.append(Verb.CLOSE)
    return Outline(np.array(verbs, np.uint8), np.array(points, np.int32).reshape(-1, 2))


@st.composite
def items(draw: st.DrawFn) -> Item:
    return Item(
        draw(st.sampled_from(["name", "other"])),
        draw(st.sampled_from(sorted(Operation))),
        Ink((0, 0, 0), draw(st.sampled_from(["", "Thru-cut", "Gold"]))),
        draw(outlines()),
        draw(st.sampled_from(sorted(FillRule))),
        line_width_um=draw(st.sampled_from([0, 0, 0, 300])),
        clip=draw(st.none() | st.none() | outlines()),
    )


def document(made: Prepared) -> bytes:
    found = [made.surface.document(), [repr(one) for one in made.problems], list(made.trim)]
    return orjson.dumps(found)


@pytest.mark.parametrize("name", MACHINES)
@settings(max_examples=6, deadline=None)
@given(st.lists(items(), min_size=1, max_size=4))
def test_any_drawing_is_made_or_told(name: str, drawn: list[Item]) -> None:
    surface = face(*drawn, x_um=500, y_um=700)
    profile = MACHINES[name]
    made = prepare(surface, profile, stencils=("other",))
    assert document(prepare(surface, profile, stencils=("other",))) == document(made)
    assert {found.code for found in made.problems} <= CODES
    placed = iter(made.surface.placed_items())
    for run in made.runs:
        assert run.items
        for item in run.items:
            same = next(placed)
            assert same.outline.points_um.tolist() == item.outline.points_um.tolist()
    assert next(placed, None) is None
    assert len(measures(made)) == len(made.runs)
    if max(made.surface.width_um, made.surface.height_um) < 2_000_000:
        cut_up(made.surface, 150_000, 120_000, 5_000)
