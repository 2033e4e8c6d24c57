"""Designs whose layouts are kept: `python -m tests.golden.layout.designs` prints their digests.

Run in a process of its own, so that its environment can be chosen.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping

from render_core.compose import Composition, compose
from render_core.design import (
    Align,
    ArtworkValue,
    Design,
    ImageFit,
    Overflow,
    Shape,
    VerticalAlign,
)
from render_core.layout import Operation
from tests.fonts import FontLibrary
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    artwork_zone,
    design,
    drawing,
    png,
    text_zone,
)

LOGO = drawing(
    20_000,
    10_000,
    ("M0 0L20000 0L20000 10000L0 10000Z", (20, 90, 60)),
    ("M2000 2000L18000 2000L10000 9000Z", (255, 255, 255)),
    ("M6000 3000Q10000 1000 14000 3000C14000 5000 12000 7000 10000 7000Z", (200, 30, 30)),
)
PHOTO = png(600, 300)


def _artwork(data: bytes) -> ArtworkValue:
    return ArtworkValue(hashlib.sha256(data).hexdigest())


DESIGNS: Mapping[str, Design] = {
    "latin-script-face": design(text_zone(font="script"), "Emma & Louis"),
    "latin-two-lines": design(text_zone(font="serif", max_lines=2), "Zoë\nSeptember 2026"),
    "latin-balanced-in-ellipse": design(
        text_zone(font="serif", shape=ELLIPSE, max_lines=3), "For the best grandmother of all"
    ),
    "latin-in-heart": design(text_zone(40, 40, shape=HEART_SHAPE, max_lines=3), "Anna and Ben"),
    "latin-tracked-to-the-end": design(
        text_zone(tracking_permille=150, align=Align.END), "office AV flute"
    ),
    "latin-top-left-in-round-corners": design(
        text_zone(
            shape=Shape(corner_um=6000),
            align=Align.START,
            vertical_align=VerticalAlign.TOP,
            max_size_centipoint=2000,
        ),
        "Top left",
    ),
    "arabic-with-digits": design(text_zone(font="arabic"), "مرحبا بالعالم 123"),
    "arabic-by-fallback-from-the-start": design(
        text_zone(align=Align.START, max_size_centipoint=2400), "محمد"
    ),
    "hebrew-mixed-with-latin": design(
        text_zone(max_lines=2, align=Align.START), "Hello שלום world (עברית)"
    ),
    "devanagari": design(text_zone(font="devanagari"), "क्षत्रिय हिन्दी श्री"),
    "emoji-sequences": design(text_zone(), "I ❤️ 👩‍👩‍👧‍👦 👍🏽 🇨🇭"),
    "too-long": design(text_zone(20, 5), "Wolfeschlegelsteinhausenbergerdorff"),
    "too-large-and-not-to-shrink": design(
        text_zone(20, 10, overflow=Overflow.REPORT, max_size_centipoint=3000), "Maximilian"
    ),
    "too-many-graphemes": design(text_zone(max_graphemes=4), "Charlotte"),
    "empty": design(text_zone(), ""),
    "required-and-empty": design(text_zone(required=True), None),
    "controls-left-out": design(text_zone(), "Em\x00ma\u202e"),
    "surrogate-refused": design(text_zone(), "Emma \ud83d"),
    "logo-printed": design(artwork_zone(), _artwork(LOGO)),
    "logo-engraved-in-ellipse": design(
        artwork_zone(shape=ELLIPSE, operation=Operation.ENGRAVE, margin_um=1000), _artwork(LOGO)
    ),
    "logo-covering-round-corners": design(
        artwork_zone(shape=Shape(corner_um=3000), bleed_um=500, fit=ImageFit.COVER), _artwork(LOGO)
    ),
    "photo-covering-ellipse": design(
        artwork_zone(shape=ELLIPSE, fit=ImageFit.COVER), _artwork(PHOTO)
    ),
    "photo-too-coarse": design(artwork_zone(120, 80), _artwork(PHOTO)),
}


def compositions() -> dict[str, Composition]:
    """Return the composition of each design, by name."""
    library = FontLibrary(LOGO, PHOTO)
    return {name: compose(made, library) for name, made in DESIGNS.items()}


def digests() -> dict[str, str]:
    """Return the digest of each layout, by name."""
    return {name: made.layout.digest() for name, made in compositions().items()}


if __name__ == "__main__":
    json.dump(digests(), sys.stdout)
