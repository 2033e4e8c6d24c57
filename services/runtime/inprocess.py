"""Calls into a pipeline of this process: from the gateway's event loop, and from its own services.

A service's call to another runs on the thread of the call it is made in, so it needs no second
thread to wait for; its database connections come from a pool of its own (`Context.depth`).
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import Final

from google.protobuf.message import Message

from services.runtime import calls
from services.runtime.call_threads import CallThreads, Place
from services.runtime.calls import Context, Deadline
from services.runtime.credentials import Metadata
from services.runtime.errors import (
    DeadlineExceeded,
    ResourceExhausted,
    ServiceError,
    from_status,
    to_status,
)
from services.runtime.pipeline import CALL_LIMIT_S, STREAM_LIMIT_S, CallFailed, Incoming, Pipeline

WAITING_PER_THREAD: Final = 16
STREAMS: Final = 2_000


class Overloaded(ResourceExhausted):
    """More calls wait than this process will finish in time."""

    reason = "OVERLOADED"
    message = "Too many calls at once. Try again shortly."
    default_retry_after_s = 1.0


Outcome = Message | BaseException
Done = Callable[[Outcome], None]


class Answers:
    """Brings answers from threads back to an event loop: those of one moment wake it once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._waiting: deque[tuple[Call, Outcome]] = deque()
        self._told = False

    def put(self, call: Call, outcome: Outcome) -> None:
        """Hand over what a call came to; on any thread."""
        self._waiting.append((call, outcome))
        if not self._told:
            self._told = True
            with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                self.loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        self._told = False  # before the look: what comes behind it tells the loop again
        waiting = self._waiting
        while waiting:
            call, outcome = waiting.popleft()
            call.settle(outcome)


class Call:
    """One call that a thread makes for an event loop. room: what it gives back at its end. place: where
    it stands in the queue for a thread."""

    __slots__ = ("_answers", "_done", "_incoming", "_room", "_timer", "place")

    def __init__(
        self, incoming: Incoming, done: Done, answers: Answers, room: threading.Semaphore
    ) -> None:
        self._incoming = incoming
        self._done: Done | None = done
        self._answers = answers
        self._room = room
        self._timer = answers.loop.call_later(incoming.deadline.remaining_s(), self._too_late)
        self.place: Place | None = None

    def run(self, pipeline: Pipeline) -> None:
        """Make the call, on this thread."""
        try:
            outcome: Outcome = pipeline.unary(self._incoming)
        except BaseException as error:  # told to whoever waits
            outcome = error
        self._answers.put(self, outcome)
        self._room.release()

    def settle(self, outcome: Outcome) -> None:
        """Tell what the call came to, unless nobody waits for it: the pipeline has logged it."""
        done, self._done = self._done, None
        self._timer.cancel()
        if done is not None:
            done(outcome)

    def give_up(self) -> None:
        """Wait no more. What has not begun need not; what runs goes on, and gives its place back at its end."""
        self._done = None
        self._timer.cancel()
        if self.place is not None and self.place.leave():
            self._room.release()

    def _too_late(self) -> None:
        done = self._done
        self.give_up()
        if done is not None:
            done(_failed(DeadlineExceeded(), self._incoming.metadata))


class Invoker:
    """Makes calls from an event loop: the handlers run on a bounded pool of threads.

    `unary` and `stream` raise CallFailed, whose `status` is what a gRPC client would have got.
    """

    def __init__(self, pipeline: Pipeline, *, threads: int = 16, streams: int = STREAMS) -> None:
        self.pipeline = pipeline
        self._threads = CallThreads(threads, "call")
        self._due = False
        self._room = threading.BoundedSemaphore(threads * (1 + WAITING_PER_THREAD))
        self._back: Answers | None = None
        self._most_streams = streams
        self._streams = 0

    async def unary(
        self,
        path: str,
        request: Message,
        metadata: Metadata,
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> Message:
        """Return the response of one call; the time in the queue counts.

        path: "/luneo.spec.v1.SpecService/GetSpec". metadata: lower-case names. address: of the
        client, for the audit.
        """
        answered: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def settle(outcome: Outcome) -> None:
            if answered.done():
                return
            if isinstance(outcome, BaseException):
                answered.set_exception(outcome)
            else:
                answered.set_result(outcome)

        call = self.begin(path, request, metadata, timeout_s, settle, address=address)
        try:
            return await answered
        finally:
            if call is not None:
                call.give_up()

    def begin(
        self,
        path: str,
        request: Message,
        metadata: Metadata,
        timeout_s: float | None,
        done: Done,
        *,
        address: str = "",
    ) -> Call | None:
        """Begin a call as `unary` makes it; `done` gets what it came to, on the loop that runs.

        Returns None if the call is over already: there was no room for it.
        """
        deadline = Deadline.after(min(timeout_s or CALL_LIMIT_S, CALL_LIMIT_S))
        if not self._room.acquire(blocking=False):
            done(_failed(Overloaded(), metadata))
            return None
        answers = self._answers()
        incoming = Incoming(path, request, metadata, deadline, address)
        call = Call(incoming, done, answers, self._room)
        try:
            call.place = self._threads.add(partial(call.run, self.pipeline))
        except RuntimeError:  # the threads have ended
            call.give_up()
            self._room.release()
            raise
        if not self._due:
            self._due = True
            answers.loop.call_soon(self._wake)
        return call

    def _wake(self) -> None:
        """Have threads make what was begun in this round of the loop."""
        self._due = False
        self._threads.wake()

    def begins(self, _: str) -> Callable[..., Call | None]:
        """Return what begins calls of any method."""
        return self.begin

    def _answers(self) -> Answers:
        """Return what brings answers back to the loop that runs."""
        loop = asyncio.get_running_loop()
        if self._back is None or self._back.loop is not loop:
            self._back, self._due = Answers(loop), False
        return self._back

    async def stream(
        self,
        path: str,
        request: Message,
        metadata: Metadata,
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> AsyncGenerator[Message, None]:
        """Yield the responses of a streaming call."""
        if self._streams >= self._most_streams:
            raise _failed(Overloaded(), metadata)
        deadline = Deadline.after(min(timeout_s or STREAM_LIMIT_S, STREAM_LIMIT_S))
        incoming = Incoming(path, request, metadata, deadline, address)
        self._streams += 1
        try:
            async with aclosing(self.pipeline.stream(incoming, self._threads)) as responses:
                async for response in responses:
                    yield response
        finally:
            self._streams -= 1

    def close(self) -> None:
        """Let running calls end, drop those that wait."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def call_within(pipeline: Pipeline, path: str, request: Message, context: Context) -> Message:
    """Return the response of a call that a service makes in `context`, on this thread.

    Raises the ServiceError that the called service raised.
    """
    copy = type(request)()
    copy.CopyFrom(request)
    outer = calls.current()
    incoming = Incoming(
        path,
        copy,
        {"x-correlation-id": context.correlation_id, "user-agent": context.agent},
        context.deadline,
        context.address,
        caller=context.caller,
        depth=outer.depth + 1 if outer else 0,
    )
    try:
        return pipeline.unary(incoming)
    except CallFailed as failed:
        raise from_status(failed.status) from failed.error


def _failed(error: ServiceError, metadata: Metadata) -> CallFailed:
    correlation_id = metadata.get("x-correlation-id", "")
    return CallFailed(error, to_status(error, correlation_id), correlation_id)
