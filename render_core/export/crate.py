"""The binary form of a USD layer (.usdc, "crate"), as far as a still model needs it.

Source: OpenUSD, `pxr/usd/sdf/crateFile.h`, version 0.8.0 of the format, which all readers since 2020
know. Numbers are little-endian. What the format compresses is packed by LZ4 as literals only: as
valid as any other, and the same bytes whatever the compressor. Prims, properties and fields are
written in the order in which they were added.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_IDENT: Final = b"PXR-USDC"
_VERSION: Final = (0, 8, 0)
_BOOTSTRAP_BYTES: Final = 88
_ARRAY, _INLINED = 1 << 63, 1 << 62
_NO_FIELD: Final = 0xFFFFFFFF
_EXPLICIT, _EXPLICIT_ITEMS, _PREPENDED_ITEMS = 1, 2, 32
# How a path's entry goes on: with a sibling, with a child, not at all.
_ONLY_SIBLING, _ONLY_CHILD, _LEAF = 0, -1, -2


class SpecType(IntEnum):
    """`SdfSpecType`."""

    ATTRIBUTE = 1
    PRIM = 6
    PSEUDO_ROOT = 7
    RELATIONSHIP = 8


class _Type(IntEnum):
    INT = 3
    FLOAT = 8
    DOUBLE = 9
    STRING = 10
    TOKEN = 11
    ASSET_PATH = 12
    VEC2F = 20
    VEC3F = 24
    TOKEN_LIST_OP = 32
    PATH_LIST_OP = 34
    TOKEN_VECTOR = 41
    SPECIFIER = 42
    VARIABILITY = 44


@dataclass(frozen=True, slots=True)
class Value:
    """A typed value of a field. data: what the type's function below was given."""

    type: _Type
    data: Any
    is_array: bool = False


def token(text: str) -> Value:
    return Value(_Type.TOKEN, text)


def string(text: str) -> Value:
    return Value(_Type.STRING, text)


def asset(path: str) -> Value:
    return Value(_Type.ASSET_PATH, path)


def double(number: float) -> Value:
    """A double that a float can hold."""
    return Value(_Type.DOUBLE, number)


def real(number: float) -> Value:
    """A float."""
    return Value(_Type.FLOAT, number)


def vector3(x: float, y: float, z: float) -> Value:
    """Three floats: a colour, a vector."""
    return Value(_Type.VEC3F, (x, y, z))


def tokens(texts: Iterable[str]) -> Value:
    """A list of names, such as those of children."""
    return Value(_Type.TOKEN_VECTOR, tuple(texts))


def prepended_tokens(texts: Iterable[str]) -> Value:
    return Value(_Type.TOKEN_LIST_OP, tuple(texts))


def paths(targets: Iterable[str]) -> Value:
    """Targets of a relationship or a connection, and no others."""
    return Value(_Type.PATH_LIST_OP, tuple(targets))


def array(values: NDArray[Any]) -> Value:
    """int32 (n,), float32 (n, 2) or (n, 3)."""
    if values.dtype == np.int32 and values.ndim == 1:
        return Value(_Type.INT, values, is_array=True)
    kinds = {2: _Type.VEC2F, 3: _Type.VEC3F}
    return Value(kinds[values.shape[1]], values.astype("<f4"), is_array=True)


DEFINITION: Final = Value(_Type.SPECIFIER, 0)
UNIFORM: Final = Value(_Type.VARIABILITY, 1)


@dataclass(slots=True)
class Spec:
    """A prim or a property: its fields by name, what is below it by the element of its path."""

    type: SpecType
    fields: dict[str, Value]
    below: dict[str, Spec] = field(default_factory=dict)

    def prim(self, name: str, type_name: str, **fields: Value) -> Spec:
        """Add a prim defined here and return it."""
        return self._add(
            name, SpecType.PRIM, {"specifier": DEFINITION, "typeName": token(type_name), **fields}
        )

    def attribute(
        self, name: str, type_name: str, value: Value | None = None, **fields: Value
    ) -> None:
        """Add an attribute, with its default unless `value` is None."""
        described = {"typeName": token(type_name), **fields}
        if value is not None:
            described["default"] = value
        self._add(f".{name}", SpecType.ATTRIBUTE, described)

    def relationship(self, name: str, target: str) -> None:
        self._add(
            f".{name}",
            SpecType.RELATIONSHIP,
            {"variability": UNIFORM, "targetPaths": paths((target,))},
        )

    def _add(self, element: str, kind: SpecType, fields: Mapping[str, Value]) -> Spec:
        spec = Spec(kind, dict(fields))
        self.below[element] = spec
        return spec


def layer(**fields: Value) -> Spec:
    """Return an empty layer with its metadata."""
    return Spec(SpecType.PSEUDO_ROOT, fields)


def usdc(root: Spec) -> bytes:
    """Return a layer as bytes."""
    return _Writer().write(root)


class _Writer:
    def __init__(self) -> None:
        self._out = bytearray(_BOOTSTRAP_BYTES)
        self._tokens: dict[str, int] = {"": 0}  # 0 cannot be negative, as a property's must be
        self._strings: dict[str, int] = {}
        self._paths: dict[str, int] = {}
        self._fields: list[tuple[int, int]] = []
        self._field_sets: list[int] = []
        self._specs: list[tuple[int, int, int]] = []
        self._encoded: list[tuple[int, int, int]] = []  # path, token of its element, jump

    def write(self, root: Spec) -> bytes:
        self._name("/", root)
        self._encode("/", "", root, last=True)
        self._describe("/", root)
        sections = [
            (b"TOKENS", self._token_section()),
            (b"STRINGS", self._counted([self._tokens[text] for text in self._strings])),
            (b"FIELDS", self._field_section()),
            (b"FIELDSETS", struct.pack("<Q", len(self._field_sets)) + _packed(self._field_sets)),
            (b"PATHS", self._path_section()),
            (b"SPECS", self._spec_section()),
        ]
        table = struct.pack("<Q", len(sections))
        for name, body in sections:
            self._align()
            table += struct.pack("<16sqq", name, len(self._out), len(body))
            self._out += body
        self._align()
        struct.pack_into("<8s8Bq", self._out, 0, _IDENT, *_VERSION, 0, 0, 0, 0, 0, len(self._out))
        return bytes(self._out) + table

    def _name(self, path: str, spec: Spec) -> None:
        """Number all paths, and say in each prim what is below it."""
        self._paths[path] = len(self._paths)
        prims = [name for name in spec.below if not name.startswith(".")]
        properties = [name[1:] for name in spec.below if name.startswith(".")]
        if prims:
            spec.fields["primChildren"] = tokens(prims)
        if properties:
            spec.fields["properties"] = tokens(properties)
        for name, child in spec.below.items():
            self._name(_joined(path, name), child)

    def _encode(self, path: str, element: str, spec: Spec, *, last: bool) -> None:
        """Add the entries of a path and of all below it, depth first."""
        at = len(self._encoded)
        number = self._token(element.lstrip("."))
        self._encoded.append((self._paths[path], -number if element.startswith(".") else number, 0))
        names = list(spec.below)
        for name in names:
            self._encode(_joined(path, name), name, spec.below[name], last=name == names[-1])
        if names:
            jump = _ONLY_CHILD if last else len(self._encoded) - at
        else:
            jump = _LEAF if last else _ONLY_SIBLING
        self._encoded[at] = (*self._encoded[at][:2], jump)

    def _describe(self, path: str, spec: Spec) -> None:
        start = len(self._field_sets)
        for name, value in spec.fields.items():
            self._field_sets.append(len(self._fields))
            self._fields.append((self._token(name), self._rep(value)))
        self._field_sets.append(_NO_FIELD)
        self._specs.append((self._paths[path], start, int(spec.type)))
        for name, child in spec.below.items():
            self._describe(_joined(path, name), child)

    def _rep(self, value: Value) -> int:
        """Return the 64 bits that stand for a value, written out where they cannot hold it."""
        kind = int(value.type) << 48
        if value.is_array:
            return (
                kind
                | _ARRAY
                | self._placed(struct.pack("<Q", len(value.data)) + value.data.tobytes())
            )
        inlined = self._inlined(value)
        if inlined is not None:
            return kind | _INLINED | inlined
        return kind | self._placed(self._written(value))

    def _inlined(self, value: Value) -> int | None:
        match value.type:
            case _Type.TOKEN | _Type.ASSET_PATH:
                return self._token(value.data)
            case _Type.STRING:
                return self._string(value.data)
            case _Type.SPECIFIER | _Type.VARIABILITY:
                return int(value.data)
            case _Type.FLOAT | _Type.DOUBLE:
                return int.from_bytes(struct.pack("<f", value.data), "little")
            case _:
                return None

    def _written(self, value: Value) -> bytes:
        match value.type:
            case _Type.VEC3F:
                return struct.pack("<3f", *value.data)
            case _Type.TOKEN_VECTOR:
                return self._counted([self._token(text) for text in value.data])
            case _Type.TOKEN_LIST_OP:
                items = [self._token(text) for text in value.data]
                return bytes((_PREPENDED_ITEMS,)) + self._counted(items)
            case _:
                items = [self._paths[path] for path in value.data]
                return bytes((_EXPLICIT | _EXPLICIT_ITEMS,)) + self._counted(items)

    @staticmethod
    def _counted(numbers: Sequence[int]) -> bytes:
        return struct.pack("<Q", len(numbers)) + _u32(numbers)

    def _placed(self, data: bytes) -> int:
        self._align()
        at = len(self._out)
        self._out += data
        return at

    def _align(self) -> None:
        self._out += bytes(-len(self._out) % 8)

    def _token(self, text: str) -> int:
        return self._tokens.setdefault(text, len(self._tokens))

    def _string(self, text: str) -> int:
        self._token(text)
        return self._strings.setdefault(text, len(self._strings))

    def _token_section(self) -> bytes:
        text = b"".join(name.encode() + b"\0" for name in self._tokens)
        packed = _literals(text)
        return struct.pack("<QQQ", len(self._tokens), len(text), len(packed)) + packed

    def _field_section(self) -> bytes:
        names, reps = zip(*self._fields, strict=True)
        packed = _literals(struct.pack(f"<{len(reps)}Q", *reps))
        return (
            struct.pack("<Q", len(names)) + _packed(names) + struct.pack("<Q", len(packed)) + packed
        )

    def _path_section(self) -> bytes:
        columns = zip(*self._encoded, strict=True)
        head = struct.pack("<QQ", len(self._paths), len(self._encoded))
        return head + b"".join(_packed(column) for column in columns)

    def _spec_section(self) -> bytes:
        columns = zip(*self._specs, strict=True)
        return struct.pack("<Q", len(self._specs)) + b"".join(_packed(column) for column in columns)


def _joined(path: str, element: str) -> str:
    if element.startswith("."):
        return path + element
    return f"/{element}" if path == "/" else f"{path}/{element}"


def _u32(numbers: Iterable[int]) -> bytes:
    listed = list(numbers)
    return struct.pack(f"<{len(listed)}I", *listed)


def _packed(numbers: Sequence[int]) -> bytes:
    """Return integers as `Sdf_IntegerCompression` has them, with the length before.

    Differences to the number before; the most frequent one needs two bits, the others a byte,
    two or four beside them.
    """
    steps, before = [], 0
    for number in numbers:
        step = (number - before + 0x80000000) % 0x100000000 - 0x80000000
        steps.append(step)
        before = number
    counted = Counter(steps)
    common = max(counted, key=lambda step: (counted[step], step))
    codes, rest = bytearray((len(steps) * 2 + 7) // 8), bytearray()
    for i, step in enumerate(steps):
        code, form = _code(step, common)
        codes[i // 4] |= code << (2 * (i % 4))
        rest += struct.pack(form, step) if form else b""
    data = _literals(struct.pack("<i", common) + codes + rest)
    return struct.pack("<Q", len(data)) + data


def _code(step: int, common: int) -> tuple[int, str]:
    if step == common:
        return 0, ""
    if -0x80 <= step < 0x80:
        return 1, "<b"
    if -0x8000 <= step < 0x8000:
        return 2, "<h"
    return 3, "<i"


def _literals(data: bytes) -> bytes:
    """Return data as `TfFastCompression` packs it: one chunk (0), one LZ4 sequence of literals."""
    length = len(data)
    if length < 15:
        return bytes((0, length << 4)) + data
    more, last = divmod(length - 15, 255)
    return b"\0\xf0" + b"\xff" * more + bytes((last,)) + data
