"""Live text of an SVG becomes outlines, by the project's own shaping and with the brand's fonts.

Source: SVG 2, chapter 11, so far as drawing programs write it: `text` and nested `tspan` with places,
shifts, anchors, letter and word spacing. Text along a path, in columns or of places for each letter is
refused, and so is what no font of the brand can draw.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import unicodedata2

from render_core.errors import RefusedFile
from render_core.geometry.paths import Path
from render_core.intake.svg_fonts import BrandFonts
from render_core.intake.svg_numbers import Viewport, number_invalid, parse_length
from render_core.intake.svg_reader import Node
from render_core.intake.svg_shapes import Segments
from render_core.intake.svg_style import XML_SPACE, Style
from render_core.layout import POINTS_OF_VERB, Verb
from render_core.text.face import Face
from render_core.text.graphemes import grapheme_starts
from render_core.text.lines import Line, set_line
from render_core.text.normalise import NormalisedText
from render_core.text.paragraphs import itemise
from render_core.text.setting import Setting

_MEDIUM: Final = 16.0
_MAX_CHARACTERS: Final = 2_000
_WEIGHTS: Final = {"normal": 400, "bold": 700}
_PLACES: Final = ("x", "y", "dx", "dy")
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_PRESERVED: Final = "preserve"
# What would lay letters out otherwise, and what it may be.
_PLAIN: Final = {
    "writing-mode": ("horizontal-tb", "lr-tb", "lr", "tb"),
    "direction": ("ltr",),
    "unicode-bidi": ("normal", "embed", "isolate"),
    "text-decoration": ("none",),
    "text-decoration-line": ("none",),
    "text-transform": ("none",),
    "baseline-shift": ("baseline", "0"),
    "dominant-baseline": ("auto", "alphabetic"),
    "alignment-baseline": ("auto", "baseline", "alphabetic"),
    "font": (),
    "font-variant": ("normal",),
    "font-stretch": ("normal", "100%"),
    "font-size-adjust": ("none",),
}
_REFUSED_ATTRIBUTES: Final = ("rotate", "textLength", "lengthAdjust", "inline-size", "shape-inside")

StyleOf = Callable[[Node, Style], Style]


@dataclass(frozen=True, slots=True)
class Lettering:
    """A run of text as it is painted: outlines in user units, and its style."""

    segments: Segments
    style: Style


@dataclass(frozen=True, slots=True)
class _Run:
    """Text of one style. moves: absolute places and shifts that its first character has."""

    text: str
    style: Style
    moves: Mapping[str, float]


def letterings(
    node: Node, style: Style, viewport: Viewport, fonts: BrandFonts, style_of: StyleOf
) -> Iterator[Lettering]:
    """Yield the outlines of a `text` element in painting order.

    style_of: the style of a child from its parent's. Raises RefusedFile (SVG_TEXT_FONT_UNKNOWN,
    SVG_TEXT_GLYPH_MISSING, VECTOR_TEXT_UNSUPPORTED).
    """
    runs = _collapsed(list(_runs(node, style, viewport, style_of, {})))
    if sum(len(run.text) for run in runs) > _MAX_CHARACTERS:
        raise _unsupported(f"more than {_MAX_CHARACTERS:,} characters in one text")
    x = y = 0.0
    for chunk in _chunks(runs):
        set_runs = [(run, *_set(run, fonts)) for run in chunk]
        x, y = chunk[0].moves.get("x", x), chunk[0].moves.get("y", y)
        shifts = sum(run.moves.get("dx", 0.0) for run in chunk)
        width = sum(line.width * size for _, line, size in set_runs)
        x -= (shifts + width) * _anchor(chunk[0].style)
        for run, line, size in set_runs:
            x, y = x + run.moves.get("dx", 0.0), y + run.moves.get("dy", 0.0)
            if run.style.drawn and run.style.visible:
                outlines = _outlines(line, size, x, y)
                yield Lettering(outlines, replace(run.style, fill_rule="nonzero"))
            x += line.width * size


def _runs(
    node: Node, style: Style, viewport: Viewport, style_of: StyleOf, moves: Mapping[str, float]
) -> Iterator[_Run]:
    _refuse_unusual(node, style)
    moves = {**moves, **_moves(node, viewport)}
    for part in node.parts:
        if isinstance(part, str):
            if part:
                yield _Run(part, style, moves)
                moves = {}
            continue
        if part.name not in ("tspan", "a"):
            raise _unsupported(f"<{part.name[:40]}> in text")
        yield from _runs(part, style_of(part, style), viewport, style_of, moves)
        moves = {}


def _refuse_unusual(node: Node, style: Style) -> None:
    for name in _REFUSED_ATTRIBUTES:
        if node.attributes.get(name, "").strip() not in ("", "0"):
            raise _unsupported(f"text with the attribute {name!r}")
    for name, value in style.text.items():
        if value not in _PLAIN.get(name, (value,)):
            raise _unsupported(f"text with {name} {value[:40]!r}")


def _moves(node: Node, viewport: Viewport) -> dict[str, float]:
    moves = {}
    for name in _PLACES:
        words = node.attributes.get(name, "").replace(",", " ").split()
        if len(words) > 1:
            raise _unsupported("text whose letters are placed one by one")
        if words:
            whole = viewport.width if name.endswith("x") else viewport.height
            moves[name] = parse_length(words[0], whole)
    return moves


def _collapsed(runs: list[_Run]) -> list[_Run]:
    """Collapse white space over all runs, unless it is preserved (SVG 1.1, 10.15)."""
    kept: list[_Run] = []
    after_space = True
    for run in runs:
        if _keeps_spaces(run):
            text = re.sub(r"[\t\r\n]", " ", run.text)
        else:
            text = _SPACES.sub(" ", run.text)
            text = text[1:] if after_space and text.startswith(" ") else text
        if text:
            after_space = text.endswith(" ")
        if text or run.moves:
            kept.append(replace(run, text=text))
    if kept and kept[-1].text.endswith(" ") and not _keeps_spaces(kept[-1]):
        kept[-1] = replace(kept[-1], text=kept[-1].text[:-1])
    return kept


def _keeps_spaces(run: _Run) -> bool:
    words = run.style.text
    return words.get("white-space") == "pre" or words.get(XML_SPACE) == _PRESERVED


def _chunks(runs: list[_Run]) -> Iterator[list[_Run]]:
    """Yield the runs between absolute places; what is anchored is a whole chunk."""
    chunk: list[_Run] = []
    for run in runs:
        if chunk and ("x" in run.moves or "y" in run.moves):
            yield chunk
            chunk = []
        chunk.append(run)
    if chunk:
        yield chunk


def _set(run: _Run, fonts: BrandFonts) -> tuple[Line, float]:
    """Return the line of a run in ems, and the size of its em in user units."""
    words, size = run.style.text, _size(run.style)
    text = unicodedata2.normalize("NFC", run.text)
    face = _face(words, fonts)
    made = NormalisedText(text, ((0, 0),) * len(text), tuple(grapheme_starts(text)), ())
    (paragraph,) = itemise(made, (face,))
    spacing, between = (
        _spacing(words.get(name, "normal"), size) for name in ("letter-spacing", "word-spacing")
    )
    line = set_line(paragraph, 0, len(text), Setting(tracking=spacing, word_spacing=between))
    lacking = [
        text[cluster.start : cluster.end] for cluster in paragraph.clusters if cluster.missing
    ]
    lacking += [text[start:end] for start, end in line.undrawn]
    if lacking:
        raise RefusedFile(
            "SVG_TEXT_GLYPH_MISSING",
            f"The font of this text has no “{lacking[0]}”. Convert the text to outlines.",
        )
    # Spacing follows each character, the last one too (SVG 2, 11.7; CSS Text 3, 8.2).
    return line, size


def _face(words: Mapping[str, str], fonts: BrandFonts) -> Face:
    families = _families(words.get("font-family", ""))
    weight, slanted = _weight(words), words.get("font-style", "normal") != "normal"
    face = fonts.face(families, weight, slanted=slanted)
    if face is None:
        named = families[0] if families else "no font at all"
        raise RefusedFile(
            "SVG_TEXT_FONT_UNKNOWN",
            f"Text of this SVG is set in {named[:60]}, which is no font of the brand. "
            "Upload that font first, or convert the text to outlines.",
        )
    if face.single_line:
        raise _unsupported("text in a single-line font")
    return face


def _families(value: str) -> list[str]:
    return [family.strip().strip("'\"").strip() for family in value.split(",") if family.strip()]


def _weight(words: Mapping[str, str]) -> int:
    value = words.get("font-weight", "normal")
    if value in _WEIGHTS:
        return _WEIGHTS[value]
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:5]) <= 1000:
        raise _unsupported(f"text with font-weight {value[:40]!r}")
    return int(value)


def _size(style: Style) -> float:
    value = style.text.get("font-size", "")
    if not value or value == "medium":
        return _MEDIUM
    if value.endswith(("%", "em", "ex", "rem")) or value[0].isalpha():
        raise _unsupported(f"text with font-size {value[:40]!r}")
    size = parse_length(value, 1.0)
    if size <= 0:
        raise number_invalid(value)
    return size


def _spacing(value: str, size: float) -> float:
    """Return a spacing in ems."""
    if value in ("normal", ""):
        return 0.0
    if value.endswith("em") and not value.endswith("rem"):
        return parse_length(value[:-2], 1.0)
    return parse_length(value, 1.0) / size


def _anchor(style: Style) -> float:
    """Return which share of a chunk lies before its place."""
    return {"middle": 0.5, "end": 1.0}.get(style.text.get("text-anchor", "start"), 0.0)


def _outlines(line: Line, size: float, x: float, y: float) -> Segments:
    out = Segments()
    for glyph in line.glyphs:
        em = glyph.face.glyph(glyph.glyph_id).path.placed(1 / glyph.face.upem, glyph.x, glyph.y)
        _add(out, em.placed(size, x, y))
    return out


def _add(out: Segments, path: Path) -> None:
    points = [(float(x), float(y)) for x, y in path.points]
    draw: dict[int, Callable[..., None]] = {
        Verb.MOVE: out.move,
        Verb.LINE: out.line,
        Verb.QUAD: out.quad,
        Verb.CUBIC: out.cubic,
    }
    at = 0
    for verb in path.verbs.tolist():
        used = POINTS_OF_VERB[verb]
        if verb == Verb.CLOSE:
            out.close()
        else:
            draw[verb](*points[at : at + used])
        at += used


def _unsupported(what: str) -> RefusedFile:
    return RefusedFile(
        "VECTOR_TEXT_UNSUPPORTED",
        f"This SVG holds {what}. Convert the text to outlines and export it again.",
    )
