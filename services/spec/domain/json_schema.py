"""Checks JSON against the part of JSON Schema 2020-12 that our schemas use.

Every problem at once, each with its JSON Pointer, in the order of the document. A keyword that is
not known here raises KeyError, so that a schema cannot promise what is not checked. In `oneOf` the
branch is chosen by `kind`, which gives the problems of the branch that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.spec.domain.differences import escaped

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where a document breaks its schema. path: JSON Pointer. keyword: what is broken."""

    path: str
    keyword: str
    sentence: str


def _found(pattern: str, value: str) -> bool:
    # ECMA-262's $ is the very end; Python's also stands before a last line end.
    return re.search(pattern.removesuffix("$") + r"\Z", value) is not None


_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}
# Keywords about one value alone: whether it holds, and the sentence for when it does not.
_PLAIN: Final[Mapping[str, tuple[Callable[[Any, Any], bool], str]]] = {
    "type": (lambda kind, value: _TYPES[kind](value), "This must be of type {}."),
    "const": (
        lambda only, value: type(value) is type(only) and value == only,
        "This must be {!r}.",
    ),
    "pattern": (_found, "This must match {}."),
    "minLength": (lambda least, value: len(value) >= least, "This needs {} characters or more."),
    "maxLength": (lambda most, value: len(value) <= most, "This may have at most {} characters."),
    "minimum": (lambda least, value: value >= least, "This must be {} or more."),
    "maximum": (lambda most, value: value <= most, "This must be {} or less."),
    "maxProperties": (lambda most, value: len(value) <= most, "This may hold at most {}."),
}
_ANNOTATIONS: Final = frozenset({"$schema", "$id", "$defs", "title", "description"})


class SchemaChecker:
    """Checks documents against one schema."""

    def __init__(self, schema: Schema) -> None:
        self._definitions = schema.get("$defs", {})
        self._root = schema
        self._nested: Mapping[str, Callable[[Any, Any, Schema, str], Iterator[Mismatch]]] = {
            "required": _required,
            "properties": self._properties,
            "additionalProperties": self._additional,
            "propertyNames": self._names,
            "oneOf": self._one_of,
        }

    def mismatches(self, value: Any) -> list[Mismatch]:
        """Return every mismatch."""
        return sorted(self._check(value, self._root, ""), key=lambda mismatch: mismatch.path)

    def _check(self, value: Any, schema: Schema, path: str) -> Iterator[Mismatch]:
        if "type" in schema and not _TYPES[schema["type"]](value):
            yield _mismatch("type", schema["type"], path)
            return
        for keyword, argument in schema.items():
            if keyword in _PLAIN:
                if not _PLAIN[keyword][0](argument, value):
                    yield _mismatch(keyword, argument, path)
            elif keyword not in _ANNOTATIONS:
                yield from self._nested[keyword](argument, value, schema, path)

    def _properties(self, properties: Any, value: Any, _: Schema, path: str) -> Iterator[Mismatch]:
        for name, schema in properties.items():
            if name in value:
                yield from self._check(value[name], schema, f"{path}/{escaped(name)}")

    def _additional(self, rule: Any, value: Any, schema: Schema, path: str) -> Iterator[Mismatch]:
        for name in value.keys() - schema.get("properties", {}).keys():
            place = f"{path}/{escaped(name)}"
            if rule is False:
                yield Mismatch(place, "additionalProperties", "This does not belong here.")
            else:
                yield from self._check(value[name], rule, place)

    def _names(self, rule: Any, value: Any, _: Schema, path: str) -> Iterator[Mismatch]:
        for name in value:
            yield from self._check(name, rule, f"{path}/{escaped(name)}")

    def _one_of(self, branches: Any, value: Any, _: Schema, path: str) -> Iterator[Mismatch]:
        schemas = [self._definitions[branch["$ref"].rpartition("/")[2]] for branch in branches]
        by_kind = {schema["properties"]["kind"]["const"]: schema for schema in schemas}
        kind = value.get("kind")
        if isinstance(kind, str) and kind in by_kind:
            yield from self._check(value, by_kind[kind], path)
        elif "kind" in value:
            sentence = f"This must be one of {', '.join(sorted(by_kind))}."
            yield Mismatch(f"{path}/kind", "oneOf", sentence)


def _required(names: Any, value: Any, _: Schema, path: str) -> Iterator[Mismatch]:
    for name in names:
        if name not in value:
            yield Mismatch(f"{path}/{name}", "required", "This is missing.")


def _mismatch(keyword: str, argument: Any, path: str) -> Mismatch:
    return Mismatch(path, keyword, _PLAIN[keyword][1].format(argument))
