"""Messages as dataclasses, and their JSON: the protobuf mapping, empty fields left out.

A field's kind says how it travels: "str", "int", "float" and "bool" as they are, "int64" as a
string, "bytes" as base64, "time" as RFC 3339, "mask" as names with commas, "any" with its "@type",
"enum:Name" by name, "Name" as an object; "[]" before it for a list, "{}" for a map, "?" where None is
no value and zero is one.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

# By the name in Python: the name in JSON and the kind.
Fields = Mapping[str, tuple[str, str]]

_URL = "type.googleapis.com/"
_FRACTION = re.compile(r"\.(\d+)")
_REGISTRY: dict[str, type[Any]] = {}
_BY_FULL_NAME: dict[str, type[Message]] = {}


class Message:
    """What all messages have."""

    __slots__ = ()
    FULL_NAME: ClassVar[str] = ""
    FIELDS: ClassVar[Fields] = {}

    def __init_subclass__(cls) -> None:
        """Make the class known by its names."""
        _REGISTRY[cls.__name__] = cls
        _BY_FULL_NAME[cls.FULL_NAME] = cls

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the message of a JSON object; names that are not known are passed over."""
        found = {
            name: decoded(kind, value[json_name])
            for name, (json_name, kind) in cls.FIELDS.items()
            if value.get(json_name) is not None
        }
        return cls(**found)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the message."""
        return encoded_fields(self.FIELDS, {name: getattr(self, name) for name in self.FIELDS})


def encoded_fields(fields: Fields, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object of fields by their names in Python, without the empty ones."""
    return {
        json_name: encoded(kind, values[name])
        for name, (json_name, kind) in fields.items()
        if not _is_empty(kind, values.get(name))
    }


def _is_empty(kind: str, value: Any) -> bool:
    if value is None or isinstance(value, Message) or kind.startswith("?"):
        return value is None
    return not value or (kind.startswith("enum:") and value.endswith("_UNSPECIFIED"))


def encoded(kind: str, value: Any) -> Any:
    """Return the JSON of a value."""
    kind = kind.removeprefix("?")
    if kind.startswith("[]"):
        return [encoded(kind[2:], one) for one in value]
    if kind.startswith("{}"):
        return {key: encoded(kind[2:], one) for key, one in value.items()}
    if kind == "int64":
        return str(value)
    if kind == "bytes":
        return base64.b64encode(value).decode("ascii")
    if kind == "time":
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if kind == "mask":
        return ",".join(_camel(path) for path in value)
    if kind == "any" and isinstance(value, Message):
        return {"@type": _URL + value.FULL_NAME, **value.to_json()}
    return value.to_json() if isinstance(value, Message) else value


def decoded(kind: str, value: Any) -> Any:
    """Return the value of JSON."""
    kind = kind.removeprefix("?")
    if kind.startswith("[]"):
        return [decoded(kind[2:], one) for one in value]
    if kind.startswith("{}"):
        return {key: decoded(kind[2:], one) for key, one in value.items()}
    if kind == "int64":
        return int(value)
    if kind == "bytes":
        return base64.b64decode(value)
    if kind == "time":
        # Nanoseconds are more than a datetime holds.
        return datetime.fromisoformat(_FRACTION.sub(lambda m: f".{m[1][:6]:0<6}", value))
    if kind == "mask":
        return value.split(",") if value else []
    if kind == "any":
        packed = _BY_FULL_NAME.get(value.get("@type", "").removeprefix(_URL))
        return value if packed is None else packed.from_json(value)
    if kind.startswith("enum:"):
        return _enum(kind.removeprefix("enum:"), value)
    known = _REGISTRY.get(kind)
    return value if known is None else known.from_json(value)


def _enum(name: str, value: str) -> str:
    from luneo_client import types  # which imports this module

    known: type[Any] = getattr(types, name)
    return known(value) if value in known._value2member_map_ else value


def _camel(path: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), path)
