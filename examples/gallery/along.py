"""Tiles of text along lines, monograms and frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from examples.gallery.tiles import TALL_MM, Tile, picture, rules, several, tile, zone
from render_core.design import Align, ArtworkRules, ArtworkValue, Shape, ShapeKind
from render_core.text_rules import (
    FrameKind,
    MonogramRules,
    MonogramStyle,
    PathSide,
    TextFrame,
    TextPath,
    TextPathKind,
)

_WAVE: Final = "M4 18C16 2 28 2 36 14S56 26 68 10"
_ROUND: Final = Shape(ShapeKind.PATH, path="M11 30A29 29 0 1 1 69 30A29 29 0 1 1 11 30Z")
_LOGO: Final = "artwork/hearth-oak-logo.svg"
_SEAL: Final[Mapping[str, Any]] = {
    "x_um": 11_000,
    "y_um": 1_000,
    "width_um": 58_000,
    "height_um": 58_000,
}


def _seal() -> Tile:
    """Return a round tile: one text over the top, one at the foot, a drawing between them."""
    top = TextPath(TextPathKind.ELLIPSE, inset_um=7_500, shift_permille=-350)
    foot = TextPath(
        TextPathKind.ELLIPSE,
        inset_um=7_500,
        start_permille=500,
        side=PathSide.RIGHT,
        shift_permille=-350,
    )
    middle: dict[str, Any] = {
        "x_um": 28_000,
        "y_um": 18_000,
        "width_um": 24_000,
        "height_um": 24_000,
    }
    filled = (
        (zone(rules("capitals", path=top, max_size_centipoint=1900), id="top", **_SEAL),
         "Hearth & Oak"),
        (zone(rules("capitals", path=foot, max_size_centipoint=1500), id="foot", **_SEAL),
         "since 1970"),
        (zone(artwork=ArtworkRules(), id="middle", **middle), ArtworkValue(picture(_LOGO))),
    )  # fmt: skip
    return several("A seal", "Both sides of one circle: outside above, inside below.", filled,
                   shape=_ROUND, height_mm=TALL_MM)  # fmt: skip


def _circle() -> Tile:
    path = TextPath(TextPathKind.ELLIPSE, inset_um=8_000)
    spec = zone(rules("slab", path=path, max_size_centipoint=1900, align=Align.JUSTIFY), id="ring",
                **_SEAL)  # fmt: skip
    text = "All the way round the world and back again ·"
    return several("All round a circle", "Spread evenly; the ends meet with the space of words.",
                   ((spec, text),), shape=_ROUND, height_mm=TALL_MM)  # fmt: skip


def _inside() -> Tile:
    path = TextPath(TextPathKind.ELLIPSE, inset_um=13_000, start_permille=500, side=PathSide.RIGHT)
    spec = zone(rules("slab", path=path, max_size_centipoint=2600), id="ring", **_SEAL)
    return several("Inside a tight ring", "Heads would meet: letters are moved apart.",
                   ((spec, "Wild hills follow"),), shape=_ROUND, height_mm=TALL_MM)  # fmt: skip


ALONG: Final[tuple[Tile, ...]] = (
    tile("On an arc", "Letters turn with it.", "Happy Birthday",
         zone(rules("slab", path=TextPath(TextPathKind.ARC, bend_permille=300, inset_um=3000,
                                          start_permille=500)))),
    tile("On an arc that hangs", "Bent downwards.", "Happy Birthday",
         zone(rules("slab", path=TextPath(TextPathKind.ARC, bend_permille=-300, inset_um=3000,
                                          start_permille=500)))),
    tile("Arabic on an arc", "Joins stay joined.", "السلام عليكم",
         zone(rules("arabic", path=TextPath(TextPathKind.ARC, bend_permille=250, inset_um=3000,
                                            start_permille=500)))),
    tile("On a wave", "Any path; the line runs through the middle of the letters.",
         "along the river we go",
         zone(rules("sans", path=TextPath(TextPathKind.PATH, path=_WAVE, start_permille=500,
                                          shift_permille=-350)))),
    tile("Below the wave", "The other side, running against it.", "down in the valley",
         zone(rules("sans", max_size_centipoint=2000,
                    path=TextPath(TextPathKind.PATH, path="M68 10C56 26 44 22 36 14S16 2 4 18",
                                  start_permille=500, side=PathSide.RIGHT, shift_permille=-350)))),
    tile("From a quarter on", "Anchored where the path is a quarter done.", "a quarter",
         zone(rules("sans", max_size_centipoint=2000,
                    path=TextPath(TextPathKind.PATH, path=_WAVE, start_permille=250,
                                  shift_permille=-350)))),
    tile("Upright on a path", "Letters do not turn.", "stairway",
         zone(rules("capitals", path=TextPath(TextPathKind.PATH, path="M6 26L66 8",
                                              start_permille=500, upright=True)))),
    tile("Upright on a wave", "Where it is steep they are moved apart.", "rollercoaster",
         zone(rules("slab", path=TextPath(TextPathKind.PATH, path=_WAVE, start_permille=500,
                                          upright=True, shift_permille=-250)))),
    tile("Over an ellipse", "Anchored at the top.", "Hand made in the hills",
         zone(rules("capitals", max_size_centipoint=1450,
                    path=TextPath(TextPathKind.ELLIPSE, inset_um=6000)))),
    tile("At its foot", "Inside, readable.", "since nineteen seventy",
         zone(rules("serif", max_size_centipoint=1600,
                    path=TextPath(TextPathKind.ELLIPSE, inset_um=2000, start_permille=500,
                                  side=PathSide.RIGHT)))),
)  # fmt: skip

ROUNDS: Final[tuple[Tile, ...]] = (_seal(), _circle(), _inside())

MONOGRAMS: Final[tuple[Tile, ...]] = (
    tile("Three letters", "A name is its initials; the last name stands in the middle, larger.", "Anna Berg Clark",
         zone(rules("serif", monogram=MonogramRules(surname_in_middle=True)))),
    tile("Interlocked", "Over one, under the other.", "EMK",
         zone(rules("capitals", monogram=MonogramRules(MonogramStyle.INTERLOCKED)))),
    tile("Stacked", "One above the other.", "RTS",
         zone(rules("slab", monogram=MonogramRules(MonogramStyle.STACKED)))),
    tile("Framed", "The frame grows with the text.", "Villa Rosa",
         zone(rules("serif", frame=TextFrame(padding_um=2000, line_width_um=500, corner_um=3000,
                                             double=True)))),
    tile("Framed by an ellipse", "Fitted together.", "No. 7",
         zone(rules("slab", frame=TextFrame(FrameKind.ELLIPSE, 1500, 600)))),
    tile("Contour", "At a distance from the letters.", "Emma",
         zone(rules("script", frame=TextFrame(FrameKind.CONTOUR, 1000, 400)))),
)  # fmt: skip
