"""Each byte of a pack is looked at, also those of no file: headers, the directory, what lies between."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace

import pytest

from render_core.export.drawings import DrawingFormat, Drawings
from render_core.export.pack import PackParts, build_pack
from render_core.export.verify import verify_pack
from tests.render_core.export.samples import (
    PATHS,
    MemoryLibrary,
    engraved,
    layout_of,
    surface_of,
    template,
)
from tests.render_core.export.test_pack import entries, zipped
from tests.render_core.export.test_receipt import JOB, KEYS, SEAL, reasons

LIBRARY = MemoryLibrary()


def small() -> bytes:
    """Return a signed pack of one drawing, so that each of its bytes can be tried."""
    layout = layout_of(surface_of(engraved(PATHS["bar"])))
    bare = replace(template(LIBRARY), views=())
    drawings = Drawings(formats=(DrawingFormat.SVG,))
    parts = PackParts(problems=(), inputs=b"{}", seal=SEAL, drawings=drawings)
    job = {**JOB, "export_pack": SEAL.pack}
    return build_pack(layout, bare, LIBRARY, job=job, parts=parts)


PACK = small()


def flipped(at: int, bits: int) -> bytes:
    return PACK[:at] + bytes([PACK[at] ^ bits]) + PACK[at + 1 :]


def file_of_each_byte() -> dict[int, str]:
    found = {}
    for name, data in entries(PACK).items():
        begin = PACK.index(data)
        found.update(dict.fromkeys(range(begin, begin + len(data)), name))
    return found


@pytest.mark.parametrize("bits", [0x01, 0x80])
def test_each_byte_that_is_flipped_is_noticed_and_a_files_own_name_it(bits: int) -> None:
    files = file_of_each_byte()
    assert 0 < len(files) < len(PACK)
    # Of files each third byte, since one hash is of them all; around them each.
    for at in (at for at in range(len(PACK)) if at not in files or at % 3 == 0):
        failed = {path for path, _ in reasons(flipped(at, bits))}
        assert failed == {files[at]} if at in files else failed, at
    assert reasons(PACK) == []


def test_a_pack_that_another_program_packed_is_judged_by_its_files() -> None:
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert reasons(zipped(entries(PACK), compression)) == []
    assert reasons(streamed(entries(PACK))) == []


def streamed(files: dict[str, bytes]) -> bytes:
    """Return a ZIP whose sizes follow its files, as programs write it that cannot go back."""

    class Forward(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += data
            return len(data)

    out = Forward()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return bytes(out.data)


def headed(name: str, data: bytes) -> bytes:
    """Return a file with its header, which no directory knows."""
    told = (20, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(name), 0)
    return struct.pack("<4s5H3I2H", b"PK\3\4", *told) + name.encode() + data


def opened_from_the_front(data: bytes) -> dict[str, bytes]:
    """Read stored files by the header before each, as programs do that unpack a stream."""
    found, at = {}, 0
    while data[at : at + 4] == b"PK\3\4":
        *_, size, name, extra = struct.unpack_from("<4s5H3I2H", data, at)
        begin = at + 30 + name + extra
        found[data[at + 30 : at + 30 + name].decode()] = data[begin : begin + size]
        at = begin + size
    return found


def with_directory_moved(data: bytes, place: int, more: bytes) -> bytes:
    """Insert bytes before the directory and let the end say where it begins now."""
    out = bytearray(data[:place] + more + data[place:])
    struct.pack_into("<I", out, len(out) - 6, place + len(more))
    return bytes(out)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_that_only_a_stream_would_unpack_is_noticed(compression: int) -> None:
    whole = zipped(entries(PACK), compression)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        place = archive.start_dir
    more = headed("front.svg", b"<svg/>")
    both = with_directory_moved(whole, place, more)
    assert entries(both) == entries(PACK)
    if compression == zipfile.ZIP_STORED:
        assert opened_from_the_front(both)["front.svg"] == b"<svg/>"
    assert reasons(both) == [("", "CONTAINER_CHANGED")]


def test_what_lies_before_or_after_the_files_is_noticed() -> None:
    for data in (PACK, zipped(entries(PACK), zipfile.ZIP_DEFLATED)):
        assert [reason for _, reason in reasons(b"#!/bin/sh\n" + data)] == ["CONTAINER_CHANGED"]
        commented = io.BytesIO(data)
        with zipfile.ZipFile(commented, "a") as archive:
            archive.comment = b"Cut it twice."
        assert reasons(commented.getvalue()) == [("", "CONTAINER_CHANGED")]


def test_a_header_that_says_other_than_the_directory_is_noticed() -> None:
    data = zipped(entries(PACK), zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo("front.svg").header_offset
    for field in (6, 8, 14, 18, 22):  # Flags, method, checksum, both sizes.
        other = data[: at + field] + bytes([data[at + field] ^ 4]) + data[at + field + 1 :]
        assert [path for path, _ in reasons(other)] == ["front.svg"], field


def test_without_keys_the_bytes_around_the_files_are_judged_too() -> None:
    assert not verify_pack(flipped(10, 1)).ok
    assert verify_pack(PACK, KEYS).ok
