"""Makes calls: one pool of connections, retries, pages, streams."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import httpx

from luneo_client import errors, exchange, types
from luneo_client.calls import Calls
from luneo_client.message import Message
from luneo_client.rpc import Download, Rpc, prepare


class Luneo(Calls):
    """One installation, called with one credential. Threads may share it.

    base_url: of the installation. key: publishable or secret. session: a guest's, beside a
    publishable key. token: a person's. attempts: how often a call is made at most that may be
    repeated. timeout_s: of one attempt. transport: in place of httpx's own, such as one in process.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: str = "",
        session: str = "",
        token: str = "",
        attempts: int = 4,
        timeout_s: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = exchange.shown(key, session, token)
        self._http = httpx.Client(base_url=base_url, headers=headers, transport=transport)
        self._attempts = max(1, attempts)
        self._timeout_s = timeout_s

    def __enter__(self) -> Self:
        """Close the connections at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def wait(
        self, operation: types.Operation, *, timeout_s: float = 300.0
    ) -> Message | dict[str, Any]:
        """Return what an operation made. Raises its error, and DeadlineExceeded after timeout_s."""
        waiting = exchange.Waiting(timeout_s)
        while not operation.done:
            wait_ms = waiting.next_ms(operation)
            operation = self.wait_operation(name=operation.name, timeout_ms=wait_ms)
        made: Message | dict[str, Any] = exchange.made_by(operation)
        return made

    def download(self, uri: str) -> Download:
        """Return the bytes at an address that an answer named; it needs no credential."""
        address = urljoin(str(self._http.base_url), uri)
        try:
            answer = httpx.get(address, timeout=self._timeout_s, follow_redirects=True)
        except httpx.TransportError as error:
            raise errors.ConnectionFailed(str(error)) from error
        return exchange.downloaded(exchange.accepted(answer))

    def _unary(self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None) -> Any:
        return exchange.result_of(rpc, self._repeated(rpc, values, timeout_s))

    def _pages(self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None) -> Iterator[Any]:
        token = ""
        while True:
            answer = self._repeated(rpc, {**values, "page_token": token}, timeout_s)
            items, token = exchange.page_of(rpc, answer)
            yield from items
            if not token:
                return

    def _stream(self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None) -> Iterator[Any]:
        request = prepare(rpc, values)
        limit = httpx.Timeout(self._timeout_s, read=timeout_s)
        opened = self._http.stream(
            request.method, request.path, params=request.query, headers=exchange.STREAM, timeout=limit
        )  # fmt: skip
        try:
            with opened as answer:
                if answer.status_code != httpx.codes.OK:
                    answer.read()
                exchange.accepted(answer)
                for line in filter(str.strip, answer.iter_lines()):
                    yield exchange.line_of(rpc, line)
        except httpx.TransportError as error:
            raise errors.ConnectionFailed(str(error)) from error

    def _repeated(
        self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None
    ) -> httpx.Response:
        """Make a call until it succeeds or must not be made again. Raises LuneoError."""
        limit_s = self._timeout_s if timeout_s is None else timeout_s
        call = exchange.call_of(rpc, values, limit_s)
        for attempt in range(1, self._attempts + 1):
            try:
                return self._once(call)
            except errors.LuneoError as error:
                pause_s = call.pause_s(error, attempt)
                if attempt == self._attempts or pause_s is None:
                    raise
                time.sleep(pause_s)
        raise AssertionError  # the last attempt returned or raised

    def _once(self, call: exchange.Call) -> httpx.Response:
        request = call.request
        try:
            answer = self._http.request(request.method, request.path, **call.arguments)
        except httpx.TransportError as error:
            raise errors.ConnectionFailed(str(error)) from error
        return exchange.accepted(answer)
