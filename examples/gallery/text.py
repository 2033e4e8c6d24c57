"""Tiles of text: scripts, lines, paths, monograms, frames, and what is refused."""

from __future__ import annotations

from typing import Final

from examples.gallery.tiles import Tile, rules, tile, zone
from render_core.design import Align, Overflow, Shape, ShapeKind, VerticalAlign
from render_core.layout import Operation
from render_core.text_rules import (
    EmojiPolicy,
    FrameKind,
    MonogramRules,
    MonogramStyle,
    PathSide,
    TextFrame,
    TextPath,
    TextPathKind,
)

_VERSE: Final = "Wherever you go, go with all your heart and take the long way home"
_HEART: Final = "M36 26C6 14 10 2 22 2C30 2 36 7 36 9C36 7 42 2 50 2C62 2 66 14 36 26Z"

SCRIPTS: Final[tuple[Tile, ...]] = (
    tile("Latin, joined", "One outline where letters touch.", "Wilhelmina", zone(rules("script"))),
    tile("Kerning and ligatures", "AV, To, fi, ffl.", "AVATAR To office", zone(rules("serif"))),
    tile("Arabic", "Joined, with marks.", "بِسْمِ ٱللَّٰهِ", zone(rules("arabic"))),
    tile("Hebrew with points", "Right to left.", "שָׁלוֹם וּבְרָכָה", zone(rules("hebrew"))),
    tile("Devanagari", "Conjuncts and reordered vowels.", "क्षत्रिय श्री हिन्दी", zone(rules("devanagari"))),
    tile("Bengali", "Conjuncts.", "রবীন্দ্রনাথ ঠাকুর", zone(rules("bengali"))),
    tile("Tamil", "Split vowels.", "கொடைக்கானல் வணக்கம்", zone(rules("tamil"))),
    tile("Thai", "Marks on marks.", "ที่นี่ น้ำใจ เพื่อน", zone(rules("thai"))),
    tile("Khmer", "Subscripts.", "សួស្តី ព្រះរាជា", zone(rules("khmer"))),
    tile("Georgian and Armenian", "Two faces, one line.", "თბილისი Երևան",
         zone(rules("georgian", chain=("armenian",)))),
    tile("Ethiopic", "Syllables.", "ሰላም ለዓለም", zone(rules("ethiopic"))),
    tile("Two directions", "Each run in its own.", "Zoe & أميرة 2026", zone(rules("sans"))),
)  # fmt: skip

LINES: Final[tuple[Tile, ...]] = (
    tile("Broken to fit", "The breaks that allow the largest size.", _VERSE,
         zone(rules("serif", max_lines=5))),
    tile("Justified", "Spaces stretch; the last line stands at its start.", _VERSE,
         zone(rules("slab", max_lines=4, align=Align.JUSTIFY, max_size_centipoint=1500))),
    tile("Start, with an indent", "The first line set in.", _VERSE,
         zone(rules("sans", max_lines=4, align=Align.START, first_indent_permille=1500,
                    max_size_centipoint=1500))),
    tile("In an ellipse", "Lines follow the shape.", _VERSE,
         zone(rules("serif", max_lines=6), shape=Shape(ShapeKind.ELLIPSE))),
    tile("In a heart", "Breaks for this shape alone.", "I love you more than words can say, always",
         zone(rules("slab", max_lines=6), shape=Shape(ShapeKind.PATH, path=_HEART))),
    tile("Letters set apart", "Tracking, without tearing clusters.", "NORTH",
         zone(rules("capitals", tracking_permille=250))),
    tile("Condensed", "Narrower before smaller.", "Constantinople Express",
         zone(rules("slab", overflow=Overflow.CONDENSE, min_condense_permille=600,
                    max_size_centipoint=4000))),
    tile("Features", "Small capitals by the face's own table.", "Anno Domini 2026",
         zone(rules("serif", features=("smcp", "onum")))),
    tile("At the foot", "Ink, not line boxes, stands on the edge.", "ground level",
         zone(rules("sans", vertical_align=VerticalAlign.BOTTOM, align=Align.END,
                    max_size_centipoint=2400))),
)  # fmt: skip

ON_LINES: Final[tuple[Tile, ...]] = (
    tile("On an arc", "Letters turn with it.", "Happy Birthday",
         zone(rules("slab", path=TextPath(TextPathKind.ARC, bend_permille=300, inset_um=3000,
                                          start_permille=500)))),
    tile("Arabic on an arc", "Joins stay joined.", "السلام عليكم",
         zone(rules("arabic", path=TextPath(TextPathKind.ARC, bend_permille=250, inset_um=3000,
                                            start_permille=500)))),
    tile("Around an ellipse", "Anchored at the top.", "Hearth & Oak · Hand made in the hills",
         zone(rules("capitals", path=TextPath(TextPathKind.ELLIPSE, inset_um=7000)))),
    tile("At its foot", "Inside, readable.", "since nineteen seventy",
         zone(rules("serif", path=TextPath(TextPathKind.ELLIPSE, inset_um=3000, start_permille=500,
                                           side=PathSide.RIGHT)))),
    tile("On a wave", "Any path.", "along the river we go",
         zone(rules("sans", path=TextPath(TextPathKind.PATH,
                                          path="M4 18C16 2 28 2 36 14S56 26 68 10",
                                          start_permille=500)))),
    tile("Upright on a path", "Letters do not turn.", "stairway",
         zone(rules("capitals", path=TextPath(TextPathKind.PATH, path="M6 26L66 8",
                                              start_permille=500, upright=True)))),
    tile("Monogram", "The last name in the middle, larger.", "ABC",
         zone(rules("serif", monogram=MonogramRules(surname_in_middle=True)))),
    tile("Interlocked", "Over one, under the other.", "EMK",
         zone(rules("capitals", monogram=MonogramRules(MonogramStyle.INTERLOCKED)))),
    tile("Framed", "The frame grows with the text.", "Villa Rosa",
         zone(rules("serif", frame=TextFrame(padding_um=2000, line_width_um=500, corner_um=3000,
                                             double=True)))),
    tile("Framed by an ellipse", "Fitted together.", "No. 7",
         zone(rules("slab", frame=TextFrame(FrameKind.ELLIPSE, 1500, 600)))),
    tile("Contour", "At a distance from the letters.", "Emma",
         zone(rules("script", frame=TextFrame(FrameKind.CONTOUR, 1000, 400)))),
)  # fmt: skip

PROBLEMS: Final[tuple[Tile, ...]] = (
    tile("Too long", "Reported, and shown as far as it goes.", "A name that never ends",
         zone(rules("sans", max_graphemes=12))),
    tile("Stroke too thin", "Measured on the outline.", "Hairline",
         zone(rules("serif", min_stroke_um=600, max_size_centipoint=3000))),
    tile("Gap too narrow", "Counters and slits.", "BABE",
         zone(rules("slab", min_gap_um=1500, max_size_centipoint=3000))),
    tile("Islands", "They would fall out of a stencil.", "ROAD",
         zone(rules("slab"), operation=Operation.CUT, stencil=True)),
    tile("Not covered", "Never a box in place of a letter.", "Emma 漢字", zone(rules("sans"))),
    tile("Look-alikes", "A Cyrillic letter in a Latin word.", "Pаul", zone(rules("sans"))),
    tile("Forbidden", "In any spelling.", "Bandit", zone(rules("sans", forbidden_words=("bandit",)))),
    tile("Emoji refused", "By the zone's policy.", "Max 🏆",
         zone(rules("sans", emoji=EmojiPolicy.REFUSE))),
)  # fmt: skip
