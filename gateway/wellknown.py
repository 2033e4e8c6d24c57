"""Message types that the protobuf JSON mapping writes in a form of their own."""

from __future__ import annotations

from typing import Final, cast

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

_PACKAGE: Final = "google.protobuf."
WRAPPERS: Final = frozenset(
    _PACKAGE + name
    for name in (
        "DoubleValue",
        "FloatValue",
        "Int64Value",
        "UInt64Value",
        "Int32Value",
        "UInt32Value",
        "BoolValue",
        "StringValue",
        "BytesValue",
    )
)
TEXT_FORMS: Final = frozenset(_PACKAGE + name for name in ("Timestamp", "Duration", "FieldMask"))
FREE_FORMS: Final = frozenset(_PACKAGE + name for name in ("Struct", "Value", "ListValue"))
ANY: Final = _PACKAGE + "Any"
# Types whose JSON is not an object of their fields.
OWN_FORMS: Final = WRAPPERS | TEXT_FORMS | FREE_FORMS | {ANY}
_FEW: Final = 8
_LEVELS: Final = 3
NULL_VALUE: Final = _PACKAGE + "NullValue"
VALUE: Final = _PACKAGE + "Value"
NULLABLE: Final = frozenset((VALUE, NULL_VALUE))


def is_map(field: FieldDescriptor) -> bool:
    """Whether the field is a map."""
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def is_small(descriptor: Descriptor, level: int) -> bool:
    """Whether a message is worth no function of its own in generated code, so many messages deep."""
    if descriptor.full_name in OWN_FORMS or descriptor.is_extendable:
        return False
    return len(descriptor.fields) <= _FEW and level < _LEVELS


def descriptor_of(message: Message) -> Descriptor:
    """Return the descriptor of a message."""
    return cast(Descriptor, message.DESCRIPTOR)


def message_type(field: FieldDescriptor) -> Descriptor:
    """Return the message type of a message or map field."""
    return cast(Descriptor, field.message_type)


def enum_type(field: FieldDescriptor) -> EnumDescriptor:
    """Return the enum type of an enum field."""
    return cast(EnumDescriptor, field.enum_type)


def map_fields(field: FieldDescriptor) -> tuple[FieldDescriptor, FieldDescriptor]:
    """Return the key and the value field of a map field."""
    entry = message_type(field)
    return entry.fields_by_name["key"], entry.fields_by_name["value"]
