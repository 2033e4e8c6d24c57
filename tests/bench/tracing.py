"""What tracing costs: the same requests with it and without, in turns, in one process.

The requests go through the whole application (edge, pipeline, database) without sockets. What counts
is the processor time of the process, its exporting thread included; the collector is another process,
and every group of requests ends when it has everything.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import httpx
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import Tracer

from gateway.app import GatewayApp
from services import composition
from services.cli.processes import connected
from services.runtime import tracing
from services.runtime.config import Settings
from services.server import rest_app
from tests.bench.table import Measure
from tests.platform.installation import Installation, installation

_GROUPS: Final = 21
_TURNS: Final = 12  # of each kind in a group, which together make about one batch of spans
_IN_A_TURN: Final = 10
_A_SECOND: Final = 300  # below what one client may
_GOAL: Final = 1.10


def measures() -> Iterator[Measure]:
    """Yield the processor time of a request with tracing, as a ratio to that without."""
    with (
        tempfile.TemporaryDirectory(prefix="luneo-bench-") as folder,
        installation(Path(folder) / "data") as made,
        _collector() as endpoint,
    ):
        made.start(subcommand="demo")
        settings = connected(Settings.from_environment(data=made.data, log_level="error"))
        with composition.process("server", settings) as process, asyncio.Runner() as runner:
            work = _Work(rest_app(settings, process), made, runner)
            for name, request in (("read", work.read), ("compose", work.compose)):
                # As installed, and as somebody sets it who looks for something: that has no goal.
                for share, said, goal in (
                    (0.01, "1 in 100 traced", _GOAL),
                    (1.0, "all traced", None),
                ):
                    with_ms, without_ms = _pairs(request, endpoint, share)
                    yield Measure(
                        f"tracing: {name} over REST in process, {said}", with_ms, "ms",
                        "without tracing", without_ms, goal, goal_of_ratio=True,
                    )  # fmt: skip
            work.close()


def _pairs(request: Callable[[], None], endpoint: str, share: float) -> tuple[float, float]:
    """Return milliseconds of processor time for a request with tracing and without.

    A few requests with and a few without take turns, so that what else the machine does falls on
    both; the group whose ratio is the median counts.
    """
    provider = TracerProvider(sampler=TraceIdRatioBased(share))
    exporter = tracing.collector_exporter(endpoint)
    # Sent by us at the end of each group, in the time of those with tracing, and never in between.
    provider.add_span_processor(
        BatchSpanProcessor(exporter, max_queue_size=2048, schedule_delay_millis=10**7)
    )
    tracer = provider.get_tracer("luneo")
    groups = [_group(request, tracer, provider) for _ in range(_GROUPS + 1)][1:]
    tracing._tracer = None
    provider.shutdown()
    return sorted(groups, key=lambda group: group[0] / group[1])[_GROUPS // 2]


def _group(
    request: Callable[[], None], tracer: Tracer, provider: TracerProvider
) -> tuple[float, float]:
    """Return milliseconds for a request with and without, of one group."""
    ends_s = time.monotonic() + 2 * _TURNS * _IN_A_TURN / _A_SECOND
    spent = {True: 0.0, False: 0.0}
    for turn in range(2 * _TURNS):
        traced = turn % 4 in (0, 3)  # each as often first as second
        tracing._tracer = tracer if traced else None
        begun = time.process_time()
        for _ in range(_IN_A_TURN):
            request()
        spent[traced] += time.process_time() - begun
    begun = time.process_time()
    provider.force_flush()
    spent[True] += time.process_time() - begun
    time.sleep(max(0.0, ends_s - time.monotonic()))
    with_ms, without_ms = (1e3 * spent[it] / (_TURNS * _IN_A_TURN) for it in (True, False))
    return with_ms, without_ms


class _Work:
    """Requests of a shopper at the walnut plaque of the demo."""

    def __init__(self, app: GatewayApp, made: Installation, runner: asyncio.Runner) -> None:
        brand = next(one for one in made.seeded()["brands"] if one["brand"] == "hearth-oak")
        self._runner = runner
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://gateway",
            headers={"x-api-key": brand["keys"]["publishable"]},
        )
        self._product = f"/v1/{brand['name']}/products/walnut-plaque:published"
        self._compose = f"/v1/{brand['name']}/designs:compose"
        published = self._get(self._product)
        zone = next(one["id"] for one in published["template"]["zones"] if "text" in one)
        text = {zone: {"text": {"text": "Emma\nsince 2021"}}}
        self._design = json.dumps(
            {"design": {"productRevision": published["name"], "zones": text}}
        ).encode()
        self.compose()

    def read(self) -> None:
        """What a widget asks first."""
        self._get(self._product)

    def compose(self) -> None:
        """What it asks at a keystroke."""
        headers = {"content-type": "application/json"}
        answer = self._runner.run(
            self._client.post(self._compose, content=self._design, headers=headers)
        )
        assert answer.raise_for_status().json()["valid"]

    def close(self) -> None:
        self._runner.run(self._client.aclose())

    def _get(self, path: str) -> Any:
        return self._runner.run(self._client.get(path)).raise_for_status().json()


@contextmanager
def _collector() -> Iterator[str]:
    """A collector in a process of its own that takes everything and looks at nothing."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_take, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.kill()
        process.join()


def _take(told: Connection) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is said."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.send(server.server_port)
    server.serve_forever()
