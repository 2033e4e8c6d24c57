"""Calls to services of other processes, over gRPC: the gateway's way, and what services share with it.

How a call finds a server, and what happens when that one breaks, is in `mesh.channels`.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

import grpc
import grpc.aio
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.message import Message
from google.rpc import code_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from opentelemetry.trace import SpanKind

from services.runtime import policy, tracing
from services.runtime.credentials import Metadata
from services.runtime.errors import Internal, ServiceError, Unimplemented, from_status, to_status
from services.runtime.inprocess import Call, Invoker
from services.runtime.mesh.channels import for_event_loop, for_threads, may_be_retried
from services.runtime.mesh.security import COUNTED, Security
from services.runtime.pipeline import CALL_LIMIT_S, STREAM_LIMIT_S, CallFailed
from services.runtime.policy import Method

# gRPC writes `user-agent` itself; that of the client behind a call travels under this name.
AGENT: Final = "luneo-agent"
HEALTH_LIMIT_S: Final = 2.0


class Remote:
    """The methods of services of other processes, called from an event loop.

    addresses: full name of a service ("luneo.spec.v1.SpecService") → "host:port", several with
    commas. `unary` and `stream` raise CallFailed, as those of `inprocess.Invoker` do.
    """

    def __init__(self, addresses: Mapping[str, str], security: Security | None = None) -> None:
        self._addresses = dict(addresses)
        self._security = security or Security()
        self._closing: set[asyncio.Task[None]] = set()
        # By package and addresses: the services of a package are one process.
        self._channels = {
            (_package(name), at): for_event_loop(
                short_name(_package(name)), at, self._security, self._close
            )
            for name, at in self._addresses.items()
        }
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

    def require_serving(self, addresses: str) -> None:
        """Raise an error unless a server at these addresses says that it serves."""
        package = next(package for package, at in self._channels if at == addresses)
        channels = for_threads(short_name(package), addresses, self._security)
        try:
            with channels.lease(retried=False) as asked:
                answer = health_pb2_grpc.HealthStub(asked).Check(
                    health_pb2.HealthCheckRequest(), timeout=HEALTH_LIMIT_S
                )
        finally:
            channels.close()
        if answer.status != health_pb2.HealthCheckResponse.SERVING:
            raise ConnectionError(f"{addresses} does not serve")

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
        with client_span(path), self._lease(path, request) as channel:
            call = channel.unary_unary(
                path, type(request).SerializeToString, method.response_class.FromString
            )
            try:
                response: Message = await call(
                    request, timeout=timeout_s, metadata=as_metadata(_passed_on(metadata))
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
        with self._lease(path, request) as channel:
            responses = channel.unary_stream(
                path, type(request).SerializeToString, method.response_class.FromString
            )(request, timeout=timeout_s, metadata=as_metadata(_passed_on(metadata)))
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

    def _lease(self, path: str, request: Message) -> AbstractContextManager[grpc.aio.Channel]:
        """Lend the channel for a call; they belong to the running loop, so none is made before."""
        service = path[1:].partition("/")[0]
        channels = self._channels[_package(service), self._addresses[service]]
        return channels.lease(retried=may_be_retried(path, request))

    def _close(self, channel: grpc.aio.Channel) -> None:
        """Close a channel that no call has any more."""
        task = asyncio.get_running_loop().create_task(channel.close(None))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


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

    def begins(self, path: str) -> Callable[..., Call | None] | None:
        """Return what begins calls of a method in this process, None if it runs elsewhere."""
        of = self._of(path)
        return of.begin if isinstance(of, Invoker) else None

    def _of(self, path: str) -> Invoker | Remote:
        return self._local if self._local and path not in self._remote else self._remote


def short_name(package: str) -> str:
    """Return the name of a proto package's service: "spec" of "luneo.spec.v1"."""
    return package.split(".")[1]


def services_of(package: str) -> list[str]:
    """Return the full names of a proto package's services. Raises ImportError if there is none."""
    return [
        service.full_name
        for file in files_of(package)
        for service in file.services_by_name.values()
    ]


def files_of(package: str) -> list[FileDescriptor]:
    """Return the proto files of a package. Raises ImportError if there is none."""
    return [
        importlib.import_module(f"{package}.{part.name}").DESCRIPTOR
        for part in pkgutil.iter_modules(importlib.import_module(package).__path__)
        if part.name.endswith("_pb2")
    ]


def as_metadata(metadata: Metadata) -> tuple[tuple[str, str], ...]:
    """Return metadata as gRPC takes them: printable ASCII; what else was sent stays wrong."""
    return tuple(
        (AGENT if name == "user-agent" else name, _printable(value))
        for name, value in metadata.items()
        if value
    )


def client_span(path: str) -> tracing.span:
    """Return the span of a call to another process; what it is told of an error is the reason."""
    method = path[1:]
    return tracing.span(method, "", {"rpc.system": "grpc", "rpc.method": method}, SpanKind.CLIENT)


def error_of(call: Any) -> ServiceError:
    """Return what the RpcError of a call, which is that call, stands for."""
    status = rpc_status.from_call(call)
    if status is None:
        code = call.code() or grpc.StatusCode.UNKNOWN
        status = status_pb2.Status(code=code.value[0])
    return Internal() if status.code == code_pb2.UNKNOWN else from_status(status)


def _passed_on(metadata: Metadata) -> Metadata:
    """Return a client's metadata as a gateway passes them on: counted, and below the running span."""
    running = tracing.current_traceparent() or metadata.get("traceparent", "")
    return {**metadata, COUNTED: "1", "traceparent": running}


def _package(service: str) -> str:
    return service.rpartition(".")[0]


def _printable(value: str) -> str:
    return "".join(letter if " " <= letter <= "~" else "?" for letter in value)


def _failed(error: ServiceError, metadata: Metadata) -> CallFailed:
    correlation_id = metadata.get("x-correlation-id", "")
    return CallFailed(error, to_status(error, correlation_id), correlation_id)
