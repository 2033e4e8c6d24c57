"""The sections of the gallery, in the order of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from examples.gallery.along import ALONG, MONOGRAMS, ROUNDS
from examples.gallery.lines import FIT, PARAGRAPHS, SHAPES
from examples.gallery.looks import EFFECTS, EMOJI, FINISHES
from examples.gallery.pictures import ARTWORK, CODES
from examples.gallery.problems import OF_ARTWORK, OF_MAKING, OF_TEXT, OF_VALUES
from examples.gallery.text import FACES, SCRIPTS
from examples.gallery.tiles import Tile


@dataclass(frozen=True, slots=True)
class Section:
    """Some tiles under a heading. tells: whether its tiles are there for their problems."""

    title: str
    about: str
    tiles: Sequence[Tile]
    tells: bool = False


SECTIONS: Final[tuple[Section, ...]] = (
    Section("Scripts", "Whatever a shopper may type: shaped, ordered and joined as its readers expect.",
            SCRIPTS),
    Section("Faces and spacing", "What fonts can do, chosen for each zone.", FACES),
    Section("Lines and paragraphs", "Where lines break, and where they stand.", PARAGRAPHS),
    Section("Fit", "The largest size that fits, found by arithmetic, never by rendering.", FIT),
    Section("Inside of shapes", "The true shape less its safe margin decides about breaks and size.",
            SHAPES),
    Section("Along lines", "Arcs, ellipses and any other path, on either side.", ALONG),
    Section("In rounds", "Circles, with text over the top and at the foot.", ROUNDS),
    Section("Monograms and frames", "Initials by their rules, and borders that grow with the text.",
            MONOGRAMS),
    Section("Artwork", "Photos, drawings and patterns.", ARTWORK),
    Section("Codes", "For machines to read.", CODES),
    Section("Emoji", "As the zone's policy has it; refused ones are among the problems.", EMOJI),
    Section("Effects", "Real geometry in every file. Films below a picture show what each machine gets.",
            EFFECTS),
    Section("Finishes", "Light and depth are for the screen; files hold the plain outlines.", FINISHES),
    Section("Problems of text", "Told with their place: red is where.", OF_TEXT, tells=True),
    Section("Problems of artwork and codes", "Before anything is made of them.", OF_ARTWORK, tells=True),
    Section("Problems of what would be made", "Measured on the outlines themselves.", OF_MAKING,
            tells=True),
    Section("Problems of what was chosen", "What a client should not have offered; the default stands in.", OF_VALUES, tells=True),
)  # fmt: skip
TILES: Final = tuple(chain.from_iterable(section.tiles for section in SECTIONS))
