"""Calls into a pipeline of this process: from the gateway's event loop, and from its own services.

A service's call to another runs on the thread of the call it is made in, so it needs no second
thread to wait for; its database connections come from a pool of its own (`Context.depth`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from google.protobuf.message import Message

from services.runtime import calls
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
STREAMS: Final = 256


class Overloaded(ResourceExhausted):
    """More calls wait than this process will finish in time."""

    reason = "OVERLOADED"
    message = "Too many calls at once. Try again shortly."
    default_retry_after_s = 1.0


class Invoker:
    """Makes calls from an event loop: the handlers run on a bounded pool of threads.

    `unary` and `stream` raise CallFailed, whose `status` is what a gRPC client would have got.
    """

    def __init__(self, pipeline: Pipeline, *, threads: int = 16, streams: int = STREAMS) -> None:
        self.pipeline = pipeline
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="call")
        self._most_calls = threads * (1 + WAITING_PER_THREAD)
        self._most_streams = streams
        self._calls = 0
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
        if self._calls >= self._most_calls:
            raise _failed(Overloaded(), metadata)
        deadline = Deadline.after(min(timeout_s or CALL_LIMIT_S, CALL_LIMIT_S))
        incoming = Incoming(path, request, metadata, deadline, address)
        self._calls += 1
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self.pipeline.unary, incoming)
        work.add_done_callback(self._done)
        try:
            async with asyncio.timeout(deadline.remaining_s()):
                return await asyncio.shield(work)
        except TimeoutError:
            work.add_done_callback(_forget)
            raise _failed(DeadlineExceeded(), metadata) from None
        except asyncio.CancelledError:
            work.add_done_callback(_forget)
            work.cancel()
            raise

    async def stream(
        self,
        path: str,
        request: Message,
        metadata: Metadata,
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> AsyncIterator[Message]:
        """Yield the responses of a streaming call."""
        if self._streams >= self._most_streams:
            raise _failed(Overloaded(), metadata)
        deadline = Deadline.after(min(timeout_s or STREAM_LIMIT_S, STREAM_LIMIT_S))
        incoming = Incoming(path, request, metadata, deadline, address)
        self._streams += 1
        try:
            async for response in self.pipeline.stream(incoming, self._threads):
                yield response
        finally:
            self._streams -= 1

    def close(self) -> None:
        """Let running calls end, drop those that wait."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _done(self, work: asyncio.Future[Message]) -> None:
        self._calls -= 1


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


def _forget(work: asyncio.Future[Any]) -> None:
    """Look at the outcome of a call that nobody waits for, so that the loop does not report it."""
    if not work.cancelled():
        work.exception()
