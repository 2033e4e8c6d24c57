"""JSON texts that are almost right: values of the wrong kind, both names of a field, keys given twice,
numbers of every form, nulls, escapes, depth, and bytes changed, doubled or cut off."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tests.gateway.seeded_messages import Maker

# Texts that stand for themselves: what json.dumps would never write.
_RAW: Final = (
    *("NaN", "Infinity", "-Infinity", "1e400", "-0", "-0.0", "0.0", "1.0", "1.5", "1e3", "1E+2"),
    *("2147483647", "2147483648", "-2147483649", "4294967296", "9007199254740993", "1e18", "01"),
    *("9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616"),
    *("9" * 300, "1" * 10_000, "0." + "3" * 10_000, "1e39", "3.4028235e38", "+1", ".5", "5."),
    *(
        '"NaN"',
        '"Infinity"',
        '"-Infinity"',
        '"1"',
        '"1.0"',
        '"1e3"',
        '"-0"',
        '"01"',
        '" 1"',
        '"1_0"',
    ),
    *('"9223372036854775808"', '"0x1"', '"+1"', '"' + "7" * 10_000 + '"', '"1.5"', '"٣"'),
    *("true", "false", "null", '"true"', '"null"', '"NULL_VALUE"', "True", "nul"),
    *(
        '""',
        '"a"',
        '"\\ud800"',
        '"\\ud83d\\ude00"',
        '"\\udc00x"',
        '"\\u003a"',
        '"\\u0000"',
        '"\\x"',
    ),
    *(
        '"-_8"',
        '"+/8="',
        '"-_8="',
        '"+/8"',
        '"A"',
        '"AA=="',
        '"AB=="',
        '"A==="',
        '"AAA=A"',
        '"A A="',
    ),
    *('"COLOUR_RED"', '"COLOUR_GREEN"', '"colour_red"', "99", "-1", '"5"'),
    *('"1.5s"', '"-0.000000001s"', '"1s "', '"315576000001s"', '"1.0000000001s"', '"s"'),
    *('"2026-01-31T12:00:00Z"', '"2026-01-31T12:00:00.123456789+01:30"', '"2026-02-30T00:00:00Z"'),
    *('"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999999Z"', '"2016-12-31T23:59:60Z"'),
    *('"aB,c.dE"', '"a_b"', '","', '"a,"', '"A"'),
    *("[]", "{}", "[null]", "[[]]", "[1]", '["a"]', '{"a":1}', '{"":null}', '{"1":{},"01":{}}'),
    *(
        '{"true":1,"false":2}',
        '{"True":1}',
        '{"0":{},"-0":{}}',
        '{"a":null}',
        '{"a":"1","\\u0061":"2"}',
    ),
    *('{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}', '{"@type":5}'),
    *('{"@type":"type.googleapis.com/luneo.gatewaytest.v1.Message","text":"x","etag":null}',),
    *('{"@type":"x/google.protobuf.Duration","seconds":1}', '{"@type":"google.protobuf.Duration"}'),
    *(
        "[" * 70 + "]" * 70,
        '{"a":' * 70 + "1" + "}" * 70,
        "[" * 10_000,
        "[" * 10_000 + "]" * 10_000,
    ),
)
_STRING, _BOOL = FieldDescriptor.CPPTYPE_STRING, FieldDescriptor.CPPTYPE_BOOL
_MARK: Final = "<here>"


def spoil(maker: Maker, document: Any, descriptor: Descriptor) -> bytes:
    """Return the text of a document after one or two changes."""
    random = maker.random
    raw: list[str] = []
    for _ in range(random.randrange(1, 3)):
        if isinstance(document, dict):
            random.choice(_CHANGES)(maker, document, descriptor, raw)
    text = json.dumps(document, ensure_ascii=random.random() < 0.3, separators=_separators(maker))
    for each in raw:
        text = text.replace(f'"{_MARK}"', each, 1)
    data = text.encode()
    return _changed_bytes(maker, data) if random.random() < 0.25 else data


def _separators(maker: Maker) -> tuple[str, str]:
    return maker.random.choice(((",", ":"), (",", ":"), (", ", ": "), (" ,\n", "\t:\r ")))


def _some_field(maker: Maker, document: dict[str, Any], descriptor: Descriptor) -> str:
    """Return a name of a field: one that is there, or any other, in either case."""
    if document and maker.random.random() < 0.5:
        return maker.random.choice(list(document))
    if not descriptor.fields:
        return "nothing"
    field = maker.random.choice(descriptor.fields)
    return maker.random.choice((field.name, field.json_name))


def _replace(
    maker: Maker, document: dict[str, Any], descriptor: Descriptor, raw: list[str]
) -> None:
    document[_some_field(maker, document, descriptor)] = _MARK
    raw.append(maker.random.choice(_RAW))


def _replace_inside(
    maker: Maker, document: dict[str, Any], descriptor: Descriptor, raw: list[str]
) -> None:
    """Replace a value anywhere."""
    place: Any = document
    while place:
        key = maker.random.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if not isinstance(place[key], dict | list) or maker.random.random() < 0.3:
            place[key] = _MARK
            raw.append(maker.random.choice(_RAW))
            return
        place = place[key]


def _two_names(
    maker: Maker, document: dict[str, Any], descriptor: Descriptor, _: list[str]
) -> None:
    """Give a field by both of its names, or by the other."""
    for field in descriptor.fields:
        if field.json_name in document and field.json_name != field.name:
            document[field.name] = document[field.json_name]
            if maker.random.random() < 0.7:
                del document[field.json_name]


def _two_members(
    maker: Maker, document: dict[str, Any], descriptor: Descriptor, _: list[str]
) -> None:
    """Give two members of a oneof, null now and then."""
    for oneof in descriptor.oneofs:
        for field in maker.random.sample(list(oneof.fields), min(2, len(oneof.fields))):
            value = {} if field.message_type else {_STRING: "a", _BOOL: True}.get(field.cpp_type, 1)
            document[field.json_name] = maker.random.choice((value, value, None))


def _unknown(maker: Maker, document: dict[str, Any], _: Descriptor, raw: list[str]) -> None:
    document[maker.random.choice(("nonsense", "", "[a.b]", "@type", maker.text()))] = _MARK
    raw.append(maker.random.choice(_RAW))


def _twice(maker: Maker, document: dict[str, Any], _: Descriptor, raw: list[str]) -> None:
    """Give a key twice, once behind an escape now and then."""
    if document:
        key = maker.random.choice(list(document))
        first = json.dumps(key)
        if maker.random.random() < 0.3 and key:
            first = f'"\\u{ord(key[0]):04x}{key[1:]}"' if ord(key[0]) < 0x10000 else first
        document[_MARK] = document[key]
        raw.append(first)


_CHANGES: Final[tuple[Callable[[Maker, dict[str, Any], Descriptor, list[str]], None], ...]] = (
    *(
        _replace,
        _replace,
        _replace_inside,
        _replace_inside,
        _two_names,
        _two_members,
        _unknown,
        _twice,
    ),
)


def _changed_bytes(maker: Maker, data: bytes) -> bytes:
    """Return a text with a byte changed, taken out, put in, or with its end cut off."""
    if not data:
        return data
    at = maker.random.randrange(len(data))
    piece = maker.random.choice(
        (b'"', b"\\", b":", b",", b"{", b"]", b"\xff", b"\xed\xa0\x80", b"\0")
    )
    return maker.random.choice(
        (
            data[:at],
            data[:at] + piece + data[at + 1 :],
            data[:at] + data[at + 1 :],
            data[:at] + piece + data[at:],
            data + piece,
            b"\xef\xbb\xbf" + data,
        )
    )
