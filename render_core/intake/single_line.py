"""Single-line faces: from an SVG font to the form that is kept, an sfnt with centre lines.

Metrics, kerning and ligatures become tables that HarfBuzz shapes with; glyphs are blank there, and their
open lines are in `CLIN` (see `render_core.text.centre_lines`). The same file gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import Final

import numpy as np
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables.DefaultTable import DefaultTable

from render_core.errors import RefusedFile, UnsupportedDesign
from render_core.geometry.arcs import flatten_arc
from render_core.geometry.outline_builder import OutlineBuilder, Point
from render_core.geometry.paths import Path
from render_core.geometry.svg_path import draw_path
from render_core.intake.limits import MAX_NAME_CHARACTERS, MAX_SVG_KERNING_PAIRS
from render_core.intake.svg_font import SvgFont, SvgGlyph, SvgKerning, read_svg_font
from render_core.layout import Verb
from render_core.limits import MAX_GLYPH_SEGMENTS
from render_core.text.centre_lines import TABLE, write_table

_LARGEST_EM: Final = 16_000
_INT16: Final = 32_767
_NOTDEF: Final = ".notdef"
# The first day of the calendar of `head`: no clock in a file that is named by its hash.
_NO_TIME: Final = 0
_ARC_TOLERANCE: Final = 0.25
_FILLED_SHARE: Final = 0.9


def single_line_sfnt(data: bytes) -> bytes:
    """Return the sfnt of an SVG font, or refuse it."""
    font = read_svg_font(data)
    if not 1 <= font.units_per_em <= _LARGEST_EM:
        raise RefusedFile(
            "FONT_DAMAGED",
            f"This SVG font has {font.units_per_em:g} units per em; 1 to 16,000 are.",
        )
    _refuse_filled(font)
    glyphs = {_NOTDEF: font.missing or SvgGlyph("", "", font.advance, "")}
    glyphs.update((f"g{index}", glyph) for index, glyph in enumerate(font.glyphs, start=1))
    drawn = [_drawn(glyph) for glyph in glyphs.values()]
    scale = _scale(font.units_per_em, drawn)
    lines = [Path(path.verbs, np.rint(path.points * scale)) for path in drawn]
    builder = FontBuilder(round(font.units_per_em * scale), isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(_characters(glyphs))
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in glyphs})
    builder.setupHorizontalMetrics(
        {name: (_whole(glyph.advance, scale, 0, 65_535), 0) for name, glyph in glyphs.items()}
    )
    ascent, descent = (_whole(height, scale) for height in (font.ascent, font.descent))
    builder.setupHorizontalHeader(ascent=ascent, descent=min(descent, 0))
    family = font.family[:MAX_NAME_CHARACTERS] or "Single line"
    names = {"familyName": family, "styleName": "Regular", "licenseDescription": font.licence}
    builder.setupNameTable({name: text for name, text in names.items() if text})
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=min(descent, 0), fsType=0)
    builder.setupPost()
    features = _features(font, glyphs, scale)
    if features:
        addOpenTypeFeaturesFromString(builder.font, features)
    table = DefaultTable(TABLE)
    table.data = write_table(lines)
    builder.font[TABLE] = table
    builder.font["head"].created = builder.font["head"].modified = _NO_TIME
    builder.font.recalcTimestamp = False
    made = BytesIO()
    builder.font.save(made)
    return made.getvalue()


def _characters(glyphs: dict[str, SvgGlyph]) -> dict[int, str]:
    """Return the glyph of each code point; of two for one the first counts (SVG 1.1, 20.4)."""
    found: dict[int, str] = {}
    for name, glyph in glyphs.items():
        if len(glyph.characters) == 1:
            found.setdefault(ord(glyph.characters), name)
    return found


def _drawn(glyph: SvgGlyph) -> Path:
    """Return the open lines of a glyph in the font's own units, y up."""
    out = OutlineBuilder()
    try:
        draw_path(glyph.path, out)
    except UnsupportedDesign as error:
        raise RefusedFile(
            "FONT_DAMAGED", f"The glyph {glyph.characters!r} of this SVG font: {error.message}"
        ) from error
    verbs, points = _opened(out)
    if len(verbs) > MAX_GLYPH_SEGMENTS:
        raise RefusedFile(
            "FONT_TOO_COMPLEX",
            f"The glyph {glyph.characters!r} has more than {MAX_GLYPH_SEGMENTS:,} segments.",
        )
    return Path(np.array(verbs, np.uint8), np.array(points, np.float64).reshape(-1, 2))


def _scale(units_per_em: float, drawn: list[Path]) -> int:
    """Return by how much units are made finer: as much as whole numbers of 16 bits allow."""
    farthest = max(float(np.abs(path.points).max(initial=0.0)) for path in drawn)
    if not farthest <= _INT16:
        raise RefusedFile(
            "FONT_DAMAGED", f"A glyph of this SVG font is {farthest:g} units away from its origin."
        )
    return max(1, int(min(_LARGEST_EM / units_per_em, _INT16 / max(farthest, 1.0))))


def _opened(out: OutlineBuilder) -> tuple[list[int], list[Point]]:
    """Return verbs and points without CLOSE and ARC: closed lines end where they began."""
    verbs: list[int] = []
    points: list[Point] = []
    start: Point = (0.0, 0.0)
    restart = False
    for verb, own in out.drawn():
        if verb == Verb.MOVE:
            start, restart = own[0], False
        elif restart:
            verbs.append(Verb.MOVE)
            points.append(start)
            restart = False
        if verb == Verb.CLOSE:
            if points and points[-1] != start:
                verbs.append(Verb.LINE)
                points.append(start)
            restart = True
        elif verb == Verb.ARC:
            through = flatten_arc(points[-1], own[0], own[1], _ARC_TOLERANCE)[1:]
            verbs += [Verb.LINE] * len(through)
            points += through
        else:
            verbs.append(verb)
            points += own
    return verbs, points


def _refuse_filled(font: SvgFont) -> None:
    """Refuse outlines to be filled: engraving around them is not what a single-line face is for."""
    drawn = [glyph.path for glyph in font.glyphs if glyph.path.strip()]
    if not drawn:
        raise RefusedFile(
            "FONT_HAS_NO_OUTLINES", "No glyph of this SVG font has a line. Export it again."
        )
    closed = sum(path.lower().count("z") >= path.lower().count("m") for path in drawn)
    if closed > _FILLED_SHARE * len(drawn):
        raise RefusedFile(
            "FONT_NOT_SINGLE_LINE",
            "The letters of this SVG font are outlines to be filled, not single lines. "
            "Upload the face as TTF, OTF or WOFF2.",
        )


def _features(font: SvgFont, glyphs: dict[str, SvgGlyph], scale: int) -> str:
    """Return ligatures and kerning in the language of feature files."""
    names = _characters(glyphs)
    ligatures = [
        f"sub {' '.join(names[ord(c)] for c in glyph.characters)} by {name};"
        for name, glyph in glyphs.items()
        if len(glyph.characters) > 1 and all(ord(c) in names for c in glyph.characters)
    ]
    known = {glyph.name: name for name, glyph in glyphs.items() if glyph.name}
    known.update({chr(code_point): name for code_point, name in names.items()})
    pairs = _pairs(font.kerning, known, scale)
    parts = [("liga", ligatures), ("kern", [f"pos {a} {b} {-k};" for (a, b), k in pairs.items()])]
    return "\n".join(
        f"feature {tag} {{ {' '.join(rules)} }} {tag};" for tag, rules in parts if rules
    )


def _pairs(
    kerning: list[SvgKerning], known: dict[str, str], scale: int
) -> dict[tuple[str, str], int]:
    """Return by how much glyphs stand nearer to each other; of two rules for a pair the first counts."""
    count = sum(len(rule.before) * len(rule.after) for rule in kerning)
    if count > MAX_SVG_KERNING_PAIRS:
        raise RefusedFile(
            "FONT_TOO_COMPLEX", f"This SVG font kerns more than {MAX_SVG_KERNING_PAIRS:,} pairs."
        )
    pairs: Counter[tuple[str, str]] = Counter()
    for rule in kerning:
        for before in rule.before:
            for after in rule.after:
                pair = known.get(before), known.get(after)
                if pair[0] is not None and pair[1] is not None and pair not in pairs:
                    pairs[pair[0], pair[1]] = _whole(rule.amount, scale)
    return dict(pairs)


def _whole(value: float, scale: int, low: int = -_INT16, high: int = _INT16) -> int:
    return min(max(round(value * scale), low), high)
