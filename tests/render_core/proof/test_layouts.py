"""What is printed is shown as it comes out; all else as it is."""

from __future__ import annotations

import hashlib
import io
import struct
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from render_core import vips
from render_core.design import Template
from render_core.errors import UnsupportedDesign
from render_core.gamut import LIMIT_DELTA_E, press_of
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import ImageUse, Ink, Item, Layout, Operation
from render_core.looks import Gradient, GradientKind, GradientStop
from render_core.output_keys import OutputKind, Parameters
from render_core.outputs import render
from render_core.proof.layouts import MARK, Proof, proofed
from tests.profiles import changed, cmyk_profile, tag_offset
from tests.render_core.export.samples import MemoryLibrary, layout_of, surface_of, template

GREEN, RED, DULL = (0, 255, 0), (230, 20, 20), (150, 90, 80)
LIBRARY = MemoryLibrary()
PROFILE = LIBRARY.add(cmyk_profile())
TEMPLATE = replace(template(LIBRARY), output_profile=PROFILE)
Pixels = NDArray[np.uint8]


def item(rgb: tuple[int, int, int], path: str, operation: Operation = Operation.PRINT) -> Item:
    return Item("zone", operation, Ink(rgb), parse_path_mm(path))


LEFT, MIDDLE, RIGHT = "M5 5H15V25H5Z", "M25 5H35V25H25Z", "M45 5H55V25H45Z"


@cache
def colour_picture() -> str:
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:20], pixels[20:] = GREEN, DULL
    return LIBRARY.add(vips.png(pixels))


def picture_item() -> Item:
    use = ImageUse(colour_picture(), 40, 40, (10_000, 0, 0, 20_000, 45_000, 5_000))
    return Item("zone", Operation.PRINT, Ink((0, 0, 0)), image=use)


def pixels_of(
    layout: Layout,
    kind: OutputKind = OutputKind.FINAL,
    of: Template = TEMPLATE,
    **parameters: str | int,
) -> Pixels:
    asked: Parameters = {"dpi": 100, "format": "png", **parameters}
    if kind is not OutputKind.FINAL:
        asked = {"width": 400, "format": "png", **parameters}
    data = render(kind, layout, of, LIBRARY, asked).data
    return np.asarray(Image.open(io.BytesIO(data)))


def at(pixels: Pixels, x_mm: float, y_mm: float) -> tuple[int, int, int]:
    """Return the colour at a place of the zone in a flat picture of 100 dpi."""
    x, y = round((10 + x_mm) / 25.4 * 100), round((5 + y_mm) / 25.4 * 100)
    red, green, blue = pixels[y, x, :3].tolist()
    return red, green, blue


def test_inks_pictures_and_gradients_of_one_colour_come_out_as_one() -> None:
    stops = (GradientStop(0, GREEN), GradientStop(1000, GREEN))
    gradient = Gradient(GradientKind.LINEAR, (25_000, 0), (35_000, 0), stops)
    layout = layout_of(
        surface_of(item(GREEN, LEFT), replace(item(RED, MIDDLE), gradient=gradient), picture_item())
    )
    plain, shown = pixels_of(layout), pixels_of(layout, proof="press")
    assert at(plain, 10, 10) == GREEN
    made = at(shown, 10, 10)
    assert made == at(shown, 30, 10) == at(shown, 50, 10)
    assert made[1] < 200  # Green of a screen is out of reach.
    assert np.array_equal(plain[..., 3], shown[..., 3])


def test_only_what_the_press_makes_is_shown_in_its_colours() -> None:
    others = (Operation.ENGRAVE, Operation.FOIL, Operation.WHITE)
    for operation in others:
        layout = layout_of(surface_of(item(GREEN, LEFT, operation)))
        assert np.array_equal(pixels_of(layout), pixels_of(layout, proof="press"))
    spot = replace(item(GREEN, LEFT), ink=Ink(GREEN, "Neon Green"))
    layout = layout_of(surface_of(spot))
    assert np.array_equal(pixels_of(layout), pixels_of(layout, proof="gamut"))


def test_the_photo_of_the_product_stays_as_it_is() -> None:
    empty, full = layout_of(surface_of()), layout_of(surface_of(picture_item()))
    bare = pixels_of(empty, OutputKind.PREVIEW)
    assert np.array_equal(bare, pixels_of(empty, OutputKind.PREVIEW, proof="paper"))
    plain = pixels_of(full, OutputKind.PREVIEW)
    shown = pixels_of(full, OutputKind.PREVIEW, proof="paper")
    untouched = (plain == bare).all(axis=2)
    assert np.array_equal(shown[untouched], bare[untouched])
    assert not np.array_equal(shown, plain)


def test_the_mask_marks_exactly_the_colours_that_are_warned_of() -> None:
    press = press_of(PROFILE, LIBRARY)
    assert press.difference(GREEN) > LIMIT_DELTA_E > press.difference(DULL)
    layout = layout_of(surface_of(item(GREEN, LEFT), item(DULL, MIDDLE), picture_item()))
    shown = pixels_of(layout, proof="gamut")
    mark = tuple(MARK.tolist())
    assert at(shown, 10, 10) == at(shown, 50, 10) == mark
    assert at(shown, 30, 10) == at(shown, 50, 20) == at(pixels_of(layout, proof="press"), 30, 10)
    assert press.difference((255, 0, 255)) > LIMIT_DELTA_E  # So nothing is shown so unmarked.


def test_paper_has_its_own_tone_where_it_is_asked_for() -> None:
    layout = layout_of(surface_of(item((255, 255, 255), LEFT)))
    cream = changed(
        cmyk_profile(),
        tag_offset(cmyk_profile(), b"wtpt") + 8,
        struct.pack(">3i", 57_000, 59_000, 42_000),
    )
    made = replace(TEMPLATE, output_profile=LIBRARY.add(cream))
    seen = {
        proof: at(pixels_of(layout, of=made, proof=proof), 10, 10) for proof in ("press", "paper")
    }
    assert min(seen["press"]) >= 254
    red, green, blue = seen["paper"]
    assert 254 > red > green > blue > 200


def test_a_gradient_bends_with_the_press_on_its_way() -> None:
    stops = (GradientStop(0, GREEN), GradientStop(1000, RED))
    gradient = Gradient(GradientKind.LINEAR, (5_000, 0), (55_000, 0), stops)
    bar = replace(item(GREEN, "M5 5H55V25H5Z"), gradient=gradient)
    layout = layout_of(surface_of(bar))
    plain, shown = pixels_of(layout), pixels_of(layout, proof="press")
    wanted = press_colours(plain[60:61, 70:250, :3].reshape(-1, 3))
    apart = np.abs(shown[60, 70:250, :3].astype(int) - wanted)
    assert apart.max() <= 3


def press_colours(colours: Pixels) -> Pixels:
    one = layout_of(surface_of(picture_item()))
    shown = proofed(one, TEMPLATE, LIBRARY, Proof.PRESS).surfaces[0].items[0].image
    assert shown is not None
    assert shown.shown_by is not None
    return shown.shown_by(colours)


def test_the_layout_to_draw_is_another_and_the_design_s_own_stays() -> None:
    layout = layout_of(surface_of(picture_item()))
    digests = {proofed(layout, TEMPLATE, LIBRARY, proof).digest() for proof in Proof}
    assert len(digests) == len(Proof)
    assert proofed(layout, TEMPLATE, LIBRARY, Proof.NONE) is layout


def test_a_product_without_a_press_has_no_proof() -> None:
    bare: Template = replace(TEMPLATE, output_profile="")
    layout = layout_of(surface_of(item(GREEN, LEFT)))
    with pytest.raises(UnsupportedDesign) as refused:
        render(OutputKind.PREVIEW, layout, bare, LIBRARY, {"proof": "press"})
    assert (refused.value.reason, refused.value.field) == ("PROOF_WITHOUT_PROFILE", "proof")
    with pytest.raises(UnsupportedDesign) as refused:
        render(OutputKind.PREVIEW, layout, TEMPLATE, LIBRARY, {"proof": "screen"})
    assert (refused.value.reason, refused.value.field) == ("PARAMETER_INVALID", "proof")


def test_a_model_is_shown_in_the_colours_of_the_press() -> None:
    layout = layout_of(surface_of(item(GREEN, "M0 0H60V30H0Z")))
    hashes = {
        hashlib.sha256(
            pixels_of(layout, OutputKind.PREVIEW_3D, width=96, proof=proof.value).tobytes()
        ).hexdigest()
        for proof in Proof
    }
    assert len(hashes) >= 3
