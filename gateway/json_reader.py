"""JSON values into messages, compiled from descriptors once per message type.

A reader turns the JSON value of a field into what the constructor of a message takes for it: a
message is built by one call, with dictionaries for the messages inside of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from gateway import json_any, json_scalars, json_time
from gateway.json_options import STRICT, JsonOptions
from gateway.json_scalars import Mismatch, Skipped, mismatch
from gateway.wellknown import ANY, NULLABLE, WRAPPERS, descriptor_of, is_map, map_fields
from services.runtime.errors import Violation

Reader = Callable[[Any], Any]

MAX_VIOLATIONS: Final = 50
_PROTOBUF: Final = "google.protobuf."


# The field, the type of JSON value that is right as it is, what reads any other, whether null is read.
_Entry = tuple[str, type | None, Reader, bool]


class _MessageType:
    """How messages of one type are read. Compiled at first use, so that types may contain themselves.

    fields: by both of their names. members: of oneofs.
    """

    __slots__ = ("_descriptor", "_oneofs", "_options", "_twins", "fields", "members")

    def __init__(self, descriptor: Descriptor, options: JsonOptions) -> None:
        self._descriptor = descriptor
        self._options = options
        self._oneofs: list[tuple[str, frozenset[str]]] = []
        self._twins: dict[str, str] = {}
        self.fields: dict[str, _Entry] = {}
        self.members: set[str] = set()

    def compile(self) -> None:
        """Fill in what the descriptor says."""
        for field in self._descriptor.fields:
            read = field_reader(field, self._options)
            entry = (field.name, _exact_type(field), read, _takes_null(field))
            self.fields[field.name] = self.fields[field.json_name] = entry
            if field.name != field.json_name:
                self._twins[field.name] = field.json_name
        for oneof in self._descriptor.oneofs:
            if len(oneof.fields) > 1:
                names = [name for f in oneof.fields for name in (f.name, f.json_name)]
                self._oneofs.append((oneof.name, frozenset(names)))
                self.members |= {field.name for field in oneof.fields}

    def unknown(self, key: str) -> tuple[Violation, ...]:
        """Return what is wrong with a field that is not there."""
        if self._options.ignore_unknown:
            return ()
        return (Violation(key[:80], "UNKNOWN_FIELD", "There is no such field."),)

    def contradictions(self, value: dict[str, Any]) -> tuple[Violation, ...]:
        """Return what is said twice."""
        found = [
            Violation(json_name, "DUPLICATE_KEY", f"{name} and {json_name} are the same field.")
            for name, json_name in self._twins.items()
            if name in value and json_name in value
        ]
        for oneof, names in self._oneofs:
            given = [key for key in value if key in names and value[key] is not None]
            if len(given) > 1:
                sentence = f"Only one of {', '.join(given)} may be set ({oneof})."
                found.append(Violation(given[1], "ONEOF_CONFLICT", sentence))
        return tuple(found)


def _exact_type(field: FieldDescriptor) -> type | None:
    """Return the type of JSON value that the constructor takes for a field as it is."""
    if field.is_repeated or field.type == FieldDescriptor.TYPE_BYTES:
        return None
    return _EXACT_TYPES.get(field.cpp_type)


# JSON has no number that a double cannot hold; a string may still say one.
_EXACT_TYPES: Final[dict[int, type]] = {
    FieldDescriptor.CPPTYPE_STRING: str,
    FieldDescriptor.CPPTYPE_BOOL: bool,
    FieldDescriptor.CPPTYPE_DOUBLE: float,
}


def _message_reader(descriptor: Descriptor, options: JsonOptions) -> Reader:
    kind = _MessageType(descriptor, options)
    fields, members = kind.fields, kind.members

    def read_message(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise mismatch("Expected an object.")
        if not fields:
            kind.compile()
        found: tuple[Violation, ...] = ()
        filled: dict[str, Any] = {}
        for key, item in value.items():
            entry = fields.get(key)
            if entry is None:
                found += kind.unknown(key)
                continue
            name, exact, read, takes_null = entry
            try:
                if type(item) is exact:
                    filled[name] = item
                elif item is not None or takes_null:
                    filled[name] = read(item)
            except Skipped:
                continue
            except Mismatch as error:
                found += error.under(key)
            if found and len(found) >= MAX_VIOLATIONS:
                break
        # Two names of one field, or null, fill fewer fields than were named.
        if len(filled) < len(value) or not members.isdisjoint(filled):
            found += kind.contradictions(value)
        if found:
            raise Mismatch(*found)
        return filled

    return read_message


def _text_form(expected: str, read: Callable[[str], dict[str, Any]]) -> Reader:
    """Return the reader of a message that is a string in JSON. read: raises ValueError."""

    def read_text(value: Any) -> dict[str, Any]:
        if type(value) is not str:
            raise mismatch(expected)
        try:
            return read(value)
        except ValueError:
            raise mismatch(expected) from None

    return read_text


def _read_mask(text: str) -> dict[str, Any]:
    return {"paths": [_snake_case(path) for path in text.split(",")] if text else []}


def _snake_case(path: str) -> str:
    if "_" in path:
        raise ValueError("names of fields are in lowerCamelCase")
    return "".join(["_" + each.lower() if each.isupper() else each for each in path])


def _read_struct(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise mismatch("This is not a Struct.")
    return value


def _read_list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise mismatch("This is not a ListValue.")
    return value


def _read_value(value: Any) -> dict[str, Any]:
    return {_KINDS_OF_VALUE[type(value)]: 0 if value is None else value}


_KINDS_OF_VALUE: Final[dict[type, str]] = {
    type(None): "null_value",
    bool: "bool_value",
    int: "number_value",
    float: "number_value",
    str: "string_value",
    dict: "struct_value",
    list: "list_value",
}
_OWN_FORMS: Final[dict[str, Reader]] = {
    _PROTOBUF + "Timestamp": _text_form(
        "Expected a time like 2026-01-31T12:00:00Z.", json_time.read_timestamp
    ),
    _PROTOBUF + "Duration": _text_form("Expected seconds like 1.5s.", json_time.read_duration),
    _PROTOBUF + "FieldMask": _text_form(
        "Expected field names with commas between them.", _read_mask
    ),
    _PROTOBUF + "Struct": _read_struct,
    _PROTOBUF + "ListValue": _read_list,
    _PROTOBUF + "Value": _read_value,
}


def _wrapper_reader(descriptor: Descriptor, options: JsonOptions) -> Reader:
    read = json_scalars.reader(descriptor.fields_by_name["value"], options)
    return lambda value: {"value": read(value)}


def _any_reader(descriptor: Descriptor, options: JsonOptions) -> Reader:
    pool = descriptor.file.pool

    def read_any(value: Any) -> dict[str, Any]:
        found = json_any.split(pool, value)
        if found is None:
            return {}
        type_url, inner, rest = found
        fill(inner, rest, options)
        return {"type_url": type_url, "value": inner.SerializeToString(deterministic=True)}

    return read_any


_readers: dict[tuple[Descriptor, JsonOptions], Reader] = {}


def message_reader(descriptor: Descriptor, options: JsonOptions = STRICT) -> Reader:
    """Return what turns a JSON value into what stands for a message of this type in a constructor
    (raises Mismatch)."""
    key = (descriptor, options)
    reader = _readers.get(key)
    if reader is None:
        reader = _readers.setdefault(key, _compile_reader(descriptor, options))
    return reader


def _compile_reader(descriptor: Descriptor, options: JsonOptions) -> Reader:
    if descriptor.full_name in _OWN_FORMS:
        return _OWN_FORMS[descriptor.full_name]
    if descriptor.full_name in WRAPPERS:
        return _wrapper_reader(descriptor, options)
    if descriptor.full_name == ANY:
        return _any_reader(descriptor, options)
    return _message_reader(descriptor, options)


def fill(message: Message, value: Any, options: JsonOptions = STRICT) -> None:
    """Fill an empty message from a JSON value. Raises Mismatch."""
    construct(message, message_reader(descriptor_of(message), options)(value))


def construct(message: Message, filled: Any) -> None:
    """Fill an empty message from what a reader returned."""
    if type(filled) is list:
        filled = {"values": [_read_value(item) for item in filled]}
    elif descriptor_of(message).full_name == _PROTOBUF + "Struct":
        filled = {"fields": {key: _read_value(item) for key, item in filled.items()}}
    message.__init__(**filled)  # type: ignore[misc]  # fills, and keeps the object


def field_setter(
    field: FieldDescriptor, options: JsonOptions = STRICT
) -> Callable[[Message, Any], None]:
    """Return what sets one field of an empty message; null leaves it unset where it is no value."""
    name, read, takes_null = field.name, field_reader(field, options), _takes_null(field)

    def set_field(message: Message, value: Any) -> None:
        if value is not None or takes_null:
            construct(message, {name: read(value)})

    return set_field


def field_reader(field: FieldDescriptor, options: JsonOptions = STRICT) -> Reader:
    """Return what turns the JSON value of a field into what a constructor takes for it."""
    if is_map(field):
        return _map_reader(field, options)
    if field.is_repeated:
        return _repeated_reader(field, options)
    return _element_reader(field, options)


def _element_reader(field: FieldDescriptor, options: JsonOptions) -> Reader:
    if field.message_type is not None:
        return message_reader(field.message_type, options)
    if field.enum_type is not None and field.enum_type.full_name in NULLABLE:
        return _read_null
    return json_scalars.reader(field, options)


def _read_null(value: Any) -> int:
    if value is not None and value != "NULL_VALUE":
        raise mismatch("Expected null.")
    return 0


def _takes_null(field: FieldDescriptor) -> bool:
    """Whether null is a value for the field; for any other it leaves the field out."""
    return not field.is_repeated and _null_is_a_value(field)


def _null_is_a_value(field: FieldDescriptor) -> bool:
    kind = field.message_type or field.enum_type
    return kind is not None and kind.full_name in NULLABLE


def _repeated_reader(field: FieldDescriptor, options: JsonOptions) -> Reader:
    read = _element_reader(field, options)
    if field.message_type is not None and not _null_is_a_value(field):
        read = _not_null(read, "Expected an object, not null.")

    def read_repeated(value: Any) -> list[Any]:
        if type(value) is not list:
            raise mismatch("Expected an array.")
        try:
            return [read(item) for item in value]
        except (Mismatch, Skipped):
            return _read_each(read, value)

    return read_repeated


def _read_each(read: Reader, value: list[Any]) -> list[Any]:
    """Read what can be read. Raises Mismatch with all that cannot."""
    filled = []
    found: tuple[Violation, ...] = ()
    for index, item in enumerate(value):
        try:
            filled.append(read(item))
        except Skipped:
            continue
        except Mismatch as error:
            found += error.under(f"[{index}]")
            if len(found) >= MAX_VIOLATIONS:
                break
    if found:
        raise Mismatch(*found)
    return filled


def _not_null(read: Reader, sentence: str) -> Reader:
    def read_value(value: Any) -> Any:
        if value is None:
            raise mismatch(sentence)
        return read(value)

    return read_value


def _map_reader(field: FieldDescriptor, options: JsonOptions) -> Reader:
    key_field, value_field = map_fields(field)
    read_key = json_scalars.text_reader(key_field, options)
    read = _element_reader(value_field, options)
    if not _null_is_a_value(value_field):
        read = _not_null(read, "Expected a value, not null.")

    def read_map(value: Any) -> dict[Any, Any]:
        if type(value) is not dict:
            raise mismatch("Expected an object.")
        filled = {}
        keys = set()
        found: tuple[Violation, ...] = ()
        for text, item in value.items():
            try:
                key = read_key(text)
                keys.add(key)
                filled[key] = read(item)
            except Skipped:
                continue
            except Mismatch as error:
                found += error.under(f"[{orjson.dumps(text[:80]).decode()}]")
                if len(found) >= MAX_VIOLATIONS:
                    break
        if len(keys) < len(value) and not found:
            raise mismatch("Two keys of the object mean the same.", "DUPLICATE_KEY")
        if found:
            raise Mismatch(*found)
        return filled

    return read_map
