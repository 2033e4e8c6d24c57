"""The best breaks for a shape: no way to break a short text by hand lets it be set larger."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from render_core.compose import Composition
from render_core.design import Align, Shape, ShapeKind, VerticalAlign
from render_core.layout import FittedText
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    composed,
    items_of,
    text_of,
    text_zone,
)
from tests.render_core.geometry.geos import area_of
from tests.render_core.test_compose_heights import some_height_fits

TRIANGLE = Shape(ShapeKind.PATH, path="M20 0L40 36L0 36Z")
# With a slit in the middle, where a single line would stand: small texts do not fit at all.
SLIT = Shape(ShapeKind.PATH, path="M0 0H40V40H0Z M12 19.5H28V20.5H12Z")
SHAPES = {
    "ellipse": (40, 26, ELLIPSE),
    "triangle": (40, 36, TRIANGLE),
    "heart": (40, 40, HEART_SHAPE),
    "slit": (40, 40, SLIT),
}
TEXTS = [
    "Anna and Ben",
    "For the best grandmother of all",
    "a bb ccc dddd eeeee ffffff",
    "Wolfgang i l i Amadeus",
    "Mum & Dad since 1987 forever",
]


def fitting(made: Composition) -> int:
    """Return the size at which a text fits, 0 for none."""
    reported = [p.measured for p in made.problems if p.code == "DOES_NOT_FIT"]
    return round(reported[0] * 100) if reported else text_of(made).size_centipoint


def by_hand(shape: str, text: str, **rules: object) -> int:
    """Return the largest size over all ways to break a text at its spaces, each typed as lines."""
    width, height, edge = SHAPES[shape]
    words = text.split()
    zone = text_zone(width, height, shape=edge, min_size_centipoint=1, **rules)
    sizes = []
    for count in range(len(words)):
        for breaks in combinations(range(1, len(words)), count):
            parts = [0, *breaks, len(words)]
            lines = [" ".join(words[a:b]) for a, b in pairwise(parts)]
            sizes.append(fitting(composed(zone, "\n".join(lines))))
    return max(sizes)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("text", TEXTS)
def test_no_breaks_made_by_hand_are_larger(shape: str, text: str) -> None:
    width, height, edge = SHAPES[shape]
    rules = {"max_lines": 7, "font": "serif", "max_size_centipoint": 20_000, "margin_um": 500}
    zone = text_zone(width, height, shape=edge, min_size_centipoint=1, **rules)
    found = fitting(composed(zone, text))
    assert found == by_hand(shape, text, **rules)
    assert found > 400


@pytest.mark.parametrize("align", [Align.START, Align.END])
@pytest.mark.parametrize("vertical", [VerticalAlign.TOP, VerticalAlign.BOTTOM])
def test_nor_for_other_alignments(align: Align, vertical: VerticalAlign) -> None:
    rules = {
        "max_lines": 4,
        "align": align,
        "vertical_align": vertical,
        "line_height_permille": 900,
    }
    width, height, edge = SHAPES["ellipse"]
    zone = text_zone(width, height, shape=edge, min_size_centipoint=1, **rules)
    text = "to the very best of us"
    # By hand also more lines are tried than the zone takes; those are not larger here.
    assert text_of(composed(zone, text)).size_centipoint == by_hand("ellipse", text, **rules)


STAR = "M20 1L25.8 14.4L40 15.6L29.2 25L32.4 39L20 31.6L7.6 39L10.8 25L0 15.6L14.2 14.4Z"
BONE = "M8 15A5 5 0 0 1 13 16H27A5 5 0 1 1 35 20A5 5 0 1 1 27 24H13A5 5 0 1 1 5 20A5 5 0 0 1 8 15Z"
LONG = {
    "heart": (HEART_SHAPE, "Wherever you go, go with all your heart"),
    "star": (
        Shape(ShapeKind.PATH, path=STAR),
        "My name is Biscuit, please call 0171 234567",
    ),
    "bone": (Shape(ShapeKind.PATH, path=BONE), "a good dog has a long walk"),
    "ellipse": (ELLIPSE, "For the best grandmother in the wide wide world"),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", LONG)
def test_nobody_sets_a_long_text_larger_at_any_height_with_any_breaks(shape: str) -> None:
    """All ways to break it and all heights, by GEOS; in an ellipse the block stands in the middle."""
    edge, text = LONG[shape]
    words, margin = text.split(), 700
    rules = {"font": "serif", "max_lines": 9, "max_graphemes": 90}
    zone = text_zone(40, 40, shape=edge, margin_um=margin, min_size_centipoint=1, **rules)
    made = composed(zone, text)
    around = made.layout.surface("front").zone("name").shape
    left, _, right, _ = around.bounds_um()
    more = round(text_of(made).size_centipoint * 1.002) + 2
    free = text_zone(400, 400, min_size_centipoint=more, max_size_centipoint=more, **rules)
    for breaks in (c for count in range(9) for c in combinations(range(1, len(words)), count)):
        lines = [" ".join(words[a:b]) for a, b in pairwise([0, *breaks, len(words)])]
        drawn = items_of(composed(free, "\n".join(lines)))[0].outline
        drawn = drawn.moved((left + right) // 2 - 200_000, -180_000)
        box = drawn.bounds_um()
        if box[2] - box[0] > 40_000 or box[3] - box[1] > 40_000:
            continue
        if shape == "ellipse":
            inside = area_of(around).buffer(-margin, quad_segs=64)
            assert not inside.covers(area_of(drawn)), lines
        else:
            assert not some_height_fits(drawn, around, margin), lines


def test_a_long_text_fills_a_triangle_with_lines_as_long_as_it_is_wide() -> None:
    """Fifteen words cannot all be tried; what is found is larger than even lines are."""
    text = "we wish the happiest couple of the whole town a long and merry life together"
    width, height, edge = SHAPES["triangle"]
    rules = {"max_lines": 8, "max_graphemes": 90, "font": "serif", "min_size_centipoint": 1}
    zone = text_zone(width, height, shape=edge, **rules)
    made = text_of(composed(zone, text))
    lines = lines_of(made)
    lengths = [len(line) for line in lines]
    assert len(lengths) > 4
    assert lengths[0] == min(lengths)
    assert lengths[-1] > lengths[0] + 3
    for count in range(2, 9):
        even = lines_of(text_of(composed(text_zone(150 // count, 200, **rules), text)))
        by_hand = text_of(composed(zone, "\n".join(even)))
        assert made.size_centipoint > by_hand.size_centipoint


def lines_of(text: FittedText) -> list[str]:
    """Return the words of each line."""
    lines: dict[int, str] = {}
    for cluster in text.clusters:
        typed = text.text_as_made[cluster.start_utf16 : cluster.end_utf16]
        lines[cluster.line] = lines.get(cluster.line, "") + typed
    return [line.strip() for line in lines.values()]
