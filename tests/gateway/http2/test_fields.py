"""Header fields: what we write is read by others, what others write by us."""

from __future__ import annotations

import hpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http2 import fields
from gateway.http2.frames import ProtocolError

PRINTABLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=300)
NAMES = st.sampled_from(("grpc-status", "grpc-message", "x-request", "content-type", "x-a"))


def test_another_library_reads_what_a_call_begins_with() -> None:
    block = fields.first_fields("/a.B/C", "example.com:443", secure=True)
    block += fields.timeout(15.0)
    block += fields.field("x-key", "v" * 5_000) + fields.field("trace-bin", b"\0\xff")
    assert [tuple(one) for one in hpack.Decoder(2**16).decode(block)] == [
        (":method", "POST"),
        (":scheme", "https"),
        (":path", "/a.B/C"),
        (":authority", "example.com:443"),
        ("te", "trailers"),
        ("content-type", "application/grpc"),
        ("grpc-accept-encoding", "identity"),
        ("grpc-timeout", "15000001u"),
        ("x-key", "v" * 5_000),
        ("trace-bin", "AP8"),
    ]


@given(PRINTABLE)
def test_any_value_arrives_as_it_was(value: str) -> None:
    ((name, read),) = hpack.Decoder().decode(fields.field("x-any", value))
    assert (name, read) == ("x-any", value)


@pytest.mark.parametrize("name", ["authorization", "x-api-key", "luneo-session"])
def test_a_secret_stays_in_no_table(name: str) -> None:
    ((_, value),) = [hpack.Decoder().decode(fields.field(name, "secret"))[0]]
    assert value == "secret"
    assert isinstance(
        hpack.Decoder().decode(fields.field(name, "secret"))[0], hpack.NeverIndexedHeaderTuple
    )


@given(st.floats(min_value=0, max_value=1e10))
def test_a_server_has_at_least_the_time_that_is_left_and_hardly_more(timeout_s: float) -> None:
    ((_, value),) = hpack.Decoder().decode(fields.timeout(timeout_s))
    told_s = int(value[:-1]) * {"u": 1e-6, "m": 1e-3, "S": 1.0, "H": 3600.0}[value[-1]]
    assert len(value) <= 9
    assert timeout_s <= told_s * (1 + 1e-12)
    assert told_s <= timeout_s * 1.0001 + 3600


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(NAMES, PRINTABLE), max_size=4),
            st.one_of(st.none(), st.integers(0, 4096)),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_blocks_mean_what_their_order_makes_them_mean(
    blocks: list[tuple[list[tuple[str, str]], int | None]],
) -> None:
    encoder, reader = hpack.Encoder(), fields.Reader()
    for found, size in (*blocks, *blocks):
        if size is not None:
            encoder.header_table_size = size
        assert reader.fields(encoder.encode(found)) == found


def test_the_same_bytes_mean_another_field_once_the_table_changed() -> None:
    encoder, reader = hpack.Encoder(), fields.Reader()
    for value in ("a", "a", "b", "b"):
        assert reader.fields(encoder.encode([("x-a", value)])) == [("x-a", value)]


def test_bytes_are_read_and_what_is_none_stays_text() -> None:
    block = hpack.Encoder().encode([("a-bin", "AP8"), ("b-bin", "?"), ("c", "AP8")])
    assert fields.Reader().fields(block) == [("a-bin", b"\0\xff"), ("b-bin", "?"), ("c", "AP8")]


def test_a_small_block_cannot_become_a_large_one() -> None:
    encoder = hpack.Encoder()
    reader = fields.Reader()
    reader.fields(encoder.encode([("x-large", "v" * 4_000)]))
    bomb = encoder.encode([("x-large", "v" * 4_000)] * 1_000)
    assert len(bomb) < 2_000
    with pytest.raises(ProtocolError):
        reader.fields(bomb)
