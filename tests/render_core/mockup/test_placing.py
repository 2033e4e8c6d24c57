"""A placement that no camera could see is refused with a sentence."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_core.mockup.maps import Unplaceable
from render_core.mockup.placing import map_of
from render_core.views import Bend, Placement
from tests.render_core.mockup.placements import CORNERS, PLACEMENTS, WIDTH_UM, millipx, wavy_net

QUAD, CYLINDER = PLACEMENTS["quad"], PLACEMENTS["cylinder"]
BEND = CYLINDER.bend
assert BEND is not None
NET = wavy_net()


def swapped(
    points: tuple[tuple[int, int], ...], one: int, other: int
) -> tuple[tuple[int, int], ...]:
    found = list(points)
    found[one], found[other] = found[other], found[one]
    return tuple(found)


def net_of(points: tuple[tuple[int, int], ...]) -> Placement:
    return Placement("front", *CORNERS, net=replace(NET, points_millipx=points))


LEAST, MOST = -(2**31), 2**31 - 1
AROUND = ((LEAST, 0), (400_000, MOST), (LEAST, MOST), (1, 0), (400_000, 1), (MOST, 0))
REFUSED = {
    "corners that cross": (replace(QUAD, bottom_right_millipx=(60_000, 10_000)), "crossing"),
    "corners on one line": (replace(QUAD, bottom_right_millipx=millipx(415, 295)), "corners"),
    "a cylinder of five points": (
        replace(CYLINDER, bend=replace(BEND, points_millipx=BEND.points_millipx[:5])), "six"),
    "a cylinder without a diameter": (replace(CYLINDER, bend=replace(BEND, diameter_um=0)), "diameter"),
    "a cylinder that is too thin": (replace(CYLINDER, bend=replace(BEND, diameter_um=20_000)), "once"),
    "a part beside the surface": (replace(CYLINDER, bend=replace(BEND, to_um=WIDTH_UM + 1)), "part"),
    "a part that is a line": (
        replace(CYLINDER, bend=replace(BEND, from_um=40_000, to_um=40_100)), "span"),
    "edges that cross": (
        replace(CYLINDER, bend=replace(BEND, points_millipx=swapped(BEND.points_millipx, 0, 3))),
        "cross"),
    "a cylinder around the camera": (
        replace(CYLINDER, bend=replace(BEND, diameter_um=10**6, points_millipx=AROUND)), "behind"),
    "points that are one": (
        replace(CYLINDER, bend=replace(BEND, points_millipx=BEND.points_millipx[:1] * 6)), "line"),
    "a net of fifteen points": (net_of(NET.points_millipx[:15]), "16 points"),
    "a net of no patches": (Placement("front", *CORNERS, net=replace(NET, columns=0)), "patches"),
    "a net that folds": (net_of(swapped(NET.points_millipx, 5, 15)), "folds"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_camera_sees_is_refused_with_a_sentence(name: str) -> None:
    placement, word = REFUSED[name]
    with pytest.raises(Unplaceable) as refused:
        map_of(placement, WIDTH_UM)
    assert word in str(refused.value)


@given(
    st.tuples(*[st.tuples(*[st.sampled_from((LEAST, 0, 1, 300_000, 400_000, MOST))] * 2)] * 6),
    st.sampled_from((10**6, 60_000)),
)
def test_six_points_are_a_cylinder_or_refused_and_nothing_is_divided_by_nothing(
    points: tuple[tuple[int, int], ...], diameter_um: int
) -> None:
    bend = Bend(points, diameter_um)
    with np.errstate(all="raise"), suppress(Unplaceable):
        map_of(replace(CYLINDER, bend=bend), WIDTH_UM)


@pytest.mark.parametrize("name", PLACEMENTS)
def test_the_samples_are_maps(name: str) -> None:
    assert map_of(PLACEMENTS[name], WIDTH_UM).seen[0] < 0.3
