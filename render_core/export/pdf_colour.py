"""The colours of a PDF: those of the screen, or those of a press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from render_core.gamut import Rgb
from render_core.imaging.embedded import Deflated, deflated_planes
from render_core.looks import GradientStop
from render_core.units import fixed

Stop = tuple[int, tuple[float, ...]]


class PdfColours(Protocol):
    """What a document writes for colours of sRGB; parts are 0 to 1.

    space: the device space that they are in. operators: that set a colour to fill and to stroke with.
    """

    @property
    def space(self) -> str: ...

    @property
    def operators(self) -> tuple[str, str]: ...

    def parts(self, rgb: Rgb) -> tuple[float, ...]:
        """Return a colour that covers an area."""

    def paper(self) -> tuple[float, ...]:
        """Return what nothing looks like."""

    def stops(self, stops: Sequence[GradientStop]) -> list[Stop]:
        """Return (offset in 1/1000, parts): between two of them parts change in straight lines."""

    def planes(self, data: bytes) -> tuple[Deflated, Deflated | None]:
        """Return the colours of a picture and, where anything is see-through, its alpha."""


class ScreenColours:
    """Colours as they are, in sRGB."""

    space: Final = "/DeviceRGB"
    operators: Final = ("rg", "RG")

    def parts(self, rgb: Rgb) -> tuple[float, ...]:
        return tuple(value / 255 for value in rgb)

    def paper(self) -> tuple[float, ...]:
        return (1.0, 1.0, 1.0)

    def stops(self, stops: Sequence[GradientStop]) -> list[Stop]:
        return [(stop.offset_permille, self.parts(stop.rgb)) for stop in stops]

    def planes(self, data: bytes) -> tuple[Deflated, Deflated | None]:
        return deflated_planes(data)


def painting(colours: PdfColours, rgb: Rgb) -> str:
    """Return the instructions that set a colour, for areas and for lines."""
    numbers = " ".join(fixed(part) for part in colours.parts(rgb))
    fill, stroke = colours.operators
    return f"{numbers} {fill} {numbers} {stroke}"
