"""The queues, and how each is worked: one table, read by sender, relay and worker alike."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from grpc import StatusCode

MAX_FAILURES: Final = 3
MAX_OUTAGES: Final = 70  # about an hour: a part that is down says nothing about the job
MAX_LOSSES: Final = 10
LEASE_S: Final = 8.0  # a job whose worker has not been heard of for so long is given to another
HEARTBEAT_S: Final = 2.0
SENT_LEASE_S: Final = 10.0  # a message that no worker took for so long is sent again
SENT_LEASE_LIMIT_S: Final = 300.0
BACKOFF_S: Final = 1.0
BACKOFF_LIMIT_S: Final = 60.0

# What may go away by itself. Any other error of ours is the input's fault, and would come again.
TRANSIENT: Final = frozenset(
    {
        StatusCode.UNKNOWN,
        StatusCode.DEADLINE_EXCEEDED,
        StatusCode.RESOURCE_EXHAUSTED,
        StatusCode.ABORTED,
        StatusCode.INTERNAL,
        StatusCode.UNAVAILABLE,
        StatusCode.DATA_LOSS,
    }
)


class Lanes(StrEnum):
    """Which lanes of its queues a worker process works (see `QueuePolicy`)."""

    BOTH = "both"
    FRONT = "front"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """How one queue is worked.

    A queue may have two lanes in Redis. What a brand asks for now and then goes in front; what goes
    beyond its allowance is bulk, which is worked beside the front and never before it. Queues that
    hold one job at a time, for its memory, have one lane; what nobody waits for is bulk altogether.

    priority: lower goes first where one worker has jobs of several queues.
    concurrency: jobs of this queue that one worker process holds at once, 0 for as many as it has
    threads. time_limit_s: of one attempt. window: messages of one brand that wait in Redis at
    once for each worker process; the rest wait in the database, so that a brand's flood stays
    behind every other brand; bulk_window: of a brand of which more than a burst waits. burst, per_s: the allowance of a brand in front: so many jobs at
    once, and then so many a second for each worker process; 0 for a queue with one lane. behind: all
    of it is bulk.
    """

    name: str
    priority: int
    concurrency: int
    time_limit_s: float
    window: int
    bulk_window: int = 0
    burst: int = 0
    per_s: float = 0.0
    behind: bool = False

    @property
    def bulk(self) -> str:
        """Name of the lane of bulk in Redis; the lane in front has the name of the queue."""
        return f"{self.name}.bulk" if self.burst or self.behind else self.name

    def lanes(self, wanted: Lanes) -> tuple[str, ...]:
        """Return the lanes in Redis that a worker of these lanes works."""
        front = (self.name,) if wanted is not Lanes.BULK and not self.behind else ()
        has_bulk = self.bulk != self.name
        return (*front, self.bulk) if wanted is not Lanes.FRONT and has_bulk else front


# About an eighth of a core for one brand in front, and as many jobs at once as a page asks for.
QUEUES: Final = {
    policy.name: policy
    for policy in (
        QueuePolicy(
            "render-preview", 0, 0, time_limit_s=20, window=2, bulk_window=6, burst=24, per_s=12.0
        ),
        QueuePolicy(
            "asset-convert", 10, 0, time_limit_s=60, window=2, bulk_window=6, burst=12, per_s=4.0
        ),
        QueuePolicy("render-final", 20, 1, time_limit_s=120, window=2),
        QueuePolicy("export-manufacturing", 20, 1, time_limit_s=180, window=2),
        QueuePolicy("asset-prepare", 40, 1, time_limit_s=300, window=2, behind=True),
        QueuePolicy("cleanup", 50, 1, time_limit_s=300, window=2),
    )
}
_BY_LANE: Final = {lane: policy for policy in QUEUES.values() for lane in policy.lanes(Lanes.BOTH)}


def policy_of_lane(lane: str) -> QueuePolicy:
    """Return the policy of the queue that a lane in Redis belongs to."""
    return _BY_LANE[lane]


def policy(queue: str) -> QueuePolicy:
    """Return the policy of a queue. Raises ValueError for a queue that nobody works."""
    try:
        return QUEUES[queue]
    except KeyError:
        raise ValueError(f"There is no queue {queue!r}; there are {', '.join(QUEUES)}.") from None


def most_failures(code: StatusCode) -> int:
    """Return after how many failed attempts a job is given up whose last one ended like this."""
    if code not in TRANSIENT:
        return 1
    return MAX_OUTAGES if code is StatusCode.UNAVAILABLE else MAX_FAILURES


def backoff_s(failures: int, least_s: float = 0.0) -> float:
    """Return the pause before the next attempt: exponential, with jitter of ±50 %.

    failures: attempts that have failed, ≥ 1. least_s: what the error asked for.
    """
    jitter = random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing
    return max(least_s, min(BACKOFF_LIMIT_S, BACKOFF_S * 2.0 ** (failures - 1)) * jitter)
