"""What the gateway calls: rpcs by name, through the pipeline, wherever the services run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Final, Protocol, runtime_checkable

from google.protobuf.message import Message

from gateway.exchange import Request
from services.runtime import tracing

_PASSED_ON: Final[tuple[str, ...]] = (
    "authorization",
    "x-api-key",
    "luneo-session",
    "origin",
    "user-agent",
    "accept-language",
    "traceparent",
    "tracestate",
)


Header = tuple[str, str]


class Invoker(Protocol):
    """The pipeline. Both methods raise `services.runtime.pipeline.CallFailed`.

    path: "/package.Service/Method". metadata: by lower-case name. timeout_s: until the deadline.
    address: of the client.
    """

    async def unary(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> Message:
        """Call on a thread of the pipeline's own and wait for the response."""

    def stream(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> AsyncIterator[Message]:
        """Call and return the responses as they come."""


@runtime_checkable
class HeaderedInvoker(Protocol):
    """An invoker whose answers bring headers. What it raises and its streams have `headers` too."""

    async def unary_with_headers(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> tuple[Message, list[Header]]:
        """Call and return the response with the headers that came with it."""


Done = Callable[[Message | BaseException], None]


class Begin(Protocol):
    """Begins a call; `done` gets its response, or what `Invoker.unary` would raise, on the loop."""

    def __call__(
        self,
        path: str,
        request: Message,
        metadata: Mapping[str, str],
        timeout_s: float | None,
        done: Done,
        *,
        address: str = "",
    ) -> object: ...


@runtime_checkable
class DirectInvoker(Protocol):
    """An invoker some of whose calls can be begun without a task that waits for them."""

    def begins(self, path: str) -> Begin | None:
        """Return what begins calls of an rpc, None if they have to be awaited."""


def headers_of(came: object) -> list[Header]:
    """Return the headers that came with a failure or a stream."""
    return list(getattr(came, "headers", ()))


def metadata_of(request: Request, more: Iterable[str] = ()) -> dict[str, str]:
    """Return what a service learns of a request: an allow-list, so that nobody outside can claim to
    be one of our services. more: names of headers beside the usual ones, in lower case."""
    found: dict[str, str] = {
        name: request.headers[name] for name in (*_PASSED_ON, *more) if name in request.headers
    }
    found["x-correlation-id"] = request.correlation_id
    if request.trace_id:
        found["traceparent"] = tracing.current_traceparent()
    return found
