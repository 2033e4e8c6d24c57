"""The cases by rpc, how one is added, and the calls that it is made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.longrunning.operations_pb2 import Operation
from google.protobuf.message import Message
from luneo.operations.v1 import operation_service_pb2 as operations

from tests.gateway.equality.demo import Demo
from tests.gateway.equality.rpcs import RPCS


@dataclass(frozen=True, slots=True)
class Case:
    """credential: a security scheme of the API document. make: the request, anew."""

    credential: str
    make: Callable[[Demo], Message]


CASES: dict[str, Case] = {}


def case(rpc: str, credential: str = "secretKey") -> Callable[[Any], Any]:
    """Let a function make the requests of an rpc."""

    def keep(make: Callable[[Demo], Message]) -> Callable[[Demo], Message]:
        assert rpc not in CASES
        CASES[rpc] = Case(credential, make)
        return make

    return keep


def plain(rpc: str, request: Message, credential: str = "secretKey") -> None:
    """Let the requests of an rpc be always the same."""
    case(rpc, credential)(lambda _: request)


def call(demo: Demo, rpc: str, request: Message, credential: str = "secretKey") -> Any:
    """Make a call of which a case needs what comes of it."""
    return demo.by_grpc(RPCS[rpc], request, credential)[0]


def done(demo: Demo, started: Operation) -> Operation:
    """Return an operation once it is done."""
    request = operations.WaitOperationRequest(name=started.name, timeout_ms=30_000)
    ended: Operation = call(demo, "WaitOperation", request)
    assert ended.done, ended
    return ended
