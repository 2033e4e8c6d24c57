"""What the gateway calls: rpcs by name, through the pipeline, wherever the services run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Final, Protocol

from google.protobuf.message import Message

from gateway.exchange import Request

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


def metadata_of(request: Request) -> dict[str, str]:
    """Return what a service learns of a request: an allow-list, so that nobody outside can claim to
    be one of our services."""
    found: dict[str, str] = {
        name: request.headers[name] for name in _PASSED_ON if name in request.headers
    }
    found["x-correlation-id"] = request.correlation_id
    return found
