"""JSON text to Python values, strictly: what two parsers could read differently is refused.

Refused on top of what is not JSON: duplicate keys, nesting deeper than a limit, numbers that do not
fit a double, text that is not UTF-8 (also lone surrogates in escapes).
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from gateway.refusals import Refusal, invalid
from services.runtime.errors import Violation

DEFAULT_MAX_DEPTH = 64


def parse(text: bytes, max_depth: int = DEFAULT_MAX_DEPTH) -> Any:
    """Return the value of a JSON text. Integers that fit 64 bits stay integers.

    Raises Refusal (400, MALFORMED_JSON).
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _malformed(f"The body is not JSON: {_readable(error)}.") from None
    if may_be_deep(text, max_depth):
        _check_depth(value, max_depth)
    _check_keys(text, value)
    return value


def may_be_deep(text: bytes, max_depth: int = DEFAULT_MAX_DEPTH) -> bool:
    """Whether a text has enough brackets to be nested more deeply than a limit."""
    return text.count(b"{") + text.count(b"[") > max_depth


def _check_depth(value: Any, max_depth: int) -> None:
    layer = [value]
    for _ in range(max_depth):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not layer:
            return
    raise _malformed(f"The JSON is nested deeper than {max_depth} levels.")


def has_each_key_once(text: bytes, written: bytes | bytearray) -> bool:
    """Whether no key of a JSON text is given twice in one object; False if that cannot be told.

    written: what was read from the text, as JSON without white space. It has each key once, and a
    colon for each key and for each colon within a string. The text has them too, and more of them if
    it repeats a key, unless it hides some of a string behind an escape.
    """
    if text == written:
        return True
    if b"\\" in text and b"\\u003" in text:
        return False
    return text.count(b":") == written.count(b":")


def _check_keys(text: bytes, value: Any) -> None:
    """Refuse duplicate keys. A text that might have some is read again by a parser that sees all."""
    if has_each_key_once(text, orjson.dumps(value)):
        return
    try:
        json.loads(text.decode(), object_pairs_hook=_unique)
    except RecursionError:
        raise _malformed("The JSON is nested too deeply.") from None


def _unique(pairs: list[tuple[str, Any]]) -> None:
    keys = set()
    for key, _ in pairs:
        if key in keys:
            raise invalid(
                "MALFORMED_JSON",
                f"The JSON names {key[:80]!r} twice in one object.",
                Violation(key[:80], "DUPLICATE_KEY", "This key appears twice."),
            )
        keys.add(key)


def _malformed(sentence: str) -> Refusal:
    return invalid("MALFORMED_JSON", sentence)


def _readable(error: orjson.JSONDecodeError) -> str:
    """Say where, without repeating what was sent."""
    return f"{error.msg}, line {error.lineno}, column {error.colno}"
