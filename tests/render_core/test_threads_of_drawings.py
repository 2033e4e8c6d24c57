"""A drawing that is sewn takes the zone's threads, and none is sewn below another."""

from __future__ import annotations

import numpy as np

from render_core.geometry.paths import Path
from render_core.geometry.polygons import polygons_of
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Ink, Operation
from render_core.steps.drawing_parts import made_parts, nearest

NAVY, RED, OCHRE = Ink((31, 47, 87), "Navy"), Ink((163, 40, 45), "Red"), Ink((213, 154, 53))
THREADS = (NAVY, RED, OCHRE)


def path(data: str) -> Path:
    outline = parse_path_mm(data)
    return Path(outline.verbs, outline.points_um.astype(np.float64))


def area_mm2(of: Path) -> float:
    return polygons_of(of.outline()).area_um2() / 1e6


def test_each_part_takes_the_nearest_thread_and_what_lies_below_is_left_out() -> None:
    parts = [
        (path("M0 0H20V20H0Z"), (20, 40, 100)),
        (path("M5 5H15V15H5Z"), (230, 30, 30)),
        (path("M8 8H12V12H8Z"), (255, 255, 255)),
    ]
    made = list(made_parts(parts, Operation.STITCH, OCHRE, THREADS))
    assert [ink for _, ink in made] == [NAVY, RED]
    assert [round(area_mm2(one)) for one, _ in made] == [300, 84]


def test_one_thread_sews_all_of_it_and_engraving_knows_one_ink() -> None:
    parts = [(path("M0 0H20V20H0Z"), (20, 40, 100)), (path("M5 5H15V15H5Z"), (230, 30, 30))]
    for operation, inks in ((Operation.STITCH, (OCHRE,)), (Operation.ENGRAVE, THREADS)):
        ((made, ink),) = made_parts(parts, operation, OCHRE, inks)
        assert (round(area_mm2(made)), ink) == (400, OCHRE)


def test_the_nearest_thread_is_the_first_of_equals() -> None:
    assert nearest((160, 40, 40), THREADS) == RED
    assert nearest((0, 0, 0), (Ink((10, 0, 0), "one"), Ink((10, 0, 0), "two"))).spot == "one"
