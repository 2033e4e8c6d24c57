"""Messages into JSON values, compiled from descriptors once per message type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from gateway import json_scalars
from gateway.wellknown import FREE_FORMS, TEXT_FORMS, WRAPPERS, is_map, map_fields

Getter = Callable[[Any], Any]

_getters: dict[Descriptor, Getter] = {}


class _MessageWriter:
    """Writes messages of one type. Compiled at first use, so that types may contain themselves."""

    __slots__ = ("_descriptor", "_fields")

    def __init__(self, descriptor: Descriptor) -> None:
        self._descriptor = descriptor
        self._fields: dict[int, tuple[str, Getter | None]] | None = None

    def __call__(self, message: Any) -> dict[str, Any]:
        fields = self._fields or self._compile()
        written = {}
        for field, value in message.ListFields():
            name, write = fields[field.number]
            written[name] = value if write is None else write(value)
        return written

    def _compile(self) -> dict[int, tuple[str, Getter | None]]:
        self._fields = {
            field.number: (field.json_name, field_getter(field))
            for field in self._descriptor.fields
        }
        return self._fields


def message_getter(descriptor: Descriptor) -> Getter:
    """Return what writes a message of this type as a JSON value."""
    getter = _getters.get(descriptor)
    if getter is None:
        getter = _getters.setdefault(descriptor, _compile_getter(descriptor))
    return getter


def _compile_getter(descriptor: Descriptor) -> Getter:
    if descriptor.full_name in TEXT_FORMS:
        return lambda message: message.ToJsonString()
    if descriptor.full_name in WRAPPERS:
        write = json_scalars.writer(descriptor.fields_by_name["value"])
        return lambda message: message.value if write is None else write(message.value)
    if descriptor.full_name in FREE_FORMS:
        return json_format.MessageToDict
    return _MessageWriter(descriptor)


def field_getter(field: FieldDescriptor) -> Getter | None:
    """Return what writes the value of a field, or None if the value is JSON already."""
    if is_map(field):
        return _map_getter(field)
    write = (
        json_scalars.writer(field)
        if field.message_type is None
        else message_getter(field.message_type)
    )
    if not field.is_repeated:
        return write
    if write is None:
        return list
    return lambda values: [write(value) for value in values]


def _map_getter(field: FieldDescriptor) -> Getter:
    key_field, value_field = map_fields(field)
    write = (
        json_scalars.writer(value_field)
        if value_field.message_type is None
        else message_getter(value_field.message_type)
    )
    is_boolean = key_field.cpp_type == FieldDescriptor.CPPTYPE_BOOL

    def write_map(values: Any) -> dict[str, Any]:
        return {
            (str(key).lower() if is_boolean else str(key)): (
                values[key] if write is None else write(values[key])
            )
            for key in sorted(values)
        }

    return write_map
