"""The service of rules.proto, called the way the gateway calls the pipeline."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from luneo.options.v1.http_response_pb2 import HttpResponse

from services.runtime.errors import ServiceError, to_status
from services.runtime.pipeline import CallFailed
from tests.gateway.schema import Message, message_class

Envelope = message_class("Envelope")


class Messaging:
    """Handlers of the rpcs, each on a thread; what they were asked is kept.

    error: raised by every call until it is taken away. hold: calls wait until it is set.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything, as if made anew."""
        self.asked: list[Any] = []
        self.metadata: list[Mapping[str, str]] = []
        self.timeouts: list[float | None] = []
        self.addresses: list[str] = []
        self.threads: set[str] = set()
        self.error: ServiceError | None = None
        self.hold: threading.Event | None = None
        self.file = HttpBody(content_type="image/png", data=b"\x89PNG")
        self.text = "hello"
        self.streams_open = 0
        self.stream_ended = threading.Event()
        self.next_message = threading.Semaphore(0)

    async def unary(
        self,
        path: str,
        request: Any,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> Any:
        self._note(request, metadata, timeout_s, address)
        handler = getattr(self, path.rpartition("/")[2])
        try:
            return await asyncio.to_thread(self._call, handler, request)
        except ServiceError as error:
            raise failed(error, metadata) from error

    async def stream(
        self,
        path: str,
        request: Any,
        metadata: Mapping[str, str],
        timeout_s: float | None = None,
        *,
        address: str = "",
    ) -> AsyncIterator[Any]:
        self._note(request, metadata, timeout_s, address)
        self.streams_open += 1
        try:
            if self.error is not None:
                raise failed(self.error, metadata)
            number = 0
            while number < 3 or request.name == "named/endless":
                if request.name != "named/three":
                    while not self.next_message.acquire(blocking=False):
                        await asyncio.sleep(0.005)
                number += 1
                if self.error is not None:
                    raise failed(self.error, metadata)
                yield Message(message_id=str(number), text=self.text)
        finally:
            self.streams_open -= 1
            self.stream_ended.set()

    def _note(self, request: Any, metadata: Any, timeout_s: float | None, address: str) -> None:
        self.asked.append(request)
        self.metadata.append(metadata)
        self.timeouts.append(timeout_s)
        self.addresses.append(address)

    def _call(self, handler: Callable[[Any], Any], request: Any) -> Any:
        self.threads.add(threading.current_thread().name)
        if self.hold is not None:
            assert self.hold.wait(20)
        if self.error is not None:
            raise self.error
        return handler(request)

    def GetNamed(self, request: Any) -> Any:
        return Message(message_id=request.name, text=self.text)

    def GetMessage(self, request: Any) -> Any:
        return Message(message_id=request.message_id, text=self.text, etag="v1")

    def UpdateMessage(self, request: Any) -> Any:
        return request.message

    def UpdateNested(self, request: Any) -> Any:
        return request.message

    def ReplaceMessage(self, request: Any) -> Any:
        return request

    def DeleteMessage(self, request: Any) -> Any:
        return Empty()

    def PublishMessage(self, request: Any) -> Any:
        return request

    def GetFile(self, request: Any) -> HttpBody:
        return self.file

    def PutPicture(self, request: Any) -> Any:
        return Message(text=f"{request.picture.content_type} {len(request.picture.data)}")

    def PutRaw(self, request: Any) -> Any:
        return request

    def Echo(self, request: Any) -> Any:
        return request

    def GetInner(self, request: Any) -> Any:
        return Envelope(message=Message(text="inner"), counts={"a": 1})


def failed(error: ServiceError, metadata: Mapping[str, str]) -> CallFailed:
    """Return what the pipeline raises for an error."""
    correlation_id = metadata["x-correlation-id"]
    return CallFailed(error, to_status(error, correlation_id), correlation_id)


def with_headers(body: HttpBody, **stated: str) -> HttpBody:
    """Return the body with headers, as `services.runtime.http_bodies` states them."""
    packed = AnyMessage()
    packed.Pack(HttpResponse(**stated))
    body.extensions.append(packed)
    return body
