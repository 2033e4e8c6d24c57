"""How items of a layout look: colours that run into each other, and finishes under light."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class GradientKind(StrEnum):
    """Along a line, or from a middle outwards."""

    LINEAR = "linear"
    RADIAL = "radial"


@dataclass(frozen=True, slots=True)
class GradientStop:
    """A colour at a place of a gradient, both in 1/1000: how far along, and how much it covers."""

    offset_permille: int
    rgb: tuple[int, int, int]
    opacity_permille: int = 1000

    def document(self) -> list[int]:
        return [self.offset_permille, *self.rgb, self.opacity_permille]


@dataclass(frozen=True, slots=True)
class Gradient:
    """Colours that run into each other, in place of an item's ink. Micrometres, zone coordinates.

    LINEAR: from start to end. RADIAL: about the end, out to radius_um, with its focus at the start.
    Before the first stop and after the last their colours go on; colours are mixed in sRGB, as SVG
    and PDF do.
    """

    kind: GradientKind
    start_um: tuple[int, int]
    end_um: tuple[int, int]
    stops: tuple[GradientStop, ...]
    radius_um: int = 0

    def moved(self, dx_um: int, dy_um: int) -> Gradient:
        """Return the gradient shifted by whole micrometres."""
        (ax, ay), (bx, by) = self.start_um, self.end_um
        start, end = (ax + dx_um, ay + dy_um), (bx + dx_um, by + dy_um)
        return Gradient(self.kind, start, end, self.stops, self.radius_um)

    def document(self) -> dict[str, object]:
        return {
            "kind": self.kind.value,
            "line_um": [*self.start_um, *self.end_um],
            "radius_um": self.radius_um,
            "stops": [stop.document() for stop in self.stops],
        }


class Finish(StrEnum):
    """How something made looks under light: on the screen alone, machines know nothing of it."""

    NONE = ""
    ENGRAVED = "engraved"
    EMBOSSED = "embossed"
    DEBOSSED = "debossed"
    FOIL = "foil"
