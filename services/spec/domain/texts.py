"""Strings that people read: no control characters in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from google.protobuf.message import Message

from services.runtime.errors import InvalidArgument, Violation

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_IN_LINES: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Fields that may hold line ends: text in paragraphs, and path data.
_OF_LINES: Final = frozenset({"description", "path"})


def control_characters(message: Message, path: str) -> Iterator[Violation]:
    """Yield a violation for each string in a message that holds control characters.

    path: of the message in the request, "product".
    """
    for field, value in message.ListFields():
        for place, item in _items(f"{path}.{field.name}", value, repeated=field.is_repeated):
            if isinstance(item, Message):
                yield from control_characters(item, place)
            elif isinstance(item, str) and _pattern(field.name).search(item):
                yield Violation(
                    place, "CONTROL_CHARACTER", "Remove the control characters from this text."
                )


def _items(path: str, value: Any, *, repeated: bool) -> Iterator[tuple[str, object]]:
    if repeated:
        for index, item in enumerate(value):
            yield f"{path}[{index}]", item
    else:
        yield path, value


def _pattern(field: str) -> re.Pattern[str]:
    return _CONTROL_IN_LINES if field in _OF_LINES else _CONTROL


def check_name(name: str, field: str) -> None:
    """Raise InvalidArgument if a name for people holds control characters."""
    if _CONTROL.search(name):
        raise InvalidArgument.field(
            field, "CONTROL_CHARACTER", "Remove the control characters from this text."
        )
