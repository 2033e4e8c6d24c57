"""JSON values into messages, compiled from descriptors once per message type."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import orjson
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from gateway import json_any, json_scalars
from gateway.json_options import STRICT, JsonOptions
from gateway.json_scalars import Mismatch, Skipped, mismatch
from gateway.wellknown import (
    ANY,
    FREE_FORMS,
    NULLABLE,
    TEXT_FORMS,
    WRAPPERS,
    descriptor_of,
    is_map,
    map_fields,
    message_type,
)
from services.runtime.errors import Violation

Setter = Callable[[Message, Any], None]

MAX_VIOLATIONS: Final = 50


class _MessageReader:
    """Fills messages of one type. Compiled at first use, so that types may contain themselves."""

    __slots__ = ("_descriptor", "_oneofs", "_options", "_setters", "_twins")

    def __init__(self, descriptor: Descriptor, options: JsonOptions) -> None:
        self._descriptor = descriptor
        self._options = options
        self._setters: dict[str, Setter] | None = None
        self._oneofs: list[tuple[str, frozenset[str]]] = []
        self._twins: dict[str, str] = {}

    def __call__(self, message: Message, value: Any) -> None:
        if type(value) is not dict:
            raise mismatch("Expected an object.")
        setters = self._setters or self._compile()
        found: tuple[Violation, ...] = ()
        for key, item in value.items():
            setter = setters.get(key)
            if setter is None:
                if not self._options.ignore_unknown:
                    found += (Violation(key[:80], "UNKNOWN_FIELD", "There is no such field."),)
                continue
            try:
                setter(message, item)
            except Mismatch as error:
                found += error.under(key)
            if len(found) >= MAX_VIOLATIONS:
                break
        if not self._twins.keys().isdisjoint(value) or self._oneofs:
            found += self._contradictions(value)
        if found:
            raise Mismatch(*found)

    def _compile(self) -> dict[str, Setter]:
        setters: dict[str, Setter] = {}
        for field in self._descriptor.fields:
            setters[field.name] = setters[field.json_name] = field_setter(field, self._options)
            if field.name != field.json_name:
                self._twins[field.name] = field.json_name
        for oneof in self._descriptor.oneofs:
            if len(oneof.fields) > 1:
                names = [name for f in oneof.fields for name in (f.name, f.json_name)]
                self._oneofs.append((oneof.name, frozenset(names)))
        self._setters = setters
        return setters

    def _contradictions(self, value: dict[str, Any]) -> tuple[Violation, ...]:
        twins = [
            Violation(json_name, "DUPLICATE_KEY", f"{name} and {json_name} are the same field.")
            for name, json_name in self._twins.items()
            if name in value and json_name in value
        ]
        for oneof, names in self._oneofs:
            given = [key for key in value if key in names and value[key] is not None]
            if len(given) > 1:
                sentence = f"Only one of {', '.join(given)} may be set ({oneof})."
                twins.append(Violation(given[1], "ONEOF_CONFLICT", sentence))
        return tuple(twins)


class _TextFormReader:
    """Timestamp, Duration and FieldMask: a string each."""

    __slots__ = ("_expected",)

    def __init__(self, descriptor: Descriptor) -> None:
        self._expected = {
            "Timestamp": "Expected a time like 2026-01-31T12:00:00Z.",
            "Duration": "Expected seconds like 1.5s.",
            "FieldMask": "Expected field names with commas between them.",
        }[descriptor.name]

    def __call__(self, message: Any, value: Any) -> None:
        if type(value) is not str:
            raise mismatch(self._expected)
        try:
            message.FromJsonString(value)
        except (ValueError, OverflowError, json_format.Error):
            raise mismatch(self._expected) from None


def _read_wrapper(descriptor: Descriptor, options: JsonOptions) -> Setter:
    read = json_scalars.reader(descriptor.fields_by_name["value"], options)

    def set_wrapper(message: Any, value: Any) -> None:
        message.value = read(value)

    return set_wrapper


def _read_free_form(message: Message, value: Any) -> None:
    try:
        json_format.ParseDict(value, message)
    except (json_format.Error, TypeError, ValueError):
        raise mismatch(f"This is not a {message.DESCRIPTOR.name}.") from None


def _any_reader(descriptor: Descriptor, options: JsonOptions) -> Setter:
    pool = descriptor.file.pool

    def read_any(message: Any, value: Any) -> None:
        found = json_any.split(pool, value)
        if found is not None:
            message.type_url, inner, rest = found
            message_setter(descriptor_of(inner), options)(inner, rest)
            message.value = inner.SerializeToString(deterministic=True)

    return read_any


_setters: dict[tuple[Descriptor, JsonOptions], Setter] = {}


def message_setter(descriptor: Descriptor, options: JsonOptions = STRICT) -> Setter:
    """Return what fills an empty message of this type from a JSON value (raises Mismatch)."""
    key = (descriptor, options)
    setter = _setters.get(key)
    if setter is None:
        setter = _setters.setdefault(key, _compile_setter(descriptor, options))
    return setter


def _compile_setter(descriptor: Descriptor, options: JsonOptions) -> Setter:
    if descriptor.full_name in TEXT_FORMS:
        return _TextFormReader(descriptor)
    if descriptor.full_name in WRAPPERS:
        return _read_wrapper(descriptor, options)
    if descriptor.full_name in FREE_FORMS:
        return _read_free_form
    if descriptor.full_name == ANY:
        return _any_reader(descriptor, options)
    return _MessageReader(descriptor, options)


def field_setter(field: FieldDescriptor, options: JsonOptions = STRICT) -> Setter:
    """Return what sets a field of an empty message from a JSON value; null leaves it unset."""
    if is_map(field):
        return _map_setter(field, options)
    if field.is_repeated:
        return _repeated_setter(field, options)
    if field.message_type is not None:
        return _message_field_setter(field, options)
    return _scalar_setter(field, options)


def _scalar_setter(field: FieldDescriptor, options: JsonOptions) -> Setter:
    name = field.name
    if field.enum_type is not None and field.enum_type.full_name in NULLABLE:

        def set_null(message: Message, value: Any) -> None:
            if value is not None and value != "NULL_VALUE":
                raise mismatch("Expected null.")
            setattr(message, name, 0)

        return set_null
    read = json_scalars.reader(field, options)

    def set_scalar(message: Message, value: Any) -> None:
        if value is not None:
            with suppress(Skipped):
                setattr(message, name, read(value))

    return set_scalar


def _message_field_setter(field: FieldDescriptor, options: JsonOptions) -> Setter:
    name = field.name
    inner_type = message_type(field)
    fill_message = message_setter(inner_type, options)
    takes_null = inner_type.full_name in NULLABLE

    def set_message(message: Message, value: Any) -> None:
        if value is None and not takes_null:
            return
        inner = getattr(message, name)
        inner.SetInParent()
        fill_message(inner, value)

    return set_message


def _repeated_setter(field: FieldDescriptor, options: JsonOptions) -> Setter:
    name = field.name
    if field.message_type is not None:
        fill_message = message_setter(field.message_type, options)
        takes_null = field.message_type.full_name in NULLABLE

        def append(target: Any, item: Any) -> None:
            if item is None and not takes_null:
                raise mismatch("Expected an object, not null.")
            fill_message(target.add(), item)
    else:
        read = json_scalars.reader(field, options)

        def append(target: Any, item: Any) -> None:
            with suppress(Skipped):
                target.append(read(item))

    def set_repeated(message: Message, value: Any) -> None:
        if value is None:
            return
        if type(value) is not list:
            raise mismatch("Expected an array.")
        target = getattr(message, name)
        found: tuple[Violation, ...] = ()
        for index, item in enumerate(value):
            try:
                append(target, item)
            except Mismatch as error:
                found += error.under(f"[{index}]")
                if len(found) >= MAX_VIOLATIONS:
                    break
        if found:
            raise Mismatch(*found)

    return set_repeated


def _map_setter(field: FieldDescriptor, options: JsonOptions) -> Setter:
    name = field.name
    key_field, value_field = map_fields(field)
    read_key = json_scalars.text_reader(key_field)
    inner_type = value_field.message_type
    fill_message = message_setter(inner_type, options) if inner_type else None
    read = None if fill_message else json_scalars.reader(value_field, options)
    takes_null = bool(fill_message) and message_type(value_field).full_name in NULLABLE

    def put(target: Any, key: Any, item: Any) -> None:
        if item is None and not takes_null:
            raise mismatch("Expected a value, not null.")
        if read is not None:
            with suppress(Skipped):
                target[key] = read(item)
        elif fill_message is not None:
            fill_message(target[key], item)

    def set_map(message: Message, value: Any) -> None:
        if value is None:
            return
        if type(value) is not dict:
            raise mismatch("Expected an object.")
        target = getattr(message, name)
        found: tuple[Violation, ...] = ()
        keys = set()
        for text, item in value.items():
            try:
                key = read_key(text)
                keys.add(key)
                put(target, key, item)
            except Mismatch as error:
                found += error.under(f"[{orjson.dumps(text[:80]).decode()}]")
        if len(keys) < len(value) and not found:
            raise mismatch("Two keys of the object mean the same.", "DUPLICATE_KEY")
        if found:
            raise Mismatch(*found)

    return set_map
