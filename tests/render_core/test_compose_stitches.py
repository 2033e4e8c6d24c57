"""What cannot be sewn is told while the shopper types, as the machine would tell it with the pack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from render_core.design import ArtworkValue, ZoneSpec
from render_core.effects import GradientEffect
from render_core.layout import Operation
from render_core.making.machines import machine
from render_core.making.stitches.embroider import embroider
from tests.render_core.composing import (
    artwork_zone,
    codes,
    composed,
    drawing,
    png,
    sha,
    text_zone,
)

EMBROIDERY = machine("embroidery-15-needle")
BLOCK = "M0 0H20000V20000H0Z"


def badge(*paths: str, hole: str = "") -> bytes:
    """Return a drawing of 30 × 20 mm: a block, and more in the same thread."""
    return drawing(30_000, 20_000, (BLOCK + hole + "".join(paths), (200, 30, 40)))


def sewn_zone() -> ZoneSpec:
    return artwork_zone(operation=Operation.STITCH)


def test_a_picture_is_told_with_its_place() -> None:
    data = png(600, 400)
    made = composed(sewn_zone(), ArtworkValue(sha(data)), data)
    (found,) = [one for one in made.problems if one.code == "STITCH_PICTURE"]
    assert (found.zone, found.box) == ("name", (0, 0, 30_000, 20_000))
    assert not made.can_be_made


def test_a_gradient_never_gets_as_far_as_the_needle() -> None:
    """A thread has one colour, so the zone's ink is shown and sewn."""
    effect = GradientEffect(stops=((0, (0, 0, 0)), (1000, (255, 255, 255))))
    zone = replace(text_zone(), operation=Operation.STITCH, effects=(effect,))
    made = composed(zone, "Zoë")
    assert codes(made) == []
    assert embroider(made.layout.surfaces[0], EMBROIDERY).problems == ()


@pytest.mark.parametrize("side_um", [100, 550, 590, 610, 800])
def test_a_speck_is_told_where_the_machine_tells_it(side_um: int) -> None:
    data = badge(f"M25000 5000h{side_um}v{side_um}h-{side_um}Z")
    made = composed(sewn_zone(), ArtworkValue(sha(data)), data)
    sewn = embroider(made.layout.surfaces[0], EMBROIDERY)
    told = [one for one in sewn.problems if one.code == "STITCH_TOO_SMALL"]
    assert [one for one in made.problems if one.code == "STITCH_TOO_SMALL"] == told
    assert len(told) == (side_um < 600)
    assert all(one.box is not None and one.box.left_um >= 24_999 for one in told)


def test_holes_and_what_can_be_sewn_are_no_problem() -> None:
    data = badge(hole="M5000 5000v300h300v-300Z")
    assert codes(composed(sewn_zone(), ArtworkValue(sha(data)), data)) == []
    zone = replace(text_zone(), operation=Operation.STITCH)
    assert codes(composed(zone, "Zoë & Łukasz. جميل")) == []


def test_what_is_not_embroidered_may_be_as_small_as_it_is() -> None:
    data = badge("M25000 5000h100v100h-100Z")
    assert codes(composed(artwork_zone(), ArtworkValue(sha(data)), data)) == []
