"""The path instructions of PDF, beside the same written with fractions, number by number."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from render_core.export.pdf_path import path
from render_core.layout import POINTS_OF_VERB, Outline, Verb

TEN_METRES_UM = 10_000_000
LENGTHS = st.integers(-TEN_METRES_UM + 1, TEN_METRES_UM - 1) | st.integers(-30, 30)
DRAWN = st.lists(st.sampled_from([Verb.LINE, Verb.QUAD, Verb.CUBIC]), max_size=6)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    verbs: list[int] = []
    for _ in range(draw(st.integers(1, 3))):
        ends = draw(st.sampled_from([[], [Verb.CLOSE]]))
        verbs += [Verb.MOVE, *draw(DRAWN), *ends]
    count = sum(POINTS_OF_VERB[verb] for verb in verbs)
    points = draw(st.lists(st.tuples(LENGTHS, LENGTHS), min_size=count, max_size=count))
    return made(verbs, points)


def made(verbs: list[int], points: list[tuple[int, int]]) -> Outline:
    return Outline(np.array(verbs, np.uint8), np.array(points, np.int32).reshape(-1, 2))


def number(um: Fraction) -> str:
    tenths = round(um * 10)
    whole, rest = divmod(abs(tenths), 10_000)
    text = f"{whole}.{rest:04}".rstrip("0").rstrip(".")
    return f"-{text}" if tenths < 0 else text


def as_fractions(outline: Outline) -> str:
    points = [(Fraction(x), Fraction(y)) for x, y in outline.points_um.tolist()]
    lines, pen = [], (Fraction(0), Fraction(0))
    for verb in outline.verbs.tolist():
        own, points = points[: POINTS_OF_VERB[verb]], points[POINTS_OF_VERB[verb] :]
        if verb == Verb.QUAD:
            middle, end = own
            handles = [
                tuple(
                    there + (q - there) * Fraction(2, 3)
                    for there, q in zip(of, middle, strict=True)
                )
                for of in (pen, end)
            ]
            own = [*handles, end]
        numbers = [number(length) for point in own for length in point]
        lines.append(" ".join([*numbers, "mlcc h"[verb]]))
        pen = own[-1] if own else pen
    return "\n".join(lines)


@given(outlines())
@example(made([Verb.MOVE, Verb.QUAD, Verb.CLOSE], [(-1, 1), (0, 0), (0, -1)]))
def test_every_number_is_the_nearest_of_four_decimals(outline: Outline) -> None:
    assert path(outline) == as_fractions(outline)


@pytest.mark.parametrize(
    "outline",
    [
        made([Verb.MOVE, Verb.LINE], [(TEN_METRES_UM, -1), (-(2**31), 2**31 - 1)]),
        made([Verb.MOVE, Verb.LINE, Verb.CLOSE, Verb.CLOSE], [(1, 2), (3, 4)]),
        made([Verb.CLOSE, Verb.MOVE, Verb.LINE], [(1, 2), (3, 4)]),
        made([Verb.QUAD, Verb.CLOSE], [(10, 20), (30, 40)]),
        made([], []),
    ],
)
def test_what_is_rare_is_written_alike(outline: Outline) -> None:
    assert path(outline) == as_fractions(outline)


def test_an_arc_is_written_as_cubics_through_its_ends() -> None:
    arc = made([Verb.MOVE, Verb.ARC, Verb.CLOSE], [(0, 0), (5_000, 5_000), (10_000, 0)])
    first, *cubics, last = path(arc).split("\n")
    assert (first, last) == ("0 0 m", "h")
    ends = [tuple(map(float, line.split()[4:6])) for line in cubics]
    assert ends[-1] == (10, 0)
    assert [math.hypot(x - 5, y) for x, y in ends] == pytest.approx([5] * len(ends), abs=1e-4)
