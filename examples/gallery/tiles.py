"""What the gallery shows: one small design a tile, on a bare surface."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from render_core.design import (
    Design,
    Shape,
    SurfaceSpec,
    Template,
    TextRules,
    TextValue,
    ZoneSpec,
    ZoneValue,
)
from render_core.intake import run as intake
from render_core.layout import Ink, Operation

ROOT: Final = Path(__file__).parents[2]
FACES: Final[Mapping[str, str]] = {
    "sans": "noto-sans/600SemiBold/NotoSans_600SemiBold.ttf",
    "serif": "playfair-display/700Bold/PlayfairDisplay_700Bold.ttf",
    "slab": "zilla-slab/700Bold/ZillaSlab_700Bold.ttf",
    "capitals": "cinzel/700Bold/Cinzel_700Bold.ttf",
    "script": "great-vibes/400Regular/GreatVibes_400Regular.ttf",
    "arabic": "amiri/700Bold/Amiri_700Bold.ttf",
    "hebrew": "noto-sans-hebrew/600SemiBold/NotoSansHebrew_600SemiBold.ttf",
    "devanagari": "noto-sans-devanagari/600SemiBold/NotoSansDevanagari_600SemiBold.ttf",
    "bengali": "noto-sans-bengali/400Regular/NotoSansBengali_400Regular.ttf",
    "tamil": "noto-sans-tamil/400Regular/NotoSansTamil_400Regular.ttf",
    "thai": "noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf",
    "khmer": "noto-sans-khmer/400Regular/NotoSansKhmer_400Regular.ttf",
    "georgian": "noto-sans-georgian/400Regular/NotoSansGeorgian_400Regular.ttf",
    "armenian": "noto-sans-armenian/400Regular/NotoSansArmenian_400Regular.ttf",
    "ethiopic": "noto-sans-ethiopic/400Regular/NotoSansEthiopic_400Regular.ttf",
    "emoji": "noto-emoji/500Medium/NotoEmoji_500Medium.ttf",
    "colour-emoji": "noto-color-emoji/400Regular/NotoColorEmoji_400Regular.ttf",
    "variable": "../@fontsource-variable/inter/files/inter-latin-standard-normal.woff2",
    "one-line": "../hersheytext/svg_fonts/EMSReadability.svg",
    "one-line-script": "../hersheytext/svg_fonts/HersheyScript1.svg",
}
CHAIN: Final = ("sans", "arabic", "hebrew", "devanagari", "bengali", "thai", "emoji")
BLACK: Final = Ink((28, 30, 34))
WIDTH_MM: Final = 80
HEIGHT_MM: Final = 36
TALL_MM: Final = 60


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture. caption: what to look at. design: what is composed, with its library.

    separations: what each machine gets stands below the picture, as films, black where it acts.
    proof: how colours are shown, as the output's parameter says it.
    """

    title: str
    caption: str
    design: Design
    separations: bool = False
    proof: str = ""


class Library:
    """Faces by their hash, and what was taken in of `examples`."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def add(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self._held[sha256] = data
        return sha256

    def font(self, sha256: str) -> bytes:
        return self._held[sha256]

    def artwork(self, sha256: str) -> bytes:
        return self._held[sha256]

    def mesh(self, sha256: str) -> bytes:
        return self._held[sha256]


LIBRARY: Final = Library()


@cache
def face(name: str) -> str:
    """Return the SHA-256 of a face; an SVG font is kept as intake makes it."""
    path = ROOT / "node_modules" / "@expo-google-fonts" / FACES[name]
    data = path.read_bytes()
    return LIBRARY.add(intake.run(intake.FONT, data)[1] if path.suffix == ".svg" else data)


def artwork(data: bytes) -> str:
    """Return the SHA-256 of a picture or drawing, taken in as uploads are."""
    return LIBRARY.add(intake.run(intake.ARTWORK, data)[1])


@cache
def picture(name: str) -> str:
    """Return the SHA-256 of a picture of `examples`."""
    return artwork((ROOT / "examples" / name).read_bytes())


def rules(font: str = "sans", **changes: Any) -> TextRules:
    """Return rules of a text zone in a face, with the chain of all scripts behind it."""
    given: dict[str, Any] = {
        "min_size_centipoint": 400,
        "max_size_centipoint": 9000,
        "max_lines": 1,
        "max_graphemes": 300,
        "fallback": tuple(face(name) for name in changes.pop("chain", CHAIN)),
        **changes,
    }
    return TextRules(fonts=(face(font),), **given)


def zone(text: TextRules | None = None, **changes: Any) -> ZoneSpec:
    """Return the zone of a tile: all of its surface but a margin."""
    given: dict[str, Any] = {
        "id": "zone",
        "display_name": "Zone",
        "surface": "front",
        "x_um": 4_000,
        "y_um": 4_000,
        "width_um": WIDTH_MM * 1000 - 8_000,
        "height_um": HEIGHT_MM * 1000 - 8_000,
        "operation": Operation.PRINT,
        "ink": BLACK,
        "text": text,
        **changes,
    }
    return ZoneSpec(**given)


def tile(
    title: str,
    caption: str,
    value: ZoneValue | str | None,
    spec: ZoneSpec,
    *,
    separations: bool = False,
    **template: Any,
) -> Tile:
    """Return a tile with one zone and what stands in it. template: further fields of it."""
    return several(title, caption, ((spec, value),), separations=separations, **template)


def tall(title: str, caption: str, text: str, shape: Shape, text_rules: TextRules) -> Tile:
    """Return a tile whose surface has a shape, and text in all of it but a safe margin."""
    spec = zone(
        text_rules,
        x_um=0,
        y_um=0,
        height_um=TALL_MM * 1000,
        width_um=WIDTH_MM * 1000,
        shape=shape,
        safe_margin_um=2500,
    )
    return several(title, caption, ((spec, text),), shape=shape, height_mm=TALL_MM)


def several(
    title: str,
    caption: str,
    filled: Sequence[tuple[ZoneSpec, ZoneValue | str | None]],
    *,
    shape: Shape | None = None,
    height_mm: int = HEIGHT_MM,
    separations: bool = False,
    **template: Any,
) -> Tile:
    """Return a tile with several zones on a surface of a shape, the plain box if none is given."""
    surface = SurfaceSpec("front", "Front", WIDTH_MM * 1000, height_mm * 1000, shape or Shape())
    zones = tuple(spec for spec, _ in filled)
    values: dict[str, ZoneValue] = {
        spec.id: TextValue(value) if isinstance(value, str) else value
        for spec, value in filled
        if value is not None
    }
    made = Template((surface,), zones, **template)
    return Tile(title, caption, Design(made, values), separations)
