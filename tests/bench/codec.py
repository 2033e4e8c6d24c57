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
from tests.bench.table import Measure

_TEMPLATE: Final = Path(__file__).parents[2] / "examples/products/steel-tag.json"
_WARM: Final = 20
_CALLS: Final = 40
_ROUNDS: Final = 60


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
    """Measure in turns what this thread computes. The best round counts: the others are slower by
    what else the machine does, and the first calls of a round by what the other left in the caches."""
    best_ms, best_peer_ms = (
        min(times)
        for times in zip(*((_round_ms(ours), _round_ms(peer)) for _ in range(_ROUNDS)), strict=True)
    )
    return Measure(name, best_ms, "ms", "json_format", best_peer_ms, goal=goal, goal_of_ratio=True)


def _round_ms(work: Callable[[], object]) -> float:
    for _ in range(_WARM):
        work()
    start_s = time.thread_time()
    for _ in range(_CALLS):
        work()
    return (time.thread_time() - start_s) * 1e3 / _CALLS
