"""Calls into a pipeline of this process: from the gateway's event loop, and from its own services.

A service's call to another runs on the thread of the call it is made in, so it needs no second
thread to wait for; its database connections come from a pool of its own (`Context.depth`).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Final

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
STREAMS: Final = 2_000


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
        self._room = threading.BoundedSemaphore(threads * (1 + WAITING_PER_THREAD))
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
        deadline = Deadline.after(min(timeout_s or CALL_LIMIT_S, CALL_LIMIT_S))
        incoming = Incoming(path, request, metadata, deadline, address)
        if not self._room.acquire(blocking=False):
            raise _failed(Overloaded(), metadata)
        work = self._threads.submit(self.pipeline.unary, incoming)
        work.add_done_callback(lambda _: self._room.release())
        response = asyncio.wrap_future(work)
        response.add_done_callback(_seen)
        try:
            async with asyncio.timeout(deadline.remaining_s()):
                return await asyncio.shield(response)
        except TimeoutError:
            raise _failed(DeadlineExceeded(), metadata) from None
        finally:
            # What has not begun need not; what runs goes on, and gives its place back at its end.
            work.cancel()

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


def _seen(response: asyncio.Future[Message]) -> None:
    """Take note of how a call ended for which nobody waits any more: the pipeline has logged it."""
    if not response.cancelled():
        response.exception()


def _failed(error: ServiceError, metadata: Metadata) -> CallFailed:
    correlation_id = metadata.get("x-correlation-id", "")
    return CallFailed(error, to_status(error, correlation_id), correlation_id)
