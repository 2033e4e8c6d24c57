"""The bridge against every conformance case, over real HTTP and with a gRPC server of another process."""

from __future__ import annotations

import pytest

from tests.gateway.conformance import cases

CASES = cases.load()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_bridge_does_as_the_case_says(gateway: str, case: cases.Case) -> None:
    assert cases.faults(case.data, cases.send(gateway, case.data)) == []


def test_there_are_cases_enough_and_no_two_of_one_name() -> None:
    assert len(CASES) >= 150
    assert len({case.id for case in CASES}) == len(CASES)


def test_a_wrong_answer_is_seen() -> None:
    answer = cases.Answer(200, {"x": "1"}, b'{"a":{"b":1,"c":2}}')
    case = {"name": "", "request": "GET /", "status": 200}
    assert cases.faults(case | {"includes": {"a": {"b": 1}}}, answer) == []
    for wrong in (
        {"status": 404},
        {"includes": {"a": {"b": 2}}},
        {"answer": {"a": {"b": 1}}},
        {"answer_headers": {"x": None}},
        {"answer_headers": {"x": "~[2-9]"}},
        {"text": ""},
        {"lines": [{}]},
        {"cut": True},
    ):
        assert cases.faults(case | wrong, answer), wrong
