"""What happens to every call, whichever way it came in.

credential → brand → rights → limits → request_id → handler → errors → log, metrics, trace

The gRPC server, the gateway's calls in this process and a service's calls to another are thin
adapters of `Pipeline`; none of them judges anything.
"""

from __future__ import annotations

import asyncio
import contextvars
import re
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

import structlog
from google.protobuf.message import Message
from google.rpc import status_pb2

from services.runtime import calls, outages, policy, validation
from services.runtime.calls import ANONYMOUS, Caller, Context, Deadline
from services.runtime.credentials import Credentials, Metadata
from services.runtime.errors import (
    DeadlineExceeded,
    ServiceError,
    Unimplemented,
    to_status,
)
from services.runtime.policy import Method
from services.runtime.requests import Requests
from services.runtime.service import Service

CALL_LIMIT_S: Final = 60.0
STREAM_LIMIT_S: Final = 600.0
_CORRELATION_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")

_END: Final = object()
_log = structlog.get_logger(__name__)


class CallFailed(Exception):
    """How a call ended that has no response. status: what the caller is told."""

    def __init__(self, error: ServiceError, status: status_pb2.Status, correlation_id: str) -> None:
        super().__init__(str(error))
        self.error = error
        self.status = status
        self.correlation_id = correlation_id


@dataclass(slots=True)
class Record:
    """What is known of a call when it has ended; for logs, metrics and traces."""

    method: str
    correlation_id: str
    metadata: Metadata
    streams: bool = False
    caller: Caller = ANONYMOUS
    brand: str = ""
    code: str = "OK"
    reason: str = ""
    duration_s: float = 0.0


class Observer(Protocol):
    """Sees every call begin and end; must not raise."""

    def begin(self, record: Record) -> Any:
        """Called before the credential is looked at; what it returns is handed to `end`."""

    def end(self, begun: Any, record: Record) -> None:
        """Called after the call, with code, reason and duration set.

        It is the same thread, but for a stream not the same context of variables.
        """


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call as an adapter hands it over.

    path: "/luneo.spec.v1.SpecService/GetSpec". metadata: lower-case names. deadline: when the
    client stops waiting. address: of the client. caller: set for a call of a service within this
    process, which shows no credential; depth: how many calls it stands in.
    """

    path: str
    request: Message
    metadata: Metadata
    deadline: Deadline
    address: str = ""
    caller: Caller | None = None
    depth: int = 0


Handler = Callable[[Any, Context], Any]


class Pipeline:
    """The methods of some services, each behind the same steps."""

    def __init__(
        self,
        services: Sequence[Service],
        credentials: Credentials,
        requests: Requests,
        observers: Sequence[Observer] = (),
    ) -> None:
        """Raises PolicyFault for a method that does not say who may call it, or has no handler."""
        self._credentials = credentials
        self._requests = requests
        self._observers = tuple(observers)
        self._handlers = dict(_handlers(services))
        self.methods: Mapping[str, Method] = {
            path: method for path, (method, _) in self._handlers.items()
        }
        self.service_names = tuple(name for one in services for name, _ in one.servicers)

    def unary(self, incoming: Incoming) -> Message:
        """Return the response of a call, on this thread. Raises CallFailed."""
        record = _record(incoming)
        begun = [(observer, observer.begin(record)) for observer in self._observers]
        start_s = time.perf_counter()
        before = calls.current()
        try:
            method, handler = self._find(incoming.path, streams=False)
            context = _at_first(incoming, record)
            calls.set_current(context)
            context = self._admitted(method, incoming, context, record)
            calls.set_current(context)
            validation.check(incoming.request)
            response = self._requests.answer(
                method, incoming.request, context, lambda: handler(incoming.request, context)
            )
            return _checked(response, method)
        except asyncio.CancelledError:
            record.code = "CANCELLED"
            raise
        except Exception as error:
            raise _failed(error, record) from error
        finally:
            calls.set_current(before)
            _end(begun, record, start_s)

    async def stream(self, incoming: Incoming, threads: Executor) -> AsyncGenerator[Message, None]:
        """Yield the responses of a streaming call. Raises CallFailed.

        threads: where the steps before the handler run, which look things up in the database.
        """
        record = _record(incoming)
        record.streams = True
        with self._observed(record):
            method, handler = self._find(incoming.path, streams=True)
            loop = asyncio.get_running_loop()
            context = await loop.run_in_executor(
                threads, self._prepared_stream, method, incoming, record
            )
            responses = handler(incoming.request, context)
            async with aclosing(_until(context, responses)) as until_deadline:
                async for response in until_deadline:
                    yield _checked(response, method)

    def _prepared_stream(self, method: Method, incoming: Incoming, record: Record) -> Context:
        context = _at_first(incoming, record)
        with calls.working_on(context):
            context = self._admitted(method, incoming, context, record)
            validation.check(incoming.request)
        return context

    def _find(self, path: str, *, streams: bool) -> tuple[Method, Handler]:
        found = self._handlers.get(path)
        if found is None or found[0].streams is not streams:
            raise Unimplemented
        return found

    def _admitted(
        self, method: Method, incoming: Incoming, context: Context, record: Record
    ) -> Context:
        """Return the context of a caller who may make this call."""
        if context.deadline.has_passed:
            raise DeadlineExceeded
        caller = incoming.caller or self._credentials.caller_of(incoming.metadata)
        record.caller = caller
        brand = method.brand_of(incoming.request)
        if brand:
            caller = self._credentials.in_brand(caller, brand)
        method.admit(caller, brand)
        record.caller, record.brand = caller, brand
        return Context(
            caller=caller,
            brand=brand,
            correlation_id=context.correlation_id,
            deadline=context.deadline,
            address=context.address,
            agent=context.agent,
            origin=context.origin,
            owner=method.owner_for(caller),
            depth=context.depth,
        )

    @contextmanager
    def _observed(self, record: Record) -> Iterator[None]:
        """Turn every exception into CallFailed, and tell the observers how the call ended."""
        begun = [(observer, observer.begin(record)) for observer in self._observers]
        start_s = time.perf_counter()
        try:
            yield
        except (GeneratorExit, asyncio.CancelledError):
            record.code = "CANCELLED"
            raise
        except Exception as error:
            raise _failed(error, record) from error
        finally:
            _end(begun, record, start_s)


def _failed(error: Exception, record: Record) -> CallFailed:
    """Return what the caller is told of an error, and log it if it is a fault of ours."""
    seen = outages.service_error(error)
    record.code, record.reason = seen.code.name, seen.public_reason
    if seen.report:
        _log.error("call_failed", method=record.method, reason=record.reason, exc_info=error)
    status = to_status(seen, record.correlation_id)
    return CallFailed(seen, status, record.correlation_id)


def _end(begun: Iterable[tuple[Observer, Any]], record: Record, start_s: float) -> None:
    record.duration_s = time.perf_counter() - start_s
    for observer, token in begun:
        observer.end(token, record)


def _handlers(services: Sequence[Service]) -> Iterator[tuple[str, tuple[Method, Handler]]]:
    for service in services:
        for name, servicer in service.servicers:
            for method in policy.methods_of(name):
                handler = getattr(servicer, method.path.rpartition("/")[2], None)
                if handler is None:
                    raise policy.PolicyFault(f"{service.name} does not handle {method.path}")
                yield method.path, (method, cast("Handler", handler))


def _record(incoming: Incoming) -> Record:
    given = incoming.metadata.get("x-correlation-id", "")
    correlation_id = given if _CORRELATION_ID.fullmatch(given) else calls.new_correlation_id()
    return Record(incoming.path, correlation_id, incoming.metadata)


def _at_first(incoming: Incoming, record: Record) -> Context:
    """Return the context before it is known who calls."""
    return Context(
        caller=ANONYMOUS,
        correlation_id=record.correlation_id,
        deadline=incoming.deadline,
        address=incoming.address,
        agent=incoming.metadata.get("user-agent", "")[:300],
        origin=incoming.metadata.get("origin", "")[:300],
        depth=incoming.depth,
    )


def _checked(response: Any, method: Method) -> Message:
    if not isinstance(response, method.response_class):
        raise TypeError(f"{method.path} returned {type(response).__name__}")
    return response


async def _until(
    context: Context, responses: AsyncGenerator[Any, None]
) -> AsyncGenerator[Any, None]:
    """Yield what a handler yields, as the work of this call, until the call's deadline.

    Every step runs as a task in one context of variables, so that the handler finds its call.
    """
    variables = contextvars.copy_context()
    variables.run(calls.set_current, context)
    loop = asyncio.get_running_loop()
    try:
        while True:
            async with asyncio.timeout(context.deadline.remaining_s()):
                response = await loop.create_task(_next(responses), context=variables)
            if response is _END:
                return
            yield response
    finally:
        await loop.create_task(responses.aclose(), context=variables)


async def _next(responses: AsyncGenerator[Any, None]) -> Any:
    return await anext(responses, _END)
