"""The limits beside a field (buf.validate) as keywords of JSON Schema, or in words where it has none.

https://buf.build/bufbuild/protovalidate, https://json-schema.org/draft/2020-12.
"""

from __future__ import annotations

import re
from typing import Any, Final

from buf.validate import validate_pb2
from google.protobuf.descriptor import FieldDescriptor

Schema = dict[str, Any]

_NUMBERS: Final = (
    ("gte", "minimum"),
    ("lte", "maximum"),
    ("gt", "exclusiveMinimum"),
    ("lt", "exclusiveMaximum"),
    ("const", "const"),
)
_TEXTS: Final = (
    ("min_len", "minLength"),
    ("max_len", "maxLength"),
    ("pattern", "pattern"),
    ("const", "const"),
)
_LISTS: Final = (("min_items", "minItems"), ("max_items", "maxItems"), ("unique", "uniqueItems"))
_MAPS: Final = (("min_pairs", "minProperties"), ("max_pairs", "maxProperties"))
_FORMATS: Final = ("email", "uri", "uuid", "hostname", "ipv4", "ipv6")
_WIDE: Final = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)
_IN_WORDS: Final = (
    ("gte", "At least {}."),
    ("lte", "At most {}."),
    ("gt", "More than {}."),
    ("lt", "Less than {}."),
)


def apply(schema: Schema, field: FieldDescriptor, rules: Any) -> Schema:
    """Return the schema of one value with the limits that rules state for it."""
    limits = _of_value(field, rules)
    if not limits:
        return schema
    if rules.ignore == validate_pb2.IGNORE_IF_ZERO_VALUE and field.message_type is None:
        return {"anyOf": [{"const": _zero(field)}, schema | limits]}
    return schema | limits


def of_list(rules: Any) -> Schema:
    """Return the limits of an array."""
    return _stated(rules, _LISTS)


def of_map(rules: Any) -> Schema:
    """Return the limits on the number of entries."""
    return _stated(rules, _MAPS)


def in_words(field: FieldDescriptor, rules: Any) -> str:
    """Return sentences for limits that JSON Schema cannot state.

    They are those of 64-bit numbers, which travel as strings, of bytes, which travel as base64, and
    of the bytes of a text.
    """
    found: list[str] = []
    kind = rules.WhichOneof("type")
    if kind is None:
        return ""
    stated = getattr(rules, kind)
    if field.cpp_type in _WIDE and not field.is_repeated:
        known = stated.DESCRIPTOR.fields_by_name
        found += [
            text.format(f"{getattr(stated, name):,}")
            for name, text in _IN_WORDS
            if name in known and stated.HasField(name)
        ]
    if kind == "bytes" and stated.HasField("max_len"):
        found.append(f"At most {stated.max_len:,} bytes.")
    if kind == "string" and stated.HasField("max_bytes"):
        found.append(f"At most {stated.max_bytes:,} bytes as UTF-8.")
    return " ".join(found)


def refuses_default(field: FieldDescriptor, rules: Any) -> bool:
    """Whether the rules refuse what a field is when it was not sent."""
    if rules.ignore == validate_pb2.IGNORE_IF_ZERO_VALUE:
        return False
    if field.is_repeated:
        return bool(rules.repeated.min_items or rules.map.min_pairs)
    kind = rules.WhichOneof("type")
    if kind is None:
        return False
    stated = getattr(rules, kind)
    if kind == "string":
        broken = stated.HasField("pattern") and not re.search(stated.pattern, "")
        return bool(broken or stated.min_len or stated.email or stated.uri)
    if kind == "bytes":
        return bool(stated.min_len)
    if kind == "enum":
        return 0 in stated.not_in
    return _refuses_zero(stated)


def _refuses_zero(stated: Any) -> bool:
    known = stated.DESCRIPTOR.fields_by_name

    def limit(name: str) -> Any:
        return getattr(stated, name) if name in known and stated.HasField(name) else None

    low, above, high = limit("gte"), limit("gt"), limit("lte")
    return bool(
        (isinstance(low, int | float) and low > 0)
        or (isinstance(above, int | float) and above >= 0)
        or (isinstance(high, int | float) and high < 0)
    )


def _of_value(field: FieldDescriptor, rules: Any) -> Schema:
    kind = rules.WhichOneof("type")
    if kind is None or field.message_type is not None:
        return {}
    stated = getattr(rules, kind)
    if kind == "string":
        found = _stated(stated, _TEXTS)
        form = next((name for name in _FORMATS if getattr(stated, name)), "")
        found |= {"format": form} if form else {}
        if stated.len:
            found |= {"minLength": stated.len, "maxLength": stated.len}
        return found | _listed(stated)
    if kind == "bytes":
        return _of_bytes(stated)
    if field.cpp_type in _WIDE or kind in ("enum", "bool", "repeated", "map", "any"):
        return {}
    return _stated(stated, _NUMBERS) | _listed(stated)


def _of_bytes(stated: Any) -> Schema:
    """Return lengths in characters of base64: four for each three bytes that were begun."""
    names = (("min_len", "minLength"), ("max_len", "maxLength"))
    return {
        keyword: -(-getattr(stated, name) // 3) * 4
        for name, keyword in names
        if stated.HasField(name)
    }


def _listed(stated: Any) -> Schema:
    values = list(getattr(stated, "in"))
    return {"enum": values} if values else {}


def _zero(field: FieldDescriptor) -> Any:
    return "" if field.cpp_type == FieldDescriptor.CPPTYPE_STRING else 0


def _stated(rules: Any, names: tuple[tuple[str, str], ...]) -> Schema:
    known = rules.DESCRIPTOR.fields_by_name
    return {
        keyword: getattr(rules, name)
        for name, keyword in names
        if name in known and rules.HasField(name)
    }
