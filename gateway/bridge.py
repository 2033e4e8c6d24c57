"""From a request to a response: route, limits, body, call, CORS."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from functools import partial
from typing import Final

import structlog
from google.protobuf.descriptor import ServiceDescriptor

from gateway import answers, direct, exchange, streams
from gateway.edge import body, cors, deadlines, traces
from gateway.edge.body import BodyMemory
from gateway.edge.limits import Gate
from gateway.edge.maintenance import Switch
from gateway.edge.rates import Rates, brand_in
from gateway.endpoint import Endpoint
from gateway.exchange import ClientGone, Request, Response
from gateway.heavy import HeavyWork
from gateway.httprule import RuleError
from gateway.invoker import Invoker, headers_of
from gateway.refusals import Refusal
from gateway.routes import Binding, Match, RouteTable, allow_header
from gateway.settings import GatewaySettings
from gateway.status import unexpected
from gateway.streams import MessageStream
from gateway.turns import Turns
from gateway.usage import Usage
from services.runtime.pipeline import CallFailed

# A refusal comes at once; a stream that has nothing to say yet begins after this.
_FIRST_MESSAGE_S: Final = 0.5

_log = structlog.get_logger(__name__)


class Bridge:
    """Every rpc of some services over HTTP."""

    def __init__(
        self, invoker: Invoker, services: Iterable[ServiceDescriptor], settings: GatewaySettings
    ) -> None:
        """Raises RuleError for an option that cannot be served."""
        self.settings = settings
        self._heavy = HeavyWork()
        self._table = RouteTable(services)
        self._endpoints = _endpoints(self._table, invoker, self._heavy, settings)
        self._memory = BodyMemory(settings.body_memory)
        self._rates = Rates(settings, [one.full_method[1:] for one in self._table.bindings])
        self._maintenance = Switch(settings.maintenance, settings.maintenance_redis_url)
        self._open_streams = Gate(
            settings.streams, settings.streams_per_party, settings.streams_per_client
        )
        self._origins = cors.Origins()
        self._stopping = asyncio.Event()

    async def answer(self, request: Request) -> Response:
        """Return the response to any request; raises only ClientGone."""
        with traces.span_of(request) as running:
            response = await self._answer(request)
            traces.note(running, request, response)
            return response

    async def _answer(self, request: Request) -> Response:
        endpoint: Endpoint | None = None
        try:
            exchange.check(request)
            if request.method == "OPTIONS" and (options := self._options(request)):
                return options
            match = self._table.match(request.method, request.raw_path)
            endpoint = self._endpoints[match.binding]
            response = await self._call(endpoint, match, request)
        except Refusal as refusal:
            response = answers.of_refusal(refusal, request.correlation_id)
        except ClientGone:
            raise
        except Exception:  # a fault of ours: logged, and told without its text
            _log.exception("gateway_failed", correlation_id=request.correlation_id)
            response = answers.of_refusal(unexpected(), request.correlation_id)
        self.finish(request, endpoint, response)
        return response

    def begin(self, request: Request, data: bytes, answered: direct.Answered) -> bool:
        """Answer a call that came whole without a task, if it may be; else return False, with
        nothing done. data: the body. answered: gets the response, now or later."""
        try:
            exchange.check(request)
            match = self._table.match(request.method, request.raw_path)
            endpoint = self._endpoints[match.binding]
            if not endpoint.is_direct(request, len(data)):
                return False
            self._maintenance.admit(reads=endpoint.reads)
        except Refusal:
            return False  # `answer` finds the same again, and says it
        _name(request, endpoint, match)
        return direct.DirectCall(self, endpoint, match, request, answered).begin(data)

    def admit_now(self, request: Request) -> bool:
        """Count a call without waiting; False if that cannot be. Raises Refusal."""
        admitted = self._rates.admit_now(request, time.monotonic())
        request.party = self._rates.party(request)
        return admitted

    def take_memory(self, size: int) -> None:
        """Count the memory of a body. Raises Refusal."""
        self._memory.take(size)

    def give_memory_back(self, size: int) -> None:
        """Count it as free again."""
        self._memory.give_back(size)

    def finish(self, request: Request, endpoint: Endpoint | None, response: Response) -> None:
        """Add what every answer brings: CORS and limits; remember what it says of both."""
        if response.origin_passed is not None:
            self._origins.note(request, passed=response.origin_passed)
        public = endpoint is not None and endpoint.public
        response.headers += self._origins.headers(request, public=public)
        response.headers += request.answer_headers
        self._rates.note(request, response)

    def stop_streams(self) -> None:
        """End every open stream, telling its client to come back."""
        self._stopping.set()

    async def start(self) -> None:
        """Begin to look for maintenance."""
        await self._maintenance.start()

    async def close(self) -> None:
        """Give the threads and connections back."""
        self.stop_streams()
        self._heavy.close()
        await self._maintenance.close()
        await self._rates.close()

    def _options(self, request: Request) -> Response | None:
        """Return what a path takes, None if an rpc is bound to OPTIONS and shall say it."""
        methods = self._table.methods(request.raw_path)
        if cors.is_preflight(request):
            return cors.preflight(request, allow_header(methods))
        if "OPTIONS" in methods:
            return None
        return Response(204, [("allow", allow_header(methods))])

    async def _call(self, endpoint: Endpoint, match: Match, request: Request) -> Response:
        settings = self.settings
        _name(request, endpoint, match)
        self._maintenance.admit(reads=endpoint.reads)
        await self._rates.admit(request, time.monotonic())
        request.party = self._rates.party(request)
        timeout_s = deadlines.timeout_s(
            request.headers,
            settings.stream_limit_s if endpoint.streaming else settings.default_timeout_s,
            settings.stream_limit_s if endpoint.streaming else settings.max_timeout_s,
        )
        async with body.whole(
            request, endpoint.body_limit, self._memory, settings.body_timeout_s
        ) as data:
            if not endpoint.streaming:
                return await endpoint.answer(match, request, data, timeout_s)
            return await self._stream(endpoint, match, request, data, timeout_s)

    async def _stream(
        self, endpoint: Endpoint, match: Match, request: Request, data: bytes, timeout_s: float
    ) -> Response:
        who = request.party, request.client
        self._open_streams.enter(*who)
        release = partial(self._open_streams.leave, *who)
        try:
            source = await endpoint.open(match, request, data, timeout_s)
            stream = MessageStream(source, self._stopping, release)
        except BaseException:  # whatever ends it, cancelling too: the place is given back
            release()
            raise
        try:
            # The type of bytes is known with the first of them.
            await stream.ready(timeout_s if endpoint.raw else _FIRST_MESSAGE_S)
            stream.fail_early()
        except CallFailed as failed:
            await stream.close()
            return endpoint.failure(failed)
        except BaseException:  # whatever ends it, cancelling too: the stream is closed
            await stream.close()
            raise
        content_type, chunks = self._chunks(endpoint, request, stream)
        return Response(
            200,
            [
                *headers_of(source),
                ("content-type", content_type),
                ("x-accel-buffering", "no"),
            ],
            stream=chunks,
            release=stream.close,
            origin_passed=True,
        )

    def _chunks(
        self, endpoint: Endpoint, request: Request, stream: MessageStream
    ) -> tuple[str, AsyncIterator[bytes]]:
        """Return the content type of a stream and what goes on the wire."""
        if endpoint.raw:
            return streams.pieces(stream, endpoint.payload)
        framed = streams.framing(request, resumable=endpoint.resumable)
        return framed.content_type, streams.chunks(
            stream, framed, endpoint.payload, request.correlation_id, self.settings.heartbeat_s
        )


def _name(request: Request, endpoint: Endpoint, match: Match) -> None:
    """Say which call a request is."""
    request.rpc = endpoint.rpc
    request.route = endpoint.binding.template.text
    request.brand = "" if endpoint.public else brand_in(match.captures)


def _endpoints(
    table: RouteTable, invoker: Invoker, heavy: HeavyWork, settings: GatewaySettings
) -> dict[Binding, Endpoint]:
    """Raises RuleError with a line for each binding that names what cannot be bound."""
    made: dict[Binding, Endpoint] = {}
    usage = Usage()
    works = Turns(settings.calls_at_once, usage)
    waits = Turns(settings.calls_that_wait, usage, counted=False)
    problems: list[str] = []
    for binding in table.bindings:
        try:
            made[binding] = Endpoint(binding, invoker, heavy, settings, works=works, waits=waits)
        except RuleError as error:
            problems.append(str(error))
    if problems:
        raise RuleError("\n".join(problems))
    return made
