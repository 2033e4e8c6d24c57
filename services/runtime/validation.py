"""The limits that a proto declares, and those that hold for every message.

Everything wrong is reported at once, each with its field, the id of its rule and a sentence.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from protovalidate import Validator

from services.runtime import usable
from services.runtime.errors import InvalidArgument, Violation

MAX_REQUEST_BYTES: Final = 32 * 1024 * 1024
MAX_VIOLATIONS: Final = 50

_validator = Validator()


class RequestTooLarge(InvalidArgument):
    """The request has more bytes than any method takes."""

    reason = "REQUEST_TOO_LARGE"
    message = f"The request is larger than {MAX_REQUEST_BYTES} bytes."


def check(request: Message) -> None:
    """Raise InvalidArgument with every violation.

    Fields that this release does not know are dropped, so that they are never stored unseen.
    """
    if request.ByteSize() > MAX_REQUEST_BYTES:
        raise RequestTooLarge
    request.DiscardUnknownFields()
    unusable = () if usable.is_usable(request) else _unusable(request, "")
    violations = [*unusable, *_declared(request)]
    if violations:
        raise InvalidArgument(_summary(violations), violations=violations[:MAX_VIOLATIONS])


def _summary(violations: list[Violation]) -> str:
    first = violations[0]
    more = f" and {len(violations) - 1} more" if len(violations) > 1 else ""
    return f"{first.field}: {first.sentence}{more}" if first.field else first.sentence + more


def _declared(request: Message) -> Iterator[Violation]:
    """Yield what breaks the rules beside the fields (buf.validate)."""
    for found in _validator.collect_violations(request):
        proto = found.proto
        elements = proto.field.elements if proto.field else ()
        rule = proto.rule_id or "rule"
        yield Violation(
            field=_path(elements),
            reason=rule.upper().replace(".", "_").replace("-", "_"),
            sentence=_sentence(proto.message or f"breaks the rule {rule}"),
        )


def _path(elements: Iterable[Any]) -> str:
    """Return "zones[2].text" for the elements of a buf.validate.FieldPath."""
    path = ""
    for element in elements:
        path += ("." if path else "") + str(element.field_name)
        subscript = element.subscript
        if subscript is not None:
            path += _subscript(subscript.value)
    return path


def _subscript(key: object) -> str:
    """Return how a path names an element: `[2]`, or `["name"]` where the keys are texts."""
    return f"[{json.dumps(key, ensure_ascii=False)}]"


def _sentence(message: str) -> str:
    text = message.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _unusable(message: Message, place: str) -> Iterator[Violation]:
    """Yield what nothing behind us can hold: infinite numbers, text with NUL, moments beyond years."""
    for field, value in message.ListFields():
        path = f"{place}.{field.name}" if place else field.name
        for subscript, item in _items(field, value):
            at = path + subscript
            if isinstance(item, float):
                if not math.isfinite(item):
                    yield Violation(at, "NUMBER_NOT_FINITE", "Expected a finite number.")
            elif isinstance(item, str):
                if "\0" in item:
                    yield Violation(at, "TEXT_HAS_NUL", "The character U+0000 is not allowed.")
            elif isinstance(item, Timestamp):
                if not usable.is_moment(item):
                    yield Violation(at, "TIME_OUT_OF_RANGE", "Expected a time in years 1 to 9999.")
            elif isinstance(item, Message):
                yield from _unusable(item, at)


def _items(field: FieldDescriptor, value: Any) -> Iterator[tuple[str, Any]]:
    if not field.is_repeated:
        yield "", value
    elif field.message_type is not None and field.message_type.GetOptions().map_entry:
        for key in value:
            yield _subscript(key), key
            yield _subscript(key), value[key]
    else:
        for index, item in enumerate(value):
            yield f"[{index}]", item
