"""The client for programs with an event loop; what it does is what `Luneo` does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

import httpx

from luneo_client import errors, exchange, types
from luneo_client.async_calls import AsyncCalls
from luneo_client.message import Message
from luneo_client.rpc import Download, Rpc, prepare


class AsyncLuneo(AsyncCalls):
    """One installation, called with one credential. Tasks of one event loop may share it.

    Takes what `Luneo` takes; transport: an asynchronous one.
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
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        headers = exchange.shown(key, session, token)
        self._http = httpx.AsyncClient(base_url=base_url, headers=headers, transport=transport)
        self._attempts = max(1, attempts)
        self._timeout_s = timeout_s

    async def __aenter__(self) -> Self:
        """Close the connections at the end of the block."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def wait(
        self, operation: types.Operation, *, timeout_s: float = 300.0
    ) -> Message | dict[str, Any]:
        """Return what an operation made. Raises its error, and DeadlineExceeded after timeout_s."""
        waiting = exchange.Waiting(timeout_s)
        while not operation.done:
            wait_ms = waiting.next_ms(operation)
            operation = await self.wait_operation(name=operation.name, timeout_ms=wait_ms)
        made: Message | dict[str, Any] = exchange.made_by(operation)
        return made

    async def download(self, uri: str) -> Download:
        """Return the bytes at an address that an answer named; it needs no credential."""
        address = urljoin(str(self._http.base_url), uri)
        try:
            async with httpx.AsyncClient(follow_redirects=True) as plain:
                answer = await plain.get(address, timeout=self._timeout_s)
        except httpx.TransportError as error:
            raise errors.ConnectionFailed(str(error)) from error
        return exchange.downloaded(exchange.accepted(answer))

    async def _unary(self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None) -> Any:
        return exchange.result_of(rpc, await self._repeated(rpc, values, timeout_s))

    async def _pages(
        self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None
    ) -> AsyncIterator[Any]:
        token = ""
        while True:
            answer = await self._repeated(rpc, {**values, "page_token": token}, timeout_s)
            items, token = exchange.page_of(rpc, answer)
            for item in items:
                yield item
            if not token:
                return

    async def _stream(
        self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None
    ) -> AsyncIterator[Any]:
        request = prepare(rpc, values)
        limit = httpx.Timeout(self._timeout_s, read=timeout_s)
        opened = self._http.stream(
            request.method, request.path, params=request.query, headers=exchange.STREAM, timeout=limit
        )  # fmt: skip
        try:
            async with opened as answer:
                if answer.status_code != httpx.codes.OK:
                    await answer.aread()
                exchange.accepted(answer)
                async for line in answer.aiter_lines():
                    if line.strip():
                        yield exchange.line_of(rpc, line)
        except httpx.TransportError as error:
            raise errors.ConnectionFailed(str(error)) from error

    async def _repeated(
        self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None
    ) -> httpx.Response:
        """Make a call until it succeeds or must not be made again. Raises LuneoError."""
        limit_s = self._timeout_s if timeout_s is None else timeout_s
        call = exchange.call_of(rpc, values, limit_s)
        for attempt in range(1, self._attempts + 1):
            try:
                return await self._once(call)
            except errors.LuneoError as error:
                pause_s = call.pause_s(error, attempt)
                if attempt == self._attempts or pause_s is None:
                    raise
                await asyncio.sleep(pause_s)
        raise AssertionError  # the last attempt returned or raised

    async def _once(self, call: exchange.Call) -> httpx.Response:
        request = call.request
        try:
            answer = await self._http.request(request.method, request.path, **call.arguments)
        except httpx.TransportError as error:
            raise errors.ConnectionFailed(str(error)) from error
        return exchange.accepted(answer)
