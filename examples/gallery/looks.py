"""Tiles of effects, finishes and emoji."""

from __future__ import annotations

from typing import Final

from examples.gallery.tiles import Tile, rules, tile, zone
from render_core.effects import (
    GradientEffect,
    LineJoin,
    LinePosition,
    OutlineEffect,
    ShadowEffect,
    UnderprintEffect,
)
from render_core.layout import Ink, Operation
from render_core.looks import Finish, GradientKind
from render_core.text_rules import EmojiPolicy

_RED: Final = Ink((196, 44, 40))
_CREAM: Final = Ink((250, 240, 214))
_BLUE: Final = Ink((30, 60, 120))
_GOLD: Final = Ink((196, 154, 74))
_PRINT: Final = Operation.PRINT
_SUNSET: Final = ((0, (255, 190, 70)), (550, (235, 70, 90)), (1000, (90, 40, 130)))

EFFECTS: Final[tuple[Tile, ...]] = (
    tile("Outline outside", "Real geometry, round joins.", "BOLD",
         zone(rules("slab"), ink=_CREAM, effects=(OutlineEffect(900, _PRINT, _RED),))),
    tile("Outline with miters", "Pointed corners, cut off at four widths.", "MAVEN",
         zone(rules("sans"), ink=_CREAM,
              effects=(OutlineEffect(900, _PRINT, _BLUE, join=LineJoin.MITER),))),
    tile("Outline with bevels", "Corners cut straight.", "ZENITH",
         zone(rules("sans"), ink=_CREAM,
              effects=(OutlineEffect(900, _PRINT, _BLUE, join=LineJoin.BEVEL),))),
    tile("Outline on the edge", "Half of it inside.", "CENTRE",
         zone(rules("slab"), ink=_CREAM,
              effects=(OutlineEffect(700, _PRINT, _RED, LinePosition.CENTRE),))),
    tile("Outline inside", "The letters do not grow.", "INSIDE",
         zone(rules("slab"), ink=_GOLD,
              effects=(OutlineEffect(400, _PRINT, _BLUE, LinePosition.INSIDE),))),
    tile("Shadow", "A moved copy.", "Shadow",
         zone(rules("serif"), ink=_RED, effects=(ShadowEffect(700, 700, _PRINT, Ink((60, 60, 66))),))),
    tile("Long shadow", "The room on the way is filled.", "BLOCK",
         zone(rules("slab"), ink=_CREAM,
              effects=(ShadowEffect(2500, 2500, _PRINT, _BLUE, long=True),))),
    tile("Gradient", "Over the whole text.", "Sunset",
         zone(rules("serif"), effects=(GradientEffect(_SUNSET, angle_degrees=90),))),
    tile("Radial gradient", "From the middle outwards.", "GLOW",
         zone(rules("sans"), effects=(GradientEffect(_SUNSET, GradientKind.RADIAL),))),
    tile("Shadow for the screen", "Seen, but no machine gets it.", "Lifted",
         zone(rules("serif"), ink=_BLUE,
              effects=(ShadowEffect(600, 600, Operation.SCREEN_ONLY, Ink((196, 193, 188))),)),
         separations=True),
    tile("White below", "For dark or clear material; choked by 0.15 mm, so that none shows.", "Under",
         zone(rules("slab"), ink=_RED,
              effects=(UnderprintEffect(Operation.WHITE, Ink((255, 255, 255), "White"), 150),)),
         separations=True),
    tile("Cut around", "A kiss cut at 1.5 mm from the print.", "Sticker",
         zone(rules("slab"), ink=_RED,
              effects=(OutlineEffect(1500, Operation.CUT, Ink((30, 30, 34))),)),
         separations=True),
    tile("Outline, then shadow", "Each below those before it.", "POP",
         zone(rules("slab"), ink=_CREAM,
              effects=(OutlineEffect(700, _PRINT, _RED),
                       ShadowEffect(900, 900, _PRINT, Ink((40, 40, 46)), spread_um=700)))),
    tile("Several machines", "Foil over a printed shadow.", "Luxe",
         zone(rules("script"), operation=Operation.FOIL, ink=_GOLD, finish=Finish.FOIL, depth_um=100,
              effects=(ShadowEffect(500, 500, _PRINT, _BLUE),)),
         separations=True),
)  # fmt: skip

FINISHES: Final[tuple[Tile, ...]] = (
    tile("Engraved", "Depth by light, on the screen alone.", "Engraved",
         zone(rules("capitals"), operation=Operation.ENGRAVE, ink=Ink((120, 116, 108)),
              finish=Finish.ENGRAVED, depth_um=400)),
    tile("Embossed", "Raised.", "Embossed",
         zone(rules("capitals"), operation=Operation.EMBOSS, ink=Ink((226, 224, 219)),
              finish=Finish.EMBOSSED, depth_um=500)),
    tile("Debossed", "Pressed in.", "Debossed",
         zone(rules("capitals"), operation=Operation.EMBOSS, ink=Ink((214, 211, 205)),
              finish=Finish.DEBOSSED, depth_um=500)),
    tile("Foil", "Shining metal.", "Golden",
         zone(rules("script"), operation=Operation.FOIL, ink=_GOLD, finish=Finish.FOIL,
              depth_um=100)),
)  # fmt: skip

_MIXED: Final = "Max 🏆 Zoë ❤️ 👨‍👩‍👧"
EMOJI: Final[tuple[Tile, ...]] = (
    tile("In outlines", "One ink, for engraving.", _MIXED, zone(rules("sans"))),
    tile("In colour", "Layers and gradients, as geometry.", _MIXED,
         zone(rules("sans", emoji=EmojiPolicy.COLOUR, chain=("sans", "colour-emoji")))),
    tile("Flags and skin", "Sequences stay whole.", "🇫🇷 👋🏽 🧑🏿‍🚀 🏳️‍🌈 1️⃣",
         zone(rules("sans", emoji=EmojiPolicy.COLOUR, chain=("sans", "colour-emoji")))),
    tile("Opacity", "What is see-through stays so in the print file.", "🫧 🥂 🔮 💧",
         zone(rules("sans", emoji=EmojiPolicy.COLOUR, chain=("sans", "colour-emoji")))),
)  # fmt: skip
