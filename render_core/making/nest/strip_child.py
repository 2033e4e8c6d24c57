"""The solver in a process of its own: it can neither be stopped nor trusted not to crash.

One line of JSON in: the strip, and when it is to be ready by the machine's monotonic clock. Lines of JSON
out: each a better packing, the last the final one. It ends when its input ends, which is when whoever
started it is gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any, Final

import spyrrow

_EVERY_S: Final = 0.1


def main() -> None:
    """Read a strip, pack it, and write what is found."""
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_input, daemon=True).start()
    items = [
        spyrrow.Item(str(number), [(x, y) for x, y in one["ring"]], one["copies"], one["rotations"])
        for number, one in enumerate(asked["items"])
    ]
    instance = spyrrow.StripPackingInstance("strip", asked["height"], items)
    seconds = max(asked["ends"] - time.monotonic(), 2.0)
    compress_s = max(int(seconds * asked["compress_share"]), 1)
    config = spyrrow.StripPackingConfig(
        total_computation_time=None,
        exploration_time=max(int(seconds) - compress_s, 1),
        compression_time=compress_s,
        early_termination=True,
        seed=asked["seed"],
        num_workers=asked["threads"],
    )
    told = spyrrow.ProgressQueue()
    threading.Thread(target=_tell, args=(told,), daemon=True).start()
    found = instance.solve(config, told)
    with _WRITING:
        _write(found)
    os._exit(0)


_WRITING = threading.Lock()


def _tell(told: spyrrow.ProgressQueue) -> None:
    while True:
        time.sleep(_EVERY_S)
        feasible = [
            solution
            for kind, solution in told.drain()
            if kind in (spyrrow.ReportType.ExplFeas, spyrrow.ReportType.CmprFeas)
        ]
        if feasible:
            with _WRITING:
                _write(feasible[-1])


def _write(found: spyrrow.StripPackingSolution) -> None:
    document: dict[str, Any] = {
        "width": found.width,
        "placed": [[int(one.id), one.rotation, *one.translation] for one in found.placed_items],
    }
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
