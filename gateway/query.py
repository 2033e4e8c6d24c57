"""Query parameters into the fields of a request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from google.protobuf.descriptor import Descriptor

from gateway import codec, field_paths
from gateway.field_paths import NoSuchField, Path
from gateway.json_options import STRICT, JsonOptions
from gateway.json_scalars import Mismatch, mismatch
from gateway.refusals import Refusal, invalid
from services.runtime.errors import Violation

_MAX_PARAMETERS: Final = 500
_MAX_DEPTH: Final = 10
_MAX_REMEMBERED: Final = 1000
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")

Target = tuple[Path, Callable[[Any, str], None]]


class QueryReader:
    """Fills messages of one request type.

    taken: the field that the body fills, "*" if the body fills all, "" if there is no body.
    """

    def __init__(self, descriptor: Descriptor, taken: str, options: JsonOptions = STRICT) -> None:
        self._options = options
        self._descriptor = descriptor
        self._taken = taken
        self._targets: dict[str, Target] = {}

    def fill(self, message: Any, query: bytes) -> None:
        """Set the fields that a query names.

        Raises Refusal (400, INVALID_QUERY) with a violation for each parameter that is unknown, of
        the wrong type, or given twice without being repeated.
        """
        found: list[Violation] = []
        seen: set[Path] = set()
        for name, text in parse(query):
            try:
                path, assign = self._target(name)
                if path in seen and not path[-1].is_repeated:
                    raise mismatch("This parameter is given twice.", "DUPLICATE_PARAMETER")
                seen.add(path)
                assign(field_paths.descend(message, path), text)
            except Mismatch as error:
                found += error.under(name[:80])
        if found:
            raise codec.misfit(tuple(found), "INVALID_QUERY")

    def _target(self, name: str) -> Target:
        target = self._targets.get(name)
        if target is None:
            target = self._resolve(name)
            if len(self._targets) < _MAX_REMEMBERED:
                self._targets[name] = target
        return target

    def _resolve(self, name: str) -> Target:
        steps = name.split(".")
        if self._taken == "*" or len(steps) > _MAX_DEPTH:
            raise _unknown()
        try:
            path = field_paths.resolve(self._descriptor, steps)
        except NoSuchField:
            raise _unknown() from None
        if path[0].name == self._taken:
            raise mismatch("This field is taken from the body.", "FIELD_OF_BODY")
        assign = field_paths.text_setter(path[-1], self._options)
        if assign is None:
            raise mismatch(
                "This field cannot be a query parameter; name a field inside of it.", "WRONG_TYPE"
            )
        return path, assign


def _unknown() -> Mismatch:
    return mismatch("There is no such query parameter.", "UNKNOWN_PARAMETER")


def parse(query: bytes) -> list[tuple[str, str]]:
    """Return the parameters of a query in order, decoded; a plus is a space.

    Raises Refusal (400, MALFORMED_QUERY).
    """
    pairs = []
    for piece in query.split(b"&"):
        if piece:
            name, _, text = piece.partition(b"=")
            pairs.append((_decode(name), _decode(text)))
    if len(pairs) > _MAX_PARAMETERS:
        raise _malformed(f"The query has more than {_MAX_PARAMETERS} parameters.")
    return pairs


def _decode(raw: bytes) -> str:
    if _BROKEN_ESCAPE.search(raw):
        raise _malformed("The query holds a % that is not followed by two hexadecimal digits.")
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed("The query is not UTF-8 once decoded.") from None


def _malformed(sentence: str) -> Refusal:
    return invalid("MALFORMED_QUERY", sentence)
