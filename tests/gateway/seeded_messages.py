"""Random messages of any type, from its descriptor and the number of a seed: a hundred thousand in the
time that Hypothesis takes for some thousands. The same seed makes the same message."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from random import Random
from typing import Any, Final

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from gateway.wellknown import is_map, map_fields
from tests.gateway.schema import Everything, Message

_KIND = FieldDescriptor
_WORDS: Final = (
    "",
    "a",
    "front",
    "Größe 12",
    "naïve — “x”",
    "日本語",
    "👩‍👩‍👧 \U0010ffff",
    "\x00\x1f\x7f",
)
_AWKWARD: Final = (
    '"',
    "\\",
    "\\u003a",
    ":",
    '":',
    "{[",
    "\n",
    "null",
    "/",
    "\u2028",
    "é" * 70,
    "x" * 130,
)
_RANGES: Final = {
    _KIND.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    _KIND.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    _KIND.CPPTYPE_UINT32: (0, 2**32 - 1),
    _KIND.CPPTYPE_UINT64: (0, 2**64 - 1),
}
# Where a varint, or what a double can hold, gets longer.
_EDGES: Final = (0, 1, -1, 127, 128, 16383, 16384, 2**21, 2**28 - 1, 2**28, 2**35, 2**53, 2**53 + 1)
_REALS: Final = (
    0.0,
    -0.0,
    1.0,
    0.1,
    1e-310,
    5e-324,
    1.7e308,
    1e21,
    123456789.0,
    math.inf,
    -math.inf,
    math.nan,
)
_FIRST_S, _LAST_S, _LONGEST_S = -62_135_596_800, 253_402_300_799, 315_575_999_999


class Maker:
    """Makes random messages. seed: a whole number."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def message(self, descriptor: Descriptor, depth: int = 2) -> Any:
        """Return a message. depth: how many messages with fields of their own lie in each other."""
        own = _OWN.get(descriptor.full_name)
        if own is not None:
            return own(self, GetMessageClass(descriptor))
        made = GetMessageClass(descriptor)()
        fields = descriptor.fields
        if not fields:
            return made
        for field in self.random.choices(fields, k=self.random.randrange(7)):
            if depth or not _goes_deeper(field):
                self._set(made, field, depth)
        return made

    def _set(self, made: Any, field: FieldDescriptor, depth: int) -> None:
        if is_map(field):
            self._fill_map(getattr(made, field.name), field, depth)
        elif field.is_repeated:
            filled = [self._element(field, depth) for _ in range(self.random.randrange(4))]
            getattr(made, field.name).extend(filled)
        elif field.message_type is not None:
            getattr(made, field.name).CopyFrom(self._element(field, depth))
            getattr(made, field.name).SetInParent()
        else:
            setattr(made, field.name, self._element(field, depth))

    def _fill_map(self, target: Any, field: FieldDescriptor, depth: int) -> None:
        key, value = map_fields(field)
        for _ in range(self.random.randrange(4)):
            name = self._element(key, depth)
            if value.message_type is not None:
                target[name].CopyFrom(self._element(value, depth))
            else:
                target[name] = self._element(value, depth)

    def _element(self, field: FieldDescriptor, depth: int) -> Any:
        if field.message_type is not None:
            return self.message(field.message_type, max(0, depth - 1))
        if field.enum_type is not None:
            return self._enum(field.enum_type)
        if field.type == _KIND.TYPE_BYTES:
            return self.random.randbytes(self.random.randrange(8))
        if field.cpp_type == _KIND.CPPTYPE_STRING:
            return self.text()
        if field.cpp_type == _KIND.CPPTYPE_BOOL:
            return self.random.random() < 0.5
        if field.cpp_type in _RANGES:
            return self._integer(*_RANGES[field.cpp_type])
        real = self.real()
        return _as_float(real) if field.cpp_type == _KIND.CPPTYPE_FLOAT else real

    def _enum(self, enum: EnumDescriptor) -> int:
        if enum.full_name == "google.protobuf.NullValue":
            return 0
        if not enum.is_closed and self.random.random() < 0.1:
            return self._integer(-(2**31), 2**31 - 1)
        return int(self.random.choice(enum.values).number)

    def _integer(self, low: int, high: int) -> int:
        kind = self.random.random()
        if kind < 0.4:
            return min(max(self.random.choice(_EDGES), low), high)
        if kind < 0.5:
            return self.random.choice((low, high))
        return min(max(self.random.randrange(1 << self.random.randrange(1, 65)), low), high)

    def text(self) -> str:
        """Return a string of characters that JSON allows."""
        kind = self.random.random()
        if kind < 0.5:
            return self.random.choice(_WORDS)
        if kind < 0.8:
            return "".join(self.random.choices(_AWKWARD, k=self.random.randrange(4)))
        return "".join(map(chr, (self._character() for _ in range(self.random.randrange(6)))))

    def _character(self) -> int:
        code = self.random.randrange(1 << self.random.randrange(1, 21))
        return 0x20 if 0xD800 <= code < 0xE000 or code > 0x10FFFF else code

    def real(self) -> float:
        """Return a double of any kind."""
        if self.random.random() < 0.5:
            return self.random.choice(_REALS)
        return self.random.uniform(-1, 1) * 10.0 ** self.random.randrange(-30, 30)

    def plain(self, depth: int = 2) -> Any:
        """Return a JSON value without what JSON lacks."""
        kind = self.random.randrange(7 if depth else 5)
        if kind < 2:
            return self.random.choice((None, True, False))
        if kind == 2:
            real = self.real()
            return real if math.isfinite(real) else 1.5
        if kind < 5:
            return self.text()
        if kind == 5:
            return [self.plain(depth - 1) for _ in range(self.random.randrange(3))]
        return {self.text(): self.plain(depth - 1) for _ in range(self.random.randrange(3))}

    def nanos(self) -> int:
        """Return billionths of a second."""
        return self.random.choice((0, 1000, 500_000_000, self.random.randrange(10**9)))


def _timestamp(maker: Maker, kind: Any) -> Any:
    return kind(seconds=maker.random.randint(_FIRST_S, _LAST_S), nanos=maker.nanos())


def _duration(maker: Maker, kind: Any) -> Any:
    sign = maker.random.choice((1, -1))
    return kind(seconds=sign * maker.random.randint(0, _LONGEST_S), nanos=sign * maker.nanos())


def _mask(maker: Maker, kind: Any) -> Any:
    names = ("a", "a_b", "name.first_name", "x.y.z")
    return kind(paths=maker.random.choices(names, k=maker.random.randrange(3)))


def _struct(maker: Maker, kind: Any) -> Any:
    made = kind()
    made.update({maker.text(): maker.plain() for _ in range(maker.random.randrange(3))})
    return made


def _list(maker: Maker, kind: Any) -> Any:
    made = kind()
    made.extend([maker.plain() for _ in range(maker.random.randrange(3))])
    return made


def _value(maker: Maker, kind: Any) -> Any:
    plain = maker.plain()
    names = {type(None): "null_value", bool: "bool_value", float: "number_value"}
    names |= {str: "string_value", dict: "struct_value", list: "list_value"}
    return kind(**{names[type(plain)]: 0 if plain is None else plain})


def _any(maker: Maker, kind: Any) -> Any:
    made = kind()
    if maker.random.random() < 0.7:
        made.Pack(maker.message(maker.random.choice(_PACKABLE), 0), deterministic=True)
    return made


_OWN: Final[dict[str, Callable[[Maker, Any], Any]]] = {
    "google.protobuf.Timestamp": _timestamp,
    "google.protobuf.Duration": _duration,
    "google.protobuf.FieldMask": _mask,
    "google.protobuf.Struct": _struct,
    "google.protobuf.ListValue": _list,
    "google.protobuf.Value": _value,
    "google.protobuf.Any": _any,
}
_PACKABLE: Final = [
    Message.DESCRIPTOR,
    *(
        field.message_type
        for field in Everything.DESCRIPTOR.fields
        if field.message_type is not None
        and field.message_type.full_name.startswith("google.protobuf.")
        and field.message_type.full_name != AnyMessage.DESCRIPTOR.full_name
    ),
]


def _goes_deeper(field: FieldDescriptor) -> bool:
    inner = map_fields(field)[1].message_type if is_map(field) else field.message_type
    return inner is not None and not inner.full_name.startswith("google.protobuf.")


def _as_float(value: float) -> float:
    """Round to a 32-bit float; too large ones are too large for the reference as well."""
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return 1.5
    return rounded
