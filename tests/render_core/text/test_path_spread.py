"""Letters along tight lines keep apart, turned or upright, and a ring closes with the space of words."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
import shapely

from render_core.compose import Composition
from render_core.design import Align
from render_core.geometry.flatten import flatten
from render_core.layout import Outline
from render_core.text_rules import PathSide, TextPath, TextPathKind
from tests.render_core.composing import codes, composed, items_of, text_zone
from tests.render_core.geometry.geos import area_of

RING = TextPathKind.ELLIPSE
VALLEY = "M10 20L40 60L70 20"
STEEP = "M38 75C38 50 42 50 42 5"
TEXTS = ("HHHHHHHHHH", "happy hills", "WAVTLLLLdd", "||||||||||")


def set_along(
    path: TextPath, text: str, size: int = 1200, least: int = 300, **rules: Any
) -> Composition:
    """Set a text at a size, or smaller where that does not fit."""
    sizes: dict[str, Any] = {"min_size_centipoint": least, "max_size_centipoint": size}
    return composed(text_zone(80, 80, margin_um=0, path=path, **sizes, **rules), text)


def outline_of(made: Composition) -> Outline:
    (item,) = items_of(made)
    return item.outline


def apart_um(made: Composition) -> tuple[int, float]:
    """Return how many pieces there are by GEOS, and the least distance of two, in micrometres."""
    area = area_of(outline_of(made))
    pieces = list(getattr(area, "geoms", [area]))
    return len(pieces), min(a.distance(b) for a, b in combinations(pieces, 2))


def in_a_row(text: str) -> int:
    """Return the number of pieces of a text that runs straight."""
    return apart_um(set_along(TextPath(TextPathKind.PATH, path="M0 40H80"), text, 900))[0]


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("side", PathSide)
@pytest.mark.parametrize("radius_mm", [5, 8, 14])
@pytest.mark.parametrize("text", TEXTS)
def test_letters_do_not_meet_on_a_tight_ring(
    text: str, radius_mm: int, side: PathSide, upright: bool
) -> None:
    path = TextPath(
        RING,
        inset_um=40_000 - radius_mm * 1000,
        side=side,
        start_permille=500 * (side is PathSide.RIGHT),
        upright=upright,
    )
    made = set_along(path, text)
    assert codes(made) == []
    pieces, apart = apart_um(made)
    assert pieces == in_a_row(text)
    assert apart > 20


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("data", [VALLEY, STEEP])
@pytest.mark.parametrize("text", TEXTS)
def test_letters_do_not_meet_in_a_valley_or_on_a_steep_line(
    text: str, data: str, upright: bool
) -> None:
    made = set_along(
        TextPath(TextPathKind.PATH, path=data, start_permille=500, upright=upright), text
    )
    assert codes(made) == []
    pieces, apart = apart_um(made)
    assert pieces == in_a_row(text)
    assert apart > 20


def test_where_no_spacing_helps_it_is_reported() -> None:
    """Twelve letters at 12 pt find no room inside a ring of 4 mm."""
    path = TextPath(RING, inset_um=36_000, side=PathSide.RIGHT, start_permille=500)
    made = set_along(path, "HHHHHHHHHHHH", least=1200)
    assert codes(made) == ["DOES_NOT_FIT"]


@pytest.mark.parametrize("text", [".'.", "'.'.", "-'.-'"])
def test_marks_that_share_no_height_and_look_away_from_each_other_need_no_room(text: str) -> None:
    """A point and an apostrophe on opposite sides of a small ring: warnings of numbers are errors here."""
    assert codes(set_along(TextPath(RING, inset_um=38_500), text)) == []


@pytest.mark.parametrize("text", ["Emma & Co", "Wolfgang", "مرحبا بكم"])
def test_a_gentle_line_changes_no_distance(text: str) -> None:
    """Letters that do not come too near stand where they stood on a straight line."""
    steps = []
    for data in ("M0 40H80", "M0 40Q40 39 80 40"):
        made = set_along(TextPath(TextPathKind.PATH, path=data, start_permille=500), text)
        area = area_of(outline_of(made))
        steps.append(sorted(piece.centroid.x for piece in area.geoms))
    assert np.abs(np.diff(steps[0]) - np.diff(steps[1])).max() < 60


@pytest.mark.parametrize(
    ("text", "words"), [("HHH HH HHHH", 3), ("HHHH HHHH", 2), ("H HH HHH HHHH", 4)]
)
def test_a_ring_of_words_closes_with_the_space_of_words(text: str, words: int) -> None:
    for align in (Align.JUSTIFY, Align.CENTRE):
        made = set_along(TextPath(RING, inset_um=20_000), text, 9000, align=align)
        middles = np.sort(angles(outline_of(made)))
        gaps = np.sort(np.diff(np.append(middles, middles[0] + 360)))
        # The widest distances are those between words, the closing one among them.
        assert gaps[-words] > gaps[-words - 1] * 1.2
        assert gaps[-1] < gaps[-words] * 1.6


def test_a_ring_of_one_word_closes_like_its_letters() -> None:
    made = set_along(TextPath(RING, inset_um=20_000), "OOOOOOOOOOOO", align=Align.JUSTIFY)
    middles = np.sort(angles(outline_of(made)))
    steps = [b - a for a, b in pairwise([*middles, middles[0] + 360])]
    assert max(steps) - min(steps) < 0.5


def angles(outline: Outline) -> np.ndarray:
    """Return at how many degrees about the middle of the zone each piece stands."""
    area = area_of(outline)
    middles = shapely.get_coordinates([piece.envelope.centroid for piece in area.geoms]) - 40_000
    assert len(flatten(outline, 1.0)) >= len(middles)
    return np.degrees(np.arctan2(middles[:, 1], middles[:, 0]))
