"""Envoy against the same cases, with a configuration of ours and the same gRPC server.

Where it differs stands in envoy_differences.yaml with the reason: no case may differ that is not
there, and none may be there that does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from services.runtime.mesh.envoy.bootstrap import configuration
from tests.gateway.conformance import cases
from tests.gateway.conformance.envoy import in_front_of, topology

CASES = cases.load()
DIFFERENCES = yaml.safe_load(
    Path(__file__).with_name("envoy_differences.yaml").read_text(encoding="utf-8")
)
REASONS = {case: group["reason"] for group in DIFFERENCES for case in group["cases"]}


@pytest.fixture(scope="module")
def envoy(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with in_front_of(backend, tmp_path_factory.mktemp("envoy")) as address:
        yield address


def faults(data: dict[str, object], answer: cases.Answer) -> list[str]:
    """Return what is wrong with an answer, also where it has another shape altogether."""
    try:
        return cases.faults(data, answer)
    except (KeyError, ValueError) as error:
        return [f"no such part of the answer: {error!r}: {answer.body[:300]!r}"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_envoy_does_as_the_case_says_or_differs_for_a_stated_reason(
    envoy: str, case: cases.Case
) -> None:
    found = faults(case.data, cases.send(envoy, case.data))
    if case.id in REASONS:
        assert found, f"no longer differs: {REASONS[case.id]}"
    else:
        assert found == []


def test_a_difference_is_of_a_case_that_there_is_and_stands_there_once() -> None:
    listed = [case for group in DIFFERENCES for case in group["cases"]]
    assert len(listed) == len(set(listed))
    assert set(listed) <= {case.id for case in CASES}
    assert all(group["reason"] for group in DIFFERENCES)


def test_bindings_that_envoy_would_refuse_are_left_out_by_name() -> None:
    left_out = configuration(topology("127.0.0.1:1", 1, 2)).left_out
    rpcs = {sentence.partition(":")[0].rpartition(".")[2] for sentence in left_out}
    assert rpcs == {"GetPart", "Watch", "Custom"}
    assert (
        "luneo.conformance.v1.Conformance.Custom: * /v1/any/{id}: a method that is any" in left_out
    )
