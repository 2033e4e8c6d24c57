"""Outlines and items turned and moved."""

from __future__ import annotations

import math

import numpy as np
import pytest

from render_core.geometry.flatten import flatten
from render_core.layout import ImageUse, Ink, Item, Operation
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.making.nest.turning import Placement, placed, placed_item, turned
from tests.render_core.making.nest.samples import RING, TAG, rectangle


@pytest.mark.parametrize("rotation", [1, 777, 4_500, 13_333, 35_999])
def test_a_turned_arc_lies_where_the_arc_would(rotation: int) -> None:
    angle = math.radians(rotation / 100)
    for contour in flatten(turned(TAG, rotation), 0.1):
        back = contour.points_um @ np.array(
            [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
        )
        from shapely import LinearRing, points

        edges = [LinearRing(line.points_um) for line in flatten(TAG, 0.1)]
        off = np.min([edge.distance(points(back)) for edge in edges], axis=0)
        assert off.max() < 2


def test_quarter_turns_are_exact() -> None:
    once = turned(RING, 9_000)
    assert (once.points_um == np.stack([-RING.points_um[:, 1], RING.points_um[:, 0]], 1)).all()
    assert (turned(turned(once, 9_000), 18_000).points_um == RING.points_um).all()


def test_everything_of_an_item_turns_with_it() -> None:
    gradient = Gradient(
        GradientKind.LINEAR,
        (0, 0),
        (1000, 0),
        (GradientStop(0, (0, 0, 0)), GradientStop(1000, (9, 9, 9))),
    )
    image = ImageUse("0" * 64, 10, 10, (1000, 0, 0, 500, 100, 200))
    item = Item(
        "front", Operation.PRINT, Ink((0, 0, 0)), clip=rectangle(1000, 500), image=image,
        gradient=gradient,
    )  # fmt: skip
    at = Placement(9_000, 10_000, 20_000)
    found = placed_item(item, at, "copy")
    assert found.zone == "copy"
    assert found.image is not None
    assert found.image.matrix_um == (0, 1000, -500, 0, 9_800, 20_100)
    assert found.clip is not None
    assert found.clip.document() == placed(rectangle(1000, 500), at).document()
    assert found.gradient is not None
    assert (found.gradient.start_um, found.gradient.end_um) == ((10_000, 20_000), (10_000, 21_000))
