"""Whether a message holds only what everything behind us can hold, asked of every request.

For each message type a function is written from its descriptor that looks at texts, numbers with a
point, moments and messages, and at no other field: a loop over what a message holds takes three
times as long. `validation` says what is wrong where something is.
"""

from __future__ import annotations

import keyword
import math
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

# Of the years 1 and 9999, in UTC.
_FIRST_SECOND: Final = -62_135_596_800
_LAST_SECOND: Final = 253_402_300_799

_Look = Callable[[Any], bool]
_TIMESTAMP: Final[str] = Timestamp.DESCRIPTOR.full_name
_FLOATS: Final = (FieldDescriptor.TYPE_FLOAT, FieldDescriptor.TYPE_DOUBLE)
_lock: Final = threading.Lock()
_looks: Final[dict[Descriptor, _Look]] = {}


def is_usable(message: Message) -> bool:
    """Return whether all numbers are finite, no text has a NUL, and moments are in years 1 to 9999."""
    descriptor: Any = message.DESCRIPTOR
    look = _looks.get(descriptor)
    if look is None:
        with _lock:
            made: dict[Descriptor, _Look] = {}
            look = _look_of(descriptor, made)
            _looks.update(made)  # all at once: no thread meets one that is not whole
    return look(message)


def is_moment(time: Timestamp) -> bool:
    """Return whether a moment lies in years 1 to 9999."""
    return _FIRST_SECOND <= time.seconds <= _LAST_SECOND and 0 <= time.nanos < 10**9


class _Later:
    """Stands for what looks at a type while that is being made, for types that hold themselves."""

    __slots__ = ("look",)
    look: _Look

    def __call__(self, message: Message) -> bool:
        return self.look(message)


def _look_of(descriptor: Descriptor, made: dict[Descriptor, _Look]) -> _Look:
    """Return what looks at messages of a type. made: in this pass, by type; it is added to."""
    found = _looks.get(descriptor) or made.get(descriptor)
    if found is not None:
        return found
    if descriptor.full_name == _TIMESTAMP:
        made[descriptor] = is_moment
        return is_moment
    later = made[descriptor] = _Later()
    later.look = _written(descriptor, made)
    made[descriptor] = later.look
    return later.look


def _written(descriptor: Descriptor, made: dict[Descriptor, _Look]) -> _Look:
    """Return a function of its own for the type. What its text is made of are names of fields as
    protoc allows them; everything else is handed to it by reference."""
    scope: dict[str, Any] = {"isfinite": math.isfinite}
    lines = [line for field in descriptor.fields for line in _statements(field, scope, made)]
    source = "\n".join(
        ["def look(message):", *(f"    {line}" for line in lines), "    return True"]
    )
    exec(compile(source, f"<usable {descriptor.full_name}>", "exec"), scope)  # noqa: S102
    look: _Look = scope["look"]
    return look


def _statements(
    field: FieldDescriptor, scope: dict[str, Any], made: dict[Descriptor, _Look]
) -> Iterator[str]:
    """Yield the statements that look at a field; none for one that can hold anything."""
    plain = field.name.isidentifier() and not keyword.iskeyword(field.name)
    value = f"message.{field.name}" if plain else f"getattr(message, {field.name!r})"
    message = field.message_type
    if message is not None and message.GetOptions().map_entry:
        key, item = (message.fields_by_name[name] for name in ("key", "value"))
        wrong = [
            one
            for one in (_wrong(key, "at", scope, made), _wrong(item, "held[at]", scope, made))
            if one
        ]
        if wrong:
            yield f"held = {value}"
            yield f"for at in held:\n        if {' or '.join(wrong)}: return False"
        return
    wrong_one = _wrong(field, "item" if field.is_repeated else value, scope, made)
    if not wrong_one:
        return
    if field.is_repeated:
        yield f"for item in {value}:\n        if {wrong_one}: return False"
    elif message is not None:
        yield f"if {field.name!r} in message and {wrong_one}: return False"
    else:
        yield f"if {wrong_one}: return False"


def _wrong(
    field: FieldDescriptor, value: str, scope: dict[str, Any], made: dict[Descriptor, _Look]
) -> str:
    """Return the expression that is true of a value which cannot be used, "" if there is none."""
    if field.type == FieldDescriptor.TYPE_STRING:
        return f'"\\0" in {value}'
    if field.type in _FLOATS:
        return f"not isfinite({value})"
    if field.message_type is None:
        return ""
    name = f"look_{field.number}"
    scope[name] = _look_of(field.message_type, made)
    return f"not {name}({value})"
