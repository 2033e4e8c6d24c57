"""Random messages of any type, from its descriptor, for Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st

from tests.gateway.schema import Message

Strategy = st.SearchStrategy[Any]

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
# One NaN: JSON does not tell NaNs apart.
NONFINITE = st.sampled_from([float("nan"), float("inf"), float("-inf")])
DOUBLES = FINITE | NONFINITE
# The reference does not read its own shortest form of the largest float.
FLOATS = st.floats(-(2.0**127), 2.0**127, width=32) | NONFINITE
_CPP = FieldDescriptor
_SCALARS: dict[int, Strategy] = {
    _CPP.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    _CPP.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    _CPP.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    _CPP.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
    _CPP.CPPTYPE_DOUBLE: DOUBLES,
    _CPP.CPPTYPE_FLOAT: FLOATS,
    _CPP.CPPTYPE_BOOL: st.booleans(),
}
_SNAKE_PATHS = st.from_regex(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)?", fullmatch=True)


def _scalars(field: FieldDescriptor) -> Strategy:
    if field.type == field.TYPE_BYTES:
        return st.binary(max_size=12)
    if field.cpp_type == field.CPPTYPE_STRING:
        return TEXTS
    if field.enum_type is None:
        return _SCALARS[field.cpp_type]
    if field.enum_type.full_name == "google.protobuf.NullValue":
        return st.just(0)
    known = st.sampled_from([value.number for value in field.enum_type.values])
    return known | st.integers(-(2**31), 2**31 - 1)


def _timestamps() -> Strategy:
    return st.fixed_dictionaries(
        {
            "seconds": st.integers(-62_135_596_800, 253_402_300_799),
            "nanos": _nanos(),
        }
    )


def _nanos() -> Strategy:
    return st.integers(0, 999_999_999) | st.sampled_from([0, 1000, 500_000_000, 120_000])


@st.composite
def _durations(draw: Any) -> dict[str, int]:
    sign = draw(st.sampled_from([1, -1]))
    seconds = draw(st.integers(0, 315_575_999_999))
    return {"seconds": sign * seconds, "nanos": sign * draw(_nanos())}


_PLAIN = st.recursive(
    st.none() | st.booleans() | FINITE | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def _value(plain: Any) -> dict[str, Any]:
    kinds = {type(None): "null_value", bool: "bool_value", float: "number_value"}
    kinds |= {str: "string_value", dict: "struct_value", list: "list_value"}
    return {kinds[type(plain)]: 0 if plain is None else plain}


@st.composite
def _packed(draw: Any) -> Any:
    packed = AnyMessage()
    if draw(st.booleans()):
        inner = draw(st.sampled_from([Message.DESCRIPTOR, *_PACKABLE]))
        packed.Pack(draw(messages(inner, 0)), deterministic=True)
    return packed


_PACKABLE = [
    field.message_type
    for field in GetMessageClass(
        Message.DESCRIPTOR.file.message_types_by_name["Everything"]
    ).DESCRIPTOR.fields
    if field.message_type is not None
    and field.message_type.full_name.startswith("google.protobuf.")
    and field.message_type.full_name != "google.protobuf.Any"
]
_OWN: dict[str, Callable[[], Strategy]] = {
    "google.protobuf.Timestamp": _timestamps,
    "google.protobuf.Duration": _durations,
    "google.protobuf.FieldMask": lambda: st.fixed_dictionaries(
        {"paths": st.lists(_SNAKE_PATHS, max_size=3)}
    ),
    "google.protobuf.Struct": lambda: st.dictionaries(TEXTS, _PLAIN, max_size=3),
    "google.protobuf.ListValue": lambda: st.lists(_PLAIN, max_size=3),
    "google.protobuf.Value": lambda: _PLAIN.map(_value),
    "google.protobuf.Any": _packed,
}


@st.composite
def messages(draw: Any, descriptor: Descriptor, depth: int = 2) -> Any:
    """Return a random message of a type. depth: how many messages of fields of their own lie in
    each other."""
    own = _OWN.get(descriptor.full_name)
    if own is not None:
        return _made(descriptor, draw(own()))
    choosable = [field for field in descriptor.fields if depth or not _goes_deeper(field)]
    if not choosable:
        return GetMessageClass(descriptor)()
    chosen = draw(st.lists(st.sampled_from(choosable), max_size=6, unique_by=lambda f: f.number))
    filled: dict[str, Any] = {}
    for field in _one_of_each_oneof(chosen):
        filled[field.name] = draw(_field(field, depth))
    return GetMessageClass(descriptor)(**filled)


def _made(descriptor: Descriptor, content: Any) -> Any:
    made = GetMessageClass(descriptor)()
    if descriptor.name == "Struct":
        made.update(content)
    elif descriptor.name == "ListValue":
        made.extend(content)
    elif descriptor.name == "Any":
        made.CopyFrom(content)
    else:
        made = GetMessageClass(descriptor)(**content)
    return made


def _one_of_each_oneof(fields: list[FieldDescriptor]) -> list[FieldDescriptor]:
    found: dict[Any, FieldDescriptor] = {}
    for field in fields:
        oneof = field.containing_oneof
        found.setdefault(oneof.full_name if oneof else field.name, field)
    return list(found.values())


def _goes_deeper(field: FieldDescriptor) -> bool:
    inner = field.message_type
    if inner is not None and inner.GetOptions().map_entry:
        inner = inner.fields_by_name["value"].message_type
    return inner is not None and not inner.full_name.startswith("google.protobuf.")


def _field(field: FieldDescriptor, depth: int) -> Strategy:
    inner = field.message_type
    if inner is not None and inner.GetOptions().map_entry:
        key, value = inner.fields_by_name["key"], inner.fields_by_name["value"]
        return st.dictionaries(_scalars(key), _element(value, depth), max_size=3)
    if field.is_repeated:
        return st.lists(_element(field, depth), max_size=3)
    return _element(field, depth)


def _element(field: FieldDescriptor, depth: int) -> Strategy:
    if field.message_type is None:
        return _scalars(field)
    return messages(field.message_type, max(0, depth - 1))
