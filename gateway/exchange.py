"""One HTTP request and its answer, as the gateway's parts hand them on."""

from __future__ import annotations

import hashlib
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass, field
from typing import Any, Final

from google.rpc.status_pb2 import Status

from gateway.edge import correlation
from gateway.refusals import Refusal, invalid

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

_LISTS: Final = frozenset(
    (
        "accept",
        "accept-encoding",
        "accept-language",
        "access-control-request-headers",
        "cache-control",
        "connection",
        "if-none-match",
        "forwarded",
        "te",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    )
)


class ClientGone(Exception):
    """The client closed the connection; nobody waits for an answer."""


@dataclass(slots=True)
class Request:
    """A request. raw_path: percent-encoded. headers: by lower-case name. address: of the client.

    rpc: "package.Service/Method", "" if none answers. route: the path template of its binding.
    brand: that the path names. party: whom it shares turns with. trace_id: hexadecimal, "" outside of traces.
    counted: what `rates` knows it by. answer_headers: go with
    whatever is answered.
    """

    method: str
    raw_path: str
    query: bytes
    headers: dict[str, str]
    address: str
    correlation_id: str
    receive: Receive
    rpc: str = ""
    route: str = ""
    brand: str = ""
    party: str = ""
    trace_id: str = ""
    counted: object = None
    answer_headers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def client(self) -> bytes:
        """Return what tells clients apart without being a secret: credential and address, hashed."""
        shown = "\n".join((self.credential, self.address))
        return hashlib.sha256(shown.encode()).digest()

    @property
    def credential(self) -> str:
        """Return the key or token shown, "" if there is none. A secret: never log it."""
        return self.headers.get("x-api-key") or self.headers.get("authorization", "")


@dataclass(slots=True)
class Response:
    """An answer: headers and a body, or a stream of chunks in place of the body.

    release: awaited when the answer has been sent or will not be. origin_passed: what the pipeline said of the request's Origin; None if it was not asked.
    close: the connection ends with the answer. error: what an error says, in whichever form.
    sent: bytes of the stream.
    """

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    stream: AsyncIterator[bytes] | None = None
    release: Callable[[], Awaitable[None]] | None = None
    compressible: bool = False
    origin_passed: bool | None = None
    close: bool = False
    error: Status | None = None
    sent: int = 0

    def header(self, name: str) -> str:
        """Return the value of a header, "" if it is not set. name: lower case."""
        return next((value for key, value in self.headers if key == name), "")


def read_request(scope: Scope, receive: Receive, trusted_hops: int) -> Request:
    """Return the request of an ASGI scope. Headers that must be single are checked in `check`."""
    client = scope.get("client")
    return request_of(
        scope["method"],
        scope["raw_path"],
        scope["query_string"],
        scope["headers"],
        str(client[0]) if client else "",
        trusted_hops,
        receive,
    )


def request_of(
    method: str,
    raw_path: bytes,
    query: bytes,
    raw_headers: Sequence[tuple[bytes, bytes]],
    client: str,
    trusted_hops: int,
    receive: Receive,
) -> Request:
    """Return a request from its parts. raw_headers: names in lower case. client: the address that
    the connection comes from."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw_headers}
    if len(headers) != len(raw_headers):
        headers = _merge(raw_headers)
    return Request(
        method=method,
        raw_path=raw_path.decode("latin-1"),
        query=query,
        headers=headers,
        address=_address(client, headers, trusted_hops),
        correlation_id=correlation.accept(headers.get("x-correlation-id", "")),
        receive=receive,
    )


async def read_whole() -> Event:
    """Stand for the reader of a request whose body is read already."""
    return {"type": "http.disconnect"}


def _merge(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Join repeated list headers; mark another repeated header with a NUL, which `check` refuses."""
    merged: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name in merged:
            separator = ", " if name in _LISTS else "\0"
            value = merged[name] + separator + value
        merged[name] = value
    return merged


def check(request: Request) -> None:
    """Refuse headers that two readers could understand differently. Raises Refusal (400)."""
    for name, value in request.headers.items():
        if "\0" in value:
            raise _repeated(name)


def _repeated(name: str) -> Refusal:
    return invalid("REPEATED_HEADER", f"The header {name[:40]} is sent more than once.")


def _address(direct: str, headers: dict[str, str], trusted_hops: int) -> str:
    """Return the address of the client, as the outermost trusted proxy saw it."""
    if not trusted_hops:
        return direct
    seen = [part.strip() for part in headers.get("x-forwarded-for", "").split(",")]
    hops = [part for part in seen if part]
    return hops[-trusted_hops][:64] if len(hops) >= trusted_hops else direct
