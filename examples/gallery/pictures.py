"""Tiles of pictures, drawings, patterns and codes."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Final

from PIL import Image

from examples.gallery.tiles import FACES, LIBRARY, ROOT, Tile, artwork, picture, tile, zone
from render_core.artwork_rules import (
    CodeCorrection,
    CodeRules,
    CodeSymbology,
    Crop,
    PatternKind,
    PatternRules,
)
from render_core.design import (
    ArtworkRules,
    ArtworkValue,
    ColourRules,
    ColourValue,
    ImageFit,
    Shape,
    ShapeKind,
)
from render_core.intake import run as intake
from render_core.layout import Ink, Operation

LAKE: Final = "photos/shopper-lake.webp"
LOGO: Final = "artwork/hearth-oak-logo.svg"
LEAVES: Final = "artwork/leaves.svg"
_COVER: Final = ArtworkRules(fit=ImageFit.COVER, min_dpi=60)
_ORIENTATION: Final = 0x0112  # Exif tag; 8: turned a quarter to the left when taken.

_PAINTED: Final = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 28">
<defs><clipPath id="c"><rect x="2" y="2" width="20" height="24" rx="5"/></clipPath></defs>
<g clip-path="url(#c)" stroke-width="3" stroke="#c42c28"><path d="M-4 20L14 -4M2 26L20 2M8 32L26 8"/></g>
<g fill="#c42c28"><circle cx="37" cy="11" r="9"/></g>
<path d="M32 18m-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M32 18m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0"
fill="#1e3c78" fill-rule="evenodd"/><circle cx="43" cy="19" r="5.5" fill="#f0b429"/>
<path d="M54 24L60 5L66 24M56.5 17H63.5" fill="none" stroke="#1f5c46" stroke-width="2.4"
stroke-dasharray="5 2" stroke-linecap="round"/></svg>"""
_LETTERED: Final = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 28">
<rect x="1" y="1" width="70" height="26" rx="4" fill="none" stroke="#1f5c46" stroke-width=".7"/>
<text x="36" y="12" text-anchor="middle" font-family="Playfair Display" font-weight="700"
font-size="9" fill="#1f5c46">Hearth &amp; Oak</text>
<text x="36" y="21.5" text-anchor="middle" font-family="Great Vibes" font-size="9"
fill="#c8452f">made by hand</text></svg>"""


def _with_letters() -> str:
    """Return a drawing whose text is outlined with two faces of the brand, taken in as uploads are."""
    named = {"serif": ("Playfair Display", "Bold"), "script": ("Great Vibes", "Regular")}
    folder = ROOT / "node_modules" / "@expo-google-fonts"
    files = [(folder / FACES[name]).read_bytes() for name in named]
    fonts = [
        {"family": family, "subfamily": style, "bytes": len(file)}
        for (family, style), file in zip(named.values(), files, strict=True)
    ]
    data = _LETTERED.encode() + b"".join(files)
    return LIBRARY.add(intake.run(intake.VECTOR, data, fonts=fonts)[1])


def _turned_by_the_camera() -> str:
    """Return a photo whose pixels lie on their side, and which says so."""
    with Image.open(ROOT / "examples" / LAKE) as upright:
        lying = upright.convert("RGB").rotate(-90, expand=True)
    exif = Image.Exif()
    exif[_ORIENTATION] = 8
    file = BytesIO()
    lying.save(file, "JPEG", quality=90, exif=exif)
    return artwork(file.getvalue())


@cache
def painted() -> str:
    """Return a drawing with strokes, dashes, holes and a clip."""
    return artwork(_PAINTED.encode())


def _pattern(kind: PatternKind, width_um: int, gap_um: int) -> ArtworkRules:
    return ArtworkRules(min_dpi=60, pattern=PatternRules(kind, width_um, gap_um))


ARTWORK: Final[tuple[Tile, ...]] = (
    tile("Contained", "The whole picture.", ArtworkValue(picture(LAKE)),
         zone(artwork=ArtworkRules(min_dpi=60))),
    tile("Covering", "All of the zone, and no more.", ArtworkValue(picture(LAKE)), zone(artwork=_COVER)),
    tile("Masked", "Cut to the zone's shape.", ArtworkValue(picture(LAKE)),
         zone(artwork=_COVER, shape=Shape(ShapeKind.ELLIPSE))),
    tile("Cropped", "The part that was chosen.",
         ArtworkValue(picture(LAKE), Crop(20_000, 35_000, 60_000, 30_000)),
         zone(artwork=ArtworkRules(min_dpi=60))),
    tile("Turned", "By any angle; it still fits.", ArtworkValue(picture(LAKE), rotation_centidegrees=1200),
         zone(artwork=ArtworkRules(min_dpi=60))),
    tile("Cropped, turned and masked", "And its resolution is that of the result.",
         ArtworkValue(picture(LAKE), Crop(10_000, 10_000, 80_000, 70_000), 800),
         zone(artwork=_COVER, shape=Shape(corner_um=12_000))),
    tile("Turned by the camera", "Exif is honoured: the pixels of this file lie on their side.",
         ArtworkValue(_turned_by_the_camera()), zone(artwork=ArtworkRules(min_dpi=60))),
    tile("A drawing, engraved", "In the zone's ink.", ArtworkValue(picture(LOGO)),
         zone(artwork=ArtworkRules(), operation=Operation.ENGRAVE)),
    tile("A drawing, turned", "Real geometry.", ArtworkValue(picture(LOGO), rotation_centidegrees=34000),
         zone(artwork=ArtworkRules())),
    tile("Strokes, dashes, holes, clips", "What SVG paints, as outlines.", ArtworkValue(painted()),
         zone(artwork=ArtworkRules())),
    tile("Text in a drawing", "Outlined with the brand's own fonts.", ArtworkValue(_with_letters()),
         zone(artwork=ArtworkRules())),
    tile("Pattern", "A grid of tiles.", ArtworkValue(picture(LOGO)),
         zone(artwork=_pattern(PatternKind.GRID, 9_000, 3_000))),
    tile("Brick", "Every second row moved by half.", ArtworkValue(picture(LEAVES)),
         zone(artwork=_pattern(PatternKind.BRICK, 12_000, 0))),
    tile("Half drop", "Every second column moved by half, cut to the shape.",
         ArtworkValue(picture(LEAVES)),
         zone(artwork=_pattern(PatternKind.HALF_DROP, 12_000, 0), shape=Shape(ShapeKind.ELLIPSE))),
    tile("A photo, repeated", "Pictures as well.",
         ArtworkValue(picture(LAKE), Crop(0, 20_000, 100_000, 60_000)),
         zone(artwork=_pattern(PatternKind.GRID, 17_000, 1_000))),
    tile("A colour", "Chosen among the zone's inks.", ColourValue(1),
         zone(colour=ColourRules(), inks=(Ink((200, 200, 200)), Ink((60, 120, 110))),
              shape=Shape(corner_um=6_000))),
)  # fmt: skip

CODES: Final[tuple[Tile, ...]] = (
    tile("QR code", "Whole micrometres a module, quiet zone kept.", "https://hearth-oak.example/t/4711",
         zone(code=CodeRules())),
    tile("QR code, corrected more", "30 % of it may be scratched.", "https://hearth-oak.example/t/4711",
         zone(code=CodeRules(correction=CodeCorrection.HIGH))),
    tile("Data Matrix", "Small and square.", "4711-0815-2026",
         zone(code=CodeRules(CodeSymbology.DATA_MATRIX))),
)  # fmt: skip
