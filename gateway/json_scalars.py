"""JSON values of scalar fields, in and out, by the protobuf JSON mapping.

https://protobuf.dev/programming-guides/json/. Numbers in strings have the form of JSON's numbers;
"NaN" and "Infinity" are read only by configuration (`JsonOptions.nonfinite`).
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from gateway.json_options import STRICT, JsonOptions
from gateway.wellknown import NULL_VALUE, enum_type
from services.runtime.errors import Violation

FromJson = Callable[[Any], Any]
ToJson = Callable[[Any], Any]

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,19})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,308})(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,4})?")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")
_URL_SAFE = str.maketrans("-_", "+/")
_EXACT_INTEGER: Final = 2.0**53
_NONFINITE: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

_RANGES: Final = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}


class Mismatch(Exception):
    """JSON values that do not fit their fields. violations: paths relative to the reader."""

    def __init__(self, *violations: Violation) -> None:
        super().__init__()
        self.violations = violations

    def under(self, prefix: str) -> tuple[Violation, ...]:
        """Return the violations with `prefix` before their paths."""
        return tuple(
            Violation(join(prefix, found.field), found.reason, found.sentence)
            for found in self.violations
        )


def join(prefix: str, path: str) -> str:
    """Join two JSON paths: "a" and "b" are "a.b", "a" and "[0]" are "a[0]"."""
    if not prefix or not path:
        return prefix or path
    return prefix + path if path.startswith("[") else f"{prefix}.{path}"


def mismatch(sentence: str, reason: str = "WRONG_TYPE") -> Mismatch:
    """Return the error for a value of the wrong kind."""
    return Mismatch(Violation("", reason, sentence))


class Skipped(Exception):
    """The value of an enum has a name that is not known, and such are to be left out."""


def reader(field: FieldDescriptor, options: JsonOptions = STRICT) -> FromJson:
    """Return what turns a JSON value into a value of one element of a scalar field.

    What is returned raises Mismatch, or Skipped if unknown names are to be ignored.
    """
    kind = field.cpp_type
    if kind in _RANGES:
        return _integer_reader(*_RANGES[kind])
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return _enum_reader(enum_type(field), ignore_unknown=options.ignore_unknown)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes
    return {
        FieldDescriptor.CPPTYPE_STRING: _string,
        FieldDescriptor.CPPTYPE_BOOL: _boolean,
        FieldDescriptor.CPPTYPE_DOUBLE: _any_double if options.nonfinite else _double,
        FieldDescriptor.CPPTYPE_FLOAT: _any_float if options.nonfinite else _float,
    }[kind]


def text_reader(field: FieldDescriptor, options: JsonOptions = STRICT) -> Callable[[str], Any]:
    """Return what turns the text of a path variable or query parameter into a scalar value."""
    read = reader(field, replace(options, ignore_unknown=False))
    if field.cpp_type != FieldDescriptor.CPPTYPE_BOOL:
        return read

    def from_text(text: str) -> bool:
        if text not in ("true", "false"):
            raise mismatch("Expected true or false.")
        return text == "true"

    return from_text


def writer(field: FieldDescriptor, options: JsonOptions = STRICT) -> ToJson | None:
    """Return what turns one element of a scalar field into JSON, or None if it is JSON already."""
    kind = field.cpp_type
    if kind in (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64):
        return str
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return _enum_writer(enum_type(field), as_number=options.enum_numbers)
    if kind == FieldDescriptor.CPPTYPE_DOUBLE:
        return _write_double
    if kind == FieldDescriptor.CPPTYPE_FLOAT:
        return _write_float
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _write_bytes
    return None


def _string(value: Any) -> str:
    if type(value) is not str:
        raise mismatch("Expected a string.")
    return value


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise mismatch("Expected true or false.")
    return value


def _integer_reader(low: int, high: int) -> FromJson:
    def read(value: Any) -> int:
        if type(value) is not int:
            value = _integer(value)
        if not low <= value <= high:
            raise mismatch(f"Expected a whole number from {low} to {high}.", "OUT_OF_RANGE")
        return value  # type: ignore[no-any-return]  # an int by now

    return read


def _integer(value: Any) -> int:
    if type(value) is str and _INTEGER.fullmatch(value):
        return int(value)
    if type(value) is float and value.is_integer():
        # Above 2^53 a double no longer says which integer was meant; those that a field can hold
        # are sent as digits or as a string.
        if abs(value) <= _EXACT_INTEGER:
            return int(value)
        raise mismatch("The number is too large; send it as a string of digits.", "OUT_OF_RANGE")
    raise mismatch("Expected a whole number.")


def _double(value: Any) -> float:
    if type(value) is float and value - value == 0.0:
        return value
    if type(value) is str and _NUMBER.fullmatch(value):
        value = float(value)
    elif type(value) is not float and type(value) is not int:
        raise mismatch("Expected a number.")
    number = float(value)
    if not math.isfinite(number):
        raise mismatch("The number is too large.", "OUT_OF_RANGE")
    return number


def _any_double(value: Any) -> float:
    return _NONFINITE[value] if type(value) is str and value in _NONFINITE else _double(value)


def _any_float(value: Any) -> float:
    return _NONFINITE[value] if type(value) is str and value in _NONFINITE else _float(value)


def _float(value: Any) -> float:
    number = _double(value)
    try:
        return _as_float(number)
    except OverflowError:
        raise mismatch("The number is too large for a 32-bit float.", "OUT_OF_RANGE") from None


def _bytes(value: Any) -> bytes:
    if type(value) is not str or not _BASE64.fullmatch(value):
        raise mismatch("Expected base64.")
    digits = value.rstrip("=").translate(_URL_SAFE)
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except binascii.Error:
        raise mismatch("Expected base64.") from None


def _enum_reader(enum: EnumDescriptor, *, ignore_unknown: bool) -> FromJson:
    numbers = {value.name: value.number for value in enum.values}

    def read(value: Any) -> int:
        if type(value) is str:
            if value in numbers:
                return numbers[value]
            if not _INTEGER.fullmatch(value):
                if ignore_unknown:
                    raise Skipped
                raise mismatch(f"Expected one of {', '.join(numbers)}.", "UNKNOWN_VALUE")
            value = int(value)
        elif type(value) is not int:
            raise mismatch(f"Expected one of {', '.join(numbers)}.")
        if not -(2**31) <= value < 2**31 or (enum.is_closed and value not in numbers.values()):
            raise mismatch(f"Expected one of {', '.join(numbers)}.", "UNKNOWN_VALUE")
        return int(value)

    return read


def _enum_writer(enum: EnumDescriptor, *, as_number: bool) -> ToJson | None:
    if enum.full_name == NULL_VALUE:
        return lambda _: None
    if as_number:
        return None
    names = enum_names(enum)
    return lambda number: names.get(number, number)


def enum_names(enum: EnumDescriptor) -> dict[int, str]:
    """Return the names of an enum's values by their numbers; of aliases, the first."""
    names: dict[int, str] = {}
    for value in enum.values:
        names.setdefault(value.number, value.name)
    return names


def _write_double(value: float) -> float | str:
    if value - value == 0.0:
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _write_float(value: float) -> float | str:
    """Return the shortest decimal that reads back as the same 32-bit float."""
    if not math.isfinite(value):
        return _write_double(value)
    for digits in range(6, 9):
        shortest = float(f"{value:.{digits}g}")
        with suppress(OverflowError):
            if _as_float(shortest) == value:
                return shortest
    return float(f"{value:.9g}")


def _as_float(value: float) -> float:
    """Round to a 32-bit float. Raises OverflowError if it is too large for one."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


def _write_bytes(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
