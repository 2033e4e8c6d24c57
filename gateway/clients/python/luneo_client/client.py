"""Makes calls: one pool of connections, retries, pages, streams."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urljoin

import httpx

from luneo_client import errors, types
from luneo_client.calls import Calls
from luneo_client.message import Message, decoded
from luneo_client.rpc import Download, Prepared, Rpc, prepare

_AGAIN: Final = frozenset((429, 502, 503, 504))
_NOT_STARTED: Final = 429
_SPARE_S: Final = 5.0
_LONGEST_PAUSE_S: Final = 30.0
_WAIT_MS: Final = 10_000


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
        shown = {
            "x-api-key": key,
            "luneo-session": session,
            "authorization": f"Bearer {token}" if token else "",
        }
        self._http = httpx.Client(
            base_url=base_url,
            headers={name: value for name, value in shown.items() if value},
            transport=transport,
        )
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
        end_s = time.monotonic() + timeout_s
        while not operation.done:
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                raise errors.DeadlineExceeded(f"{operation.name} was not done in {timeout_s:g} s.")
            wait_ms = max(1, min(_WAIT_MS, int(left_s * 1000)))
            operation = self.wait_operation(name=operation.name, timeout_ms=wait_ms)
        if operation.response is None:
            raise errors.of_status(operation.error.to_json() if operation.error else {})
        return operation.response

    def download(self, uri: str) -> Download:
        """Return the bytes at an address that an answer named; it needs no credential."""
        address = urljoin(str(self._http.base_url), uri)
        try:
            answer = httpx.get(address, timeout=self._timeout_s, follow_redirects=True)
        except httpx.TransportError as error:
            raise errors.ConnectionFailed(str(error)) from error
        if answer.status_code != httpx.codes.OK:
            raise errors.of_answer(_json(answer), answer.status_code)
        return _download(answer)

    def _unary(self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None) -> Any:
        answer = self._repeated(rpc, values, timeout_s)
        if rpc.answer == "bytes":
            return _download(answer)
        return None if rpc.answer == "empty" else decoded(rpc.answer, answer.json())

    def _pages(self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None) -> Iterator[Any]:
        name, kind = rpc.items
        token = ""
        while True:
            page = self._repeated(rpc, {**values, "page_token": token}, timeout_s).json()
            yield from (decoded(kind, one) for one in page.get(name, []))
            token = page.get("nextPageToken", "")
            if not token:
                return

    def _stream(self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None) -> Iterator[Any]:
        try:
            with self._opened(rpc, values, timeout_s) as answer:
                if answer.status_code != httpx.codes.OK:
                    answer.read()
                    raise errors.of_answer(_json(answer), answer.status_code)
                for line in filter(str.strip, answer.iter_lines()):
                    found = json.loads(line)
                    if "error" in found:
                        raise errors.of_answer(found, found["error"].get("code", 0))
                    yield decoded(rpc.answer, found["result"])
        except httpx.TransportError as error:
            raise errors.ConnectionFailed(str(error)) from error

    def _opened(
        self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None
    ) -> AbstractContextManager[httpx.Response]:
        request = prepare(rpc, values)
        headers = {"accept": "application/x-ndjson"}
        limit = httpx.Timeout(self._timeout_s, read=timeout_s)
        return self._http.stream(
            request.method, request.path, params=request.query, headers=headers, timeout=limit
        )

    def _repeated(
        self, rpc: Rpc, values: dict[str, Any], timeout_s: float | None
    ) -> httpx.Response:
        """Make a call until it succeeds or must not be made again. Raises LuneoError."""
        limit_s = self._timeout_s if timeout_s is None else timeout_s
        headers = {"x-timeout": f"{limit_s:.3f}"}
        if rpc.keyed:
            headers["idempotency-key"] = values.get("request_id") or str(uuid.uuid4())
        request = prepare(rpc, {**values, "request_id": ""})
        for attempt in range(1, self._attempts + 1):
            try:
                return self._once(request, headers, limit_s)
            except errors.LuneoError as error:
                if attempt == self._attempts or not _may_be_repeated(rpc, error):
                    raise
                time.sleep(_pause_s(error, attempt))
        raise AssertionError  # the last attempt returned or raised

    def _once(self, request: Prepared, headers: dict[str, str], limit_s: float) -> httpx.Response:
        try:
            answer = self._http.request(
                request.method,
                request.path,
                params=request.query,
                json=request.body,
                headers=headers,
                timeout=limit_s + _SPARE_S,
            )
        except httpx.TransportError as error:
            raise errors.ConnectionFailed(str(error)) from error
        if answer.status_code == httpx.codes.OK:
            return answer
        named = answer.headers.get("retry-after", "")
        pause_s = float(named) if named.isdecimal() else None
        raise errors.of_answer(_json(answer), answer.status_code, pause_s)


def _may_be_repeated(rpc: Rpc, error: errors.LuneoError) -> bool:
    """Whether a call may be made again: always if it was not begun, else if that does no harm."""
    if error.status == _NOT_STARTED:
        return True
    return rpc.repeatable and (error.status in _AGAIN or isinstance(error, errors.ConnectionFailed))


def _pause_s(error: errors.LuneoError, attempt: int) -> float:
    """Return how long to wait: what the server says, else longer each time; never all at once."""
    least = error.retry_after_s if error.retry_after_s is not None else 0.1 * 2**attempt
    return min(_LONGEST_PAUSE_S, least * random.uniform(1.0, 1.5))  # noqa: S311 - spreads load


def _download(answer: httpx.Response) -> Download:
    return Download(
        answer.content,
        answer.headers.get("content-type", ""),
        answer.headers.get("etag", "").removeprefix("W/").strip('"'),
    )


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
