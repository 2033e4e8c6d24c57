"""Clients of a fleet that go on calling while something happens to its processes."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from google.protobuf.json_format import MessageToDict

from tests.fleet.brand import OverGrpc
from tests.fleet.fleet import Fleet
from tests.spec.shop import product, text_zone

CLIENTS_OF_A_KIND = 2
GIVE_UP_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request through the gateway ended; the times are of one monotonic clock."""

    kind: str
    status: int
    began_s: float
    ended_s: float
    body: Any


@dataclass
class Load:
    """Shoppers and a brand's server at work: reads of the doubled service, writes to it, and
    writes of another service that reads from it."""

    running: Fleet
    acme: OverGrpc
    plate: str
    answers: list[Answer] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Work until the end of the block, in which every client has to go on answering."""
        session = self.acme.session()
        with ThreadPoolExecutor(3 * CLIENTS_OF_A_KIND) as threads:
            clients: list[Future[None]] = []
            for number in range(CLIENTS_OF_A_KIND):
                clients += [
                    threads.submit(self._client, "read", self._read),
                    threads.submit(self._client, "write", self._write),
                    threads.submit(self._client, "keep", partial(self._keep, session, number)),
                ]
            try:
                yield
            finally:
                self.ended.set()
            for one in clients:
                one.result()

    def await_more(self, count: int) -> None:
        """Return when each kind has had this many answers more."""
        wanted = {kind: self._count(kind) + count for kind in ("read", "write", "keep")}
        end = time.monotonic() + GIVE_UP_S
        while any(self._count(kind) < number for kind, number in wanted.items()):
            assert time.monotonic() < end, "requests are stuck"
            time.sleep(0.02)

    def _count(self, kind: str) -> int:
        return sum(answer.kind == kind for answer in self.answers)

    def _client(self, kind: str, request: Callable[[], tuple[int, Any]]) -> None:
        while not self.ended.is_set():
            began_s = time.monotonic()
            status, body = request()
            self.answers.append(Answer(kind, status, began_s, time.monotonic(), body))

    def _read(self) -> tuple[int, Any]:
        status, body = self.running.get(f"/v1/{self.plate}", x_api_key=self.acme.secret)
        return status, json.loads(body)

    def _write(self) -> tuple[int, Any]:
        body = MessageToDict(product(text_zone(f"{self.acme.name}/fonts/noto-sans")))
        return self.running.post(f"/v1/{self.acme.name}/products", body, x_api_key=self.acme.secret)

    _numbers = itertools.count()

    def _keep(self, session: str, client: int) -> tuple[int, Any]:
        text = f"K {client} {next(self._numbers)}"
        design = {"productRevision": self.plate, "zones": {"name": {"text": {"text": text}}}}
        return self.running.post(
            f"/v1/{self.acme.name}/snapshots", {"design": design},
            x_api_key=self.acme.publishable, luneo_session=session,
        )  # fmt: skip


def calls_of(running: Fleet, process: str) -> int:
    """Return how many calls a process has logged."""
    return sum(line["event"] == "call" for line in running.log(process))
