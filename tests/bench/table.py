"""What a benchmark measures, and how it is printed: always beside a named peer of the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table.

    value and peer_value in `unit`; ratio is value / peer_value. goal: what value (or the ratio, if
    `goal_of_ratio`) may be at most, None without one.
    """

    name: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float = 0.0
    goal: float | None = None
    goal_of_ratio: bool = False

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer_value if self.peer_value else None

    @property
    def judged(self) -> float | None:
        return self.ratio if self.goal_of_ratio else self.value

    @property
    def holds(self) -> bool:
        return self.goal is None or (self.judged is not None and self.judged <= self.goal)

    def record(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "holds": self.holds}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the values lie; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_ms(work: Callable[[], object], *, runs: int, warm: int = 3) -> float:
    """Return the median time of one call in milliseconds."""
    for _ in range(warm):
        work()
    return statistics.median(timed_ms(work) for _ in range(runs))


def timed_ms(work: Callable[[], object]) -> float:
    """Return the time of one call in milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def side_by_side(
    works: Sequence[Callable[[], object]],
    *,
    runs: int,
    warm: int = 3,
    burst: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Return the median time of each in milliseconds, done in turns: what else runs slows all of them.

    burst: how often each is done in its turn, so that one does not always start with the other's data
    in the processor's caches. clock: seconds; `time.thread_time` counts what this thread computes,
    whoever else is at work.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs + warm):
        for work, of_work in zip(works, times, strict=True):
            for _ in range(burst):
                start = clock()
                work()
                of_work.append((clock() - start) * 1e3)
    return [statistics.median(of_work[warm * burst :]) for of_work in times]


def print_table(measures: Sequence[Measure]) -> None:
    """Print the measures, one a line."""
    width = max(len(measure.name) for measure in measures)
    for measure in measures:
        line = f"{measure.name:{width}}  {measure.value:9.2f} {measure.unit:5}"
        if measure.ratio is not None:
            line += (
                f"  {measure.ratio:6.3f} × {measure.peer} ({measure.peer_value:.2f} {measure.unit})"
            )
        if measure.goal is not None:
            what = "ratio" if measure.goal_of_ratio else "goal"
            line += f"  {what} ≤ {measure.goal:g}: {'holds' if measure.holds else 'MISSED'}"
        print(line)
