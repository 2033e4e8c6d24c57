"""The ASGI application: probes, the page, and every rpc of the mounted services.

app = create_app(invoker, services)
uvicorn.Server(serving.config(app, host, port)).run()
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import orjson
import structlog
from google.protobuf.descriptor import ServiceDescriptor
from luneo.comments import COMMENTS

from gateway import answers, exchange, openapi, static
from gateway.bridge import Bridge
from gateway.edge import access, correlation, headers, problems
from gateway.exchange import ClientGone, Receive, Request, Response, Scope, Send
from gateway.invoker import Invoker
from gateway.probes import Check, Metrics, Probes
from gateway.refusals import Refusal, method_not_allowed
from gateway.settings import GatewaySettings
from gateway.static import File, StaticFiles
from gateway.status import unexpected

_READ: Final = "GET, HEAD, OPTIONS"

_log = structlog.get_logger(__name__)


def create_app(
    invoker: Invoker,
    services: Iterable[ServiceDescriptor],
    settings: GatewaySettings | None = None,
    *,
    static_dir: Path | None = None,
    live_files: Mapping[str, Path] | None = None,
    checks: Mapping[str, Check] | None = None,
    metrics: Metrics | None = None,
    title: str = "Luneo",
    comments: Mapping[str, str] = COMMENTS,
    on_close: Callable[[], Awaitable[None]] | None = None,
) -> GatewayApp:
    """Return the application.

    invoker: the pipeline. services: descriptors; each rpc with a google.api.http option is bound.
    static_dir: the built page. live_files: by path,
    files that may change. checks: for /readyz. metrics: for /metrics. title, comments (by full name):
    for /openapi.json. on_close: awaited when the process ends.
    Raises RuleError if an option cannot be served or two conflict.
    """
    settings = settings or GatewaySettings()
    mounted = tuple(services)
    return GatewayApp(
        Bridge(invoker, mounted, settings),
        Probes(checks or {}, metrics, metrics_public=settings.metrics_public),
        StaticFiles(static_dir, live=live_files) if static_dir or live_files else None,
        static.api_document(
            orjson.dumps(openapi.document(mounted, title=title, comments=comments))
        ),
        settings,
        on_close,
    )


class GatewayApp:
    """An ASGI 3 application."""

    def __init__(
        self,
        bridge: Bridge,
        probes: Probes,
        files: StaticFiles | None,
        api_document: File,
        settings: GatewaySettings,
        on_close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._bridge = bridge
        self._on_close = on_close
        self._files = files
        self.settings = settings
        self._api_document = api_document
        self._own: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "/healthz": probes.healthy,
            "/readyz": probes.ready,
            "/metrics": probes.figures,
            "/openapi.json": self._describe,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the start and end of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            return
        request = exchange.read_request(scope, receive, self.settings.trusted_hops)
        began_s = time.perf_counter()
        try:
            response = await self._answer(request)
        except ClientGone:
            access.note(request, None, began_s)
            return
        self._finish(request, response)
        try:
            await _write(request, response, send)
        finally:
            access.note(request, response, began_s, log_all=self.settings.log_requests)
            if response.release is not None:
                await response.release()

    def begin(
        self,
        method: str,
        raw_path: bytes,
        query: bytes,
        raw_headers: Sequence[tuple[bytes, bytes]],
        client: str,
        data: bytes,
        send: Callable[[Response], None],
    ) -> bool:
        """Answer a request that came whole without a task, if it may be; else return False, with
        nothing done, and it is for `__call__`.

        data: the body. client: the address that the connection comes from. send: gets the answer
        when all is in it, now or later.
        """
        request = exchange.request_of(
            method, raw_path, query, raw_headers, client,
            self.settings.trusted_hops, exchange.read_whole,
        )  # fmt: skip
        if request.raw_path in self._own:
            return False
        if self._files is not None and self._files.find(request.raw_path) is not None:
            return False
        began_s = time.perf_counter()

        def answered(response: Response) -> None:
            self._finish(request, response)
            send(response)
            # What is sent leaves when this turn of the loop ends: the line waits for the next.
            note = partial(access.note, log_all=self.settings.log_requests)
            asyncio.get_running_loop().call_soon(note, request, response, began_s)

        return self._bridge.begin(request, data, answered)

    @property
    def most_streams(self) -> int:
        """How many may be open at a time."""
        return self.settings.streams

    def stop_streams(self) -> None:
        """End every open stream; called when the process is about to end."""
        self._bridge.stop_streams()

    async def close(self) -> None:
        """End streams and give everything back; a server does it when it has ended."""
        await self._bridge.close()
        if self._on_close is not None:
            await self._on_close()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.shutdown":
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return
            await self._bridge.start()
            await send({"type": "lifespan.startup.complete"})

    async def _answer(self, request: Request) -> Response:
        own = self._own.get(request.raw_path)
        if own is None and self._files is not None:
            file = self._files.find(request.raw_path)
            if file is not None:
                own = partial(_serve, self._files, file)
        if own is None:
            return await self._bridge.answer(request)
        try:
            if request.method not in answers.SAFE:
                raise method_not_allowed(request.method, _READ)
            return await own(request)
        except Refusal as refusal:
            return answers.of_refusal(refusal, request.correlation_id)
        except Exception:  # a fault of ours: logged, and told without its text
            _log.exception("gateway_failed", correlation_id=request.correlation_id)
            return answers.of_refusal(unexpected(), request.correlation_id)

    async def _describe(self, request: Request) -> Response:
        return static.answer(request, self._api_document)

    def _finish(self, request: Request, response: Response) -> None:
        response.headers.append((correlation.HEADER, request.correlation_id))
        if response.close:
            response.headers.append(("connection", "close"))
        problems.negotiate(request, response)
        headers.secure(response, https=self.settings.https)


async def _write(request: Request, response: Response, send: Send) -> None:
    bodiless = request.method == "HEAD" or response.status in (204, 304)
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if response.stream is None and response.status not in (204, 304):
        raw.append((b"content-length", str(len(response.body)).encode("ascii")))
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    if response.stream is not None and not bodiless:
        await _pump(request, response, send)
    else:
        body = b"" if bodiless else response.body
        await send({"type": "http.response.body", "body": body})


async def _pump(request: Request, response: Response, send: Send) -> None:
    """Send a stream until it ends or the client has gone."""
    sender = asyncio.ensure_future(_send_chunks(response, send))
    watcher = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({sender, watcher}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sender, watcher):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _send_chunks(response: Response, send: Send) -> None:
    if response.stream is not None:
        async for chunk in response.stream:
            response.sent += len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _serve(files: StaticFiles, file: File, request: Request) -> Response:
    return files.answer(request, file)
