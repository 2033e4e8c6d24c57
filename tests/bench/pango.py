"""The peer for text: Pango through libvips, which looks for the size by setting the text again and again."""

from __future__ import annotations

from html import escape
from typing import Any

import pyvips

from tests.fonts import FACES, fonts_dir

FACE = "serif"
FAMILY = "Playfair Display"


def fit(text: str, width_px: int, height_px: int) -> Any:
    """Return the text at the largest size that fits, centred, in FACE.

    Its pixels are not computed yet. Other scripts than the face has come from the system's fonts.
    """
    return pyvips.Image.text(
        escape(text, quote=False),
        font=FAMILY,
        fontfile=str(fonts_dir() / FACES[FACE]),
        width=width_px,
        height=height_px,
        align="centre",
    )
