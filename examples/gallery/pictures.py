"""Tiles of pictures, drawings, patterns and codes."""

from __future__ import annotations

from typing import Final

from examples.gallery.tiles import Tile, picture, tile, zone
from render_core.artwork_rules import (
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
from render_core.layout import Ink, Operation

_LAKE: Final = "photos/shopper-lake.webp"
_LOGO: Final = "artwork/hearth-oak-logo.svg"
_COVER: Final = ArtworkRules(fit=ImageFit.COVER, min_dpi=60)

ARTWORK: Final[tuple[Tile, ...]] = (
    tile("Contained", "The whole picture.", ArtworkValue(picture(_LAKE)),
         zone(artwork=ArtworkRules(min_dpi=60))),
    tile("Covering, masked", "Cut to the zone's shape.", ArtworkValue(picture(_LAKE)),
         zone(artwork=_COVER, shape=Shape(ShapeKind.ELLIPSE))),
    tile("Cropped", "A part of it.", ArtworkValue(picture(_LAKE), Crop(30_000, 20_000, 40_000, 50_000)),
         zone(artwork=ArtworkRules(min_dpi=60))),
    tile("Turned", "By any angle.", ArtworkValue(picture(_LAKE), rotation_centidegrees=1200),
         zone(artwork=ArtworkRules(min_dpi=60))),
    tile("Drawing", "Outlines, in the zone's ink where engraved.", ArtworkValue(picture(_LOGO)),
         zone(artwork=ArtworkRules(), operation=Operation.ENGRAVE)),
    tile("Drawing, turned", "Real geometry.", ArtworkValue(picture(_LOGO), rotation_centidegrees=34000),
         zone(artwork=ArtworkRules())),
    tile("Pattern", "A grid of tiles.", ArtworkValue(picture(_LOGO)),
         zone(artwork=ArtworkRules(pattern=PatternRules(tile_width_um=9_000, gap_um=3_000)))),
    tile("Half drop", "Every second column moved.", ArtworkValue(picture(_LOGO)),
         zone(artwork=ArtworkRules(pattern=PatternRules(PatternKind.HALF_DROP, 8_000, 4_000)),
              shape=Shape(corner_um=9_000))),
    tile("A colour", "Chosen among the zone's inks.", ColourValue(1),
         zone(colour=ColourRules(), inks=(Ink((200, 200, 200)), Ink((60, 120, 110))),
              shape=Shape(corner_um=6_000))),
)  # fmt: skip

CODES: Final[tuple[Tile, ...]] = (
    tile("QR code", "Whole micrometres a module.", "https://hearth-oak.example/t/4711",
         zone(code=CodeRules())),
    tile("Data Matrix", "Small and square.", "4711-0815-2026",
         zone(code=CodeRules(CodeSymbology.DATA_MATRIX))),
)  # fmt: skip
