"""How items of a layout look: colours that run into each other, and finishes under light."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class ColourMap(Protocol):
    """What colours of a picture become before they are shown, each for itself."""

    @property
    def name(self) -> str:
        """Equal for maps that are equal; part of a layout's digest."""

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return sRGB (n, 3) of sRGB (n, 3)."""


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
    axes_um: of a RADIAL one that is an ellipse, (ax, ay, bx, by): the half axes from its middle, in
    place of the radius. Before the first stop and after the last their colours go on; colours are
    mixed in sRGB, as SVG and PDF do.
    """

    kind: GradientKind
    start_um: tuple[int, int]
    end_um: tuple[int, int]
    stops: tuple[GradientStop, ...]
    radius_um: int = 0
    axes_um: tuple[int, int, int, int] | None = None

    @property
    def half_axes_um(self) -> tuple[int, int, int, int]:
        """The half axes of a RADIAL gradient, circle or ellipse."""
        return self.axes_um or (self.radius_um, 0, 0, self.radius_um)

    @property
    def is_flat(self) -> bool:
        """Whether there is no way for colours to change on: the last one covers everything."""
        if self.kind is GradientKind.LINEAR:
            return self.start_um == self.end_um
        ax, ay, bx, by = self.half_axes_um
        return ax * by == ay * bx

    @property
    def is_opaque(self) -> bool:
        """Whether every stop covers what is below."""
        return all(stop.opacity_permille == 1000 for stop in self.stops)

    def moved(self, dx_um: int, dy_um: int) -> Gradient:
        """Return the gradient shifted by whole micrometres."""
        (ax, ay), (bx, by) = self.start_um, self.end_um
        start, end = (ax + dx_um, ay + dy_um), (bx + dx_um, by + dy_um)
        return replace(self, start_um=start, end_um=end)

    def document(self) -> dict[str, object]:
        document: dict[str, object] = {
            "kind": self.kind.value,
            "line_um": [*self.start_um, *self.end_um],
            "radius_um": self.radius_um,
            "stops": [stop.document() for stop in self.stops],
        }
        if self.axes_um is not None:
            document["axes_um"] = list(self.axes_um)
        return document


class Finish(StrEnum):
    """How something made looks under light: on the screen alone, machines know nothing of it."""

    NONE = ""
    ENGRAVED = "engraved"
    EMBOSSED = "embossed"
    DEBOSSED = "debossed"
    FOIL = "foil"
