"""Message types as types of msgspec, which checks JSON text against them while it parses.

An attribute is named for the number of its field: `f12`. What is refused here (whole numbers as
strings or with a point, messages inside of their own type, the other name of a field …) is read again
by `json_reader`, which knows every form and says what is wrong.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import msgspec
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from msgspec import UNSET, UnsetType

from gateway.wellknown import ANY, FREE_FORMS, NULL_VALUE, OWN_FORMS, is_map, map_fields

_LONG: Final = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)
_TYPES: Final[dict[int, Any]] = {
    FieldDescriptor.CPPTYPE_STRING: str,
    FieldDescriptor.CPPTYPE_BOOL: bool,
    FieldDescriptor.CPPTYPE_DOUBLE: float,
    FieldDescriptor.CPPTYPE_FLOAT: float,
    FieldDescriptor.CPPTYPE_ENUM: int | str,
    FieldDescriptor.CPPTYPE_INT32: int,
    FieldDescriptor.CPPTYPE_UINT32: int,
    FieldDescriptor.CPPTYPE_INT64: int | str,
    FieldDescriptor.CPPTYPE_UINT64: int | str,
}


class Structs:
    """The types for one of the two names of each field.

    proto_names: fields are named as in the proto; else in lowerCamelCase.
    """

    def __init__(self, *, proto_names: bool) -> None:
        self._proto_names = proto_names
        self._made: dict[Descriptor, type[msgspec.Struct]] = {}

    def of(self, descriptor: Descriptor) -> type[msgspec.Struct]:
        """Return the type for a message type. Raises ValueError for names that msgspec refuses."""
        made = self._made.get(descriptor)
        if made is None:
            fields = [(attribute(field), self._type(field), UNSET) for field in descriptor.fields]
            names = {
                attribute(field): field.name if self._proto_names else field.json_name
                for field in descriptor.fields
            }
            made = msgspec.defstruct(
                descriptor.name, fields, rename=names, forbid_unknown_fields=True, gc=False
            )
            self._made[descriptor] = made
        return made

    def _type(self, field: FieldDescriptor) -> Any:
        if not is_read(field):
            return None | UnsetType
        if is_map(field):
            return dict[str, self._element(map_fields(field)[1])] | None | UnsetType  # type: ignore[misc]  # made at run time
        element = self._element(field)
        if field.is_repeated:
            return list[element] | None | UnsetType  # type: ignore[valid-type]  # made at run time
        return element if element is Any else element | None | UnsetType

    def _element(self, field: FieldDescriptor) -> Any:
        if field.message_type is None:
            return str | None if is_null(field) else _TYPES[field.cpp_type]
        return Any if field.message_type.full_name in OWN_FORMS else self.of(field.message_type)


def attribute(field: FieldDescriptor) -> str:
    """Return the name of the attribute that holds a field."""
    return f"f{field.number}"


def is_null(field: FieldDescriptor) -> bool:
    """Whether the field is an enum whose one value is null."""
    return field.enum_type is not None and field.enum_type.full_name == NULL_VALUE


@cache
def is_read(field: FieldDescriptor) -> bool:
    """Whether a field can be given: no group, and no message that may lie inside of itself."""
    if field.type == FieldDescriptor.TYPE_GROUP:
        return False
    inner = field.message_type
    return inner is None or field.containing_type not in _within(inner)


@cache
def _within(descriptor: Descriptor) -> frozenset[Descriptor]:
    """Return the message types that a message of a type may hold, and the type itself."""
    found: set[Descriptor] = set()
    ahead = [descriptor]
    while ahead:
        each = ahead.pop()
        if each not in found and each.full_name not in OWN_FORMS:
            found.add(each)
            ahead += [field.message_type for field in each.fields if field.message_type]
    return frozenset(found)


def is_bounded(descriptor: Descriptor) -> bool:
    """Whether JSON of a type can be nested only as deeply as the schema says."""
    free = FREE_FORMS | {ANY}
    return not any(
        field.message_type is not None and field.message_type.full_name in free
        for each in _within(descriptor)
        for field in each.fields
    )
