"""Canonical JSON (RFC 8785) and its SHA-256: one form for one content, on every machine.

Stricter than the RFC where it would let two machines differ: keys are brought to NFC and must stay
distinct, and there are no fractions (lengths are whole micrometres, money is whole cents).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import rfc8785
import unicodedata2

MAX_SAFE_INTEGER: Final = 2**53 - 1

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | bool | None


class NotCanonical(ValueError):
    """The value has no canonical form. The text says what is in the way."""


def canonical(value: Json) -> bytes:
    """Return the canonical form. Raises NotCanonical for what has none."""
    return rfc8785.dumps(_checked(value))


def digest(value: Json) -> str:
    """Return the SHA-256 (hex) of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _checked(value: object) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise NotCanonical(f"{value} is beyond what every JSON reader keeps exactly")
        return value
    if isinstance(value, str):
        return _sound(value)
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_checked(item) for item in value]
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


def _object(value: Mapping[object, object]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise NotCanonical("a key is a string")
        name = unicodedata2.normalize("NFC", _sound(key))
        if name in checked:
            raise NotCanonical(f"two keys are the same after normalisation: {name!r}")
        checked[name] = _checked(item)
    return checked


def _sound(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotCanonical("a string holds half of a surrogate pair")
    return text
