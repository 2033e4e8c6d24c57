"""What a press prints colours of the screen with: how much of each ink.

The way is the proof's, relative colorimetric with black point compensation. Two colours do not go
through the profile: white is bare paper, and black that is drawn (not of a picture) is black ink alone,
since letters of four inks are blurred by each ink's place.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.design import Library
from render_core.gamut import Press, Rgb, press_of
from render_core.gamut_curves import Array
from render_core.gamut_lab import lab_of_srgb
from render_core.gamut_profile import Profile
from render_core.limits import MAX_PROOF_TABLE_BYTES
from render_core.proof.screen import xyz_of_levels
from render_core.proof.table import Pixels, baked_nodes, levels_of_lanes, looked_up
from render_core.recently_used import RecentlyUsed

_WHITE: Final = (255, 255, 255)
_CMYK: Final = "CMYK"
# Black by the eye: as dark as the press's black ink alone, or darker, and without a hue.
_MOST_CHROMA: Final = 5.0
# A thousandth of an ink is finer than plates are.
_DECIMALS: Final = 3
_AT_ONCE: Final = 1 << 16

_TABLES: Final = RecentlyUsed[NDArray[np.uint64]](MAX_PROOF_TABLE_BYTES, lambda nodes: nodes.nbytes)


class Inks:
    """The inks of one press; of a press of lights (RGB, grey) its lights, of which 1 is bare paper."""

    def __init__(self, sha256: str, press: Press) -> None:
        self._sha256 = sha256
        self._press = press

    @property
    def profile(self) -> Profile:
        return self._press.profile

    @property
    def paper(self) -> tuple[float, ...]:
        """What is not printed."""
        return (0.0 if self.profile.space == _CMYK else 1.0,) * self.profile.channels

    def of(self, rgb: Rgb) -> tuple[float, ...]:
        """Return the inks, 0 to 1, of a colour that covers an area."""
        if rgb == _WHITE:
            return self.paper
        if self.is_black(rgb):
            return (0.0, 0.0, 0.0, 1.0)
        (made,) = self._press.device(xyz_of_levels(np.array([rgb], np.int64))).tolist()
        return tuple(round(part, _DECIMALS) for part in made)

    def of_pixels(self, pixels: Pixels) -> Pixels:
        """Return the inks (h, w, channels), 0 to 255, of pixels (h, w, 3)."""
        height, width = pixels.shape[:2]
        colours = pixels.reshape(-1, 3)
        channels = self.profile.channels
        made = np.empty((len(colours), channels), np.uint8)
        nodes = _TABLES.get(self._sha256, partial(_baked, self._press))
        for at in range(0, len(colours), _AT_ONCE):
            part = colours[at : at + _AT_ONCE]
            lanes = looked_up(nodes, part)[:, :channels]
            made[at : at + _AT_ONCE] = levels_of_lanes(lanes)
            made[at : at + _AT_ONCE][(part == 255).all(axis=1)] = round(255 * self.paper[0])
        return made.reshape(height, width, channels)

    def is_black(self, rgb: Rgb) -> bool:
        """Return whether a colour that is drawn is taken for black: of a press with black ink."""
        if self.profile.space != _CMYK:
            return False
        lightness, a, b = lab_of_srgb(rgb)
        return lightness <= self._black_lightness and a * a + b * b <= _MOST_CHROMA * _MOST_CHROMA

    @cached_property
    def _black_lightness(self) -> float:
        """How light the black ink is by itself."""
        lab = self.profile.device.to_lab(np.array([[0.0, 0.0, 0.0, 1.0]]))
        return float(lab[0, 0])


def inks_of(sha256: str, library: Library) -> Inks:
    """Return the inks of a profile's press. Raises what `gamut.press_of` raises."""
    return Inks(sha256, press_of(sha256, library))


def _baked(press: Press) -> NDArray[np.uint64]:
    return baked_nodes(partial(_walk, press))


def _walk(press: Press, levels: NDArray[np.int64]) -> Array:
    """Return the inks of colours (n, 3), levels of sRGB, in 1/255: (n, 4), zeros where there are fewer."""
    made = press.device(xyz_of_levels(levels)) * 255.0
    return np.pad(made, ((0, 0), (0, 4 - made.shape[1])))
