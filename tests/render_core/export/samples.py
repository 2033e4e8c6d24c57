"""Layouts drawn by hand, and a library of pictures made on the spot: what the tests export."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from render_core import vips
from render_core.design import SurfaceSpec, Template
from render_core.export.glb import glb
from render_core.geometry.svg_path import parse_path_mm
from render_core.intake.meshes import normalise_mesh
from render_core.layout import (
    FillRule,
    ImageUse,
    Ink,
    Item,
    Layout,
    Operation,
    Outline,
    Surface,
    ZoneFrame,
)
from render_core.mesh.assemble import Piece, assembled
from render_core.mesh.model import Material
from render_core.models import Model
from render_core.views import Placement, View

BLACK = Ink((20, 20, 24))
GOLD = Ink((176, 141, 87), "Pantone 871 C")

# Seventeen outlines in millimetres, for a zone of 60 × 30.
PATHS = {
    "bar": "M5 5H55V25H5Z",
    "ring": "M30 5A10 10 0 0 1 30 25A10 10 0 0 1 30 5ZM30 9A6 6 0 0 0 30 21A6 6 0 0 0 30 9Z",
    "slot": "M10 10A5 5 0 0 0 10 20L50 20A5 5 0 0 0 50 10Z",
    "wave": "M3 15C13 -5 23 35 33 15S53 -5 57 15L57 22C43 2 33 42 23 22S8 12 3 22Z",
    "leaf": "M5 25Q5 5 30 5Q55 5 55 25Q30 28 5 25Z",
    "wedge": "M2 28L58 15.5L2 3Z",
    "hairline": "M5 15L55 15.2L55 15.4L5 15.2Z",
    "frame": "M2 2H58V28H2ZM4 4V26H56V4Z",
    "dots": "".join(f"M{x} 14A1 1 0 0 1 {x} 16A1 1 0 0 1 {x} 14Z" for x in range(5, 56, 5)),
    "stairs": "M5 25V20H15V15H25V10H35V5H55V25Z",
    "drop": "M30 3C40 15 42 20 42 22A12 6 0 0 1 18 22C18 20 20 15 30 3Z",
    "comb": "M5 5H55V25" + "".join(f"H{x}V10H{x - 1}V25" for x in range(53, 8, -4)) + "H5Z",
    "letter": "M10 27L20 3H24L34 27H29.5L27 21H17L14.5 27ZM18.5 17H25.5L22 8Z",
    "tilde": "M6 18C14 6 24 10 30 14S46 22 54 12L54 16C46 26 36 22 30 18S14 10 6 22Z",
}
STAR = "M30 2L37.6 25.4L17.6 10.9H42.4L22.4 25.4Z"
SPIRAL = "M10 15C10 5 25 5 25 15S45 25 45 15"
ARCS = "M10 20A8 8 0 0 1 26 20A8 8 0 0 0 42 20"


class MemoryLibrary:
    """Assets by their SHA-256, in memory; it holds no fonts."""

    def __init__(self) -> None:
        self._assets: dict[str, bytes] = {}

    def add(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self._assets[sha256] = data
        return sha256

    def font(self, sha256: str) -> bytes:
        raise KeyError(sha256)

    def artwork(self, sha256: str) -> bytes:
        return self._assets[sha256]

    def mesh(self, sha256: str) -> bytes:
        return self._assets[sha256]


def picture() -> bytes:
    """Return a PNG of 240 × 160 with a gradient, a hard edge and a transparent corner."""
    y, x = np.mgrid[0:160, 0:240]
    pixels = np.zeros((160, 240, 4), np.uint8)
    pixels[..., 0] = x
    pixels[..., 1] = y
    pixels[..., 2] = np.where((x // 20 + y // 20) % 2, 220, 40)
    pixels[..., 3] = np.where(x + y < 90, 0, 255)
    return vips.png(pixels)


def photo(width: int = 1600, height: int = 1200) -> bytes:
    """Return a PNG of a product's photo: a light plate on a table, lit from the left."""
    y, x = np.mgrid[0:height, 0:width]
    table = 70 + (x * 50 // width) + (y % 7)
    plate = (x > 200) & (x < 1400) & (y > 300) & (y < 900)
    light = np.where(plate, 205 + (x - 200) * 30 // width, table)
    pixels = np.stack([light, light - 6, light - 14], axis=2)
    return vips.png(pixels.astype(np.uint8))


def box(width_mm: float, height_mm: float) -> Outline:
    return parse_path_mm(f"M0 0H{width_mm}V{height_mm}H0Z")


def surface_of(*items: Item, name: str = "front", bleed_um: int = 0) -> Surface:
    """Return a surface of 80 × 40 mm with one zone of 60 × 30 at (10, 5) that holds the items."""
    frame = ZoneFrame("zone", 10_000, 5_000, 60_000, 30_000, box(60, 30))
    return Surface(name, 80_000, 40_000, box(80, 40), (frame,), items, bleed_um)


def layout_of(*surfaces: Surface) -> Layout:
    return Layout(surfaces, "15.0")


def engraved(path: str, ink: Ink = BLACK) -> Item:
    return Item("zone", Operation.ENGRAVE, ink, parse_path_mm(path))


def filled_samples() -> dict[str, Layout]:
    """Return layouts of one filled, stroked, even-odd or clipped item each."""
    samples = {name: layout_of(surface_of(engraved(path))) for name, path in PATHS.items()}
    star = replace(engraved(STAR), fill_rule=FillRule.EVENODD)
    samples["star"] = layout_of(surface_of(star))
    lines = replace(engraved(SPIRAL), line_width_um=800)
    samples["spiral"] = layout_of(surface_of(lines))
    arcs = replace(engraved(ARCS), line_width_um=1500)
    samples["arcs"] = layout_of(surface_of(arcs))
    clipped = replace(engraved(PATHS["bar"]), clip=parse_path_mm(PATHS["ring"].split("Z")[0] + "Z"))
    samples["clipped"] = layout_of(surface_of(clipped))
    turned = surface_of(engraved(PATHS["letter"]), bleed_um=3000)
    samples["bleed"] = layout_of(turned)
    many = surface_of(engraved(PATHS["dots"]), engraved("M20 3H40V8H20Z", GOLD))
    samples["two inks"] = layout_of(many)
    return samples


def tooled_layout() -> Layout:
    """Return a surface that is sewn, cut and engraved: something for every machine that follows lines."""
    sewn, cut = engraved(PATHS["letter"], GOLD), engraved(PATHS["slot"])
    return layout_of(
        surface_of(
            replace(sewn, operation=Operation.STITCH),
            replace(engraved(PATHS["leaf"]), operation=Operation.STITCH),
            replace(cut, operation=Operation.CUT),
            engraved(PATHS["letter"]),
        )
    )


def full_layout(library: MemoryLibrary) -> Layout:
    """Return two surfaces with every operation, an image with a clip, bleed and spot inks."""
    image = ImageUse(
        library.add(picture()), 240, 160, (24_000, 3_000, -2_000, 16_000, 34_000, 6_000)
    )
    front = surface_of(
        Item("zone", Operation.WHITE, Ink((255, 255, 255)), parse_path_mm("M2 2H30V28H2Z")),
        Item("zone", Operation.PRINT, BLACK, image=image, clip=parse_path_mm("M30 4H58V26H30Z")),
        engraved(PATHS["letter"]),
        replace(engraved(STAR, GOLD), operation=Operation.FOIL, fill_rule=FillRule.EVENODD),
        Item("zone", Operation.CUT, Ink((255, 0, 0)), parse_path_mm("M-8 -3H68V33H-8Z")),
        Item(
            "zone",
            Operation.CREASE,
            Ink((0, 0, 255)),
            parse_path_mm("M0 15H60"),
            line_width_um=100,
        ),
        Item("zone", Operation.SCREEN_ONLY, Ink((0, 255, 0)), parse_path_mm("M0 0H3V3H0Z")),
        bleed_um=2000,
    )
    back = surface_of(replace(engraved(SPIRAL), line_width_um=900), name="back")
    return layout_of(front, back)


def plate() -> bytes:
    """Return the mesh of a plate of 80 × 40 × 2 mm, a surface on either side, as intake keeps it."""
    sides = []
    for name, x, z in (("front", 1, 1), ("back", -1, -1)):
        left, right = -0.04 * x, 0.04 * x
        places = [(left, 0, z), (right, 0, z), (right, 0.04, z), (left, 0.04, z)]
        sides.append(
            Piece(
                np.array(places, np.float32) * np.array((1, 1, 0.001), np.float32),
                np.tile(np.array([[0, 0, z]], np.float32), (4, 1)),
                np.array([(0, 1), (1, 1), (1, 0), (0, 0)], np.float32),
                np.array([(0, 1, 2), (0, 2, 3)], np.int32),
                Material(name, base_colour=(222, 222, 226, 255), metallic_permille=900),
            )
        )
    return normalise_mesh(glb(assembled(sides), {}, name="plate", all_uvs=True)).glb


def template(library: MemoryLibrary) -> Template:
    """Return the template of `full_layout`: two surfaces and a view that shows the front."""
    placement = Placement("front", (200_000, 300_000), (1_400_000, 260_000), (210_000, 900_000))
    view = View("desk", "On a desk", library.add(photo()), 1600, 1200, (placement,))
    surfaces = tuple(SurfaceSpec(name, name, 80_000, 40_000) for name in ("front", "back"))
    model = Model("plate", "A plate", library.add(plate()), (("back", "back"), ("front", "front")))
    return Template(surfaces, (), (view,), models=(model,))
