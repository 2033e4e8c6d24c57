"""Header fields of HTTP/2 (https://www.rfc-editor.org/rfc/rfc7541) as gRPC uses them.

What we send is spelt out, so that the other side has to remember nothing and secrets stay in no
table; what we receive is read by `hpack`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import hpack

from gateway.http2.frames import Error, ProtocolError

Field = tuple[str, str | bytes]

MOST_BYTES: Final = 65_536  # of one header block and of what it says
_STATIC_PATH, _STATIC_AUTHORITY = 4, 1
_POST, _HTTP, _HTTPS = b"\x83", b"\x86", b"\x87"
_PLAIN, _NEVER_INDEXED = b"\x00", b"\x10"
_SECRET: Final = frozenset(("authorization", "x-api-key", "luneo-session", "cookie"))
_BINARY: Final = "-bin"
_LONG: Final = 127
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80
_RESIZES: Final = frozenset(bytes((first,)) for first in range(0x20, 0x40))  # of the table
_UNITS: Final = ((1e-6, "u"), (1e-3, "m"), (1.0, "S"), (3600.0, "H"))
_MOST_UNITS: Final = 99_999_999


def first_fields(path: str, authority: str, *, secure: bool) -> bytes:
    """Return what every call of an rpc begins with."""
    return b"".join(
        (
            _POST,
            _HTTPS if secure else _HTTP,
            bytes((_STATIC_PATH,)),
            _string(path.encode("ascii")),
            bytes((_STATIC_AUTHORITY,)),
            _string(authority.encode("ascii")),
            field("te", "trailers"),
            field("content-type", "application/grpc"),
            field("grpc-accept-encoding", "identity"),
        )
    )


def field(name: str, value: str | bytes) -> bytes:
    """Return one field. name: lower case; value: printable ASCII, or bytes if the name ends in -bin."""
    if isinstance(value, bytes):
        value = base64.b64encode(value).decode("ascii").rstrip("=")
    return _named(name) + _string(value.encode("ascii"))


@lru_cache(maxsize=256)
def _named(name: str) -> bytes:
    """Return what a field of that name begins with."""
    kind = _NEVER_INDEXED if name in _SECRET else _PLAIN
    return kind + _string(name.encode("ascii"))


def timeout(timeout_s: float) -> bytes:
    """Return the field that tells the time a call has: below 11,000 years."""
    unit_s, letter = next(unit for unit in _UNITS if timeout_s < unit[0] * _MOST_UNITS)
    return field("grpc-timeout", f"{int(timeout_s / unit_s) + 1}{letter}")


def _string(data: bytes) -> bytes:
    length = len(data)
    if length < _LONG:
        return bytes((length,)) + data
    left, digits = length - _LONG, bytearray((_LONG,))
    while left > _SEVEN_BITS:
        digits.append(_MORE | left & _SEVEN_BITS)
        left >>= 7
    digits.append(left)
    return bytes(digits) + data


class Reader:
    """Reads the header blocks of one connection, each of them and in order."""

    def __init__(self) -> None:
        self._decoder = hpack.Decoder(MOST_BYTES)
        self._known: dict[bytes, list[Field]] = {}

    def fields(self, block: bytes) -> list[Field]:
        """Return the fields of a block. Raises ProtocolError."""
        known = self._known.get(block)
        if known is not None:
            return known
        table = self._decoder.header_table.dynamic_entries
        size, newest = len(table), table[0] if table else None
        try:
            raw = self._decoder.decode(block, raw=True)
            found = [_read(bytes(name), bytes(value)) for name, value in raw]
        except (hpack.HPACKError, UnicodeDecodeError) as error:
            raise ProtocolError(Error.COMPRESSION_ERROR, "a header block is broken") from error
        # What changes no table means the same until another block changes it.
        same = len(table) == size and (not table or table[0] is newest)
        if not same or block[:1] in _RESIZES:
            self._known.clear()
        elif len(self._known) < _LONG:
            self._known[block] = found
        return found


def _read(name: bytes, value: bytes) -> Field:
    key = name.decode("ascii")
    if key.endswith(_BINARY):
        with suppress(binascii.Error):  # then it is what it says
            return key, base64.b64decode(value + b"=" * (-len(value) % 4), validate=True)
    return key, value.decode("latin-1")


def first(found: Iterable[Field], name: str) -> str:
    """Return the first value of a name that is no bytes, "" if there is none."""
    for key, value in found:
        if key == name and isinstance(value, str):
            return value
    return ""


def message(found: Iterable[Field]) -> str:
    """Return what `grpc-message` says."""
    return unquote(first(found, "grpc-message"), errors="replace")
