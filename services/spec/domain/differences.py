"""What differs between two JSON documents, by JSON Pointer (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from services.designs.canonical import canonical

_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. before, after: canonical JSON, "" where there is no value."""

    path: str
    before: str
    after: str


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Yield what differs, in document order; the smallest values that differ, no larger ones."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from differences(
                before.get(key, _ABSENT), after.get(key, _ABSENT), f"{path}/{escaped(key)}"
            )
    elif (was := _json(before)) != (now := _json(after)):
        yield Difference(path, was, now)


def escaped(key: str) -> str:
    """Return a key as a reference token of a JSON Pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def _json(value: Any) -> str:
    return "" if value is _ABSENT else canonical(value).decode()
