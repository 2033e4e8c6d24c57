"""Which fonts of a brand an uploaded drawing may need, by a glance at its bytes.

Only the confined child reads the drawing. It gets the files of all fonts whose family occurs in it,
so a glance too many costs memory, and one too few a refusal that names the family.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from services.spec.domain.files import Font

MAX_FONTS: Final = 12
MAX_FONT_BYTES: Final = 24 * 1024 * 1024
_MARKS: Final = (b"<text", b"text>", b":text")


def may_hold_text(data: bytes) -> bool:
    """Return whether a file looks like a drawing with text."""
    return data[:256].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and any(
        mark in data for mark in _MARKS
    )


def named_in(data: bytes, fonts: Iterable[Font]) -> list[Font]:
    """Return the fonts whose family is written in a file, as many as a child is given."""
    written = data.decode("utf-8", "replace").casefold()
    chosen: list[Font] = []
    room = MAX_FONT_BYTES
    for font in fonts:
        if font.family.casefold() in written and font.size_bytes <= room and font.family:
            chosen.append(font)
            room -= font.size_bytes
    return chosen[:MAX_FONTS]
