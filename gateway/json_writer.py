"""Messages into JSON values, by functions that are written from descriptors.

For each message type a function is generated that asks for one field after the other: a loop over
what a message holds would cost more than twice as much. Types with many fields, most of which are
unset in practice, are looped over all the same.
"""

from __future__ import annotations

import keyword
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from gateway import json_any, json_scalars, json_time
from gateway.json_options import STRICT, JsonOptions
from gateway.wellknown import (
    ANY,
    FREE_FORMS,
    NULL_VALUE,
    OWN_FORMS,
    WRAPPERS,
    is_map,
    is_small,
    map_fields,
    message_type,
)

Getter = Callable[[Any], Any]

_FEW_FIELDS: Final = 40
_PROTOBUF: Final = "google.protobuf."
_TEXT_FORMS: Final[dict[str, Getter]] = {
    _PROTOBUF + "Timestamp": json_time.write_timestamp,
    _PROTOBUF + "Duration": json_time.write_duration,
    _PROTOBUF + "FieldMask": lambda message: message.ToJsonString(),
}


def _message_writer(descriptor: Descriptor, options: JsonOptions) -> Getter:
    if len(descriptor.fields) > _FEW_FIELDS or descriptor.is_extendable or options.print_defaults:
        return _loop(descriptor, options)
    return _generate(descriptor, options)


def _generate(descriptor: Descriptor, options: JsonOptions) -> Getter:
    """Return a function of its own for the type. What its text is made of are names of fields as
    protoc allows them, and numbers; everything else is handed to it by reference."""
    scope: dict[str, Any] = {"ALL": slice(None)}  # `[:]` would make one each time
    lines = ["def write(message):", *_indented(_body(descriptor, options, scope, "")), ""]
    source = "\n".join([*lines, "    return written", ""])
    exec(compile(source, f"<JSON of {descriptor.full_name}>", "exec"), scope)  # noqa: S102 - made here, of descriptors
    write: Getter = scope["write"]
    return write


def _body(
    descriptor: Descriptor, options: JsonOptions, scope: dict[str, Any], depth: str
) -> Iterator[str]:
    """Yield the statements that fill `written` from `message`; depth ends the names of both."""
    yield f"written{depth} = {{}}"
    for field in descriptor.fields:
        yield from _statements(field, options, scope, depth)


def _statements(
    field: FieldDescriptor, options: JsonOptions, scope: dict[str, Any], depth: str
) -> Iterator[str]:
    message = "message" + depth
    plain = field.name.isidentifier() and not keyword.iskeyword(field.name)
    value = f"{message}.{field.name}" if plain else f"getattr({message}, {field.name!r})"
    store = f"    written{depth}[{_name(field, options)!r}] = "
    if field.has_presence:
        # Half the time of HasField.
        yield f"if {field.name!r} in {message}:"
        if field.message_type is not None and is_small(field.message_type, len(depth)):
            yield f"    message{depth}_ = {value}"
            yield from _indented(_body(message_type(field), options, scope, depth + "_"))
            yield f"{store}written{depth}_"
            return
        yield f"    value = {value}"
    else:
        # A negative zero is not the default.
        is_real = not field.is_repeated and field.cpp_type in _REAL
        yield f"if (value := {value}){' or str(value) == {!r}'.format('-0.0') * is_real}:"
        inner = field.message_type
        if inner is not None and not is_map(field) and is_small(inner, len(depth)):
            yield f"    written{depth}[{_name(field, options)!r}] = items{depth} = []"
            yield f"    for message{depth}_ in value[ALL]:"
            body = [*_body(inner, options, scope, depth + "_")]
            yield from _indented(_indented([*body, f"items{depth}.append(written{depth}_)"]))
            return
    if _is_plain_map(field, options):
        yield f"{store}entries = {{}}"
        yield "    for key in sorted(value) if len(value) > 1 else value:"
        yield "        entries[key] = value[key]"
        return
    yield store + _expression(field, options, scope)


def _is_plain_map(field: FieldDescriptor, options: JsonOptions) -> bool:
    """Whether keys and values are JSON already."""
    if not is_map(field):
        return False
    key, value = map_fields(field)
    is_text = key.cpp_type == FieldDescriptor.CPPTYPE_STRING
    return is_text and _element_getter(value, options) is None


_REAL: Final = (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return ("    " + line for line in lines)


def _expression(field: FieldDescriptor, options: JsonOptions, scope: dict[str, Any]) -> str:
    """Return the expression for the JSON of `value`; what it calls is put into the scope."""
    if is_map(field):
        return f"{_bind(_map_getter(field, options), scope)}(value)"
    write = _element_getter(field, options)
    if write is None:
        return "value[ALL]" if field.is_repeated else "value"
    name = _bind(write, scope)
    if field.is_repeated:
        return f"[*map({name}, value[ALL])]"
    if field.enum_type is not None and field.enum_type.full_name != NULL_VALUE:
        name_of = json_scalars.enum_names(field.enum_type).get
        return f"{_bind(name_of, scope)}(value, value)"
    if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        return f"value if value - value == 0.0 else {name}(value)"
    return f"{name}(value)"


def _bind(value: Any, scope: dict[str, Any]) -> str:
    """Return a name by which a function reaches a value."""
    name = f"value_{len(scope)}"
    scope[name] = value
    return name


def _loop(descriptor: Descriptor, options: JsonOptions) -> Getter:
    """Return a function that asks a message what it holds."""
    fields = {
        field.number: (_name(field, options), field_getter(field, options))
        for field in descriptor.fields
    }
    defaults = {
        _name(field, options): _default(field, options)
        for field in descriptor.fields
        if options.print_defaults and not field.has_presence
    }

    def extension(field: FieldDescriptor) -> tuple[str, Getter | None]:
        return f"[{field.full_name}]", field_getter(field, options)

    def write(message: Any) -> dict[str, Any]:
        written = dict(defaults)
        for field, value in message.ListFields():
            name, convert = fields.get(field.number) or extension(field)
            written[name] = value if convert is None else convert(value)
        return written

    return write


def _name(field: FieldDescriptor, options: JsonOptions) -> str:
    return field.name if options.proto_names else field.json_name


def _default(field: FieldDescriptor, options: JsonOptions) -> Any:
    if field.is_repeated:
        return {} if is_map(field) else []
    write = field_getter(field, options)
    return field.default_value if write is None else write(field.default_value)


_getters: dict[tuple[Descriptor, JsonOptions], Getter] = {}
_compiling: set[tuple[Descriptor, JsonOptions]] = set()
_lock = threading.RLock()


@cache
def message_getter(descriptor: Descriptor, options: JsonOptions = STRICT) -> Getter:
    """Return what writes a message of this type as a JSON value."""
    key = (descriptor, options)
    getter = _getters.get(key)
    if getter is None:
        with _lock:
            if key in _compiling:
                # The type contains itself: its function is looked up when it is there.
                return partial(_write_later, key)
            _compiling.add(key)
            try:
                getter = _getters[key] = _compile_getter(descriptor, options)
            finally:
                _compiling.remove(key)
    return getter


def _write_later(key: tuple[Descriptor, JsonOptions], message: Any) -> Any:
    return _getters[key](message)


def _compile_getter(descriptor: Descriptor, options: JsonOptions) -> Getter:
    if descriptor.full_name in _TEXT_FORMS:
        return _TEXT_FORMS[descriptor.full_name]
    if descriptor.full_name in WRAPPERS:
        write = json_scalars.writer(descriptor.fields_by_name["value"], options)
        return lambda message: message.value if write is None else write(message.value)
    if descriptor.full_name in FREE_FORMS:
        return json_format.MessageToDict
    if descriptor.full_name == ANY:
        return _any_getter(descriptor, options)
    return _message_writer(descriptor, options)


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
        return _sliced
    return lambda values: [write(value) for value in values]


def _sliced(values: Any) -> Any:
    return values[:]


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
