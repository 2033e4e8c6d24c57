"""Whole faces for tests, from the locked npm packages, and a library that holds them.

Looked for in `node_modules/@expo-google-fonts`; LUNEO_FONTS_DIR names another such folder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from render_core.intake.fonts import normalise_font

FACES: Mapping[str, str] = {
    "sans": "noto-sans/400Regular/NotoSans_400Regular.ttf",
    "serif": "playfair-display/400Regular/PlayfairDisplay_400Regular.ttf",
    "script": "great-vibes/400Regular/GreatVibes_400Regular.ttf",
    "arabic": "amiri/400Regular/Amiri_400Regular.ttf",
    "hebrew": "noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf",
    "devanagari": "noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf",
    "emoji": "noto-emoji/400Regular/NotoEmoji_400Regular.ttf",
    "colour-emoji": "noto-color-emoji/400Regular/NotoColorEmoji_400Regular.ttf",
    "armenian": "noto-sans-armenian/400Regular/NotoSansArmenian_400Regular.ttf",
    "bengali": "noto-sans-bengali/400Regular/NotoSansBengali_400Regular.ttf",
    "ethiopic": "noto-sans-ethiopic/400Regular/NotoSansEthiopic_400Regular.ttf",
    "georgian": "noto-sans-georgian/400Regular/NotoSansGeorgian_400Regular.ttf",
    "khmer": "noto-sans-khmer/400Regular/NotoSansKhmer_400Regular.ttf",
    "tamil": "noto-sans-tamil/400Regular/NotoSansTamil_400Regular.ttf",
    "thai": "noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf",
    "variable": "../@fontsource-variable/inter/files/inter-latin-standard-normal.woff2",
    "single-line": "../hersheytext/svg_fonts/EMSReadability.svg",
}
_HERE = Path(__file__).resolve().parent.parent


def fonts_dir() -> Path:
    """Return the folder of font packages."""
    named = os.environ.get("LUNEO_FONTS_DIR")
    return Path(named) if named else _HERE / "node_modules" / "@expo-google-fonts"


@cache
def font_bytes(name: str) -> bytes:
    """Return the file of a face as it is kept, by its name in FACES."""
    path = fonts_dir() / FACES[name]
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: run `make setup`, or set LUNEO_FONTS_DIR.")
    data = path.read_bytes()
    return data if path.suffix != ".svg" else normalise_font(data)[1]


@cache
def font_hash(name: str) -> str:
    """Return the SHA-256 of a face."""
    return hashlib.sha256(font_bytes(name)).hexdigest()


class FontLibrary:
    """Holds all faces of FACES and any artwork it is given."""

    def __init__(self, *artwork: bytes) -> None:
        self._artwork = {hashlib.sha256(data).hexdigest(): data for data in artwork}

    def font(self, sha256: str) -> bytes:
        for name in FACES:
            if font_hash(name) == sha256:
                return font_bytes(name)
        raise KeyError(sha256)

    def artwork(self, sha256: str) -> bytes:
        return self._artwork[sha256]
