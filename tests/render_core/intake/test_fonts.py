"""What a font must be to be taken, and what is said about it."""

from __future__ import annotations

import struct
import tracemalloc

import brotli
import pytest

from render_core.errors import RefusedFile
from render_core.intake.fonts import check_font
from render_core.intake.limits import MAX_FONT_BYTES, MAX_FONT_TABLES
from tests.render_core.intake import making


def refusal(data: bytes) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        check_font(data)
    assert caught.value.message.endswith(".")
    return caught.value


def test_the_facts_of_a_face_are_read() -> None:
    facts = check_font(making.font())
    assert (facts.family, facts.subfamily, facts.version) == ("Sample", "Regular", "Version 1.0")
    assert (facts.format, facts.units_per_em, facts.glyph_count) == ("ttf", 1000, 11)
    assert facts.coverage == ((ord("A"), ord("J")),)
    assert facts.scripts == ("Latn",)
    assert facts.licence == "Free to test"
    assert facts.has_outlines
    assert facts.embeddable
    assert not facts.axes


def test_a_packed_face_says_the_same_as_the_face_itself() -> None:
    plain = making.font()
    packed = check_font(making.woff2(plain))
    assert packed.format == "ttf+woff2"
    assert packed.coverage == check_font(plain).coverage
    assert packed.sha256 != check_font(plain).sha256


def test_coverage_is_ranges_with_their_gaps() -> None:
    assert check_font(making.font(text="ABCXYZ")).coverage == ((65, 67), (88, 90))


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\0\1\0\0", b"%PDF-1.7" * 90, bytes(1000)], ids=repr
)
def test_what_is_not_a_font_is_refused(data: bytes) -> None:
    assert refusal(data[:4000]).reason in ("FONT_NOT_A_FONT", "FONT_TRUNCATED")


@pytest.mark.parametrize("magic", [b"wOFF", b"ttcf"])
def test_containers_that_are_not_one_face_are_refused_by_name(magic: bytes) -> None:
    assert refusal(magic + bytes(100)).reason == "FONT_FORMAT_UNSUPPORTED"


def test_a_file_over_the_limit_is_refused_unread() -> None:
    assert refusal(b"\0\1\0\0" + bytes(MAX_FONT_BYTES)).reason == "FONT_TOO_LARGE"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_face_is_refused(share: float) -> None:
    whole = making.font()
    assert refusal(whole[: int(len(whole) * share)]).reason == "FONT_TRUNCATED"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_packed_face_is_refused(share: float) -> None:
    whole = making.woff2(making.font())
    assert refusal(whole[: int(len(whole) * share)]).reason == "FONT_TRUNCATED"


def test_tables_that_share_their_bytes_are_refused() -> None:
    data = bytearray(making.font())
    entries = [12 + 16 * index for index in range(struct.unpack_from(">H", data, 4)[0])]
    data[entries[1] + 8 : entries[1] + 16] = data[entries[0] + 8 : entries[0] + 16]
    assert refusal(bytes(data)).reason == "FONT_TABLES_INVALID"


def test_a_table_named_twice_is_refused() -> None:
    data = bytearray(making.font())
    data[28:32] = data[12:16]
    assert refusal(bytes(data)).reason == "FONT_TABLES_INVALID"


def test_too_many_tables_are_refused() -> None:
    head = struct.pack(">4sHHHH", b"\0\1\0\0", MAX_FONT_TABLES + 1, 0, 0, 0)
    assert refusal(head + bytes(5000)).reason == "FONT_TABLES_INVALID"


def test_a_missing_table_is_named() -> None:
    data = bytearray(making.font())
    at = data.index(b"hmtx")
    data[at : at + 4] = b"xxxx"
    assert "hmtx" in refusal(bytes(data)).message


def test_bitmaps_of_letters_are_refused() -> None:
    assert refusal(making.bitmap_font()).reason == "FONT_HAS_NO_OUTLINES"


def test_a_face_whose_glyphs_are_all_empty_is_refused() -> None:
    assert refusal(making.font(draw=False)).reason == "FONT_HAS_NO_OUTLINES"


def test_a_face_that_forbids_embedding_is_refused() -> None:
    refused = refusal(making.font(fs_type=0x0002))
    assert refused.reason == "FONT_LICENCE_RESTRICTED"
    assert "foundry" in refused.message


def test_a_face_that_allows_bitmaps_only_is_refused() -> None:
    assert refusal(making.font(fs_type=0x0200)).reason == "FONT_LICENCE_BITMAP_ONLY"


@pytest.mark.parametrize("fs_type", [0x0000, 0x0004, 0x0008, 0x0100])
def test_looser_embedding_bits_are_taken_and_kept(fs_type: int) -> None:
    assert check_font(making.font(fs_type=fs_type)).fs_type == fs_type


def test_before_version_three_the_least_restrictive_bit_counts() -> None:
    assert check_font(making.font(fs_type=0x0006, os2_version=2)).fs_type == 0x0006
    assert refusal(making.font(fs_type=0x0006, os2_version=3)).reason == "FONT_LICENCE_RESTRICTED"


def test_a_packed_bomb_is_refused_by_what_it_claims() -> None:
    assert refusal(making.woff2_bomb(1 << 31, b"x")).reason == "FONT_UNPACKS_TOO_LARGE"


def test_a_packed_bomb_that_claims_little_is_stopped() -> None:
    packed = brotli.compress(bytes(64 << 20), quality=4)
    assert len(packed) < 10_000
    assert refusal(making.woff2_bomb(1000, packed)).reason == "FONT_UNPACKS_TOO_LARGE"


def test_the_metadata_of_a_packed_face_is_never_unpacked() -> None:
    plain = making.woff2(making.font())
    bomb = brotli.compress(bytes(64 << 20), quality=4)
    data = bytearray(plain + bytes(-len(plain) % 4))
    at = len(data)
    struct.pack_into(">III", data, 28, at, len(bomb), 64 << 20)
    data += bomb
    struct.pack_into(">I", data, 8, len(data))
    tracemalloc.start()
    try:
        assert check_font(bytes(data)).family == "Sample"
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_a_packed_file_of_noise_is_refused() -> None:
    assert refusal(making.woff2_bomb(1000, b"\xff" * 50)).reason == "FONT_DAMAGED"


def test_a_glyph_made_of_copies_of_copies_is_refused() -> None:
    # Ten levels of ten copies would be ten thousand million squares.
    assert refusal(making.deep_composite_font(10, 10)).reason == "FONT_TOO_COMPLEX"


def test_a_face_without_characters_is_refused() -> None:
    assert refusal(making.font(text="")).reason == "FONT_MAPS_NO_CHARACTERS"


def test_names_lose_their_control_characters() -> None:
    data = making.font().replace("Sample".encode("utf-16-be"), "Sa\tpl\x07".encode("utf-16-be"))
    assert check_font(data).family == "Sa pl"


def length_changed(data: bytes, tag: str, to: int) -> bytes:
    """Return a font whose directory says that a table is so long."""
    changed = bytearray(data)
    struct.pack_into(">I", changed, data.index(tag.encode(), 12) + 12, to)
    return bytes(changed)


@pytest.mark.parametrize(
    ("tag", "length"),
    [("OS/2", 66), ("head", 52), ("hhea", 34), ("maxp", 4), ("hmtx", 2), ("loca", 4), ("glyf", 40)],
)
def test_a_table_shorter_than_what_it_says_it_holds_is_named(tag: str, length: int) -> None:
    refused = refusal(length_changed(making.font(), tag, length))
    assert refused.reason == "FONT_DAMAGED"
    assert tag in refused.message
