"""The part of artwork that a shopper chose, turned as they turned it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from render_core.artwork_rules import Crop
from render_core.design import ArtworkValue
from render_core.geometry.affine import Affine
from render_core.geometry.elliptical_arc import cosine_sine
from render_core.geometry.paths import Path
from render_core.layout import Verb

CROP_UNITS: Final = 100_000
_WHOLE: Final = Crop()


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the artwork, in the artwork's unit, and its turn clockwise.

    x, y: its middle from the artwork's top left.
    """

    x: float
    y: float
    width: float
    height: float
    cosine: float
    sine: float
    is_cropped: bool

    @property
    def is_turned(self) -> bool:
        """Whether its sides no longer run along the axes."""
        return self.cosine != 0 and self.sine != 0

    @property
    def extents(self) -> tuple[float, float]:
        """Width and height of the box around it, turned."""
        cosine, sine = abs(self.cosine), abs(self.sine)
        return (
            self.width * cosine + self.height * sine,
            self.width * sine + self.height * cosine,
        )

    @property
    def box(self) -> Path:
        """Its edge, about its middle, turned."""
        return self.about_middle.path(self.rectangle)

    @property
    def rectangle(self) -> Path:
        """Its edge in the artwork."""
        left, top = self.x - self.width / 2, self.y - self.height / 2
        right, bottom = left + self.width, top + self.height
        verbs = [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.LINE, Verb.CLOSE]
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return Path(np.array(verbs, np.uint8), np.array(corners, np.float64))

    @property
    def about_middle(self) -> Affine:
        """From the artwork to about the window's middle, turned."""
        return self.placing(1.0, 0.0, 0.0)

    def placing(self, scale: float, x: float, y: float) -> Affine:
        """Return the map from the artwork to a zone in which the window's middle is at (x, y)."""
        a, b = self.cosine * scale, self.sine * scale
        return Affine(a, b, -b, a, x - a * self.x + b * self.y, y - b * self.x - a * self.y)


def crop_is_inside(crop: Crop | None) -> bool:
    """Return whether a crop has an area and reaches no farther than its artwork."""
    crop = crop or _WHOLE
    across = crop.left >= 0 and crop.width > 0 and crop.left + crop.width <= CROP_UNITS
    return across and crop.top >= 0 and crop.height > 0 and crop.top + crop.height <= CROP_UNITS


def window_of(value: ArtworkValue, width: float, height: float) -> Window:
    """Return the window of a value on artwork of a size, in any unit."""
    crop = value.crop or _WHOLE
    cosine, sine = cosine_sine(value.rotation_centidegrees / 100)
    return Window(
        x=(2 * crop.left + crop.width) * width / (2 * CROP_UNITS),
        y=(2 * crop.top + crop.height) * height / (2 * CROP_UNITS),
        width=crop.width * width / CROP_UNITS,
        height=crop.height * height / CROP_UNITS,
        cosine=cosine,
        sine=sine,
        is_cropped=crop != _WHOLE,
    )
