"""What each brand may have done in front of all bulk: a token bucket for each brand and queue.

A brand of which more waits than a burst has none left until it has caught up: what it sends goes in
its order to bulk, where brands take turns. So however many brands ask now and then, they cannot
starve one that asks for much, and the one cannot stand in their way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.runtime.queue_policy import QueuePolicy

_KEPT: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    since_s: float


class Allowances:
    """Counted by one relay: N relays allow up to N times as much. Lost with it, which does no harm."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(
        self, queue: QueuePolicy, brand: str, jobs: int, *, left: int, workers: int, now_s: float
    ) -> int:
        """Return how many of some jobs that are sent go in front; the others are bulk.

        left: how many of the brand wait after these. workers: ≥ 1. now_s: of a monotonic clock.
        """
        if not queue.burst:
            return 0 if queue.behind else jobs
        bucket = self._bucket(queue, brand, queue.per_s * workers, now_s)
        if left > queue.burst:
            bucket.tokens = 0.0
        front = min(jobs, int(bucket.tokens))
        bucket.tokens -= front
        return front

    def _bucket(self, queue: QueuePolicy, brand: str, per_s: float, now_s: float) -> _Bucket:
        """Return a brand's bucket with what has come in since it was looked at."""
        key = (queue.name, brand)
        bucket = self._buckets.pop(key, None) or _Bucket(queue.burst, now_s)
        bucket.tokens = min(queue.burst, bucket.tokens + per_s * (now_s - bucket.since_s))
        bucket.since_s = now_s
        self._buckets[key] = bucket  # the last to be forgotten
        if len(self._buckets) > _KEPT:
            del self._buckets[next(iter(self._buckets))]
        return bucket
