"""The rules of machine profiles: what a document must hold, and when it is a new revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from render_core.errors import UnsupportedDesign
from render_core.making import profile_json
from render_core.making.profile import PROFILE_FORMAT, MachineProfile
from services.runtime.errors import InvalidArgument

FIELD = "machine_profile"


@dataclass(frozen=True, slots=True)
class MachineRevision:
    """A machine as it was at one time. number: from 1. created_at: of the revision."""

    brand: str
    machine: str
    number: int
    profile: MachineProfile
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as it is now."""

    current: MachineRevision
    created_at: datetime


def profile_of(machine: str, content: Mapping[str, Any]) -> MachineProfile:
    """Return the profile that a document describes. Raises InvalidArgument with the field."""
    document = {**content, "format": PROFILE_FORMAT, "id": machine}
    try:
        return profile_json.read(document)
    except UnsupportedDesign as error:
        field = f"{FIELD}.machine.{error.field}".rstrip(".")
        raise InvalidArgument.field(field, "MACHINE_INVALID", error.message) from error


def from_library(machine: str, library_machine: str) -> MachineProfile:
    """Return a machine of the library under an id of the brand. Raises InvalidArgument."""
    found = profile_json.library().get(library_machine)
    if found is None:
        raise InvalidArgument.field(
            "library_machine",
            "LIBRARY_MACHINE_UNKNOWN",
            f"The library has no machine {library_machine!r}. ListLibraryMachines names them.",
        )
    return profile_of(machine, orjson.loads(found.canonical()))
