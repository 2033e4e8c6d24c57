"""Metrics for Prometheus; traces are in `tracing`.

Metrics are counted in every process. Where PROMETHEUS_MULTIPROC_DIR names a folder, the processes
of an installation share their counts through it and any of them can answer a scrape for all; the
variable is prometheus_client's own and is read by it at import.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import psycopg
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.runtime.database import Database

REGISTRY: Final = CollectorRegistry()

_SECONDS: Final = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 30.0, 60.0,
    120.0,
)  # fmt: skip

CALLS: Final = Counter(
    "luneo_calls", "Calls by method and status code.", ("method", "code"), registry=REGISTRY
)
CALL_SECONDS: Final = Histogram(
    "luneo_call_seconds", "Time of a call.", ("method",), buckets=_SECONDS, registry=REGISTRY
)
REQUESTS: Final = Counter(
    "luneo_requests",
    "HTTP requests by rpc and status; no rpc where none is bound.",
    ("rpc", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS: Final = Histogram(
    "luneo_request_seconds",
    "Time until an HTTP request was answered, streams left out.",
    ("rpc",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
JOBS: Final = Counter(
    "luneo_jobs",
    "Attempts at jobs by how they ended: done, failed, dead, superseded, duplicate.",
    ("queue", "outcome"),
    registry=REGISTRY,
)
JOB_SECONDS: Final = Histogram(
    "luneo_job_seconds", "Time of one attempt.", ("queue",), buckets=_SECONDS, registry=REGISTRY
)
JOB_WAIT_SECONDS: Final = Histogram(
    "luneo_job_wait_seconds",
    "Time from a message's commit to a worker's claim.",
    ("queue",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
RELAYED: Final = Counter(
    "luneo_relayed", "Messages sent to the queue, by queue.", ("queue",), registry=REGISTRY
)
RESENT: Final = Counter(
    "luneo_resent", "Messages taken back from lost deliveries and lost workers.", registry=REGISTRY
)

SPANS: Final = Counter(
    "luneo_spans", "Spans by what became of them: sent, lost.", ("outcome",), registry=REGISTRY
)

# One branch for each state, so that each reads its own partial index and not what is done.
_BACKLOG: Final = text("""
SELECT queue, 'waiting' AS state, count(*) AS messages,
    extract(epoch FROM now() - min(create_time)) AS oldest_s
FROM outbox WHERE state = 'waiting' GROUP BY queue
UNION ALL SELECT queue, 'sent', count(*), NULL FROM outbox WHERE state = 'sent' GROUP BY queue
UNION ALL SELECT queue, 'running', count(*), NULL FROM outbox WHERE state = 'running' GROUP BY queue
UNION ALL SELECT queue, 'dead', count(*), NULL FROM outbox WHERE state = 'dead' GROUP BY queue
""")


class Backlog(Collector):
    """What waits in the outbox of all brands, looked up at the time of the scrape."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; none while the database does not answer."""
        messages = GaugeMetricFamily(
            "luneo_outbox_messages", "Messages by queue and state.", labels=("queue", "state")
        )
        oldest = GaugeMetricFamily(
            "luneo_outbox_oldest_seconds", "Age of the oldest waiting message.", labels=("queue",)
        )
        for queue, state, count, oldest_s in self._rows():
            messages.add_metric((queue, state), count)
            if oldest_s is not None:
                oldest.add_metric((queue,), float(oldest_s))
        yield messages
        yield oldest

    def _rows(self) -> list[tuple[str, str, int, float | None]]:
        try:
            with self._database.relay() as tx:
                return [(r[0], r[1], r[2], r[3]) for r in tx.execute(_BACKLOG)]
        except (psycopg.Error, SQLAlchemyError):
            return []


def exposition(*collectors: Collector) -> tuple[bytes, str]:
    """Return what a scrape of Prometheus is answered with: body and media type.

    collectors: what is looked up at the time of the scrape, such as the outbox's backlog.
    """
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    looked_up = CollectorRegistry(auto_describe=False)
    for collector in collectors:
        looked_up.register(collector)
    return generate_latest(registry) + generate_latest(looked_up), CONTENT_TYPE_LATEST


def observe_call(method: str, code: str, seconds: float) -> None:
    """Count one call. method: full rpc name; code: name of the gRPC status."""
    _child(CALLS, method, code).inc()
    _child(CALL_SECONDS, method).observe(seconds)


def observe_request(rpc: str, status: int, seconds: float | None) -> None:
    """Count one HTTP request. rpc: "package.Service/Method" or "". seconds: None for a stream."""
    _child(REQUESTS, rpc, str(status)).inc()
    if seconds is not None:
        _child(REQUEST_SECONDS, rpc).observe(seconds)


@lru_cache(maxsize=4096)
def _child(metric: Any, *labels: str) -> Any:
    """Return the count of some labels; to look it up there takes as long as to count."""
    return metric.labels(*labels)
