"""Frames of HTTP/2: https://www.rfc-editor.org/rfc/rfc9113#section-4."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Final


class Kind(IntEnum):
    """Types of frames: section 6."""

    DATA = 0
    HEADERS = 1
    PRIORITY = 2
    RST_STREAM = 3
    SETTINGS = 4
    PUSH_PROMISE = 5
    PING = 6
    GOAWAY = 7
    WINDOW_UPDATE = 8
    CONTINUATION = 9


class Error(IntEnum):
    """Error codes that we send or tell apart: section 7."""

    NO_ERROR = 0
    PROTOCOL_ERROR = 1
    INTERNAL_ERROR = 2
    FLOW_CONTROL_ERROR = 3
    FRAME_SIZE_ERROR = 6
    REFUSED_STREAM = 7
    CANCEL = 8
    COMPRESSION_ERROR = 9
    ENHANCE_YOUR_CALM = 11
    INADEQUATE_SECURITY = 12


class Setting(IntEnum):
    """Settings that we send or heed: section 6.5.2."""

    ENABLE_PUSH = 2
    MAX_CONCURRENT_STREAMS = 3
    INITIAL_WINDOW_SIZE = 4
    MAX_FRAME_SIZE = 5
    MAX_HEADER_LIST_SIZE = 6


END_STREAM: Final = 0x1
ACK: Final = 0x1
END_HEADERS: Final = 0x4
PADDED: Final = 0x8
PRIORITISED: Final = 0x20

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEAD_BYTES: Final = 9
PING_BYTES: Final = 8
FIRST_WINDOW: Final = 65_535
LEAST_FRAME_BYTES: Final = 16_384
MOST_FRAME_BYTES: Final = 2**24 - 1
MOST_WINDOW: Final = 2**31 - 1
MOST_STREAM: Final = 2**31 - 1

_HEAD: Final = struct.Struct(">HBBBI")
_SETTING: Final = struct.Struct(">HI")
_NUMBER: Final = struct.Struct(">I")
_TWO: Final = struct.Struct(">II")


class ProtocolError(Exception):
    """The other side breaks the rules; the connection ends. code: what it is told."""

    def __init__(self, code: Error, message: str) -> None:
        super().__init__(message)
        self.code = code


def frame(kind: Kind, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """Return a frame. payload: under 2**24 bytes."""
    length = len(payload)
    return _HEAD.pack(length >> 8, length & 0xFF, kind, flags, stream) + payload


def header_block(stream: int, block: bytes, most: int) -> bytes:
    """Return the frames of a header block that a body follows. most: bytes of each."""
    parts = [block[at : at + most] for at in range(0, len(block), most)]
    last = len(parts) - 1
    return b"".join(
        frame(Kind.CONTINUATION if at else Kind.HEADERS, END_HEADERS * (at == last), stream, part)
        for at, part in enumerate(parts)
    )


def settings(values: dict[Setting, int]) -> bytes:
    """Return the frame that tells ours."""
    payload = b"".join(_SETTING.pack(name, value) for name, value in values.items())
    return frame(Kind.SETTINGS, 0, 0, payload)


def settings_of(payload: bytes) -> list[tuple[int, int]]:
    """Return the identifiers and values of a frame. Raises ProtocolError."""
    if len(payload) % _SETTING.size:
        raise ProtocolError(Error.FRAME_SIZE_ERROR, "a SETTINGS frame ends in the middle")
    return list(_SETTING.iter_unpack(payload))


def window_update(stream: int, size: int) -> bytes:
    """Return the frame that lets `size` more bytes come."""
    return frame(Kind.WINDOW_UPDATE, 0, stream, _NUMBER.pack(size))


def reset(stream: int, code: Error) -> bytes:
    """Return the frame that ends a stream."""
    return frame(Kind.RST_STREAM, 0, stream, _NUMBER.pack(code))


def go_away(code: Error) -> bytes:
    """Return the frame that ends a connection on which the other side opened no stream."""
    return frame(Kind.GOAWAY, 0, 0, _TWO.pack(0, code))


def number(payload: bytes) -> int:
    """Return the one number of a WINDOW_UPDATE or RST_STREAM. Raises ProtocolError."""
    if len(payload) != _NUMBER.size:
        raise ProtocolError(Error.FRAME_SIZE_ERROR, "a frame has not the size of its kind")
    value: int = _NUMBER.unpack(payload)[0]
    return value


def last_stream(payload: bytes) -> int:
    """Return the last stream that a GOAWAY says was worked on. Raises ProtocolError."""
    if len(payload) < _TWO.size:
        raise ProtocolError(Error.FRAME_SIZE_ERROR, "a GOAWAY frame is too short")
    stream: int = _TWO.unpack_from(payload)[0]
    return stream & MOST_STREAM


def unpadded(flags: int, payload: bytes) -> bytes:
    """Return what a DATA or HEADERS frame carries. Raises ProtocolError."""
    begin, end = 0, len(payload)
    if flags & PADDED:
        if not payload:
            raise ProtocolError(Error.FRAME_SIZE_ERROR, "a padded frame is empty")
        begin, end = 1, end - payload[0]
        if end < begin:
            raise ProtocolError(Error.PROTOCOL_ERROR, "a frame has more padding than bytes")
    return payload[begin:end]


def without_priority(flags: int, payload: bytes) -> bytes:
    """Return the header block of a HEADERS frame. Raises ProtocolError."""
    block = unpadded(flags, payload)
    if not flags & PRIORITISED:
        return block
    if len(block) < 5:
        raise ProtocolError(Error.FRAME_SIZE_ERROR, "a HEADERS frame has no room for its priority")
    return block[5:]
