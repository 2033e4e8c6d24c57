"""A cut around a picture goes along its visible edge, from the picture as it lies to the pack."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry import Point, Polygon, box

from render_core.geometry.flatten import flatten
from render_core.imaging.visible_edge import traced
from render_core.layout import Box, ImageUse, Item, Operation
from render_core.making.prepare import prepare
from render_core.making.profile import ContourCut, MachineProfile
from tests.render_core.imaging.test_visible_edge import disc
from tests.render_core.making.work import BLACK, contours_of, cutting, face, machine, path, printing

PICTURE = Item(
    "name",
    Operation.PRINT,
    BLACK,
    path(""),
    image=ImageUse("a" * 64, 400, 400, (40_000, 0, 0, 40_000, 20_000, 20_000)),
)
DISC = disc(400, 150, hard=True, x=0, y=0)


def stickers(offset_um: int = 2_000, min_radius_um: int = 500) -> MachineProfile:
    around = ContourCut(offset_um, min_radius_um, follow_alpha=True)
    return machine(printing(), cutting(), contour=around)


def cut_of(item: Item, profile: MachineProfile, alpha: np.ndarray = DISC) -> list[Polygon]:
    edge = traced(alpha)
    made = prepare(face(item), profile, edge_of=lambda _: edge)
    assert not made.problems
    return [Polygon(flatten(one, 0.5)[0].points_um) for one in contours_of(made)]


def test_the_cut_lies_the_offset_off_the_visible_edge() -> None:
    (made,) = cut_of(PICTURE, stickers())
    # 150 of 400 pixels on 40 mm: 15 mm, and 2 mm off; half a pixel is 50 µm.
    wanted = Point(40_000, 40_000).buffer(17_000, 128)
    assert shapely.hausdorff_distance(made.exterior, wanted.exterior) < 60


def test_a_turned_and_stretched_picture_is_followed_as_it_lies() -> None:
    assert PICTURE.image is not None
    turned = replace(PICTURE.image, matrix_um=(0, 60_000, -30_000, 0, 80_000, 20_000))
    (made,) = cut_of(replace(PICTURE, image=turned), stickers(offset_um=0, min_radius_um=0))
    ellipse = shapely.affinity.scale(Point(65_000, 50_000).buffer(1, 128), 11_250, 22_500)
    assert shapely.hausdorff_distance(made.exterior, ellipse.exterior) < 90


def test_a_hole_is_closed_inside_corners_are_round_and_a_clip_counts() -> None:
    ring = DISC.copy()
    ring[disc(400, 60, hard=True) > 0] = 0
    (made,) = cut_of(PICTURE, stickers(), ring)
    assert not made.interiors
    two = np.maximum(disc(400, 90, hard=True, x=-80), disc(400, 90, hard=True, x=80))
    (eight,) = cut_of(PICTURE, stickers(offset_um=1_000, min_radius_um=3_000), two)
    closed = eight.buffer(2_900).buffer(-2_900)
    assert closed.symmetric_difference(eight).area < 0.002 * eight.area
    clipped = replace(PICTURE, clip=path("M20 20H40V60H20Z"))
    (half,) = cut_of(clipped, stickers(offset_um=0, min_radius_um=0))
    wanted = Point(40_000, 40_000).buffer(15_000, 128) & box(0, 0, 40_000, 90_000)
    assert half.symmetric_difference(wanted).area < 0.01 * wanted.area


def test_without_the_profiles_wish_or_an_edge_the_frame_counts() -> None:
    plain = machine(printing(), cutting(), contour=ContourCut(1_000))
    for made in (
        prepare(face(PICTURE), plain, edge_of=lambda _: traced(DISC)),
        prepare(face(PICTURE), stickers(1_000, 0), edge_of=lambda _: None),
        prepare(face(PICTURE), stickers(1_000, 0)),
    ):
        (one,) = contours_of(made)
        assert Box(*one.bounds_um()) == (19_000, 19_000, 61_000, 61_000)


def test_a_profile_that_does_not_follow_alpha_has_the_hash_that_it_had() -> None:
    plain = machine(printing(), cutting(), contour=ContourCut(1_000, 500))
    assert plain.document()["contour"] == {"offset_um": 1_000, "min_radius_um": 500}
    assert stickers().document()["contour"]["follow_alpha"] is True
    assert not {"datum", "tiling"} & set(plain.document())


@pytest.mark.parametrize("seed", [1, 2])
def test_noise_is_cut_around_in_bounded_time_and_always_the_same(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 2, (300, 300), np.uint8) * 255
    one, other = (cut_of(PICTURE, stickers(), noise) for _ in range(2))
    assert [line.wkb for line in one] == [line.wkb for line in other]
    assert len(one) == 1
