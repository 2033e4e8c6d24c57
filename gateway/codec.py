"""JSON to protobuf and back, by the protobuf JSON mapping.

`google.protobuf.json_format` is the oracle of the tests: what is written here reads there as the
same message, and what is accepted here means the same there. Fields may be named in lowerCamelCase
or as in the proto, not both. What else may be chosen is in `json_options.py`.
"""

from __future__ import annotations

from typing import Any

import orjson
from google.protobuf.message import Message

from gateway import json_reader, json_text
from gateway.json_options import STRICT, JsonOptions
from gateway.json_parser import filler
from gateway.json_reader import MAX_VIOLATIONS
from gateway.json_scalars import Mismatch
from gateway.json_writer import message_getter
from gateway.refusals import Refusal, invalid
from gateway.wellknown import descriptor_of
from services.runtime.errors import Violation


def decode(text: bytes, message: Message, options: JsonOptions = STRICT) -> None:
    """Fill an empty message from JSON text.

    Raises Refusal (400): MALFORMED_JSON for the text, INVALID_JSON with a violation for each field
    that does not fit, up to MAX_VIOLATIONS.
    """
    plain = filler(message.DESCRIPTOR, options)
    if plain is None or not plain(text, message):
        fill(message, json_text.parse(text), options)


def decode_plain(text: bytes, message: Message, options: JsonOptions = STRICT) -> bool:
    """Fill an empty message from JSON text that leaves no doubt; else return False and leave it."""
    plain = filler(message.DESCRIPTOR, options)
    return plain is not None and plain(text, message)


def fill(message: Message, value: Any, options: JsonOptions = STRICT) -> None:
    """Fill an empty message from a parsed JSON value. Raises Refusal (400, INVALID_JSON)."""
    try:
        json_reader.fill(message, value, options)
    except Mismatch as found:
        raise misfit(found.violations) from None


def encode(message: Message, options: JsonOptions = STRICT) -> bytes:
    """Return the message as compact JSON text in UTF-8."""
    return orjson.dumps(message_getter(message.DESCRIPTOR, options)(message))


def to_json(message: Message, options: JsonOptions = STRICT) -> Any:
    """Return the message as a JSON value."""
    return message_getter(descriptor_of(message), options)(message)


def misfit(violations: tuple[Violation, ...], reason: str = "INVALID_JSON") -> Refusal:
    """Return the 400 for values that do not fit; its sentence is that of the first."""
    first = violations[0]
    where = f"{first.field}: " if first.field else ""
    return invalid(reason, where + first.sentence, *violations[:MAX_VIOLATIONS])
