"""Parts of the edge by themselves, with a clock of the test's own."""

from __future__ import annotations

import pytest

from gateway.edge import caching, compression, cors
from gateway.edge.limits import Gate, RateLimiter
from gateway.refusals import Refusal
from gateway.schemas import Schemas
from tests.gateway.schema import Everything

DAY_S = 86_400.0


def test_a_bucket_fills_again_at_its_rate() -> None:
    limiter = RateLimiter(rate_per_s=2, burst=4)
    for _ in range(4):
        limiter.admit(b"a", 0.0)
    with pytest.raises(Refusal) as refused:
        limiter.admit(b"a", 0.0)
    assert refused.value.retry_after_s == 0.5
    limiter.admit(b"a", 0.5)
    with pytest.raises(Refusal):
        limiter.admit(b"a", 0.5)


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    limiter = RateLimiter(rate_per_s=100, burst=2)
    limiter.admit(b"a", 0.0)
    for _ in range(2):
        limiter.admit(b"a", DAY_S)
    with pytest.raises(Refusal):
        limiter.admit(b"a", DAY_S)


def test_one_client_never_slows_another() -> None:
    limiter = RateLimiter(rate_per_s=1, burst=1)
    for number in range(1000):
        limiter.admit(number.to_bytes(4, "big"), 0.0)


def test_the_limiter_forgets_who_came_first_when_there_are_very_many() -> None:
    limiter = RateLimiter(rate_per_s=0.001, burst=1)
    for number in range(50_001):
        limiter.admit(number.to_bytes(4, "big"), 0.0)
    limiter.admit((0).to_bytes(4, "big"), 0.0)
    with pytest.raises(Refusal):
        limiter.admit((50_000).to_bytes(4, "big"), 0.0)


def test_a_gate_counts_in_all_and_for_each() -> None:
    gate = Gate(limit=2, per_client=1)
    gate.enter(b"a")
    with pytest.raises(Refusal):
        gate.enter(b"a")
    gate.enter(b"b")
    with pytest.raises(Refusal):
        gate.enter(b"c")
    gate.leave(b"a")
    gate.enter(b"c")


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("gzip;q=0", ""),
        ("BR", "br"),
    ],
)
def test_the_client_chooses_the_coding(accepted: str, chosen: str) -> None:
    assert compression.choose(accepted) == chosen


@pytest.mark.parametrize(
    ("sent", "etag", "same"),
    [
        ('"a"', '"a"', True),
        ('W/"a"', '"a"', True),
        ('"a"', 'W/"a"', True),
        ('"b", "a"', '"a"', True),
        ("*", '"a"', True),
        ('"b"', '"a"', False),
        ("a", '"a"', False),
        ("", '"a"', False),
        ('"a"', "", False),
    ],
)
def test_etags_are_compared_weakly(sent: str, etag: str, same: bool) -> None:
    assert caching.matches(sent, etag) is same


@pytest.mark.parametrize(
    ("etag", "header"),
    [("abc", '"abc"'), ('"abc"', '"abc"'), ('W/"a"', '"a"'), ("a\nb", ""), ("", "")],
)
def test_an_etag_is_quoted_once(etag: str, header: str) -> None:
    assert caching.quoted(etag) == header


def test_the_reasons_that_hide_an_answer_are_those_of_the_credentials() -> None:
    assert {"KEY_INVALID", "ORIGIN_NOT_ALLOWED"} == cors.NOT_ALLOWED


def test_every_kind_of_field_has_a_schema() -> None:
    schemas = Schemas({})
    reference = schemas.message(Everything.DESCRIPTOR)
    properties = schemas.components[reference["$ref"].rpartition("/")[2]]["properties"]
    assert properties["int64Value"] == {"type": "string", "format": "int64"}
    assert properties["inner"] == reference
    assert properties["byFlag"]["additionalProperties"]["type"] == "number"
    assert properties["at"]["format"] == "date-time"
    assert properties["colours"]["items"]["enum"][1] == "COLOUR_RED"
    assert properties["nothing"] == {"type": "null"}
    assert "@odd" in properties
