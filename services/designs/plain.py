"""Protobuf messages as plain values for canonical JSON.

Only fields that are set appear, under their names in the proto; integers stay integers, enums are
their names. A field added to a proto later does not change the form of older messages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from services.designs.canonical import Json, NotCanonical


def plain(message: Message) -> dict[str, Json]:
    """Return the set fields of a message. Raises NotCanonical for bytes and fractions."""
    return {field.name: _value(field, value) for field, value in message.ListFields()}


def _value(field: FieldDescriptor, value: Any) -> Json:
    kind = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        of_value = _single(kind.fields_by_name["value"])
        return {str(key): of_value(item) for key, item in value.items()}
    single = _single(field)
    return [single(item) for item in value] if field.is_repeated else single(value)


def _single(field: FieldDescriptor) -> Callable[[Any], Json]:
    if field.message_type is not None:
        return plain
    if field.enum_type is not None:
        names = field.enum_type.values_by_number
        return lambda number: names[number].name
    if field.type in (
        FieldDescriptor.TYPE_BYTES,
        FieldDescriptor.TYPE_FLOAT,
        FieldDescriptor.TYPE_DOUBLE,
    ):
        raise NotCanonical(f"{field.full_name} is of a type without a canonical form")
    return lambda value: value
