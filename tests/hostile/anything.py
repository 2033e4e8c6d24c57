"""Requests of any shape, near enough to what a method takes that some get far into it."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import hypothesis.strategies as st
from google.api import annotations_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

HTTP: Any = annotations_pb2.http
_VARIABLE = re.compile(r"\{([a-z_.]+)=([^}]+)\}|\{([a-z_]+)\}")
_DEPTH = 5

# What has broken servers before: separators, control characters, other scripts, format strings.
TRICKS = (
    "", " ", "..", "../..", "a/b", "%00", "\x00", "\x07", "\ufeff", "\u202e", "é", "ﬀ", "𝒳", "😀",
    "{0}", "%s%n", "' OR 1=1", "$(id)", "<script>", "-1", "1e999", "NaN", "null", "true", "a" * 70,
    "A" * 400, "\u0301" * 50, "brands/", "brands/*", "brands//x", "-", "_", "x" * 63, "x" * 64,
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 0.5, -0.0, 1e308, -1e308, 2**31 - 1, 2**31, -(2**31) - 1, 2**63 - 1, 2**63,
    -(2**63), 10**30,
)  # fmt: skip
MOMENTS = ("2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1s", "-1s")

PATHS = (
    "M0 0", "M0 0Z", "M0 0H1", "M0 0L1 1", "M0 0H40V20H0Z", "M0 0H1e9V1e9Z", "M0 0C1 1", "M0 0A0 0 0 0 0 0 0",
    "M0 0A1e-9 1e9 45 1 1 40 20Z", "M0 0" + "L1 1" * 3_000 + "Z", "M0 0H40V20H0ZM5 5H6V6Z", "M-5 -5H99V99Z",
    "M0 0H0V0Z", "m0 0 1 1 1-1z" * 200, "M0,0 40,20 0,20 40,0Z", "M NaN 0", "M0 0H1e400Z", "url(#x)",
)  # fmt: skip
_WORDS = (
    "front", "logo", "EUR", "#102030", "Emma", "A", "M0 0H10V10Z", "products.read", "snapshots.read",
    "https://shop.example", "a@b.example", "{}", '{"v":1}', "0" * 64,
)  # fmt: skip

texts = st.one_of(st.sampled_from(TRICKS), st.text(max_size=20), st.sampled_from(MOMENTS))
scalars = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), texts)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@dataclass(frozen=True)
class Shapes:
    """Requests for methods, with names of things that are there. names: of the most kinds."""

    names: Sequence[str]
    ids: Sequence[str]
    _made: dict[str, st.SearchStrategy[Any]] = field(default_factory=dict)

    def path(self, method: MethodDescriptor) -> st.SearchStrategy[str]:
        """Paths of a method's route: its shape, with ids that are there, that are not, and junk."""
        rule = method.GetOptions().Extensions[HTTP]
        route = getattr(rule, rule.WhichOneof("pattern"))
        pieces: list[st.SearchStrategy[str]] = []
        at = 0
        for match in _VARIABLE.finditer(route):
            pieces.append(st.just(route[at : match.start()]))
            pieces.append(self._named(match[2] or "*"))
            at = match.end()
        pieces.append(st.just(route[at:]))
        return st.tuples(*pieces).map("".join)

    def _named(self, shape: str) -> st.SearchStrategy[str]:
        fitting = [name for name in self.names if _has_shape(name, shape)]
        ids = st.sampled_from([*self.ids, "no-such-thing", "x"]) | texts.map(_quoted)
        parts = [ids if part == "*" else st.just(part) for part in shape.split("/")]
        invented = st.tuples(*parts).map("/".join)
        there = st.sampled_from(fitting) if fitting else invented
        return st.one_of(there, there, invented)

    def body(self, method: MethodDescriptor) -> st.SearchStrategy[Any]:
        """Bodies: messages of the right shape with wrong things in them, or nothing of the kind."""
        rule = method.GetOptions().Extensions[HTTP]
        taken = method.input_type
        if rule.body not in ("", "*"):
            taken = taken.fields_by_name[rule.body].message_type or taken
        return st.one_of(self.sound(taken), self.sound(taken), self.message(taken), junk)

    def sound(self, descriptor: Descriptor, depth: int = 0) -> st.SearchStrategy[Any]:
        """Messages whose every value is of its type, one member of each oneof set."""
        key = f"sound {descriptor.full_name}:{depth}"
        if depth > _DEPTH:
            return st.just({})
        if key not in self._made:
            free = [one for one in descriptor.fields if one.containing_oneof is None]
            given = {one.json_name: self._sound_value(one, depth) for one in free}
            chosen = [
                st.one_of(
                    [
                        st.fixed_dictionaries({one.json_name: self._sound_value(one, depth)})
                        for one in oneof.fields
                    ]
                )
                for oneof in descriptor.oneofs
            ]
            whole = st.fixed_dictionaries(given)
            parts = st.fixed_dictionaries({}, optional=given)
            self._made[key] = st.tuples(whole | parts, *chosen).map(_merged)
        return self._made[key]

    def _sound_value(self, one: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
        inner = one.message_type
        if inner is not None and inner.GetOptions().map_entry:
            value = self._sound_single(inner.fields_by_name["value"], depth)
            return st.dictionaries(st.sampled_from(["name", "logo", "x"]), value, max_size=2)
        single = self._sound_single(one, depth)
        return st.lists(single, min_size=1, max_size=2) if one.is_repeated else single

    def _sound_single(self, one: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
        inner = one.message_type
        if inner is not None:
            if inner.full_name in ("google.protobuf.Timestamp", "google.protobuf.FieldMask"):
                stamp = inner.name == "Timestamp"
                return st.sampled_from(MOMENTS[:3] if stamp else ("displayName", "state", "*", ""))
            return self.sound(inner, depth + 1)
        if one.enum_type is not None:
            return st.sampled_from([value.name for value in one.enum_type.values[1:]])
        if one.type == FieldDescriptor.TYPE_BYTES:
            return st.just("AAAA")
        if one.type == FieldDescriptor.TYPE_BOOL:
            return st.booleans()
        if one.type == FieldDescriptor.TYPE_STRING:
            return st.sampled_from([*self.names, *self.ids, *_WORDS]) | st.text(max_size=12)
        return st.sampled_from([0, 1, 40, 1_000, 20_000, 100_000])

    def message(self, descriptor: Descriptor, depth: int = 0) -> st.SearchStrategy[Any]:
        if depth > _DEPTH:
            return st.just({})
        key = f"{descriptor.full_name}:{depth}"
        if key not in self._made:
            fields = {one.json_name: self._value(one, depth) for one in descriptor.fields}
            self._made[key] = st.fixed_dictionaries({}, optional=fields)
        return self._made[key]

    def _value(self, one: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
        inner = one.message_type
        if inner is not None and inner.GetOptions().map_entry:
            value = self._single(inner.fields_by_name["value"], depth)
            keys = st.sampled_from(["name", "logo", "x"]) | texts
            return st.one_of(st.dictionaries(keys, value, max_size=3), junk)
        single = self._single(one, depth)
        if one.is_repeated:
            return st.one_of(st.lists(single, max_size=3), junk)
        return st.one_of(single, single, single, junk)

    def _single(self, one: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
        if one.message_type is not None:
            if one.message_type.full_name.startswith("google.protobuf."):
                return st.one_of(texts, junk)
            return self.message(one.message_type, depth + 1)
        if one.enum_type is not None:
            return st.sampled_from([*one.enum_type.values_by_name, 0, 1, 99, "NOTHING"])
        if one.type == FieldDescriptor.TYPE_BYTES:
            return st.binary(max_size=30).map(lambda data: base64.b64encode(data).decode())
        if one.type == FieldDescriptor.TYPE_STRING:
            return st.one_of(st.sampled_from([*self.names, *self.ids]), texts)
        return st.one_of(st.integers(-10, 10_000), st.sampled_from(NUMBERS), scalars)


def queries() -> st.SearchStrategy[dict[str, str]]:
    names = st.sampled_from(["pageSize", "pageToken", "timeoutMs", "updateMask", "other", "owner"])
    return st.just({}) | st.dictionaries(names | texts, texts, max_size=2)


def headers() -> st.SearchStrategy[dict[str, str]]:
    """Headers that mean something here, with anything in them that HTTP can carry."""
    names = st.sampled_from(
        ["idempotency-key", "if-match", "if-none-match", "x-timeout", "x-correlation-id", "accept",
         "content-type", "luneo-session", "origin", "traceparent", "authorization", "luneo-service"]
    )  # fmt: skip
    values = st.one_of(
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=30),
        st.sampled_from(['"1"', "*", "0.2", "-1", "nan", "text/event-stream", "application/json"]),
    )
    return st.just({}) | st.dictionaries(names, values, max_size=2)


def _merged(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


def _has_shape(name: str, shape: str) -> bool:
    parts, wanted = name.split("/"), shape.split("/")
    return len(parts) == len(wanted) and all(
        want in ("*", part) for part, want in zip(parts, wanted, strict=True)
    )


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode()) or "%20"
