"""How a service calls another: with a generated stub over a channel of this class.

    spec = SpecServiceStub(self._clients.channel(context))
    found = spec.GetSpec(GetSpecRequest(name=...))      # raises ServiceError

The call is made by the service itself, for the brand of `context`; whether the other one runs in
this process or elsewhere changes nothing for either of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import grpc
from google.protobuf.message import Message

from services.runtime import remote, tracing
from services.runtime.calls import Caller, CallerKind, Context
from services.runtime.database import in_transaction
from services.runtime.errors import Unimplemented
from services.runtime.inprocess import call_within
from services.runtime.mesh.channels import for_threads, may_be_retried
from services.runtime.mesh.security import Security
from services.runtime.pipeline import Pipeline
from services.runtime.tokens import Tokens


class CalledInTransaction(RuntimeError):
    """A service was called with a transaction open: end the block first."""


class Clients:
    """Knows where each proto service is: in this process, or at an address.

    addresses: proto package ("luneo.spec.v1") → "host:port" of a server elsewhere, several with
    commas.
    """

    def __init__(
        self,
        tokens: Tokens,
        addresses: Mapping[str, str] | None = None,
        security: Security | None = None,
    ) -> None:
        self._tokens = tokens
        self._channels = {
            package: for_threads(remote.short_name(package), at, security or Security())
            for package, at in (addresses or {}).items()
        }
        self._pipeline: Pipeline | None = None

    def serve_from(self, pipeline: Pipeline) -> None:
        """Call the methods of `pipeline` in this process from now on."""
        self._pipeline = pipeline

    def channel(self, context: Context) -> grpc.Channel:
        """Return what a generated stub takes. Calls share the deadline and correlation id."""
        return _Channel(self, replace(context, caller=_as_service(context)))

    def close(self) -> None:
        for channels in self._channels.values():
            channels.close()

    def call(
        self,
        path: str,
        request: Message,
        context: Context,
        serialize: Callable[[Any], bytes],
        deserialize: Callable[[bytes], Any],
    ) -> Any:
        """Make one call; raises the ServiceError that it ended with."""
        if in_transaction():
            raise CalledInTransaction(path)
        if self._pipeline is not None and path in self._pipeline.methods:
            return call_within(self._pipeline, path, request, context)
        channels = self._channels.get(path[1:].rpartition("/")[0].rpartition(".")[0])
        if channels is None:
            raise Unimplemented(reason="SERVICE_NOT_CONFIGURED", method=path)
        retried = may_be_retried(path, request)
        with remote.client_span(path), channels.lease(retried=retried) as channel:
            method = channel.unary_unary(path, serialize, deserialize)
            timeout_s = context.deadline.remaining_s()
            try:
                return method(request, timeout=timeout_s, metadata=self._metadata(context))
            except grpc.RpcError as error:
                raise remote.error_of(error) from error

    def _metadata(self, context: Context) -> tuple[tuple[str, str], ...]:
        return remote.as_metadata(
            {
                "luneo-service": self._tokens.service_token(context.caller),
                "x-correlation-id": context.correlation_id,
                "user-agent": context.agent,
                "traceparent": tracing.current_traceparent(),
            }
        )


class _Channel(grpc.Channel):
    """The part of grpc.Channel that generated stubs use for calls with one response."""

    def __init__(self, clients: Clients, context: Context) -> None:
        self._clients = clients
        self._context = context

    def unary_unary(  # type: ignore[override]  # the stubs pass it more than its types know
        self,
        method: str,
        request_serializer: Any = None,
        response_deserializer: Any = None,
        _registered_method: bool = False,
    ) -> Callable[..., Any]:
        def call(request: Message, timeout: float | None = None) -> Any:
            context = self._context
            if timeout is not None:
                context = context.with_timeout(timeout)
            return self._clients.call(
                method, request, context, request_serializer, response_deserializer
            )

        return call

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return _refuse(method)

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return _refuse(method)

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        return _refuse(method)

    def subscribe(self, callback: Any, try_to_connect: bool | None = False) -> None:
        raise TypeError("the state of this channel cannot be followed")

    def unsubscribe(self, callback: Any) -> None:
        raise TypeError("the state of this channel cannot be followed")

    def close(self) -> None:
        """Nothing is held by one call's channel."""

    def __enter__(self) -> _Channel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _refuse(method: str) -> Callable[..., Any]:
    def call(*_: Any, **__: Any) -> Any:
        raise TypeError(f"{method}: services do not follow streams of services")

    return call


def _as_service(context: Context) -> Caller:
    """Return the identity with which a service calls on: its own, for the brand of the call."""
    if context.caller.kind is CallerKind.SERVICE:
        return context.caller
    return Caller(CallerKind.SERVICE, "service:luneo", brand=context.brand or None)
