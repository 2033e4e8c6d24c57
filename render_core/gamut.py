"""Which colours a press cannot make: how far from the screen's each one will come out.

A colour goes to the press as production does it, relative colorimetric with black point
compensation, and back; what comes back is what will be seen. The difference is CIEDE2000. Never part
of a layout: it only warns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from render_core.colour import WHITE_D50
from render_core.design import Library
from render_core.errors import MissingInput, RefusedFile, UnsupportedDesign
from render_core.gamut_black import black_of
from render_core.gamut_curves import Array
from render_core.gamut_lab import delta_e_2000, lab_of_srgb, lab_of_xyz, labs_of_xyz, xyz_of_lab
from render_core.gamut_profile import Profile, read_profile
from render_core.limits import MAX_CACHED_COLOURS, MAX_CACHED_PROFILES
from render_core.recently_used import RecentlyUsed

Rgb = tuple[int, int, int]

# What people notice on a product beside a screen; presses are held to less within a run.
LIMIT_DELTA_E: Final = 5.0


class Press:
    """A profile, ready to be asked about colours of sRGB."""

    def __init__(self, sha256: str, profile: Profile) -> None:
        self._sha256 = sha256
        self.profile = profile
        self._device = profile.device
        # XYZ of the press's black, in parts of its paper's.
        self._black = black_of(profile)

    def differences(self, colours: Sequence[Rgb]) -> list[float]:
        """Return how far from each colour it comes out, by CIEDE2000, to a tenth."""
        wanted = [self.target(colour) for colour in colours]
        made = self.made(np.array(wanted).reshape(-1, 3)).tolist()
        return [
            round(delta_e_2000(lab, (seen[0], seen[1], seen[2])), 1)
            for lab, seen in zip(wanted, made, strict=True)
        ]

    def difference(self, colour: Rgb) -> float:
        """Return `differences` of one colour, remembered."""
        key = (self._sha256, colour)
        return _DIFFERENCES.get(key, lambda: self.differences([colour])[0])

    def target(self, colour: Rgb) -> tuple[float, float, float]:
        """Return the Lab that is asked of the press, its black taken for black."""
        x, y, z = xyz_of_lab(lab_of_srgb(colour))
        rest, black = 1 - self._black, self._black
        wx, wy, wz = WHITE_D50
        return lab_of_xyz((x * rest + wx * black, y * rest + wy * black, z * rest + wz * black))

    def targets(self, xyz: Array) -> Array:
        """Return `target` of colours (n, 3), as XYZ under D50."""
        shifted: Array = xyz * (1 - self._black) + self._black * np.array(WHITE_D50)
        return shifted

    def device(self, xyz: Array) -> Array:
        """Return the device colours (n, channels), 0 to 1, that colours (n, 3) are made with: XYZ under D50."""
        return self._device.from_lab(labs_of_xyz(self.targets(xyz)))

    def made(self, lab: Array) -> Array:
        """Return what comes back of Lab (n, 3) from the press, relative to its paper."""
        return self._device.to_lab(self._device.from_lab(lab))


_PRESSES: Final = RecentlyUsed[Press](MAX_CACHED_PROFILES)
_DIFFERENCES: Final = RecentlyUsed[float](MAX_CACHED_COLOURS)


def press_of(sha256: str, library: Library) -> Press:
    """Return the press of a profile's hash.

    Raises MissingInput (PROFILE_MISSING, PROFILE_CHANGED) where the library lacks it or holds other
    bytes under its hash, UnsupportedDesign (PROFILE_UNREADABLE) where the bytes are no usable profile.
    """
    return _PRESSES.get(sha256, lambda: _load(sha256, library))


def _load(sha256: str, library: Library) -> Press:
    try:
        data = library.artwork(sha256)
    except KeyError:
        raise MissingInput(
            "PROFILE_MISSING", f"The colour profile {sha256[:12]}… is not in the library."
        ) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise MissingInput(
            "PROFILE_CHANGED", f"The colour profile {sha256[:12]}… is not what its hash says."
        )
    try:
        return Press(sha256, read_profile(data))
    except RefusedFile as fault:
        raise UnsupportedDesign(
            "PROFILE_UNREADABLE", f"The colour profile {sha256[:12]}… cannot be read."
        ) from fault
