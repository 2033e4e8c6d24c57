"""Load over HTTP/1.1: connections that are kept, each with one request at a time, all the same.

    python -m tests.bench.load PORT TARGET CONNECTIONS SECONDS RATE <request.json   prints a Load as JSON

RATE: requests a second of all connections together; 0 for one at once behind the other. A request
that cannot be sent when it is due, because the one before it is not answered, waits: it counts from
when it was due.

It writes prepared bytes and counts the answer's, so that what it measures is the server: one core
does some ten times what a Python gateway answers.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count, repeat
from typing import Final

import uvloop

WARM_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Load:
    """count: of answers. rate: of them a second. p50_ms, p95_ms: of one request. cpu_s: what the client itself used."""

    count: int
    rate: float
    p50_ms: float
    p95_ms: float
    cpu_s: float


class _Client(asyncio.Protocol):
    """One connection. times_s: of the answers in the measured time; count: of all of them.

    due: when each request is to be sent. Any status but 200 ends the whole load.
    """

    def __init__(self, request: bytes, begin_s: float, end_s: float, due: Iterator[float]) -> None:
        self._request = request
        self._begin_s, self._end_s = begin_s, end_s
        self._due = due
        self._buffer = b""
        self.times_s: list[float] = []
        self.count = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        now_s = time.perf_counter()
        due_s = next(self._due) or now_s
        if due_s <= now_s:
            self._send(due_s)
        else:
            # A timer is up to a millisecond late, which is nobody's latency.
            loop = asyncio.get_running_loop()
            loop.call_later(due_s - now_s, lambda: self._send(time.perf_counter()))

    def _send(self, since_s: float) -> None:
        self._sent_s = since_s
        self._transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not _is_whole(self._buffer):
            return
        if not self._buffer.startswith(b"HTTP/1.1 200 "):
            self.done.set_exception(RuntimeError(self._buffer[:500].decode()))
            return
        self._buffer = b""
        self.count += 1
        now_s = time.perf_counter()
        if self._sent_s >= self._begin_s and now_s < self._end_s:
            self.times_s.append(now_s - self._sent_s)
        if now_s >= self._end_s:
            self._transport.close()
            self.done.set_result(None)
        else:
            self._next()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server closed the connection"))


def _is_whole(answer: bytes) -> bool:
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    at = answer.lower().find(b"content-length:", 0, head)
    if at < 0:
        return answer.endswith(b"0\r\n\r\n")  # chunks
    length = int(answer[at + 15 : answer.index(b"\r\n", at)])
    return len(answer) >= head + 4 + length


def due_s(number: int, connections: int, rate: float) -> Iterator[float]:
    """Yield when a connection's requests are to be sent, in seconds of the performance counter; 0 for
    at once. Connections take turns."""
    if not rate:
        yield from repeat(0.0)
    first_s = time.perf_counter() + number / rate
    for at in count():
        yield first_s + at * connections / rate


async def _measure(
    port: int, request: bytes, connections: int, seconds: float, rate: float
) -> Load:
    loop = asyncio.get_running_loop()
    begin_s = time.perf_counter() + WARM_S
    end_s = begin_s + seconds
    clients = [
        _Client(request, begin_s, end_s, due_s(number, connections, rate))
        for number in range(connections)
    ]
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
    cpu_s = time.process_time()
    await asyncio.gather(*(client.done for client in clients))
    cpu_s = time.process_time() - cpu_s
    times = [took for client in clients for took in client.times_s]
    return load_of(times, sum(client.count for client in clients), seconds, cpu_s)


def load_of(times_s: list[float], count: int, seconds: float, cpu_s: float) -> Load:
    """Return what a load of so many seconds came to. times_s: of the measured answers."""
    times = sorted(times_s)
    p50, p95 = (times[int(share * len(times))] * 1e3 for share in (0.5, 0.95))
    return Load(count, len(times) / seconds, p50, p95, cpu_s)


def main(port: str, target: str, connections: str, seconds: str, rate: str) -> None:
    """Make the load and print what came of it. Headers beside the usual: `name: value` lines first."""
    head, _, body = sys.stdin.buffer.read().partition(b"\n\n")
    lines = [b"POST %s HTTP/1.1" % target.encode(), b"host: 127.0.0.1", *head.splitlines()]
    lines += [b"content-type: application/json", b"content-length: %d" % len(body), b"", b""]
    request = b"\r\n".join(lines) + body
    measured = _measure(int(port), request, int(connections), float(seconds), float(rate))
    made = uvloop.run(measured)
    print(json.dumps(asdict(made)))


if __name__ == "__main__":
    main(*sys.argv[1:])
