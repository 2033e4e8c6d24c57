"""Messages into JSON values, compiled from descriptors once per message type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from gateway import json_any, json_scalars
from gateway.json_options import STRICT, JsonOptions
from gateway.wellknown import (
    ANY,
    FREE_FORMS,
    OWN_FORMS,
    TEXT_FORMS,
    WRAPPERS,
    is_map,
    map_fields,
)

Getter = Callable[[Any], Any]


class _MessageWriter:
    """Writes messages of one type. Compiled at first use, so that types may contain themselves."""

    __slots__ = ("_defaults", "_descriptor", "_fields", "_options")

    def __init__(self, descriptor: Descriptor, options: JsonOptions) -> None:
        self._descriptor = descriptor
        self._options = options
        self._fields: dict[int, tuple[str, Getter | None]] | None = None
        self._defaults: dict[str, Any] = {}

    def __call__(self, message: Any) -> dict[str, Any]:
        fields = self._fields or self._compile()
        written = {}
        for field, value in message.ListFields():
            name, write = fields.get(field.number) or self._extension(field)
            written[name] = value if write is None else write(value)
        return {**self._defaults, **written} if self._defaults else written

    def _extension(self, field: FieldDescriptor) -> tuple[str, Getter | None]:
        """Return how an extension is written: its full name in brackets, as json_format does."""
        return f"[{field.full_name}]", field_getter(field, self._options)

    def _compile(self) -> dict[int, tuple[str, Getter | None]]:
        options = self._options
        fields = {}
        for field in self._descriptor.fields:
            name = field.name if options.proto_names else field.json_name
            fields[field.number] = (name, field_getter(field, options))
            if options.print_defaults and not field.has_presence:
                self._defaults[name] = _default(field, options)
        self._fields = fields
        return fields


def _default(field: FieldDescriptor, options: JsonOptions) -> Any:
    if field.is_repeated:
        return {} if is_map(field) else []
    write = field_getter(field, options)
    return field.default_value if write is None else write(field.default_value)


_getters: dict[tuple[Descriptor, JsonOptions], Getter] = {}


def message_getter(descriptor: Descriptor, options: JsonOptions = STRICT) -> Getter:
    """Return what writes a message of this type as a JSON value."""
    key = (descriptor, options)
    getter = _getters.get(key)
    if getter is None:
        getter = _getters.setdefault(key, _compile_getter(descriptor, options))
    return getter


def _compile_getter(descriptor: Descriptor, options: JsonOptions) -> Getter:
    if descriptor.full_name in TEXT_FORMS:
        return lambda message: message.ToJsonString()
    if descriptor.full_name in WRAPPERS:
        write = json_scalars.writer(descriptor.fields_by_name["value"], options)
        return lambda message: message.value if write is None else write(message.value)
    if descriptor.full_name in FREE_FORMS:
        return json_format.MessageToDict
    if descriptor.full_name == ANY:
        return _any_getter(descriptor, options)
    return _MessageWriter(descriptor, options)


def _any_getter(descriptor: Descriptor, options: JsonOptions) -> Getter:
    pool = descriptor.file.pool

    def write_any(packed: Any) -> dict[str, Any]:
        if not packed.type_url:
            return {}
        inner = json_any.type_of(pool, packed.type_url)
        if inner is None:
            raise TypeError(f"google.protobuf.Any of a type that is not known: {packed.type_url}")
        written = message_getter(inner, options)(GetMessageClass(inner).FromString(packed.value))
        if inner.full_name in OWN_FORMS:
            written = {"value": written}
        return {json_any.TYPE: packed.type_url, **written}

    return write_any


def field_getter(field: FieldDescriptor, options: JsonOptions = STRICT) -> Getter | None:
    """Return what writes the value of a field, or None if the value is JSON already."""
    if is_map(field):
        return _map_getter(field, options)
    write = _element_getter(field, options)
    if not field.is_repeated:
        return write
    if write is None:
        return list
    return lambda values: [write(value) for value in values]


def _element_getter(field: FieldDescriptor, options: JsonOptions) -> Getter | None:
    if field.message_type is None:
        return json_scalars.writer(field, options)
    return message_getter(field.message_type, options)


def _map_getter(field: FieldDescriptor, options: JsonOptions) -> Getter:
    key_field, value_field = map_fields(field)
    write = _element_getter(value_field, options)
    is_boolean = key_field.cpp_type == FieldDescriptor.CPPTYPE_BOOL

    def write_map(values: Any) -> dict[str, Any]:
        return {
            (str(key).lower() if is_boolean else str(key)): (
                values[key] if write is None else write(values[key])
            )
            for key in sorted(values)
        }

    return write_map
