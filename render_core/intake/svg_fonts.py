"""The faces that text of an SVG may be outlined with: those of its brand, found by family name.

Source: CSS Fonts 4, 5.2 (matching by style, then by weight); nothing is made bold or slanted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from render_core.text.face import Face, face_of

# Words of subfamily names (OpenType, "name" table, and OS/2 usWeightClass).
_WEIGHTS: Final = {
    "thin": 100, "hairline": 100, "extralight": 200, "ultralight": 200, "light": 300,
    "regular": 400, "medium": 500, "semibold": 600, "demibold": 600, "bold": 700,
    "extrabold": 800, "ultrabold": 800, "black": 900, "heavy": 900,
}  # fmt: skip
_SLANTED: Final = frozenset(("italic", "oblique"))
_WEIGHT_AXIS: Final = "wght"


@dataclass(frozen=True, slots=True)
class BrandFont:
    """A face of the brand, as intake kept it. family, subfamily: as in `FontFacts`."""

    family: str
    subfamily: str
    data: bytes

    @property
    def weight(self) -> int:
        words = self.subfamily.lower().replace("-", "").split()
        return next((_WEIGHTS[word] for word in words if word in _WEIGHTS), 400)

    @property
    def is_slanted(self) -> bool:
        return not _SLANTED.isdisjoint(self.subfamily.lower().split())


class BrandFonts:
    """Faces by family, whatever their case."""

    def __init__(self, fonts: Iterable[BrandFont]) -> None:
        self._families: dict[str, list[BrandFont]] = {}
        for font in fonts:
            self._families.setdefault(font.family.casefold(), []).append(font)
        self._held: dict[str, bytes] = {}

    def face(self, families: Iterable[str], weight: int, *, slanted: bool) -> Face | None:
        """Return the face that comes nearest, of the first family that the brand has."""
        for family in families:
            fonts = self._families.get(family.casefold())
            if fonts:
                return self._at_weight(_nearest(fonts, weight, slanted=slanted), weight)
        return None

    def font(self, sha256: str) -> bytes:
        return self._held[sha256]

    def artwork(self, sha256: str) -> bytes:
        raise KeyError(sha256)

    def mesh(self, sha256: str) -> bytes:
        raise KeyError(sha256)

    def _at_weight(self, font: BrandFont, weight: int) -> Face:
        sha256 = hashlib.sha256(font.data).hexdigest()
        self._held[sha256] = font.data
        face = face_of(sha256, self)
        if _WEIGHT_AXIS not in face.axes:
            return face
        lightest, _, boldest = face.axes[_WEIGHT_AXIS]
        return face.at(((_WEIGHT_AXIS, min(max(weight * 1000, lightest), boldest)),))


def _nearest(fonts: list[BrandFont], weight: int, *, slanted: bool) -> BrandFont:
    """Return the font of the style, or else of the other one, whose weight is preferred."""
    of_style = [font for font in fonts if font.is_slanted == slanted] or fonts
    return min(of_style, key=lambda font: (_farness(font.weight, weight), font.subfamily))


def _farness(weight: int, wanted: int) -> tuple[int, int]:
    """Order weights: of 400 to 500 first up to 500, then down, then up; bolder ones up first."""
    if weight == wanted:
        return (0, 0)
    if 400 <= wanted <= 500:
        if wanted < weight <= 500:
            return (1, weight - wanted)
        return (2, wanted - weight) if weight < wanted else (3, weight - wanted)
    if wanted < 400:
        return (1, wanted - weight) if weight < wanted else (2, weight - wanted)
    return (1, weight - wanted) if weight > wanted else (2, wanted - weight)
