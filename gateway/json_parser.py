"""JSON text of one message type into the wire format, for texts that leave no doubt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import msgspec
from google.protobuf.descriptor import Descriptor

from gateway import json_text
from gateway.json_options import JsonOptions
from gateway.json_structs import Structs, is_bounded
from gateway.json_to_wire import REFUSED, SHORT, Program
from gateway.wellknown import OWN_FORMS

Parse = Callable[[bytes], bytes | None]

_encode: Final = msgspec.json.Encoder().encode
_JSON_NAMES: Final = Structs(proto_names=False)
_PROTO_NAMES: Final = Structs(proto_names=True)
_lock: Final = threading.Lock()


@cache
def parser(descriptor: Descriptor, options: JsonOptions) -> Parse | None:
    """Return what turns JSON text into the wire format of a message type, or returns None for what
    has to be read with more care. None for types whose JSON is not an object of their fields."""
    if descriptor.full_name in OWN_FORMS:
        return None
    # What is compiled is shared by all types.
    with _lock:
        try:
            # The names that the last text had come first: callers keep to theirs.
            dialects = [
                msgspec.json.Decoder(names.of(descriptor)).decode
                for names in (_JSON_NAMES, _PROTO_NAMES)
            ]
        except ValueError:
            return None
        write = _program(options, short=False).writer(descriptor)
        write_short = _program(options, short=True).writer(descriptor)
    bounded = is_bounded(descriptor)

    def parse(text: bytes) -> bytes | None:
        if not bounded and json_text.may_be_deep(text):
            return None
        try:
            try:
                found: Any = dialects[0](text)
            except msgspec.ValidationError:
                found = dialects[1](text)
                dialects.reverse()
            # An escape may stand for any character.
            short = len(text) < SHORT and text.isascii() and b"\\" not in text
            wire = (write_short if short else write)(found).encode("latin-1")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, *REFUSED):
            return None
        written = _encode(found)
        once = written == text or json_text.has_each_key_once(text, written)
        return wire if once else None

    return parse


@cache
def _program(options: JsonOptions, *, short: bool) -> Program:
    return Program(options, short=short)
