"""The room between two drawings: its width and its ends."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from render_core.geometry.clearance import Drawing, drawing
from render_core.geometry.gaps_between import between
from render_core.geometry.paths import Path
from render_core.geometry.svg_path import parse_path


def drawn(data: str) -> Drawing:
    outline = parse_path(data, unit_um=1)
    return drawing(Path(outline.verbs, outline.points_um.astype(np.float64)), 0.01)


SQUARE = drawn("M0 0H100V100H0Z")


@pytest.mark.parametrize(
    ("other", "width", "ends"),
    [
        ("M130 20H200V60H130Z", 30.0, None),
        ("M50 150L100 250H0Z", 50.0, ((50, 100), (50, 150))),
        ("M130 140H200V200H130Z", 50.0, ((100, 100), (130, 140))),
        ("M-300 400H400V500H-300ZM120 0H130V10H120Z", 20.0, None),
    ],
)
def test_the_shortest_way_between_two_drawings_is_found(
    other: str, width: float, ends: tuple[tuple[float, float], ...] | None
) -> None:
    there, back = between(SQUARE, drawn(other)), between(drawn(other), SQUARE)
    assert there.width == pytest.approx(width)
    assert back.width == pytest.approx(width)
    if ends is not None:
        assert there.ends == ends
        assert back.ends == ends[::-1]


def test_a_slanted_side_is_met_between_its_corners() -> None:
    chord = between(SQUARE, drawn("M100 300L300 100V300Z"))
    assert chord.width == pytest.approx(200 / sqrt(2))
    assert list(chord.ends[0]) == [100, 100]
    assert list(chord.ends[1]) == pytest.approx([200, 200])


def test_many_points_are_measured_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    round_one = drawn("M200 50A40 40 0 1 1 280 50A40 40 0 1 1 200 50Z")
    whole = between(SQUARE, round_one)
    monkeypatch.setattr("render_core.geometry.gaps_between._AT_ONCE", 100)
    assert between(SQUARE, round_one) == whole
    assert whole.width == pytest.approx(100, abs=0.1)
