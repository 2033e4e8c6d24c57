"""The SVG is in millimetres, layered by operation, self-contained, and true to the micrometre."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from render_core import vips
from render_core.errors import MissingInput
from render_core.export.svg import svg
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import ImageUse, Ink, Item, Operation
from tests.render_core.export.samples import (
    BLACK,
    GOLD,
    PATHS,
    MemoryLibrary,
    engraved,
    full_layout,
    picture,
    surface_of,
)

SVG = "{http://www.w3.org/2000/svg}"
INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
LIBRARY = MemoryLibrary()
FULL = full_layout(LIBRARY).surfaces[0]


def parsed(*items: Item, bleed_um: int = 0) -> ElementTree.Element:
    return ElementTree.fromstring(svg(surface_of(*items, bleed_um=bleed_um), LIBRARY))


def test_the_page_is_the_surface_with_its_bleed_in_millimetres() -> None:
    root = parsed(engraved(PATHS["bar"]), bleed_um=2500)
    assert (root.get("width"), root.get("height")) == ("85mm", "45mm")
    assert root.get("viewBox") == "-2.5 -2.5 85 45"


def test_each_run_of_an_operation_is_a_layer_in_z_order() -> None:
    root = ElementTree.fromstring(svg(FULL, LIBRARY))
    layers = [group for group in root.iter(f"{SVG}g") if group.get(f"{INKSCAPE}groupmode")]
    assert [layer.get("data-operation") for layer in layers] == [
        "white", "print", "engrave", "foil", "cut", "crease",
    ]  # fmt: skip
    assert [layer.get("data-spot") for layer in layers] == [
        "White", None, None, "Pantone 871 C", "CutContour", "Crease",
    ]  # fmt: skip


def test_layers_that_return_keep_the_z_order_and_get_a_name_of_their_own() -> None:
    one = engraved(PATHS["bar"])
    root = parsed(one, replace(one, operation=Operation.PRINT), one)
    assert [group.get("id") for group in root.iter(f"{SVG}g")] == ["engrave", "print", "engrave-2"]


def test_what_is_for_the_screen_only_is_left_out() -> None:
    assert b"screen-only" not in svg(FULL, LIBRARY)
    assert not list(parsed(replace(engraved(PATHS["bar"]), operation=Operation.SCREEN_ONLY)))[1:]


@pytest.mark.parametrize("name", ["letter", "wave", "leaf", "drop"])
def test_coordinates_come_back_to_the_micrometre(name: str) -> None:
    surface = surface_of(engraved(PATHS[name]))
    (path,) = ElementTree.fromstring(svg(surface, LIBRARY)).iter(f"{SVG}path")
    read = parse_path_mm(path.get("d", ""))
    placed = surface.placed_items()[0].outline
    assert read.points_um.tolist() == placed.points_um.tolist()
    assert read.verbs.tolist() == placed.verbs.tolist()


def test_a_cut_is_a_hairline_and_not_an_area() -> None:
    (path,) = parsed(replace(engraved(PATHS["bar"]), operation=Operation.CUT)).iter(f"{SVG}path")
    assert path.get("fill") == "none"
    assert path.get("stroke-width") == "0.025"


def test_a_picture_is_embedded_and_nothing_is_referred_to() -> None:
    data = svg(FULL, LIBRARY).decode()
    (link,) = re.findall(r'href="([^"]*)"', data)
    assert link.startswith("data:image/png;base64,")
    assert b64decode(link.split(",")[1]) == picture()
    assert not re.search(r"<(script|style|!DOCTYPE|foreignObject)", data)
    assert set(re.findall(r"url\(([^)]*)\)", data)) == {"#clip-1"}


def test_a_webp_picture_is_embedded_as_png() -> None:
    library = MemoryLibrary()
    pixels = vips.to_pixels(vips.load(picture()))
    use = ImageUse(
        library.add(vips.webp(pixels, lossless=True)), 240, 160, (24_000, 0, 0, 16_000, 0, 0)
    )
    surface = surface_of(Item("zone", Operation.PRINT, BLACK, image=use))
    encoded = re.findall(rb"base64,([^\"]*)", svg(surface, library))
    assert Image.open(io.BytesIO(b64decode(encoded[0]))).size == (240, 160)


def test_a_spot_name_cannot_break_out_of_its_attribute() -> None:
    ink = Ink((1, 2, 3), 'Gold"><script>alert(1)</script>&')
    root = parsed(engraved(PATHS["bar"], ink))
    assert [group.get("data-spot") for group in root.iter(f"{SVG}g")] == [ink.spot]
    assert not list(root.iter(f"{SVG}script"))


def test_colours_are_written_as_they_are() -> None:
    (path,) = parsed(engraved(PATHS["bar"], GOLD)).iter(f"{SVG}path")
    assert path.get("fill") == "#b08d57"


def test_a_picture_that_is_missing_is_named() -> None:
    with pytest.raises(MissingInput) as missing:
        svg(FULL, MemoryLibrary())
    assert missing.value.field == FULL.items[1].image.sha256  # type: ignore[union-attr]
