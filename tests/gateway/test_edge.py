"""Parts of the edge by themselves, with a clock of the test's own."""

from __future__ import annotations

import pytest

from gateway.edge import caching, compression, cors
from gateway.edge.limits import Charge, Gate, LocalLimits, Quota
from gateway.refusals import Refusal
from gateway.schemas import Schemas
from tests.gateway.schema import Everything

DAY_S = 86_400.0


def take(limits: LocalLimits, one: Charge, now_s: float) -> float:
    """Take a token; returns how long to wait for it."""
    return limits.take_one(one, now_s).wait_s


def charge(rate_per_s: float, burst: int, who: bytes = b"a") -> Charge:
    return Charge(Quota("client", rate_per_s, burst), who)


def test_a_bucket_fills_again_at_its_rate() -> None:
    limits, one = LocalLimits(), charge(2, 4)
    assert [take(limits, one, 0.0) for _ in range(5)] == [0.0] * 4 + [0.5]
    assert [take(limits, one, 0.5) for _ in range(2)] == [0.0, 0.5]


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    limits, one = LocalLimits(), charge(100, 2)
    take(limits, one, 0.0)
    assert [take(limits, one, DAY_S) > 0 for _ in range(3)] == [False, False, True]


def test_one_client_never_slows_another() -> None:
    limits = LocalLimits()
    for number in range(1000):
        assert not take(limits, charge(1, 1, number.to_bytes(4, "big")), 0.0)


def test_the_limiter_forgets_who_came_first_when_there_are_very_many() -> None:
    limits = LocalLimits()
    for number in range(50_001):
        take(limits, charge(0.001, 1, number.to_bytes(4, "big")), 0.0)
    assert not take(limits, charge(0.001, 1, (0).to_bytes(4, "big")), 0.0)
    assert take(limits, charge(0.001, 1, (50_000).to_bytes(4, "big")), 0.0)


def test_a_gate_counts_in_all_for_each_party_and_for_each_client() -> None:
    gate = Gate(limit=3, per_party=2, per_client=1)
    gate.enter("oak", b"a")
    assert refused(gate, "oak", b"a") == 429
    gate.enter("oak", b"b")
    assert refused(gate, "oak", b"c") == 429
    gate.enter("mug", b"d")
    assert refused(gate, "mug", b"e") == 503
    gate.leave("oak", b"a")
    gate.enter("oak", b"c")
    assert gate.total == 3


def refused(gate: Gate, party: str, client: bytes) -> int:
    with pytest.raises(Refusal) as found:
        gate.enter(party, client)
    return found.value.http_status


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
    assert properties["int64Value"] == {
        "type": "string",
        "format": "int64",
        "pattern": "^-?[0-9]+$",
    }
    assert properties["inner"] == reference
    assert properties["byFlag"]["additionalProperties"]["type"] == "number"
    assert properties["at"]["format"] == "date-time"
    colour = properties["colours"]["items"]["$ref"].rpartition("/")[2]
    assert schemas.components[colour]["enum"][1] == "COLOUR_RED"
    assert properties["nothing"] == {"type": "null"}
    assert "@odd" in properties
