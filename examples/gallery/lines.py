"""Tiles of lines: paragraphs, fit, and text inside of shapes."""

from __future__ import annotations

from typing import Final

from examples.gallery.tiles import Tile, rules, tall, tile, zone
from render_core.design import Align, Overflow, Shape, ShapeKind, VerticalAlign

_VERSE: Final = "Wherever you go, go with all your heart and take the long way home"
_LOVE: Final = "I love you more than words can say, and more than I could ever sing, always"

PARAGRAPHS: Final[tuple[Tile, ...]] = (
    tile("Breaks that allow the largest size", "Of all that are permitted by UAX #14.", _VERSE,
         zone(rules("serif", max_lines=5))),
    tile("Breaks made by hand", "Kept as typed.", "Anna\n& Ben\n2026", zone(rules("serif", max_lines=3))),
    tile("Start", "All lines begin at one edge.", _VERSE,
         zone(rules("sans", max_lines=4, align=Align.START, max_size_centipoint=1500))),
    tile("End", "All lines end at one edge.", _VERSE,
         zone(rules("sans", max_lines=4, align=Align.END, max_size_centipoint=1500))),
    tile("Justified", "Spaces stretch; the last line stands at its start.", _VERSE,
         zone(rules("slab", max_lines=4, align=Align.JUSTIFY))),
    tile("First line set in", "An indent in ems.", _VERSE,
         zone(rules("sans", max_lines=4, align=Align.START, first_indent_permille=1500,
                    max_size_centipoint=1500))),
    tile("Both sides set in", "Room at start and end of every line.", _VERSE,
         zone(rules("sans", max_lines=5, align=Align.START, start_indent_permille=1500,
                    end_indent_permille=1500))),
    tile("Line height", "One and a half times the size.", "Near\nand far",
         zone(rules("serif", max_lines=2, line_height_permille=1500))),
    tile("At the head", "Ink, not line boxes, stands at the edge.", "high up",
         zone(rules("sans", vertical_align=VerticalAlign.TOP, align=Align.START,
                    max_size_centipoint=2400))),
    tile("At the foot", "So that descenders do not fall over it.", "ground level",
         zone(rules("sans", vertical_align=VerticalAlign.BOTTOM, align=Align.END,
                    max_size_centipoint=2400))),
)  # fmt: skip

FIT: Final[tuple[Tile, ...]] = (
    tile("A short text", "As large as the zone allows, to 0.01 pt.", "Ada", zone(rules("serif", max_size_centipoint=20_000))),
    tile("A long one", "The same zone.", "Ada Augusta Byron King", zone(rules("serif"))),
    tile("No larger than allowed", "The zone's own limit.", "Ada",
         zone(rules("serif", max_size_centipoint=3000))),
    tile("Condensed", "Narrower before smaller, down to 60 %.", "Constantinople Express",
         zone(rules("slab", overflow=Overflow.CONDENSE, min_condense_permille=600,
                    max_size_centipoint=4000))),
)  # fmt: skip

_HEART: Final = "M40 58C4 34 4 4 23 3C32 3 40 10 40 17C40 10 48 3 57 3C76 4 76 34 40 58Z"
_CIRCLE: Final = "M11 30A29 29 0 1 1 69 30A29 29 0 1 1 11 30Z"
_ARCH: Final = "M8 57V32A32 29 0 0 1 72 32V57Z"
_BUBBLE: Final = (
    "M10 3H70A7 7 0 0 1 77 10V44A7 7 0 0 1 70 51H30L20 59V51H10A7 7 0 0 1 3 44V10A7 7 0 0 1 10 3Z"
)
_STAR: Final = "M40 2L49 20L76 21L58 36L66 58L40 46L14 58L22 36L4 21L31 20Z"
_BONE: Final = (
    "M19 19C19 6 3 7 5 20C-2 24 -2 36 5 40C3 53 19 54 19 41H61C61 54 77 53 75 40"
    "C82 36 82 24 75 20C77 7 61 6 61 19Z"
)


def _path(data: str) -> Shape:
    return Shape(ShapeKind.PATH, path=data)


SHAPES: Final[tuple[Tile, ...]] = (
    tall("In an ellipse", "Lines follow the shape.", _VERSE, Shape(ShapeKind.ELLIPSE),
         rules("serif", max_lines=8)),
    tall("In a heart", "Breaks for this shape alone.", _LOVE, _path(_HEART), rules("slab", max_lines=9)),
    tall("In a circle", "Safe margin kept all round.", _VERSE, _path(_CIRCLE), rules("serif", max_lines=9)),
    tall("In an arch", "Any path is a shape.", "Here live Tomás, Vega and their very small dog",
         _path(_ARCH), rules("slab", max_lines=6)),
    tall("In a speech bubble", "The tail is part of the shape, and no text goes there.",
         "Is there any more cake?", _path(_BUBBLE), rules("sans", max_lines=5)),
    tall("In a star", "At the height that takes the largest letters.",
         "Thank you for being our very best teacher", _path(_STAR), rules("slab", max_lines=6)),
    tall("In a bone", "Between its knuckles.", "Biscuit, call 0171 234567", _path(_BONE),
         rules("sans", max_lines=4)),
    tall("Round corners", "As far into them as the letters allow.", "ROUND THE CORNER",
         Shape(corner_um=20_000), rules("capitals", max_lines=3)),
)  # fmt: skip
