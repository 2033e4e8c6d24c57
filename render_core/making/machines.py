"""The machines that come with the program, found by id or by the hash that they are pinned by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from render_core.errors import UnsupportedDesign
from render_core.making.profile import MachineProfile
from render_core.making.profile_json import library


def machine(name: str) -> MachineProfile:
    """Return a machine by its id or its SHA-256. Raises UnsupportedDesign (MACHINE_UNKNOWN)."""
    known = _known()
    if name not in known:
        listed = ", ".join(one for one in known if "-" in one)
        raise UnsupportedDesign(
            "MACHINE_UNKNOWN",
            f"There is no machine {name!r}. Choose one of {listed}.",
            field="machine",
        )
    return known[name]


@cache
def _known() -> Mapping[str, MachineProfile]:
    profiles = library()
    return profiles | {profile.sha256: profile for profile in profiles.values()}
