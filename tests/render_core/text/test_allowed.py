"""Character sets as written in a template."""

from __future__ import annotations

import pytest

from render_core.errors import UnsupportedDesign
from render_core.text.allowed import parse_allowed


@pytest.mark.parametrize(
    ("written", "yes", "no"),
    [
        ("", "a漢😀", ""),
        ("A-Z", "AMZ", "az0"),
        ("A-Za-z ", "Aa ", "0-"),
        ("-a", "-a", "b"),
        ("a-", "-a", "b"),
        ("\\-\\\\", "-\\", "a"),
        ("א-ת", "אבת", "a"),
        ("e\u0301", "é", "e"),
    ],
)
def test_ranges_and_literals_mean_what_they_say(written: str, yes: str, no: str) -> None:
    allowed = parse_allowed(written)
    assert all(allowed.allows(character) for character in yes)
    assert not any(allowed.allows(character) for character in no)


def test_every_code_point_of_a_cluster_must_be_allowed() -> None:
    assert not parse_allowed("a-z").allows("e\u0323")
    assert parse_allowed("a-z").allows("\n")


@pytest.mark.parametrize("written", ["z-a", "a\\"])
def test_a_set_that_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        parse_allowed(written)
    assert refused.value.reason == "ALLOWED_INVALID"
