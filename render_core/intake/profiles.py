"""Checks an uploaded colour profile: of a press, complete, and read to its end."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from render_core.errors import RefusedFile
from render_core.gamut_profile import Profile, read_profile

# What has to come out of any press near as it went in: paper, a middle grey.
_CERTAIN = ((100.0, 0.0, 0.0), (60.0, 0.0, 0.0))
_FARTHEST = 20.0


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """A profile that passed. device: "printer" or "display". space: "CMYK", "RGB" or "GRAY".

    version: of the ICC's standard, such as "4.3". description: its name, "" for none.
    """

    device: str
    space: str
    version: str
    description: str

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return asdict(self)


def check_profile(data: bytes) -> ProfileFacts:
    """Return what a profile is. RefusedFile as `read_profile`, or PROFILE_IMPLAUSIBLE."""
    profile = read_profile(data)
    _check_tables(profile)
    return ProfileFacts(profile.kind, profile.space, profile.version, profile.description)


def _check_tables(profile: Profile) -> None:
    """Refuse tables whose two directions do not belong together: every colour would be warned of."""
    lab = np.array(_CERTAIN)
    made = profile.device.to_lab(profile.device.from_lab(lab))
    apart = made - lab
    if not (apart * apart).sum(axis=1).max() <= _FARTHEST * _FARTHEST:
        raise RefusedFile(
            "PROFILE_IMPLAUSIBLE",
            "This profile turns grey into another colour and back. Export it again from its source.",
        )
