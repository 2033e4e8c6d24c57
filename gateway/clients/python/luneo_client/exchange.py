"""What both clients do alike: what is sent, what an answer means, and whether to ask again."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx

from luneo_client import errors, types
from luneo_client.message import decoded
from luneo_client.rpc import Download, Prepared, Rpc, prepare

STREAM: Final = {"accept": "application/x-ndjson"}

_AGAIN: Final = frozenset((429, 502, 503, 504))
_NOT_STARTED: Final = 429
_SPARE_S: Final = 5.0
_LONGEST_PAUSE_S: Final = 30.0
_WAIT_MS: Final = 10_000


def shown(key: str, session: str, token: str) -> dict[str, str]:
    """Return the headers of a credential."""
    headers = {
        "x-api-key": key,
        "luneo-session": session,
        "authorization": f"Bearer {token}" if token else "",
    }
    return {name: value for name, value in headers.items() if value}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that may take several attempts: all of them send the same."""

    rpc: Rpc
    request: Prepared
    headers: dict[str, str]
    limit_s: float

    @property
    def arguments(self) -> dict[str, Any]:
        """What httpx is given, beside the method and the path."""
        return {
            "params": self.request.query,
            "json": self.request.body,
            "headers": self.headers,
            "timeout": self.limit_s + _SPARE_S,
        }

    def pause_s(self, error: errors.LuneoError, attempt: int) -> float | None:
        """Return how long to wait before the next attempt; None where there must be none.

        A call may be made again if it was not begun, or if that does no harm. The time is what the
        server says, else longer each time; never is it the same for all.
        """
        passing = error.status in _AGAIN or isinstance(error, errors.ConnectionFailed)
        if error.status != _NOT_STARTED and not (self.rpc.repeatable and passing):
            return None
        least = error.retry_after_s if error.retry_after_s is not None else 0.1 * 2**attempt
        return min(_LONGEST_PAUSE_S, least * random.uniform(1.0, 1.5))  # noqa: S311 - spreads load


def call_of(rpc: Rpc, values: dict[str, Any], limit_s: float) -> Call:
    """Return the call for the fields of a message. Raises ValueError without a name of the path."""
    headers = {"x-timeout": f"{limit_s:.3f}"}
    if rpc.keyed:
        headers["idempotency-key"] = values.get("request_id") or str(uuid.uuid4())
    return Call(rpc, prepare(rpc, {**values, "request_id": ""}), headers, limit_s)


def accepted(answer: httpx.Response) -> httpx.Response:
    """Return an answer that is none of refusal. Raises LuneoError."""
    if answer.status_code == httpx.codes.OK:
        return answer
    named = answer.headers.get("retry-after", "")
    pause_s = float(named) if named.isdecimal() else None
    raise errors.of_answer(json_of(answer), answer.status_code, pause_s)


def result_of(rpc: Rpc, answer: httpx.Response) -> Any:
    """Return what an accepted answer holds."""
    if rpc.answer == "bytes":
        return downloaded(answer)
    return None if rpc.answer == "empty" else decoded(rpc.answer, answer.json())


def page_of(rpc: Rpc, answer: httpx.Response) -> tuple[Iterator[Any], str]:
    """Return the items of a page, and the token of the next one, "" for none."""
    name, kind = rpc.items
    page = answer.json()
    return (decoded(kind, one) for one in page.get(name, [])), page.get("nextPageToken", "")


def line_of(rpc: Rpc, line: str) -> Any:
    """Return the message of a line of a stream. Raises LuneoError for what the stream failed with."""
    found = json.loads(line)
    if "error" in found:
        raise errors.of_answer(found, found["error"].get("code", 0))
    return decoded(rpc.answer, found["result"])


class Waiting:
    """How long an operation is still waited for."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._end_s = time.monotonic() + timeout_s

    def next_ms(self, operation: types.Operation) -> int:
        """Return how long to wait this time. Raises DeadlineExceeded when all time is over."""
        left_s = self._end_s - time.monotonic()
        if left_s <= 0:
            said = f"{operation.name} was not done in {self._timeout_s:g} s."
            raise errors.DeadlineExceeded(said)
        return max(1, min(_WAIT_MS, int(left_s * 1000)))


def made_by(operation: types.Operation) -> Any:
    """Return what an operation that is done has made. Raises its error."""
    if operation.response is None:
        raise errors.of_status(operation.error.to_json() if operation.error else {})
    return operation.response


def downloaded(answer: httpx.Response) -> Download:
    """Return an answer's bytes."""
    return Download(
        answer.content,
        answer.headers.get("content-type", ""),
        answer.headers.get("etag", "").removeprefix("W/").strip('"'),
    )


def json_of(answer: httpx.Response) -> Any:
    """Return an answer's JSON, None if it is none."""
    try:
        return answer.json()
    except ValueError:
        return None
