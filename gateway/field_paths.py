"""Paths into messages, such as `product.display_name`, as paths, parameters and violations use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from gateway import json_scalars
from gateway.json_options import STRICT, JsonOptions
from gateway.json_reader import fill
from gateway.json_scalars import mismatch
from gateway.wellknown import OWN_FORMS, TEXT_FORMS, WRAPPERS, is_map, message_type

Path = tuple[FieldDescriptor, ...]

# A field, then subscripts: `tags[2]`, `zones["name"]`.
_STEP = re.compile(r'([A-Za-z_]\w*)((?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])*)(?:\.|$)')


class NoSuchField(LookupError):
    """A path names a field that is not there. The message says which."""


def resolve(descriptor: Descriptor, names: Sequence[str]) -> Path:
    """Return the fields that a path goes through; names may be those of the proto or of JSON.

    Raises NoSuchField if a name is unknown, or if a step leads into what has no fields of its own:
    a scalar, a repeated field, a map, a well-known type.
    """
    fields: list[FieldDescriptor] = []
    for name in names:
        if fields:
            descriptor = _enter(fields[-1])
        field = descriptor.fields_by_name.get(name) or next(
            (field for field in descriptor.fields if field.json_name == name), None
        )
        if field is None:
            raise NoSuchField(f"{descriptor.name} has no field {name[:80]!r}")
        fields.append(field)
    if not fields:
        raise NoSuchField("the path is empty")
    return tuple(fields)


def _enter(field: FieldDescriptor) -> Descriptor:
    inner = field.message_type
    if inner is None or field.is_repeated or inner.full_name in OWN_FORMS:
        raise NoSuchField(f"{field.json_name} has no fields of its own")
    return inner


def json_path(path: Path) -> str:
    """Return a path in JSON names."""
    return ".".join([field.json_name for field in path])


def to_json_names(descriptor: Descriptor, text: str) -> str:
    """Return a path such as `zones[2].font_size` in JSON names; what is not a field stays as it is."""
    steps: list[str] = []
    current: Descriptor | None = descriptor
    at = 0
    while current is not None and (match := _STEP.match(text, at)):
        field = current.fields_by_name.get(match[1])
        if field is None:
            break
        steps.append(field.json_name + match[2])
        at = match.end()
        current = field.message_type
        if current is not None and is_map(field):
            current = current.fields_by_name["value"].message_type
    return ".".join([*steps, text[at:]] if at < len(text) else steps)


def descend(message: Any, path: Path) -> Any:
    """Return the message that holds the last field of a path, made present on the way.

    Raises Mismatch if that would unset another member of a oneof.
    """
    for field in path:
        oneof = field.containing_oneof
        if oneof is not None:
            chosen = message.WhichOneof(oneof.name)
            if chosen not in (None, field.name):
                other = message.DESCRIPTOR.fields_by_name[chosen].json_name
                raise mismatch(f"Only one of {other} and {field.json_name} may be set.")
        if field is not path[-1]:
            message = getattr(message, field.name)
    return message


def text_setter(
    field: FieldDescriptor, options: JsonOptions = STRICT
) -> Callable[[Message, str], None] | None:
    """Return what sets (or appends to) a field from text, or None if text cannot express it."""
    name = field.name
    if field.message_type is not None:
        return None if field.is_repeated else _message_text_setter(field, options)
    read = json_scalars.text_reader(field, options)
    if field.is_repeated:
        return lambda message, text: getattr(message, name).append(read(text))
    return lambda message, text: setattr(message, name, read(text))


def _message_text_setter(
    field: FieldDescriptor, options: JsonOptions
) -> Callable[[Message, str], None] | None:
    inner = message_type(field)
    name = field.name
    if inner.full_name in TEXT_FORMS:

        def set_text_form(message: Message, text: str) -> None:
            target = getattr(message, name)
            target.SetInParent()
            fill(target, text)

        return set_text_form
    if inner.full_name in WRAPPERS:
        read = json_scalars.text_reader(inner.fields_by_name["value"], options)

        def set_wrapper(message: Message, text: str) -> None:
            wrapper = getattr(message, name)
            wrapper.SetInParent()
            wrapper.value = read(text)

        return set_wrapper
    return None
