"""Older spec documents brought to the current version, one step at a time.

A version never changes what it means; a new one comes with the step from the one before. A stored
document is never rewritten: its hash is of its own version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

SPEC_VERSION: Final = "1.1"

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


def _with_options(document: dict[str, Any]) -> dict[str, Any]:
    """1.0 to 1.1: products had no options, so nothing was chosen."""
    return {**document, "options": {}, "spec_version": "1.1"}


# From version to the step that leads to the next.
UPGRADES: Final[Mapping[str, Upgrade]] = {"1.0": _with_options}


class VersionUnknown(ValueError):
    """No step leads from this version to the current one."""


def upgraded(
    document: dict[str, Any],
    *,
    current: str = SPEC_VERSION,
    upgrades: Mapping[str, Upgrade] = UPGRADES,
) -> dict[str, Any]:
    """Return a document in the current version. Raises VersionUnknown."""
    for _ in range(len(upgrades) + 1):
        version = document.get("spec_version")
        if version == current:
            return document
        step = upgrades.get(version) if isinstance(version, str) else None
        if step is None:
            break
        document = step(document)
    raise VersionUnknown(f"spec_version {document.get('spec_version')!r} is not known here")
