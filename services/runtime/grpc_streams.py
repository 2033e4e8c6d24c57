"""Streams of responses on a gRPC server: tasks of one event loop, however many are open.

A stream that waits for its next message holds no thread. One that sends holds a thread of a pool of
its own until the message has left, so a client that does not read delays no other stream and no call.
gRPC calls this a behaviour that does not block; its own health service watches in the same way.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any, Final

import grpc
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status

from services.runtime.errors import ResourceExhausted, to_status
from services.runtime.pipeline import CallFailed, Incoming, Pipeline

STREAMS: Final = 256

Send = Callable[[Message | None], None]  # None ends the stream


class TooManyStreams(ResourceExhausted):
    """Every stream that this server can hold is taken."""

    reason = "TOO_MANY_STREAMS"
    message = "Too many streams are open. Try again shortly, or ask for the state instead."
    default_retry_after_s = 5.0


class Streams:
    """The open streams of one server.

    limit: how many at a time. threads: where gRPC begins streams and where messages are sent.
    """

    def __init__(self, pipeline: Pipeline, limit: int) -> None:
        self._pipeline = pipeline
        self._places = threading.BoundedSemaphore(limit)
        # One thread more than streams, to refuse those that find no room.
        self.threads = ThreadPoolExecutor(limit + 1, thread_name_prefix="grpc-stream")
        self._steps = ThreadPoolExecutor(2, thread_name_prefix="stream-step")
        self._loop = asyncio.new_event_loop()
        self._loop_thread = threading.Thread(
            target=self._loop.run_forever, name="grpc-streams", daemon=True
        )
        self._running: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to work on streams."""
        self._loop_thread.start()

    def stop(self) -> None:
        """Cancel what still runs, and end. gRPC sends nothing any more."""
        asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._loop_thread.join()
        self._loop.close()
        self._steps.shutdown()
        self.threads.shutdown(wait=False)

    def close(self) -> None:
        """Give back what a server holds that never started."""
        self._loop.close()

    def take_place(self) -> None:
        """Raise CallFailed if no stream has room; otherwise `follow` or `give_back` comes next."""
        if not self._places.acquire(blocking=False):
            raise CallFailed(refused := TooManyStreams(), to_status(refused, ""), "")

    def give_back(self) -> None:
        """Free a place that no stream took."""
        self._places.release()

    def follow(self, incoming: Incoming, context: grpc.ServicerContext, send: Send) -> None:
        """Send what the pipeline's stream yields, until its end or until the client has gone."""
        self._loop.call_soon_threadsafe(self._begin, incoming, context, send)

    def _begin(self, incoming: Incoming, context: grpc.ServicerContext, send: Send) -> None:
        task = self._loop.create_task(self._run(incoming, context, send))
        self._running.add(task)
        task.add_done_callback(self._ended)

        def client_gone() -> None:
            self._loop.call_soon_threadsafe(task.cancel)

        if not context.add_callback(client_gone):
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._places.release()

    async def _run(self, incoming: Incoming, context: grpc.ServicerContext, send: Send) -> None:
        responses: Any = self._pipeline.stream(incoming, self._steps)
        try:
            async with aclosing(responses):
                async for response in responses:
                    await self._loop.run_in_executor(self.threads, send, response)
        except CallFailed as failed:
            _fail(context, failed.status)
        except BaseException:  # the client has gone, or gRPC cannot send
            context.cancel()  # type: ignore[no-untyped-call]
            raise
        send(None)

    async def _cancel_all(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def _fail(context: grpc.ServicerContext, status: status_pb2.Status) -> None:
    """Have the stream end with a status and its details."""
    shown = rpc_status.to_status(status)
    context.set_code(shown.code)
    context.set_details(shown.details)
    context.set_trailing_metadata(shown.trailing_metadata)
