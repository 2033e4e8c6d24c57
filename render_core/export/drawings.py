"""Which drawings of each surface a pack has, and what colours they are in. Who only asks needs no libvips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class DrawingFormat(StrEnum):
    """What a drawing is written as, in the order of a pack's files."""

    SVG = "svg"
    DXF = "dxf"
    PDF = "pdf"
    PNG = "png"
    TIFF = "tiff"


class Colours(StrEnum):
    """SCREEN: sRGB. PRESS: the inks of a press, in the formats that can hold them (PDF and TIFF)."""

    SCREEN = "screen"
    PRESS = "press"


USUAL_FORMATS: Final = (
    DrawingFormat.SVG,
    DrawingFormat.DXF,
    DrawingFormat.PDF,
    DrawingFormat.PNG,
)
PRESS_FORMATS: Final = frozenset({DrawingFormat.PDF, DrawingFormat.TIFF})


@dataclass(frozen=True, slots=True)
class Drawings:
    """formats: each once, in the order of `DrawingFormat`. output_profile: SHA-256 of the ICC profile of
    a press in place of the product's, "" for the product's own."""

    formats: tuple[DrawingFormat, ...] = USUAL_FORMATS
    colours: Colours = Colours.SCREEN
    output_profile: str = ""

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form that the manifest keeps: what is not as usual; {} if all is."""
        document: dict[str, Any] = {}
        if self.formats != USUAL_FORMATS:
            document["formats"] = [format.value for format in self.formats]
        if self.colours is not Colours.SCREEN:
            document["colours"] = self.colours.value
        if self.output_profile:
            document["output_profile"] = self.output_profile
        return document


def drawings_of(document: Mapping[str, Any]) -> Drawings:
    """Return what `Drawings.document` made. Raises TypeError or ValueError for anything else."""
    usual = Drawings()
    return Drawings(
        tuple(DrawingFormat(one) for one in document.get("formats", usual.formats)),
        Colours(document.get("colours", usual.colours)),
        str(document.get("output_profile", "")),
    )
