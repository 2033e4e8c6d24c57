"""How artwork fills its zone beyond lying in it once, and what codes a zone may show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PatternKind(StrEnum):
    """How tiles follow each other: rows and columns, or every second row or column moved by half."""

    GRID = "grid"
    BRICK = "brick"
    HALF_DROP = "half-drop"


@dataclass(frozen=True, slots=True)
class PatternRules:
    """Artwork repeated over its zone. Lengths in µm; the height of a tile follows from its artwork."""

    kind: PatternKind = PatternKind.GRID
    tile_width_um: int = 10_000
    gap_um: int = 0


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of artwork that is used, in 1/100,000 of its width and height from its top left."""

    left: int = 0
    top: int = 0
    width: int = 100_000
    height: int = 100_000


class CodeSymbology(StrEnum):
    """Codes that machines read: ISO/IEC 18004 and ISO/IEC 16022 (ECC 200)."""

    QR = "qr"
    DATA_MATRIX = "data-matrix"


class CodeCorrection(StrEnum):
    """How much of a QR code may be damaged: 7, 15, 25 or 30 %."""

    LOW = "low"
    MEDIUM = "medium"
    QUARTILE = "quartile"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class CodeRules:
    """What a code zone accepts.

    quiet_modules: width of the quiet border in modules, 0 for the standard's. min_module_um: the
    smallest module that can still be read when made, 0 unchecked. allowed: as in `TextRules`.
    """

    symbology: CodeSymbology = CodeSymbology.QR
    correction: CodeCorrection = CodeCorrection.MEDIUM
    quiet_modules: int = 0
    min_module_um: int = 0
    max_graphemes: int = 300
    allowed: str = ""
