"""Calls made up from the API document, and answers held to it; schemathesis is the judge.

No call may be a fault of ours, and every answer has a status, a type, headers and a body that the
document states. Ids in paths are those of things that are there, or the calls would get no further.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway import openapi
from gateway.clients.catalogue import services
from gateway.openapi_security import is_internal
from gateway.routes import RouteTable
from tests.gateway.equality.demo import Demo

pytestmark = pytest.mark.slow

CHECKS: list[Callable[..., Any]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = openapi.document(services())
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
# So that all of it ends within a minute.
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 3}
# What costs a process or a second each time.
DEAR = {"AssetService_CreateAsset", "FontService_CreateFont", "SessionService_SignIn"}
THERE = {
    "brand": ["hearth-oak", "mugworks", "nobody"],
    "product": ["steel-tag", "walnut-plaque", "no-such-thing"],
    "revision": ["r1", "r99"],
    "font": ["cinzel", "no-such-thing"],
    "asset": ["hearth-oak-logo", "no-such-thing"],
}
# A brand or a person that is gone would leave the other tests without theirs.
KEPT = {"SnapshotService_EraseSubject", "MembershipService_DeleteMembership"}


def operations() -> dict[str, tuple[str, str]]:
    return {
        operation["operationId"]: (path, method.upper())
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if operation["operationId"] not in KEPT
    }


OPERATIONS = operations()


def spoilt(mode: GenerationMode, name: str) -> st.SearchStrategy[schemathesis.Case]:
    path, method = OPERATIONS[name]
    strategy: st.SearchStrategy[schemathesis.Case] = SCHEMA[path][method].as_strategy(
        generation_mode=mode
    )
    return strategy


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_the_document_states(
    demo: Demo, name: str, mode: GenerationMode
) -> None:
    credentials = ["secretKey", "secretKey", "guestSession", "person", "platform", ""]

    @settings(
        max_examples=1 if name in DEAR else EXAMPLES[mode],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=spoilt(mode, name), credential=st.sampled_from(credentials), data=st.data())
    def attempt(case: schemathesis.Case, credential: str, data: st.DataObject) -> None:
        for parameter, ids in THERE.items():
            if parameter in case.path_parameters:
                case.path_parameters[parameter] = data.draw(st.sampled_from(ids), parameter)
        headers = {**demo.shown(credential), "x-timeout": "5"}
        answer = case.call(base_url=demo.rest, headers=headers, timeout=30)
        case.validate_response(answer, checks=CHECKS)

    attempt()


def test_internal_calls_are_among_them() -> None:
    internal = [one.rpc.name for one in RouteTable(services()).bindings if is_internal(one.rpc)]
    assert internal
    assert all(any(one in name for name in OPERATIONS) for one in internal)
