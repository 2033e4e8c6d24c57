"""The container of a face: sfnt or WOFF2, its table directory, and unpacking within a limit.

Sources: OpenType 1.9.1, "Organization of an OpenType Font"; WOFF File Format 2.0, sections 4 and 5.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Final

import brotli
from fontTools.ttLib.woff2 import decompress

from render_core.errors import RefusedFile
from render_core.intake.limits import (
    MAX_FONT_BYTES,
    MAX_FONT_TABLES,
    MAX_UNPACKED_FONT_BYTES,
    MIB,
)

_SFNT_VERSIONS: Final = (b"\x00\x01\x00\x00", b"true", b"OTTO")
_WOFF2_HEADER: Final = struct.Struct(">4s4sIHHIIHHIIIII")
_WOFF2_EXTRAS: Final = 28  # Where the header speaks of metadata and private data, to its end.
_WOFF2_KNOWN_TAGS: Final = 63
_WOFF2_TRANSFORMED: Final = (10, 11)  # glyf and loca, transformed when their version is 0.
_CHUNK: Final = 64 * 1024


def unpack(data: bytes) -> tuple[bytes, bool]:
    """Return the sfnt bytes and whether they came as WOFF2; refuse what is not one whole face."""
    if len(data) > MAX_FONT_BYTES:
        raise RefusedFile(
            "FONT_TOO_LARGE",
            f"This font file has {len(data) / MIB:.1f} MiB; at most {MAX_FONT_BYTES // MIB} are "
            "taken. Upload a face for fewer scripts.",
        )
    magic = data[:4]
    if magic == b"wOF2":
        return _unpack_woff2(data), True
    if magic in (b"wOFF", b"ttcf"):
        kind = "a WOFF 1 file" if magic == b"wOFF" else "a collection of several faces"
        raise RefusedFile(
            "FONT_FORMAT_UNSUPPORTED",
            f"This is {kind}. Upload one face as TTF, OTF or WOFF2.",
        )
    if magic not in _SFNT_VERSIONS:
        raise RefusedFile(
            "FONT_NOT_A_FONT", "This file is not a font. Upload a TTF, OTF or WOFF2 file."
        )
    return data, False


def table_directory(sfnt: bytes) -> dict[str, tuple[int, int]]:
    """Return offset and length by tag, each proven to lie inside the file.

    Refuses tables that overlap (one block of bytes read as many tables is how small files become
    large work) and directories that name a table twice.
    """
    if len(sfnt) < 12:
        raise _truncated()
    count = struct.unpack_from(">H", sfnt, 4)[0]
    if not 0 < count <= MAX_FONT_TABLES:
        raise RefusedFile(
            "FONT_TABLES_INVALID",
            f"This font lists {count} tables; 1 to {MAX_FONT_TABLES} are taken. "
            "Export the face again.",
        )
    if len(sfnt) < 12 + 16 * count:
        raise _truncated()
    tables: dict[str, tuple[int, int]] = {}
    for at in range(12, 12 + 16 * count, 16):
        raw, _, offset, length = struct.unpack_from(">4sIII", sfnt, at)
        tag = raw.decode("latin-1")
        if offset + length > len(sfnt):
            raise _truncated()
        if tag in tables:
            raise _overlapping(tag)
        tables[tag] = (offset, length)
    _refuse_overlaps(tables)
    return tables


def _refuse_overlaps(tables: dict[str, tuple[int, int]]) -> None:
    end = 12 + 16 * len(tables)
    for tag, (offset, length) in sorted(tables.items(), key=lambda entry: entry[1]):
        if length == 0:
            continue
        if offset < end:
            raise _overlapping(tag)
        end = offset + length


def _truncated() -> RefusedFile:
    return RefusedFile(
        "FONT_TRUNCATED", "This font file ends too early. Download or export it again."
    )


def _overlapping(tag: str) -> RefusedFile:
    return RefusedFile(
        "FONT_TABLES_INVALID",
        f"The table {tag!r} of this font lies over another one. Export the face again.",
    )


def _unpack_woff2(data: bytes) -> bytes:
    header, at = _woff2_header(data)
    promised = _woff2_promised_bytes(data, at, header[4])
    packed = data[promised[1] : promised[1] + header[7]]
    if len(packed) != header[7]:
        raise _truncated()
    _refuse_bomb(packed, promised[0])
    unpacked = BytesIO()
    try:
        decompress(BytesIO(_without_extras(data)), unpacked)
    except Exception as error:  # Its reader trusts its input: a broken one may raise anything.
        raise RefusedFile(
            "FONT_DAMAGED", "This WOFF2 file cannot be unpacked. Export it again."
        ) from error
    if len(unpacked.getvalue()) > MAX_UNPACKED_FONT_BYTES:
        raise _bomb()
    return unpacked.getvalue()


def _without_extras(data: bytes) -> bytes:
    """Forget the blocks of metadata and private data, which are packed without a limit of ours."""
    return (
        data[:_WOFF2_EXTRAS]
        + bytes(_WOFF2_HEADER.size - _WOFF2_EXTRAS)
        + data[_WOFF2_HEADER.size :]
    )


def _woff2_header(data: bytes) -> tuple[tuple[int, ...], int]:
    if len(data) < _WOFF2_HEADER.size:
        raise _truncated()
    header = _WOFF2_HEADER.unpack_from(data)
    flavour, length, count, total = header[1], header[2], header[3], header[5]
    if flavour not in _SFNT_VERSIONS:
        raise RefusedFile(
            "FONT_FORMAT_UNSUPPORTED",
            "This WOFF2 file holds a collection of several faces. Upload one face.",
        )
    if length != len(data):
        raise _truncated()
    if not 0 < count <= MAX_FONT_TABLES:
        raise RefusedFile(
            "FONT_TABLES_INVALID",
            f"This font lists {count} tables; 1 to {MAX_FONT_TABLES} are taken. "
            "Export the face again.",
        )
    if total > MAX_UNPACKED_FONT_BYTES:
        raise _bomb()
    # As numbers: 4 tables, 5 total size, 7 packed size.
    numbers = (0, 0, 0, length, count, total, 0, header[6])
    return numbers, _WOFF2_HEADER.size


def _woff2_promised_bytes(data: bytes, at: int, count: int) -> tuple[int, int]:
    """Return how many bytes the directory promises to unpack to, and where the directory ends."""
    promised = 0
    for _ in range(count):
        if at >= len(data):
            raise _truncated()
        flags = data[at]
        at += 1
        known = flags & 0x3F
        version = flags >> 6
        if known == _WOFF2_KNOWN_TAGS:
            at += 4
        original, at = _base128(data, at)
        transformed = version == 0 if known in _WOFF2_TRANSFORMED else version != 0
        if transformed:
            original, at = _base128(data, at)
        promised += original
        if promised > MAX_UNPACKED_FONT_BYTES:
            raise _bomb()
    return promised, at


def _base128(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(5):
        if at + index >= len(data):
            raise _truncated()
        byte = data[at + index]
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at + index + 1
    raise RefusedFile("FONT_DAMAGED", "This WOFF2 file has a broken directory. Export it again.")


def _refuse_bomb(packed: bytes, promised: int) -> None:
    """Unpack the brotli stream in small steps and stop where it passes what was promised."""
    stream = brotli.Decompressor()
    made = 0
    try:
        block = stream.process(packed, output_buffer_limit=_CHUNK)
        while True:
            made += len(block)
            if made > promised:
                raise _bomb()
            if stream.is_finished():
                break
            if not block and stream.can_accept_more_data():
                raise _truncated()
            block = stream.process(b"", output_buffer_limit=_CHUNK)
    except brotli.error as error:
        raise RefusedFile(
            "FONT_DAMAGED", "This WOFF2 file cannot be unpacked. Export it again."
        ) from error
    if made != promised:
        raise _truncated()


def _bomb() -> RefusedFile:
    return RefusedFile(
        "FONT_UNPACKS_TOO_LARGE",
        f"This font unpacks to more than it says or than {MAX_UNPACKED_FONT_BYTES // MIB} MiB. "
        "Upload the face as TTF or OTF.",
    )
