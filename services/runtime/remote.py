"""Calls to services of other processes, over gRPC: channels, and the gateway's way through them.

A channel reaches every address that its name stands for in turn, comes back to a server within the
time that clients are told to wait (RetryInfo), and notices one that vanished without a word.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final

import grpc
import grpc.aio
from google.protobuf.message import Message
from google.rpc import code_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from services.runtime import policy
from services.runtime.credentials import Metadata
from services.runtime.errors import Internal, ServiceError, Unimplemented, from_status, to_status
from services.runtime.inprocess import Invoker
from services.runtime.pipeline import CALL_LIMIT_S, STREAM_LIMIT_S, CallFailed
from services.runtime.policy import Method

# gRPC writes `user-agent` itself; that of the client behind a call travels under this name.
AGENT: Final = "luneo-agent"
HEALTH_LIMIT_S: Final = 2.0
MAX_METADATA_BYTES: Final = 64 * 1024
KEEPALIVE_MS: Final = 30_000
OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_metadata_size", MAX_METADATA_BYTES),
    ("grpc.absolute_max_metadata_size", MAX_METADATA_BYTES),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.keepalive_time_ms", KEEPALIVE_MS),
    ("grpc.keepalive_timeout_ms", 5000),
    ("grpc.service_config", json.dumps({"loadBalancingConfig": [{"round_robin": {}}]})),
)


class Remote:
    """The methods of services of other processes, called from an event loop.

    addresses: full name of a service ("luneo.spec.v1.SpecService") → "host:port". `unary` and
    `stream` raise CallFailed, as those of `inprocess.Invoker` do.
    """

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = dict(addresses)
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._methods = {
            method.path: method for name in addresses for method in policy.methods_of(name)
        }

    @property
    def service_names(self) -> tuple[str, ...]:
        return tuple(self._addresses)

    @property
    def addresses(self) -> frozenset[str]:
        """Where calls go to."""
        return frozenset(self._addresses.values())

    def __contains__(self, path: object) -> bool:
        return path in self._methods

    async def unary(
        self,
        path: str,
        request: Message,
        metadata: Metadata,
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> Message:
        """Return the response of one call. address: of the client; not passed on."""
        method = self._method(path, metadata)
        timeout_s = min(timeout_s or CALL_LIMIT_S, CALL_LIMIT_S)
        call = self._channel(path).unary_unary(
            path, type(request).SerializeToString, method.response_class.FromString
        )
        try:
            response: Message = await call(
                request, timeout=timeout_s, metadata=as_metadata(metadata)
            )
        except grpc.aio.AioRpcError as error:
            raise _failed(error_of(error), metadata) from error
        return response

    async def stream(
        self,
        path: str,
        request: Message,
        metadata: Metadata,
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> AsyncGenerator[Message, None]:
        """Yield the responses of a streaming call; closing this ends the call."""
        method = self._method(path, metadata)
        timeout_s = min(timeout_s or STREAM_LIMIT_S, STREAM_LIMIT_S)
        responses = self._channel(path).unary_stream(
            path, type(request).SerializeToString, method.response_class.FromString
        )(request, timeout=timeout_s, metadata=as_metadata(metadata))
        try:
            async for response in responses:
                yield response
        except grpc.aio.AioRpcError as error:
            raise _failed(error_of(error), metadata) from error
        finally:
            responses.cancel()

    def _method(self, path: str, metadata: Metadata) -> Method:
        found = self._methods.get(path)
        if found is None:
            raise _failed(Unimplemented(), metadata)
        return found

    def _channel(self, path: str) -> grpc.aio.Channel:
        """Return the channel of a method; they belong to the running loop, so none is made before."""
        address = self._addresses[path[1:].partition("/")[0]]
        if address not in self._channels:
            self._channels[address] = grpc.aio.insecure_channel(address, options=OPTIONS)
        return self._channels[address]


class Router:
    """Calls what runs elsewhere there, everything else in this process, if it runs any service."""

    def __init__(self, local: Invoker | None, remote: Remote) -> None:
        self._local = local
        self._remote = remote

    async def unary(
        self,
        path: str,
        request: Message,
        metadata: Metadata,
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> Message:
        """Return the response of one call."""
        return await self._of(path).unary(path, request, metadata, timeout_s, address=address)

    def stream(
        self,
        path: str,
        request: Message,
        metadata: Metadata,
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> AsyncGenerator[Message, None]:
        """Return the responses of a streaming call as they come."""
        return self._of(path).stream(path, request, metadata, timeout_s, address=address)

    def _of(self, path: str) -> Invoker | Remote:
        return self._local if self._local and path not in self._remote else self._remote


def channel(address: str) -> grpc.Channel:
    """Return a channel for calls from threads."""
    return grpc.insecure_channel(address, options=OPTIONS)


def require_serving(address: str) -> None:
    """Raise an error unless the server at this address says that it serves."""
    with channel(address) as asked:
        answer = health_pb2_grpc.HealthStub(asked).Check(
            health_pb2.HealthCheckRequest(), timeout=HEALTH_LIMIT_S
        )
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        raise ConnectionError(f"{address} does not serve")


def services_of(package: str) -> list[str]:
    """Return the full names of a proto package's services. Raises ImportError if there is none."""
    found: list[str] = []
    for part in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if part.name.endswith("_pb2"):
            file = importlib.import_module(f"{package}.{part.name}").DESCRIPTOR
            found += [service.full_name for service in file.services_by_name.values()]
    return found


def as_metadata(metadata: Metadata) -> tuple[tuple[str, str], ...]:
    """Return metadata as gRPC takes them: printable ASCII; what else was sent stays wrong."""
    return tuple(
        (AGENT if name == "user-agent" else name, _printable(value))
        for name, value in metadata.items()
        if value
    )


def error_of(call: Any) -> ServiceError:
    """Return what the RpcError of a call, which is that call, stands for."""
    status = rpc_status.from_call(call)
    if status is None:
        code = call.code() or grpc.StatusCode.UNKNOWN
        status = status_pb2.Status(code=code.value[0])
    return Internal() if status.code == code_pb2.UNKNOWN else from_status(status)


def _printable(value: str) -> str:
    return "".join(letter if " " <= letter <= "~" else "?" for letter in value)


def _failed(error: ServiceError, metadata: Metadata) -> CallFailed:
    correlation_id = metadata.get("x-correlation-id", "")
    return CallFailed(error, to_status(error, correlation_id), correlation_id)
