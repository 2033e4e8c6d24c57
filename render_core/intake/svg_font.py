"""Reads an SVG font (SVG 1.1, chapter 20) as the centre lines of a single-line face.

Engraving fonts are passed on in this form: each glyph is a path to be drawn with a pen, not filled. Only
what says how letters look and follow each other is read; nothing else in the document matters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from render_core.errors import RefusedFile
from render_core.intake.limits import (
    MAX_LICENCE_CHARACTERS,
    MAX_SVG_ATTRIBUTE_CHARACTERS,
    MAX_SVG_BYTES,
    MAX_SVG_DEPTH,
    MAX_SVG_FONT_ELEMENTS,
    MIB,
)

_SVG: Final = "{http://www.w3.org/2000/svg}"
_FEED: Final = 16 * 1024
_DEFAULT_UNITS: Final = 1000.0
_LARGEST_NUMBER: Final = 1e6


@dataclass(frozen=True, slots=True)
class SvgGlyph:
    """A glyph. characters: one, or those that a ligature stands for. path: path data, y up."""

    characters: str
    name: str
    advance: float
    path: str


@dataclass(frozen=True, slots=True)
class SvgKerning:
    """How much nearer one of some glyphs stands to another; by characters and by names."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    amount: float


@dataclass(slots=True)
class SvgFont:
    """What an SVG font says, in its own units."""

    units_per_em: float = _DEFAULT_UNITS
    ascent: float = 0.0
    descent: float = 0.0
    family: str = ""
    advance: float = 0.0
    missing: SvgGlyph | None = None
    glyphs: list[SvgGlyph] = field(default_factory=list)
    kerning: list[SvgKerning] = field(default_factory=list)
    licence: str = ""


def is_markup(data: bytes) -> bool:
    """Return whether a file is XML rather than a binary font."""
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def read_svg_font(data: bytes) -> SvgFont:
    """Return the first font of an SVG document, or refuse it."""
    if len(data) > MAX_SVG_BYTES:
        raise RefusedFile(
            "FONT_TOO_LARGE",
            f"This SVG font has {len(data) / MIB:.1f} MiB; at most {MAX_SVG_BYTES // MIB} are taken.",
        )
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=False, forbid_entities=True)
    try:
        for at in range(0, len(data), _FEED):
            parser.feed(data[at : at + _FEED])
        parser.close()
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise RefusedFile(
            "FONT_DAMAGED", "This SVG font cannot be read as XML. Export it again."
        ) from error
    if builder.font is None:
        raise RefusedFile(
            "FONT_NOT_A_FONT",
            "This SVG holds no font. Upload a TTF, OTF, WOFF2 or single-line SVG font.",
        )
    builder.font.licence = " ".join("".join(builder.words).split())[:MAX_LICENCE_CHARACTERS]
    return builder.font


class _Builder:
    """The parser's target."""

    def __init__(self) -> None:
        self.font: SvgFont | None = None
        self.words: list[str] = []
        self._open: list[str] = []
        self._elements = 0
        self._done = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        long = any(len(value) > MAX_SVG_ATTRIBUTE_CHARACTERS for value in attributes.values())
        if self._elements > MAX_SVG_FONT_ELEMENTS or len(self._open) > MAX_SVG_DEPTH or long:
            raise RefusedFile(
                "FONT_TOO_COMPLEX",
                f"This SVG font has more than {MAX_SVG_FONT_ELEMENTS:,} elements, or some that are "
                "nested or written too long.",
            )
        name = tag.removeprefix(_SVG)
        self._open.append(name)
        if self._done:
            return
        if name == "font" and self.font is None:
            self.font = SvgFont(advance=_number(attributes, "horiz-adv-x", 0.0))
        elif self.font is not None:
            self._read(self.font, name, attributes)

    def end(self, tag: str) -> None:
        self._open.pop()
        if tag.removeprefix(_SVG) == "font":
            self._done = True

    def data(self, text: str) -> None:
        if "metadata" in self._open and len(self.words) < MAX_LICENCE_CHARACTERS:
            self.words.append(text)

    def close(self) -> Any:
        return None

    def _read(self, font: SvgFont, name: str, attributes: Mapping[str, str]) -> None:
        if name == "font-face":
            font.units_per_em = _number(attributes, "units-per-em", _DEFAULT_UNITS)
            font.ascent = _number(attributes, "ascent", 0.8 * font.units_per_em)
            font.descent = _number(attributes, "descent", -0.2 * font.units_per_em)
            font.family = attributes.get("font-family", "").split(",")[0].strip(" '\"")
        elif name == "missing-glyph":
            font.missing = _glyph(attributes, font)
        elif name == "glyph" and attributes.get("unicode"):
            font.glyphs.append(_glyph(attributes, font))
        elif name == "hkern":
            font.kerning.append(
                SvgKerning(
                    _kerned(attributes, "1"),
                    _kerned(attributes, "2"),
                    _number(attributes, "k", 0.0),
                )
            )


def _glyph(attributes: Mapping[str, str], font: SvgFont) -> SvgGlyph:
    return SvgGlyph(
        characters=attributes.get("unicode", ""),
        name=attributes.get("glyph-name", ""),
        advance=_number(attributes, "horiz-adv-x", font.advance),
        path=attributes.get("d", ""),
    )


def _kerned(attributes: Mapping[str, str], side: str) -> tuple[str, ...]:
    """Return the characters (one each) and glyph names of one side of a pair."""
    characters = attributes.get(f"u{side}", "").split(",")
    names = attributes.get(f"g{side}", "").split(",")
    return tuple(word.strip() for word in (*characters, *names) if word.strip())


def _number(attributes: Mapping[str, str], name: str, default: float) -> float:
    written = attributes.get(name)
    if written is None:
        return default
    try:
        value = float(written)
    except ValueError:
        value = math.inf
    if not abs(value) <= _LARGEST_NUMBER:
        raise RefusedFile("FONT_DAMAGED", f"This SVG font has {name}={written[:20]!r}.")
    return value
