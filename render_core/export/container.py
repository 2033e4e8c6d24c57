"""What a ZIP holds around its files: each byte must be accounted for.

Programs that unpack go by the directory at the end or by the header before each file. Where the two
differ, or something lies between the files, they may see other files than those that were verified.
Source: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Final
from zipfile import ZipInfo

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s2B5H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_MARKS: Final = (b"PK\3\4", b"PK\1\2", b"PK\5\6")

_UNIX: Final = 3
_REGULAR_FILE_0644: Final = 0o100644 << 16
_FIRST_OF_1980: Final = 0x21
_VERSION: Final = 20
_UTF8: Final = 0x800
_SIZES_FOLLOW: Final = 0x8
# Checksum and both sizes behind a file, of 4 or 8 bytes, with a mark before them or without.
_DESCRIPTORS: Final = (12, 16, 20, 24)


def strange_place(data: bytes, entries: Sequence[ZipInfo]) -> str | None:
    """Return the name of the first file around which a ZIP is not as it should be, "" for its end.

    data: an archive whose files are those of its manifest. entries: of its directory, in that order.
    One with headers that are a pack's own, to the byte, is that pack, and so must be every other
    header. What was packed anew by another program has none of them: there the headers have to say what
    the directory says, and nothing may lie between. None where nothing is wrong.
    """
    own = list(_own_form(data, entries))
    length = sum(len(made) for _, made, _ in own) + sum(one.file_size for one in entries)
    wrong = [name for at, made, name in own if data[at : at + len(made)] != made]
    # The end alone may be the same: it has no date, no attributes and no program's version.
    packed_anew = length != len(data) or len(wrong) >= len(own) - 1
    if packed_anew:
        return _first_inconsistent(data, entries)
    return wrong[0] if wrong else None


def _own_form(data: bytes, entries: Sequence[ZipInfo]) -> Iterator[tuple[int, bytes, str]]:
    """Yield place, bytes and file of each header that a pack of these files has."""
    at, directory = 0, []
    for entry in entries:
        name, size = entry.filename.encode(), entry.file_size
        begin = at + _LOCAL.size + len(name)
        flags = 0 if entry.filename.isascii() else _UTF8
        crc = zlib.crc32(memoryview(data)[begin : begin + size])
        told = (_VERSION, flags, 0, 0, _FIRST_OF_1980, crc, size, size, len(name), 0)
        yield at, _LOCAL.pack(_MARKS[0], *told) + name, entry.filename
        central = _CENTRAL.pack(_MARKS[1], _VERSION, _UNIX, *told, 0, 0, 0, _REGULAR_FILE_0644, at)
        directory.append((central + name, entry.filename))
        at = begin + size
    start = at
    for made, filename in directory:
        yield at, made, filename
        at += len(made)
    count = len(entries)
    yield at, _END.pack(_MARKS[2], 0, 0, count, count, at - start, start, 0), ""


def _first_inconsistent(data: bytes, entries: Sequence[ZipInfo]) -> str | None:
    begins = {0}
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset not in begins:
            return entry.filename
        end = _end_of_file(data, entry)
        if end is None:
            return entry.filename
        followed = entry.flag_bits & _SIZES_FOLLOW
        begins = {end, *(end + size for size in _DESCRIPTORS)} if followed else {end}
    closed = any(_is_end(data, begin, len(entries)) for begin in begins)
    return None if closed else ""


def _end_of_file(data: bytes, entry: ZipInfo) -> int | None:
    """Return where a file's bytes end; None where its header says other things than the directory."""
    at = entry.header_offset
    if at + _LOCAL.size > len(data):
        return None
    _, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack_from(data, at)
    if (flags, method) != (entry.flag_bits, entry.compress_type):
        return None
    told = (entry.CRC, entry.compress_size, entry.file_size)
    if not flags & _SIZES_FOLLOW and (crc, packed, size) != told:
        return None
    return at + int(_LOCAL.size + name + extra) + entry.compress_size


def _is_end(data: bytes, start: int, count: int) -> bool:
    """Tell whether a directory of so many files begins here and nothing comes after it."""
    at = start
    for _ in range(count):
        if at + _CENTRAL.size > len(data):
            return False
        mark, *_, name, extra, comment, _, _, _, _ = _CENTRAL.unpack_from(data, at)
        if mark != _MARKS[1]:
            return False
        at += _CENTRAL.size + name + extra + comment
    told = (_MARKS[2], 0, 0, count, count, at - start, start, 0)
    return data[at:] == _END.pack(*told)
