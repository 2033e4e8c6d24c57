"""JSON text of one message type into a message, for texts that leave no doubt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import msgspec
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from gateway import json_text
from gateway.json_options import JsonOptions
from gateway.json_structs import Structs, is_bounded
from gateway.json_to_wire import REFUSED, SHORT, Program
from gateway.wellknown import OWN_FORMS

Fill = Callable[[bytes, Any], bool]

_encode_into: Final = msgspec.json.Encoder().encode_into
_JSON_NAMES: Final = Structs(proto_names=False)
_PROTO_NAMES: Final = Structs(proto_names=True)
_BACKSLASH: Final = ord("\\")
_REFUSED: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, *REFUSED)
_lock: Final = threading.Lock()


@cache
def filler(descriptor: Descriptor, options: JsonOptions) -> Fill | None:
    """Return what fills an empty message from JSON text, or returns False and leaves it for what has
    to be read with more care. None for types whose JSON is not an object of their fields."""
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
    merge = GetMessageClass(descriptor).MergeFromString

    def fill(text: bytes, message: Any) -> bool:
        if not bounded and json_text.may_be_deep(text):
            return False
        try:
            try:
                found: Any = dialects[0](text)
            except msgspec.ValidationError:
                found = dialects[1](text)
                dialects.reverse()
            # An escape may stand for any character.
            short = len(text) < SHORT and text.isascii() and text.find(_BACKSLASH) < 0
            wire = (write_short if short else write)(found).encode("latin-1")
        except _REFUSED:
            return False
        written = bytearray(len(text))
        _encode_into(found, written)
        if written != text and not json_text.has_each_key_once(text, written):
            return False
        try:
            merge(message, wire)
        except DecodeError:  # nested more deeply than the runtime reads
            message.Clear()
            return False
        return True

    return fill


@cache
def _program(options: JsonOptions, *, short: bool) -> Program:
    return Program(options, short=short)
