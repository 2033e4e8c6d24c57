"""Moves messages from the outbox to the queue as soon as they are committed.

The relay is woken by PostgreSQL's NOTIFY and looks by itself once a second. It locks the rows that
it takes (`FOR UPDATE SKIP LOCKED`), sends them, marks them and commits, in that order: if it dies in
between, the rows are still waiting and are sent again, and a worker drops what comes twice. Any
number of relays may run.

Of each brand only a few messages per queue are in Redis at once (`QueuePolicy.window`). The others
wait in their rows, so that a brand with ten thousand jobs stays behind one with a single job, and
what is lost with Redis is little. What goes beyond a brand's allowance goes into the lane of bulk.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from itertools import groupby
from typing import Any, Final

import psycopg
import redis
import sqlalchemy.exc
import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy import Connection

from services.runtime import telemetry, tracing
from services.runtime.allowance import Allowances
from services.runtime.database import RELAY, Database, in_one_trip
from services.runtime.queue import QueueBroker, message
from services.runtime.queue_policy import QUEUES, SENT_LEASE_LIMIT_S, SENT_LEASE_S, QueuePolicy
from services.runtime.sweeper import Sweeper

CHANNEL: Final = "luneo_outbox"
LOOK_S: Final = 1.0
STOP_CHECK_S: Final = 0.2
BACKLOG_S: Final = 0.05
RECONNECT_LIMIT_S: Final = 5.0

# The brands that wait are found by hopping from one to the next in the index, not by reading all
# that waits; of each, the oldest messages that fit its window are taken, and as many counted as
# tell whether it has more than a burst. A brand whose window is full has a row without a message.
TAKE: Final = """
WITH RECURSIVE brands (brand_id) AS (
    (SELECT brand_id FROM outbox WHERE queue = %(queue)s AND state = 'waiting'
     ORDER BY brand_id LIMIT 1)
    UNION ALL
    SELECT (SELECT o.brand_id FROM outbox o
            WHERE o.queue = %(queue)s AND o.state = 'waiting' AND o.brand_id > b.brand_id
            ORDER BY o.brand_id LIMIT 1)
    FROM brands b WHERE b.brand_id IS NOT NULL
), due AS (
    SELECT b.brand_id, (
        SELECT count(*) FROM (
            SELECT FROM outbox w
            WHERE w.queue = %(queue)s AND w.state = 'waiting' AND w.brand_id = b.brand_id
              AND w.available_time <= now()
            LIMIT %(bulk_window)s + %(burst)s + 1) few) AS jobs
    FROM brands b WHERE b.brand_id IS NOT NULL
), taken AS (
    SELECT o.brand_id, o.message_id FROM due d CROSS JOIN LATERAL (
        SELECT w.brand_id, w.message_id FROM outbox w
        WHERE w.queue = %(queue)s AND w.state = 'waiting' AND w.brand_id = d.brand_id
          AND w.available_time <= now()
        ORDER BY w.available_time
        LIMIT greatest(0, CASE WHEN d.jobs > %(burst)s THEN %(bulk_window)s ELSE %(window)s END - (
            SELECT count(*) FROM outbox s
            WHERE s.queue = %(queue)s AND s.state = 'sent' AND s.brand_id = d.brand_id))
        FOR UPDATE SKIP LOCKED
    ) o
), sent AS (
    UPDATE outbox m SET state = 'sent', deliveries = m.deliveries + 1, update_time = now(),
        lease_until = now() + make_interval(
            secs => least(%(lease_limit_s)s, %(lease_s)s * power(2, least(m.deliveries, 10))))
    FROM taken t WHERE m.brand_id = t.brand_id AND m.message_id = t.message_id
    RETURNING m.brand_id, m.message_id, m.actor, m.correlation_id, m.traceparent, m.deadline,
        m.available_time
)
SELECT d.brand_id, d.jobs, s.message_id, s.actor, s.correlation_id, s.traceparent, s.deadline
FROM due d LEFT JOIN sent s ON s.brand_id = d.brand_id
WHERE d.jobs > 0 ORDER BY d.brand_id, s.available_time
"""

# How many rows TAKE takes cannot be foreseen by the planner, which would read the whole table to
# join them. Losing a mark in a crash of the server sends a message twice, which does no harm.
PREPARE: Final = """
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('synchronous_commit', 'off', true);
"""

_log = structlog.get_logger(__name__)


class Relay:
    """Runs in one thread of any process; it needs the relay's database role and Redis, no more."""

    def __init__(self, database: Database, redis_url: str) -> None:
        self._database = database
        self._broker = QueueBroker(redis_url, maintains=True)
        self._sweeper = Sweeper(database, self._broker)
        self._allowances = Allowances()

    def run(self, stopped: threading.Event) -> None:
        """Relay until `stopped` is set. Waits out and survives the loss of either server."""
        pause_s = 0.1
        while not stopped.is_set():
            try:
                with self._database.connect(RELAY) as listener:
                    listener.execute(f"LISTEN {CHANNEL}")
                    pause_s = 0.1
                    self._follow(listener, stopped)
            except (psycopg.Error, sqlalchemy.exc.SQLAlchemyError, redis.RedisError) as error:
                _log.warning("relay waits for its servers", error=error, pause_s=pause_s)
                stopped.wait(pause_s)
                pause_s = min(pause_s * 2, RECONNECT_LIMIT_S)
        self._broker.client.close()

    def relay_once(self, queues: Iterable[str] = tuple(QUEUES)) -> set[str]:
        """Send what may be sent of these queues; return of whom more waits for its window.

        They are named "queue/brand".
        """
        wanted = [QUEUES[queue] for queue in queues if queue in QUEUES]
        workers = max(1, self._broker.others()) if wanted else 0
        backlog: set[str] = set()
        for policy in sorted(wanted, key=lambda policy: policy.priority):
            with self._database.relay() as tx:
                lanes, waiting = self._send(policy, _taken(tx, policy, workers), workers)
            if lanes:
                self._broker.announce(set(lanes))
                telemetry.RELAYED.labels(policy.name).inc(len(lanes))
            backlog |= waiting
        return backlog

    def _follow(
        self, listener: psycopg.Connection[tuple[Any, ...]], stopped: threading.Event
    ) -> None:
        look_at_all = look_at_backlog = 0.0
        backlog: set[str] = set()
        news: set[str] = set()
        while not stopped.is_set():
            now_s = time.monotonic()
            queues = {notice.partition("/")[0] for notice in news}
            if now_s >= look_at_all:
                look_at_all = now_s + LOOK_S
                queues = set(QUEUES)
                self._sweeper.sweep()
            if now_s >= look_at_backlog:
                queues |= {one.partition("/")[0] for one in backlog}
            if queues:
                others = {one for one in backlog if one.partition("/")[0] not in queues}
                backlog = others | self.relay_once(queues)
                look_at_backlog = time.monotonic() + BACKLOG_S
            next_s = min(look_at_all, look_at_backlog) if backlog else look_at_all
            news = self._heard(listener, next_s, backlog)

    def _heard(
        self, listener: psycopg.Connection[tuple[Any, ...]], until_s: float, known: set[str]
    ) -> set[str]:
        """Wait for notices; return those of whom it is not known that more waits than may be sent.

        Returns at the first such, at the latest at until_s of the monotonic clock, or when it is
        time to see whether to stop.
        """
        until_s = min(until_s, time.monotonic() + STOP_CHECK_S)
        news: set[str] = set()
        while not news and (left_s := until_s - time.monotonic()) > 0:
            notices = listener.notifies(timeout=left_s, stop_after=1)
            news = {notice.payload for notice in notices} - known
        return news

    def _send(
        self, policy: QueuePolicy, rows: Iterable[Mapping[str, Any]], workers: int
    ) -> tuple[list[str], set[str]]:
        """Send what was taken; return the lane of each message, and of whom more waits."""
        lanes: list[str] = []
        waiting: set[str] = set()
        for brand, group in groupby(rows, lambda row: row["brand_id"]):
            due = list(group)
            messages = [row for row in due if row["message_id"] is not None]
            left = due[0]["jobs"] - len(messages)
            front = self._allowances.take(
                policy, brand, len(messages), left=left, workers=workers, now_s=time.monotonic()
            )
            for number, row in enumerate(messages):
                lanes.append(policy.name if number < front else policy.bulk)
                self._send_one(lanes[-1], row)
            if left > 0:
                waiting.add(f"{policy.name}/{brand}")
        return lanes, waiting

    def _send_one(self, lane: str, row: Mapping[str, Any]) -> None:
        """Put one message into its lane. A trace that the sender began goes on; none begins here."""
        about = {"messaging.destination.name": lane, "messaging.operation.type": "send"}
        with ExitStack() as stack:
            if row["traceparent"]:
                name = f"relay {row['actor']}"
                stack.enter_context(
                    tracing.span(name, row["traceparent"], about, SpanKind.PRODUCER)
                )
            self._broker.enqueue(
                message(
                    brand=row["brand_id"],
                    message_id=row["message_id"],
                    lane=lane,
                    actor=row["actor"],
                    correlation_id=row["correlation_id"],
                    traceparent=tracing.current_traceparent(),
                    deadline=row["deadline"].isoformat() if row["deadline"] else "",
                )
            )


def _taken(tx: Connection, policy: QueuePolicy, workers: int) -> list[dict[str, Any]]:
    """Return the messages that were taken, by brand, and a row for each brand that only waits."""
    values = {
        "queue": policy.name,
        "window": policy.window * workers,
        "bulk_window": (policy.bulk_window or policy.window) * workers,
        "burst": policy.burst,
        "lease_s": SENT_LEASE_S,
        "lease_limit_s": SENT_LEASE_LIMIT_S,
    }
    return in_one_trip(tx, PREPARE + TAKE, values)
