"""The sections of the gallery: text, lines, paths, artwork, effects, problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from examples.gallery.looks import EFFECTS, EMOJI
from examples.gallery.pictures import ARTWORK, CODES
from examples.gallery.text import LINES, ON_LINES, PROBLEMS, SCRIPTS
from examples.gallery.tiles import Tile

SECTIONS: Final[Mapping[str, Sequence[Tile]]] = {
    "Scripts": SCRIPTS,
    "Lines and paragraphs": LINES,
    "Along lines, monograms, frames": ON_LINES,
    "Artwork": ARTWORK,
    "Codes": CODES,
    "Effects and finishes": EFFECTS,
    "Emoji": EMOJI,
    "Problems, as they are told": PROBLEMS,
}
