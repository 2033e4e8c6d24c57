"""Services that are put together wrongly: found at the start, or told as a fault of ours."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2

from services.runtime import policy
from services.runtime.calls import Context, Deadline
from services.runtime.pipeline import CallFailed, Incoming, Pipeline
from services.runtime.policy import PolicyFault
from services.runtime.service import Service
from tests.protos import echo_pb2
from tests.runtime import echo

PING = f"/{echo.SERVICE}/Ping"


def test_a_service_without_a_handler_is_refused_at_the_start(world: echo.World) -> None:
    with pytest.raises(PolicyFault, match="does not handle"):
        Pipeline([Service("half", [(echo.SERVICE, object())])], None, None)  # type: ignore[arg-type]


def test_methods_that_do_not_say_who_may_call_are_refused_at_the_start() -> None:
    with pytest.raises(PolicyFault) as caught:
        policy.methods_of("grpc.health.v1.Health")
    assert "grpc.health.v1.Health.Check has no luneo.options.v1.access" in str(caught.value)
    assert "grpc.health.v1.Health.Check has no google.api.http" in str(caught.value)


def test_a_response_of_another_type_is_a_fault_of_ours(world: echo.World) -> None:
    class Wrong(echo.EchoServicer):
        def Ping(self, request: Any, context: Context) -> Any:
            return empty_pb2.Empty()

    servicer = Wrong(world.database, world.clients)
    pipeline = Pipeline(
        [Service("wrong", [(echo.SERVICE, servicer)])],
        world.pipeline._credentials,
        world.pipeline._requests,
    )
    with pytest.raises(CallFailed) as caught:
        pipeline.unary(Incoming(PING, echo_pb2.PingRequest(), {}, Deadline.after(5)))
    assert caught.value.error.code is grpc.StatusCode.INTERNAL
