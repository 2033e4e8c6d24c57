"""Reads a JSON object field by field, and says where in the file something is wrong.

Names may be written as in the protos ("width_um") or in the JSON mapping of protobuf ("widthUm").
Fields that nobody asked for are mistakes: a misspelt one must not be silently ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from render_core.errors import UnsupportedDesign

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_CAPITAL: Final = re.compile(r"(?<!^)([A-Z])")


class Fields:
    """One JSON object; `done` must be called when all its fields were asked for."""

    def __init__(self, value: Any, path: str) -> None:
        self.path = path
        if not isinstance(value, dict):
            raise wrong(path, "an object in braces is expected here")
        self._left = {_CAPITAL.sub(r"_\1", name).lower(): item for name, item in value.items()}

    def has(self, name: str) -> bool:
        return self._left.get(name) is not None

    def take(self, name: str, default: Any = None) -> Any:
        """Return a field as it is and tick it off."""
        value = self._left.pop(name, None)
        return default if value is None else value

    def text(self, name: str, default: str | None = "") -> str:
        """Return a string; `default=None` makes the field required."""
        value = self.take(name, default)
        if not isinstance(value, str):
            raise wrong(self._at(name), "a text in quotes is expected here")
        return value

    def integer(self, name: str, default: int | None = 0) -> int:
        """Return a whole number, which may be in quotes; `default=None` makes it required."""
        value = self.take(name, default)
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong(self._at(name), "a whole number is expected here")
        return value

    def flag(self, name: str) -> bool:
        value = self.take(name, False)
        if not isinstance(value, bool):
            raise wrong(self._at(name), "true or false is expected here")
        return value

    def choice(self, name: str, prefix: str, values: type[E], default: E) -> E:
        """Return a member of a string enumeration from its proto name (prefix + NAME)."""
        text = self.text(name)
        if text in ("", prefix + "UNSPECIFIED"):
            return default
        members: dict[str, E] = {
            prefix + str(key): member for key, member in vars(values)["_member_map_"].items()
        }
        if text not in members:
            raise wrong(self._at(name), f"{text!r} is not one of {', '.join(members)}")
        return members[text]

    def items(self, name: str) -> list[Any]:
        value = self.take(name, [])
        if not isinstance(value, list):
            raise wrong(self._at(name), "a list in brackets is expected here")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of strings."""
        values = self.items(name)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise wrong(f"{self._at(name)}[{index}]", "a text in quotes is expected here")
        return values

    def child(self, name: str) -> Fields:
        """Return an object inside; an empty one where it is missing."""
        return Fields(self.take(name, {}), self._at(name))

    def children(self, name: str) -> list[Fields]:
        """Return a list of objects."""
        return [
            Fields(value, f"{self._at(name)}[{index}]")
            for index, value in enumerate(self.items(name))
        ]

    def entries(self, name: str) -> dict[str, Any]:
        """Return an object used as a map, its keys as written."""
        value = self.take(name, {})
        if not isinstance(value, dict):
            raise wrong(self._at(name), "an object in braces is expected here")
        return value

    def integers(self, name: str) -> dict[str, int]:
        """Return a map of whole numbers, its keys as written."""
        values = self.entries(name)
        for key, value in values.items():
            if not isinstance(value, int) or isinstance(value, bool):
                raise wrong(f"{self._at(name)}.{key}", "a whole number is expected here")
        return values

    def done(self) -> None:
        """Refuse what is left over."""
        for name in self._left:
            raise wrong(self._at(name), "no such field is known; check its spelling")

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def wrong(path: str, why: str) -> UnsupportedDesign:
    """Return the error for a mistake in a file; its `field` says where."""
    sentence = why[:1].upper() + why[1:] + "."
    return UnsupportedDesign("DESIGN_FILE_INVALID", sentence, field=path)


def known(names: Mapping[str, T], name: str, path: str, kind: str) -> T:
    """Return what a name stands for, or say that it stands for nothing."""
    if name not in names:
        raise wrong(path, f"there is no {kind} {name!r} in the file; add it under files")
    return names[name]
