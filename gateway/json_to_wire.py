"""JSON text into the wire format, by functions that are written from descriptors.

msgspec parses a text into a struct of its message type; a generated function writes the struct as the
bytes that the protobuf runtime parses at the speed of C. Setting fields one by one takes longer than
all of it. The bytes are built as a string of Latin-1, for Python joins strings without a call.

What is taken here means what it means to `json_reader`; what is not, it reads again (`Doubtful`).
https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from msgspec import UNSET, Struct

from gateway import json_reader, json_scalars
from gateway.json_options import JsonOptions
from gateway.json_structs import attribute, is_null, is_read
from gateway.wellknown import OWN_FORMS, VALUE, enum_type, is_map, is_small, map_fields

_Lines = Iterator[str]
_Kind = FieldDescriptor

_LENGTH_DELIMITED: Final = 2
_FIXED: Final = {
    _Kind.TYPE_DOUBLE: ("<d", 1),
    _Kind.TYPE_FLOAT: ("<f", 5),
    _Kind.TYPE_FIXED32: ("<I", 5),
    _Kind.TYPE_FIXED64: ("<Q", 1),
    _Kind.TYPE_SFIXED32: ("<i", 5),
    _Kind.TYPE_SFIXED64: ("<q", 1),
}
_REAL: Final = (_Kind.CPPTYPE_DOUBLE, _Kind.CPPTYPE_FLOAT)
_LONG: Final = (_Kind.CPPTYPE_INT64, _Kind.CPPTYPE_UINT64)
_RANGES: Final = {
    _Kind.TYPE_INT32: (-(2**31), 2**31 - 1),
    _Kind.TYPE_SINT32: (-(2**31), 2**31 - 1),
    _Kind.TYPE_UINT32: (0, 2**32 - 1),
    _Kind.TYPE_INT64: (-(2**63), 2**63 - 1),
    _Kind.TYPE_SINT64: (-(2**63), 2**63 - 1),
    _Kind.TYPE_UINT64: (0, 2**64 - 1),
    _Kind.TYPE_ENUM: (-(2**31), 2**31 - 1),
}
_ZIGZAG: Final = (_Kind.TYPE_SINT32, _Kind.TYPE_SINT64)
_PLAIN: Final = (
    *(_Kind.TYPE_STRING, _Kind.TYPE_BYTES, _Kind.TYPE_BOOL),
    *(_Kind.TYPE_INT32, _Kind.TYPE_SINT32, _Kind.TYPE_UINT32),
)

SHORT: Final = 16384
# Varints of up to 14 bits, and 14 bits with more to come.
_ENDS: Final = (
    *(chr(low) for low in range(128)),
    *(chr(low | 128) + chr(high) for high, low in product(range(1, 128), range(128))),
)
_BEGINS: Final = tuple(
    chr(low | 128) + chr(high | 128) for high, low in product(range(128), range(128))
)


class Doubtful(Exception):
    """A struct holds what only `json_reader` can judge."""


# What a function raises for a struct that `json_reader` shall judge.
REFUSED: Final = (
    Doubtful,
    json_scalars.Mismatch,
    json_scalars.Skipped,
    LookupError,  # no such enum value; longer in the wire format than a short text may be
    OverflowError,
    struct.error,
)


def varint(value: int) -> str:
    """Return an integer of up to 64 bits as a varint; a negative one by its two's complement."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    written = ""
    while value >= 16384:
        written += _BEGINS[value & 16383]
        value >>= 14
    return written + _ENDS[value]


class Program:
    """The functions of all message types for one way of reading, which call each other by name.

    short: they take structs of texts of ASCII with less than SHORT bytes.
    """

    def __init__(self, options: JsonOptions, *, short: bool = False) -> None:
        self._options = options
        self._short = short
        self._names: dict[Descriptor, str] = {}
        self._scope: dict[str, Any] = {
            "BEGINS": _BEGINS,
            "ENDS": _ENDS,
            "UNSET": UNSET,
            "Doubtful": Doubtful,
            "varint": varint,
        }

    def writer(self, descriptor: Descriptor) -> Callable[[Struct], str]:
        """Return what writes the struct of a message as Latin-1 (raises one of REFUSED)."""
        write: Callable[[Struct], str] = self._scope[self._function(descriptor)]
        return write

    def _function(self, descriptor: Descriptor) -> str:
        name = self._names.get(descriptor)
        if name is None:
            name = self._names[descriptor] = f"write_{len(self._names)}"
            body = [*self._body(descriptor, ""), "return out"]
            text = "\n".join([f"def {name}(message):", *_indent(body), ""])
            exec(compile(text, f"<wire of {descriptor.full_name}>", "exec"), self._scope)  # noqa: S102 - made here, of descriptors
        return name

    def _bind(self, value: Any) -> str:
        """Return a name by which functions reach a value."""
        name = f"value_{len(self._scope)}"
        self._scope[name] = value
        return name

    def _body(self, descriptor: Descriptor, depth: str) -> _Lines:
        """Yield the lines that write `message` to `out`; depth ends the names of both."""
        yield f"out{depth} = ''"
        yield from _oneofs(descriptor, depth)
        for field in descriptor.fields:
            if is_read(field):
                yield from self._field(field, depth)

    def _field(self, field: FieldDescriptor, depth: str) -> list[str]:
        value, out = _value(field, depth), f"out{depth}"
        if is_map(field):
            return [f"if {value}:", *_indent(self._map(field, out))]
        if field.is_packed:
            return [f"if {value}:", *_indent(self._packed(field, out))]
        each = self._element(field, _tag(field), out)
        if field.is_repeated:
            return [f"if {value}:", "    for item in item:", *_indent(_indent(each))]
        return [f"if {_given(field, value)}:", *_indent(each)]

    def _packed(self, field: FieldDescriptor, out: str) -> _Lines:
        yield "packed = ''"
        yield "for item in item:"
        yield from _indent(self._element(field, "", "packed"))
        yield from self._delimited(_tag(field, _LENGTH_DELIMITED), "packed", out)

    def _map(self, field: FieldDescriptor, out: str) -> _Lines:
        key, value = map_fields(field)
        entry = f"entry_{out}"
        if key.type != _Kind.TYPE_STRING:
            read = self._bind(json_scalars.text_reader(key, self._options))
            yield f"if len({{{read}(key) for key in item}}) < len(item):"
            yield "    raise Doubtful"
        yield "for key, found in item.items():"
        yield "    item = key" if key.type == _Kind.TYPE_STRING else f"    item = {read}(key)"
        yield f"    {entry} = ''"
        yield from _indent(self._element(key, _tag(key), entry))
        yield "    item = found"
        yield from _indent(self._element(value, _tag(value), entry))
        yield from _indent(self._delimited(_tag(field), entry, out))

    def _element(self, field: FieldDescriptor, tag: str, out: str) -> _Lines:
        """Yield the lines that append `item` with its tag to a variable."""
        inner = field.message_type
        if inner is not None and is_small(inner, out.count("_")):
            yield f"message_{out} = item"
            yield from self._body(inner, f"_{out}")
            yield from self._delimited(tag, f"out_{out}", out)
        elif inner is not None:
            yield f"item = {self._message(inner)}(item)"
            yield from self._delimited(tag, "item", out)
        elif field.type == _Kind.TYPE_STRING:
            if not self._short:
                yield "if not item.isascii():"
                yield "    item = item.encode().decode('latin-1')"
            yield from self._delimited(tag, "item", out)
        elif field.type == _Kind.TYPE_BYTES:
            yield f"item = {self._reader(field)}(item).decode('latin-1')"
            yield from self._delimited(tag, "item", out)
        elif field.type == _Kind.TYPE_BOOL:
            yield f"{out} += '{tag}\\x01' if item else '{tag}\\x00'"
        elif field.enum_type is not None:
            yield from self._enum(field, tag, out)
        elif field.type in _FIXED:
            if field.cpp_type not in _REAL:
                yield from self._digits(field)
            pack = self._bind(struct.Struct(_FIXED[field.type][0]).pack)
            yield f"{out} += f\"{tag}{{{pack}(item).decode('latin-1')}}\""
        else:
            yield from self._digits(field)
            yield from _integer(field, tag, out)

    def _delimited(self, tag: str, item: str, out: str) -> _Lines:
        """Yield the lines that append a variable of Latin-1 with its length."""
        if self._short:
            yield f"{out} += f'{tag}{{ENDS[len({item})]}}{{{item}}}'"
            return
        yield f"size = len({item})"
        yield f"{out} += f'{tag}{{ENDS[size] if size < 16384 else varint(size)}}{{{item}}}'"

    def _message(self, descriptor: Descriptor) -> str:
        """Return the name of what writes a message."""
        if descriptor.full_name not in OWN_FORMS:
            return self._function(descriptor)
        new = GetMessageClass(descriptor)
        options = self._options

        def write(value: Any) -> str:
            message = new()
            json_reader.fill(message, value, options)
            return message.SerializeToString().decode("latin-1")

        return self._bind(write)

    def _reader(self, field: FieldDescriptor) -> str:
        return self._bind(json_scalars.reader(field, self._options))

    def _digits(self, field: FieldDescriptor) -> _Lines:
        """Integers of 64 bits are strings as a rule."""
        if field.cpp_type in _LONG:
            yield "if type(item) is str:"
            yield f"    item = {self._reader(field)}(item)"

    def _enum(self, field: FieldDescriptor, tag: str, out: str) -> _Lines:
        if is_null(field):
            yield "if item is not None and item != 'NULL_VALUE':"
            yield "    raise Doubtful"
            yield f"{out} += '{tag}\\x00'"
            return
        enum = enum_type(field)
        numbers = {value.name: value.number for value in enum.values}
        yield "if type(item) is str:"
        yield f"    {out} += {self._bind(_varints(tag, numbers))}[item]"
        yield "else:"
        if enum.is_closed:
            yield f"    if item not in {self._bind(frozenset(numbers.values()))}:"
            yield "        raise Doubtful"
        yield from _indent(_integer(field, tag, out))


def _varints(tag: str, numbers: dict[str, int]) -> dict[str, str]:
    """Return varints behind a tag as it stands in a literal."""
    begin = tag.encode().decode("unicode_escape")
    return {name: begin + varint(number) for name, number in numbers.items()}


def _tag(field: FieldDescriptor, kind: int | None = None) -> str:
    """Return the tag of a field as it stands in a literal."""
    if kind is None:
        if field.type in (_Kind.TYPE_STRING, _Kind.TYPE_BYTES, _Kind.TYPE_MESSAGE):
            kind = _LENGTH_DELIMITED
        else:
            kind = _FIXED[field.type][1] if field.type in _FIXED else 0
    return "".join([f"\\x{ord(byte):02x}" for byte in varint(field.number << 3 | kind)])


def _given(field: FieldDescriptor, value: str) -> str:
    """Return the condition that a field is to be written. The default of a field without presence
    need not be, but an empty string is no number, and a negative zero is no default."""
    inner = field.message_type.full_name if field.message_type is not None else ""
    if inner == VALUE or is_null(field):
        return f"({value}) is not UNSET"
    if inner and inner not in OWN_FORMS:
        return value
    plain = field.type in _PLAIN
    if plain and not field.has_presence:
        return value
    return f"({value}) is not UNSET and item is not None"


def _value(field: FieldDescriptor, depth: str) -> str:
    return f"item := message{depth}.{attribute(field)}"


def _oneofs(descriptor: Descriptor, depth: str) -> _Lines:
    """Yield the lines that refuse two members of one oneof."""
    for oneof in descriptor.oneofs:
        fields = [field for field in oneof.fields if is_read(field)]
        if len(fields) > 1:
            tests = [_given(field, _value(field, depth)) for field in fields]
            yield f"if {' + '.join(f'bool({test})' for test in tests)} > 1:"
            yield "    raise Doubtful"


def _integer(field: FieldDescriptor, tag: str, out: str) -> _Lines:
    """Yield the lines that append `item`, an integer, as a varint."""
    low, high = _RANGES[field.type]
    if field.type in _ZIGZAG:
        yield f"if not {low} <= item <= {high}:"
        yield "    raise Doubtful"
        yield f"{out} += f'{tag}{{varint(item << 1 ^ item >> 63)}}'"
        return
    yield "if item < 16384 and item >= 0:"  # chained comparisons take longer
    yield f"    {out} += f'{tag}{{ENDS[item]}}'"
    yield "elif item < 268435456 and item > 0:"
    yield f"    {out} += f'{tag}{{BEGINS[item & 16383]}}{{ENDS[item >> 14]}}'"
    yield f"elif {low} <= item <= {high}:"
    yield f"    {out} += f'{tag}{{varint(item)}}'"
    yield "else:"
    yield "    raise Doubtful"


def _indent(lines: Iterable[str]) -> list[str]:
    return ["    " + line for line in lines]
