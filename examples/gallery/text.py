"""Tiles of letters: scripts, what faces can do, and spacing."""

from __future__ import annotations

from typing import Final

from examples.gallery.tiles import Tile, rules, several, tile, zone
from render_core.design import Align
from render_core.layout import Ink, Operation
from render_core.text_rules import TextPath, TextPathKind

SCRIPTS: Final[tuple[Tile, ...]] = (
    tile("Latin, joined", "One outline where letters touch.", "Wilhelmina", zone(rules("script"))),
    tile("Greek and Cyrillic", "Accents in their places.", "Ἀφροδίτη Жанна", zone(rules("sans"))),
    tile("Arabic", "Joined, with marks.", "بِسْمِ ٱللَّٰهِ", zone(rules("arabic"))),
    tile("Hebrew with points", "Right to left.", "שָׁלוֹם וּבְרָכָה", zone(rules("hebrew"))),
    tile("Devanagari", "Conjuncts and reordered vowels.", "क्षत्रिय श्री हिन्दी", zone(rules("devanagari"))),
    tile("Bengali", "Conjuncts.", "রবীন্দ্রনাথ ঠাকুর", zone(rules("bengali"))),
    tile("Tamil", "Split vowels.", "கொடைக்கானல்", zone(rules("tamil"))),
    tile("Thai", "Marks on marks.", "ที่นี่ น้ำใจ เพื่อน", zone(rules("thai"))),
    tile("Khmer", "Subscripts.", "សួស្តី ព្រះរាជា", zone(rules("khmer"))),
    tile("Georgian and Armenian", "Two faces, one line.", "თბილისი Երևան",
         zone(rules("georgian", chain=("armenian",)))),
    tile("Ethiopic", "Syllables.", "ሰላም ለዓለም", zone(rules("ethiopic"))),
    tile("Two directions", "Each run in its own, by UAX #9.", "Zoe & أميرة 2026", zone(rules("sans"))),
)  # fmt: skip

_WEIGHTS: Final = ((100, "Thin"), (400, "Regular"), (900, "Black"))


def _weights() -> Tile:
    """Return a tile with three places on an axis of one file."""
    filled = [
        (zone(rules("variable", variations=(("wght", weight * 1000),), align=Align.START,
                    max_size_centipoint=2000),
              id=f"w{weight}", y_um=3_500 + 10_000 * row, height_um=9_000), f"{name} {weight}")
        for row, (weight, name) in enumerate(_WEIGHTS)
    ]  # fmt: skip
    return several("Variable face, from WOFF2", "One file, any place of its axes.", filled)


FACES: Final[tuple[Tile, ...]] = (
    tile("Kerning and ligatures", "AV, To, ffi.", "AVATAR To office", zone(rules("serif"))),
    tile("Ligatures off", "The same face with liga=0: three letters, not one.", "AVATAR To office",
         zone(rules("serif", features=("liga=0",)))),
    tile("Small capitals", "The face's own, with old-style figures.", "Anno Domini 2026",
         zone(rules("serif", features=("smcp", "onum")))),
    tile("Stylistic set", "Great Vibes with ss01 to ss04.", "Margaret Hill",
         zone(rules("script", features=("ss01", "ss02", "ss03", "ss04")))),
    tile("Tabular figures", "Columns stand below each other.", "1,111.10\n2,040.88\n7,417.71",
         zone(rules("slab", features=("tnum",), max_lines=3, align=Align.END))),
    _weights(),
    tile("Fallback", "Each cluster in the first face of the chain that has it.",
         "Zoë Ωmega Жанна آنا", zone(rules("capitals"))),
    tile("Letters set apart", "Tracking, without tearing clusters.", "NORTH",
         zone(rules("capitals", tracking_permille=250))),
    tile("Words set apart", "Word spacing alone.", "far and wide",
         zone(rules("slab", word_spacing_permille=600))),
    tile("Single-line face", "Open centre lines: the tool's width is the stroke's.", "Engraved by hand",
         zone(rules("one-line", line_width_um=400), operation=Operation.ENGRAVE,
              ink=Ink((96, 72, 40)))),
    tile("Single-line script", "A face of straight strokes, as plotters drew them.", "Felicity Amundsen",
         zone(rules("one-line-script", line_width_um=350), operation=Operation.ENGRAVE,
              ink=Ink((96, 72, 40)))),
    tile("Single line on an arc", "Bent like any other.", "Twenty thousand leagues",
         zone(rules("one-line", line_width_um=400,
                    path=TextPath(TextPathKind.ARC, bend_permille=300, inset_um=3000,
                                  start_permille=500)),
              operation=Operation.ENGRAVE, ink=Ink((96, 72, 40)))),
)  # fmt: skip
