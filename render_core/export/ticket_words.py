"""The words of a ticket: each a zone that `compose` fits into its frame, in whatever script."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from render_core.compose import compose
from render_core.design import (
    Align,
    Design,
    Library,
    SurfaceSpec,
    Template,
    TextRules,
    TextValue,
    VerticalAlign,
    ZoneSpec,
)
from render_core.export.ticket_drawing import BLACK, GREY, PAGE, Frame
from render_core.export.ticket_faces import TicketFaces
from render_core.layout import Ink, Item, Operation
from render_core.limits import MAX_TEXT_CODE_POINTS

__all__ = ["BLACK", "GREY", "WHITE", "TicketLibrary", "Word", "drawn_words"]

WHITE: Final = Ink((255, 255, 255))
_MIN_SIZE_CENTIPOINT: Final = 300


@dataclass(frozen=True, slots=True)
class Word:
    """Something to read. size_pt: the largest it is set in; it shrinks to fit its frame.

    faces: SHA-256 of the design's own, for what the ticket's lack.
    """

    text: str
    frame: Frame
    size_pt: int
    align: Align = Align.START
    ink: Ink = BLACK
    lines: int = 1
    faces: tuple[str, ...] = ()


class TicketLibrary:
    """The design's library, with the ticket's faces and pictures beside it."""

    def __init__(self, library: Library, faces: TicketFaces) -> None:
        self._library = library
        self._faces = faces
        self._pictures: dict[str, bytes] = {}

    @property
    def faces(self) -> tuple[str, ...]:
        """The ticket's own faces, in the order in which they are asked."""
        return self._faces.sha256s

    def add(self, picture: bytes) -> str:
        """Keep a picture and return its SHA-256."""
        sha256 = hashlib.sha256(picture).hexdigest()
        self._pictures[sha256] = picture
        return sha256

    def font(self, sha256: str) -> bytes:
        found = self._faces.by_sha256.get(sha256)
        return self._library.font(sha256) if found is None else found

    def artwork(self, sha256: str) -> bytes:
        found = self._pictures.get(sha256)
        return self._library.artwork(sha256) if found is None else found

    def mesh(self, sha256: str) -> bytes:
        return self._library.mesh(sha256)


def drawn_words(
    words: Sequence[Word], library: TicketLibrary, width_um: int, height_um: int
) -> tuple[Item, ...]:
    """Return the words as outlines in the page's coordinates. Raises MissingInput."""
    written = [(f"w{place}", word) for place, word in enumerate(words) if word.text.strip()]
    template = Template(
        surfaces=(SurfaceSpec(PAGE, PAGE, width_um, height_um),),
        zones=tuple(_zone(name, word, library) for name, word in written),
    )
    values = {name: TextValue(word.text[:MAX_TEXT_CODE_POINTS]) for name, word in written}
    (page,) = compose(Design(template, values), library).layout.surfaces
    return tuple(_on_page(item) for item in page.placed_items())


def _zone(name: str, word: Word, library: TicketLibrary) -> ZoneSpec:
    left, top, width, height = word.frame
    rules = TextRules(
        fonts=library.faces[:1],
        fallback=(*library.faces[1:], *word.faces),
        min_size_centipoint=_MIN_SIZE_CENTIPOINT,
        max_size_centipoint=word.size_pt * 100,
        max_lines=word.lines,
        max_graphemes=MAX_TEXT_CODE_POINTS,
        align=word.align,
        vertical_align=VerticalAlign.TOP,
        line_height_permille=1150,
    )
    return ZoneSpec(
        name, name, PAGE, left, top, width, height, Operation.PRINT, word.ink, text=rules
    )


def _on_page(item: Item) -> Item:
    return replace(item, zone=PAGE)
