"""What falls out of a sheet: every hole of what is cut, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from render_core.geometry.islands import islands
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import EMPTY_OUTLINE, Outline

RING = "M0 0H10V10H0Z M3 3V7H7V3Z"
DOT_IN_RING = RING + " M4 4H6V6H4Z"


@pytest.mark.parametrize(
    ("data", "count"),
    [
        ("M0 0H10V10H0Z", 0),
        (RING, 1),
        (DOT_IN_RING, 1),
        (RING + " M20 0H30V10H20Z M23 3V7H27V3Z M24 8V9H26V8Z", 3),
        ("M0 0A5 5 0 1 1 0.001 0Z M2 5A1 1 0 1 0 2.001 5Z", 1),
    ],
)
def test_every_hole_is_an_island(data: str, count: int) -> None:
    outline = parse_path_mm(data)
    assert len(islands(outline)) == count
    mirrored = Outline(outline.verbs.copy(), outline.points_um * np.array([-1, 1], np.int32))
    assert len(islands(mirrored)) == count


def test_an_island_has_its_place_and_its_size() -> None:
    (island,) = islands(parse_path_mm(RING))
    assert list(island.bounds) == [3000, 3000, 7000, 7000]
    assert island.area_um2 == 16e6


def test_what_rounding_left_is_no_island() -> None:
    assert islands(parse_path_mm("M0 0H10V10H0Z M3 3V7H3.004V3Z")) == ()


def test_a_closed_centre_line_frees_its_inside_and_an_open_one_does_not() -> None:
    assert len(islands(parse_path_mm("M0 0H10V10H0Z"), lines=True)) == 1
    assert len(islands(parse_path_mm("M0 0H10V10H0L0 0"), lines=True)) == 1
    assert islands(parse_path_mm("M0 0H10V10H0"), lines=True) == ()


def test_nothing_has_no_islands() -> None:
    assert islands(EMPTY_OUTLINE) == ()
