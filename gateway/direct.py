"""Calls whose request came whole: answered by callbacks, or by a task for what has to be awaited.

They take the same steps in the same order as those that `Bridge.answer` awaits. What they save is
the waiting for a body that is here and for a place that is free, and where the handler runs in this
process the task.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol

import structlog
from google.protobuf.message import Message

from gateway import answers
from gateway.edge import deadlines, traces
from gateway.endpoint import Endpoint
from gateway.exchange import Request, Response
from gateway.heavy import LIGHT_BYTES
from gateway.refusals import Refusal
from gateway.routes import Match
from gateway.settings import GatewaySettings
from gateway.status import unexpected
from services.runtime.pipeline import CallFailed

Answered = Callable[[Response], None]

_log = structlog.get_logger(__name__)
_tasks: Final[set[asyncio.Task[Any]]] = set()  # a loop alone does not keep them


class Desk(Protocol):
    """What a bridge does before and after every call."""

    settings: GatewaySettings

    def admit_now(self, request: Request) -> bool:
        """Count a call without waiting; False if that cannot be. Raises Refusal."""

    def take_memory(self, size: int) -> None:
        """Count the memory of a body. Raises Refusal."""

    def give_memory_back(self, size: int) -> None:
        """Count it as free again."""

    def finish(self, request: Request, endpoint: Endpoint | None, response: Response) -> None:
        """Add what every answer brings."""


class DirectCall:
    """One call. answered: gets the response, on this loop, at once or later; it must not raise."""

    __slots__ = (
        "_answered", "_conditional", "_context", "_desk", "_endpoint", "_entered", "_held",
        "_match", "_request", "_span",
    )  # fmt: skip

    def __init__(
        self, desk: Desk, endpoint: Endpoint, match: Match, request: Request, answered: Answered
    ) -> None:
        self._desk = desk
        self._endpoint = endpoint
        self._match = match
        self._request = request
        self._answered = answered
        self._conditional = False
        self._held = 0
        self._entered = False
        # A span of its own runs in it, and ends in it.
        self._context = contextvars.copy_context()

    def begin(self, data: bytes) -> bool:
        """Begin; return False, with nothing done, if the limits have to be waited for."""
        self._entered = True
        begun = self._context.run(self._begin, data)
        self._entered = False
        return begun

    def _begin(self, data: bytes) -> bool:
        self._span = traces.begun(self._request)
        try:
            if not self._desk.admit_now(self._request):
                self._span.close()
                return False
            self._call(data)
        except Refusal as refusal:
            self._respond(answers.of_refusal(refusal, self._request.correlation_id))
        except Exception:  # a fault of ours, see `_fail`
            self._fail()
        return True

    def _call(self, data: bytes) -> None:
        request, endpoint = self._request, self._endpoint
        settings = self._desk.settings
        timeout_s = deadlines.timeout_s(
            request.headers,
            settings.default_timeout_s,
            settings.max_timeout_s,
        )
        end_s = time.monotonic() + timeout_s
        self._desk.take_memory(len(data))
        self._held = len(data)
        message, self._conditional = endpoint.read(self._match, request, data)
        if not endpoint.begin(message, request, end_s, self._came):
            answer = endpoint.answer_read(message, request, end_s, conditional=self._conditional)
            self._later(answer)

    def _came(self, outcome: Message | BaseException) -> None:
        """Answer with what the call came to."""
        if self._entered:
            self._answer(outcome)
        else:
            self._context.run(self._answer, outcome)

    def _answer(self, outcome: Message | BaseException) -> None:
        endpoint, request = self._endpoint, self._request
        try:
            if isinstance(outcome, CallFailed):
                response = endpoint.failure(outcome, conditional=self._conditional)
            elif isinstance(outcome, Refusal):
                response = answers.of_refusal(outcome, request.correlation_id)
            elif isinstance(outcome, BaseException):
                raise outcome
            elif outcome.ByteSize() > LIGHT_BYTES:
                self._later(endpoint.written(request, outcome))
                return
            else:
                response = endpoint.write(request, outcome)
        except (Exception, asyncio.CancelledError):
            self._fail()
        else:
            self._respond(response)

    def _later(self, answer: Coroutine[Any, Any, Response]) -> None:
        """Answer when that is done."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(answer, context=self._context)
        _tasks.add(task)
        task.add_done_callback(self._take, context=self._context)

    def _take(self, task: asyncio.Task[Response]) -> None:
        _tasks.discard(task)
        try:
            self._respond(task.result())
        except Refusal as refusal:
            self._respond(answers.of_refusal(refusal, self._request.correlation_id))
        except Exception:  # a fault of ours, see `_fail`
            self._fail()

    def _fail(self) -> None:
        """Answer a fault of ours."""
        _log.exception("gateway_failed", correlation_id=self._request.correlation_id)
        self._respond(answers.of_refusal(unexpected(), self._request.correlation_id))

    def _respond(self, response: Response) -> None:
        request = self._request
        self._desk.give_memory_back(self._held)
        self._desk.finish(request, self._endpoint, response)
        traces.note(self._span.running, request, response)
        self._span.close()
        self._answered(response)
