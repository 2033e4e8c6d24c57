"""JSON in and out: the gateway's codec beside `google.protobuf.json_format`, on the template of a
product that is about 1.6 KB as JSON. Both answers are compared before anything is measured."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from google.protobuf import json_format
from luneo.design.v1 import template_pb2

from gateway import codec
from tests.bench.table import Measure, side_by_side

_TEMPLATE: Final = Path(__file__).parents[2] / "examples/products/steel-tag.json"
_RUNS: Final = 60
_CALLS: Final = 20


def measures() -> Iterator[Measure]:
    """Yield the times of one message, read and written; milliseconds."""
    template = json.loads(_TEMPLATE.read_text(encoding="utf-8"))["template"]
    message = json_format.ParseDict(template, template_pb2.Template())
    text = codec.encode(message)

    def read() -> template_pb2.Template:
        filled = template_pb2.Template()
        codec.decode(text, filled)
        return filled

    def read_by_peer() -> template_pb2.Template:
        return json_format.Parse(text, template_pb2.Template())

    def write_by_peer() -> str:
        return json_format.MessageToJson(message, indent=None)

    assert read() == message == read_by_peer()
    assert json.loads(codec.encode(message)) == json.loads(write_by_peer())
    size = f"{len(text) / 1000:.1f} KB"
    yield _measure(f"codec: JSON of {size} into a message", read, read_by_peer, 1 / 10)
    yield _measure(
        f"codec: a message into JSON of {size}",
        lambda: codec.encode(message),
        write_by_peer,
        1 / 5,
    )


def _measure(
    name: str, ours: Callable[[], object], peer: Callable[[], object], goal: float
) -> Measure:
    """Measure in turns what this thread computes, whatever else the machine does."""
    works = _repeated(ours), _repeated(peer)
    ours_ms, peer_ms = side_by_side(works, runs=_RUNS, clock=time.thread_time)
    times = ours_ms / _CALLS, peer_ms / _CALLS
    return Measure(name, times[0], "ms", "json_format", times[1], goal=goal, goal_of_ratio=True)


def _repeated(work: Callable[[], object]) -> Callable[[], object]:
    """Return what works so often that reading the clock takes no part of it."""

    def calls() -> None:
        for _ in range(_CALLS):
            work()

    return calls
