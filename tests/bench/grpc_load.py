"""The same load by gRPC: clients with a connection each, one call at a time, straight to the backend.

    python -m tests.bench.grpc_load PORT - CLIENTS SECONDS RATE <request   prints a Load as JSON

What a gateway adds to a call is what its load takes longer than this one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import grpc.aio
import uvloop

from gateway import codec
from tests.bench.echo_service import PATH, EchoRequest
from tests.bench.load import WARM_S, Load, due_s, load_of


async def _client(
    port: int, request: Any, begin_s: float, end_s: float, due: Iterator[float]
) -> list[float]:
    """Call when it is due; return the times of the calls in the measured time, in seconds."""
    times: list[float] = []
    options = [("grpc.use_local_subchannel_pool", 1)]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options) as channel:
        call: Any = channel.unary_unary(PATH, EchoRequest.SerializeToString, bytes)
        while (now_s := time.perf_counter()) < end_s:
            sent_s = next(due) or now_s
            if sent_s > now_s:
                await asyncio.sleep(sent_s - now_s)
                sent_s = time.perf_counter()
            await call(request, timeout=15)
            now_s = time.perf_counter()
            if sent_s >= begin_s and now_s < end_s:
                times.append(now_s - sent_s)
    return times


async def _measure(port: int, request: Any, clients: int, seconds: float, rate: float) -> Load:
    begin_s = time.perf_counter() + WARM_S
    cpu_s = time.process_time()
    each = await asyncio.gather(
        *(
            _client(port, request, begin_s, begin_s + seconds, due_s(number, clients, rate))
            for number in range(clients)
        )
    )
    times = [took for one in each for took in one]
    return load_of(times, len(times), seconds, time.process_time() - cpu_s)


def main(port: str, _: str, clients: str, seconds: str, rate: str) -> None:
    """Make the load and print what came of it. The request is what `load` takes."""
    body = sys.stdin.buffer.read().partition(b"\n\n")[2]
    request = EchoRequest()
    codec.decode(body, request)
    request.parent = "brands/acme"  # type: ignore[attr-defined]
    measured = _measure(int(port), request, int(clients), float(seconds), float(rate))
    made = uvloop.run(measured)
    print(json.dumps(asdict(made)))


if __name__ == "__main__":
    main(*sys.argv[1:])
