"""Dramatiq over Redis: the broker, what travels with a message, and the worker process.

Redis carries only which row to look at; attempts, pauses and dead letters are in that row, where an
emptied Redis cannot lose them. So Dramatiq's own retries and delays are not used.

Dramatiq's consumer asks Redis again and again whether there is work: at 5 ms that keeps an idle
worker busy, at its default a job waits half a second. Ours sleeps until the sender says on a
channel that there is something, and asks by itself once a second in case nobody did.
"""

from __future__ import annotations

import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import Any, Final

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import MAINTENANCE_SCALE, RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import Middleware, TimeLimit
from opentelemetry.trace import SpanKind

from services.runtime import names, tracing
from services.runtime.bulk import BulkProcess
from services.runtime.database import Database
from services.runtime.end_signals import EndSignals
from services.runtime.jobs import Actor, Runner
from services.runtime.queue_policy import (
    HEARTBEAT_S,
    QUEUES,
    Lanes,
    QueuePolicy,
    policy,
    policy_of_lane,
)

NAMESPACE: Final = "luneo"
WAKE_CHANNEL: Final = "luneo:wake"
LOOK_MS: Final = 1000
STOP_CHECK_MS: Final = 200
BEAT_S: Final = 1.0
SILENT_MS: Final = 3500
RECONNECT_S: Final = 0.5
STUCK_EXIT_S: Final = 30.0
EXIT_STUCK: Final = 70  # EX_SOFTWARE of sysexits.h

_log = structlog.get_logger(__name__)


class QueueBroker(RedisBroker):
    """Dramatiq's Redis broker whose consumers are woken instead of asking all the time."""

    def __init__(
        self,
        url: str,
        *,
        threads: int = 1,
        middleware: Sequence[Middleware] = (),
        maintains: bool = False,
    ) -> None:
        """threads: of the worker. maintains: whether its commands also take back what workers held
        that are not heard of any more; `recover` is such a command.
        """
        super().__init__(  # type: ignore[no-untyped-call]
            client=redis.Redis.from_url(
                url, socket_connect_timeout=3, socket_timeout=10, health_check_interval=30
            ),
            namespace=NAMESPACE,
            heartbeat_timeout=SILENT_MS,
            maintenance_chance=MAINTENANCE_SCALE if maintains else 0,
            middleware=list(middleware),
        )
        self.draining = False
        self._threads = threads
        self._wakes: dict[str, threading.Event] = {}

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue without its delay queue: what waits, waits in the database."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = LOOK_MS) -> WokenConsumer:
        """Return a consumer that holds no more messages than its queue's concurrency."""
        wake = self._wakes.setdefault(queue_name, threading.Event())
        held = min(policy_of_lane(queue_name).concurrency or self._threads, self._threads)
        return WokenConsumer(self, queue_name, held, wake)

    def wake(self, queue: str | None = None) -> None:
        """Let the consumers of a queue, or of all, look for messages now."""
        for name, event in tuple(self._wakes.items()):
            if queue in (None, name):
                event.set()

    def announce(self, queues: Iterable[str]) -> None:
        """Tell every worker that these lanes hold messages."""
        for queue in queues:
            self.client.publish(WAKE_CHANNEL, queue)

    def holds_bulk(self, queues: Iterable[QueuePolicy]) -> bool:
        """Whether messages wait in the lane of bulk of any of these queues."""
        lanes = [f"{NAMESPACE}:{lane}" for queue in queues for lane in queue.lanes(Lanes.BULK)]
        return bool(lanes) and bool(self.client.exists(*lanes))

    def recover(self) -> None:
        """Put back into their queues the messages that dead workers held."""
        for queue in QUEUES.values():
            for lane in queue.lanes(Lanes.BOTH):
                self.do_qsize(lane)

    def others(self) -> int:
        """Return how many other processes, nearly all of them workers, have been heard of lately."""
        since_ms = int(time.time() * 1000) - SILENT_MS
        heard = self.client.zcount(f"{NAMESPACE}:__heartbeats__", since_ms, "+inf")
        return max(0, int(heard) - 1)

    def beat(self) -> None:
        """Say that this worker lives; also while its consumers hold all they may."""
        now_ms = int(time.time() * 1000)
        self.client.zadd(f"{NAMESPACE}:__heartbeats__", {self.broker_id: now_ms})

    def listen(self, stopped: threading.Event) -> None:
        """Pass on what other processes announce until `stopped` is set. Reconnects by itself."""
        while not stopped.is_set():
            try:
                with self.client.pubsub(ignore_subscribe_messages=True) as channel:
                    channel.subscribe(WAKE_CHANNEL)
                    self.wake()
                    beat_at = 0.0
                    while not stopped.is_set():
                        if time.monotonic() >= beat_at:
                            self.beat()
                            beat_at = time.monotonic() + BEAT_S
                        message = channel.get_message(timeout=STOP_CHECK_MS / 1000)
                        if message is not None:
                            self.wake(message["data"].decode())
            except redis.RedisError as error:
                _log.warning("worker lost Redis", error=error)
                stopped.wait(RECONNECT_S)


class WokenConsumer(_RedisConsumer):
    """Fetches when woken, when one of its messages is done, and once a second."""

    def __init__(
        self, broker: QueueBroker, queue_name: str, prefetch: int, wake: threading.Event
    ) -> None:
        super().__init__(broker, queue_name, prefetch, timeout=0)  # type: ignore[no-untyped-call]
        self._wake = wake

    def __next__(self) -> Any:
        self._wake.clear()
        try:
            message = None if self.broker.draining else self._fetched()
        except (ConnectionClosed, redis.RedisError) as error:
            _log.warning("worker lost Redis", queue=self.queue_name, error=error)
            time.sleep(RECONNECT_S)
            return None
        if message is None:
            self._wake.wait((STOP_CHECK_MS if self.broker.draining else LOOK_MS) / 1000)
        return message

    def _fetched(self) -> Any:
        return super().__next__()  # type: ignore[no-untyped-call]

    def ack(self, message: Any) -> None:
        """Forget a message. If Redis is gone the row knows that it is done."""
        with suppress(ConnectionClosed, redis.RedisError):
            super().ack(message)  # type: ignore[no-untyped-call]
        self._wake.set()

    nack = ack


class Delivery(Middleware):
    """Carries brand, correlation id, deadline and trace from the sender into log and trace.

    Options of a message: brand, correlation_id, deadline (ISO 8601 or ""), traceparent.
    """

    def __init__(self) -> None:
        self._local = threading.local()

    def before_process_message(self, broker: dramatiq.Broker, message: Any) -> None:
        options = message.options
        carried = {name: options.get(name, "") for name in ("brand", "correlation_id", "deadline")}
        carried["message_id"] = message.message_id
        stack = ExitStack()
        stack.enter_context(structlog.contextvars.bound_contextvars(**carried))
        about = {
            "messaging.destination.name": message.queue_name,
            "messaging.message.id": message.message_id,
            **{f"luneo.{name}": carried[name] for name in ("brand", "correlation_id")},
        }
        waited = tracing.past(
            f"queue {message.queue_name}",
            options.get("traceparent", ""),
            message.message_timestamp / 1000,
            {**about, "messaging.operation.type": "receive"},
        )
        about["messaging.operation.type"] = "process"
        stack.enter_context(
            tracing.span(f"job {message.actor_name}", waited, about, SpanKind.CONSUMER)
        )
        self._local.stack = stack

    def after_process_message(
        self, broker: dramatiq.Broker, message: Any, *, result: Any = None, exception: Any = None
    ) -> None:
        self._local.stack.close()


def message(
    *,
    brand: str,
    message_id: str,
    lane: str,
    actor: str,
    correlation_id: str,
    traceparent: str,
    deadline: str,
) -> dramatiq.Message[None]:
    """Return what goes through Redis for one row of the outbox. lane: of its queue."""
    return dramatiq.Message(
        queue_name=lane,
        actor_name=actor,
        args=(),
        kwargs={"brand": brand, "message_id": message_id},
        options={
            "brand": brand,
            "correlation_id": correlation_id,
            "traceparent": traceparent,
            "deadline": deadline,
        },
        message_id=message_id,
    )


class WorkerProcess:
    """Works queues with a number of threads. One per process."""

    def __init__(
        self,
        database: Database,
        redis_url: str,
        actors: Iterable[Actor],
        *,
        queues: Iterable[str] | None = None,
        lanes: Lanes = Lanes.BOTH,
        threads: int = 2,
    ) -> None:
        """queues: those to work; None for all that the actors name. threads: jobs at once. Where
        both lanes are worked there is one more, so that bulk never holds all. Raises ValueError for
        an unknown queue.
        """
        known = {actor.name: actor for actor in actors}
        wanted = queues if queues is not None else {actor.queue for actor in known.values()}
        self._queues = [policy(queue) for queue in wanted]
        self._prepare = {actor.prepare for actor in known.values() if actor.prepare is not None}
        self._runner = Runner(database, known, f"{socket.gethostname()}-{names.new_id()}")
        self._broker = QueueBroker(redis_url, threads=threads, middleware=[TimeLimit(), Delivery()])
        for actor in known.values():
            self._declare(actor)
        worked = {lane for queue in self._queues for lane in queue.lanes(lanes)}
        for lane in worked:
            self._broker.declare_queue(lane)
        self._worker = dramatiq.Worker(
            self._broker,
            queues=worked,
            worker_timeout=STOP_CHECK_MS,
            worker_threads=threads + (lanes is Lanes.BOTH),
        )
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._broker.listen, args=(self._stopped,), daemon=True),
            threading.Thread(target=self._keep_leases, daemon=True),
        ]

    def idle_s(self) -> float:
        """Return for how long no job has been held, 0 while one is."""
        return self._runner.idle_s()

    def holds_bulk(self) -> bool:
        """Whether bulk of its queues waits; False while Redis is gone."""
        try:
            return self._broker.holds_bulk(self._queues)
        except redis.RedisError:
            return False

    def start(self) -> None:
        """Begin to work. Waits for Redis by itself where it is not there yet."""
        for prepare in self._prepare:
            prepare()
        self._broker.emit_after("process_boot")
        self._worker.start()
        for thread in self._threads:
            thread.start()

    def stop(self, drain_s: float = 60.0) -> None:
        """Take no more messages, finish those that are held, stop.

        What is not finished within drain_s is left to another worker.
        """
        self._broker.draining = True
        self._broker.wake()
        self._worker.stop(timeout=int(drain_s * 1000))
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        self._broker.close()
        self._broker.client.close()

    def _declare(self, actor: Actor) -> None:
        def run(brand: str, message_id: str) -> None:
            self._runner.run(brand, message_id)

        dramatiq.Actor(
            run,
            broker=self._broker,
            actor_name=actor.name,
            queue_name=actor.queue,
            priority=policy(actor.queue).priority,
            options={"time_limit": int(actor.limit_s * 1000)},
        )

    def _keep_leases(self) -> None:
        while not self._stopped.wait(HEARTBEAT_S):
            try:
                self._runner.renew()
            except Exception as error:
                _log.warning("worker could not renew its leases", error=error)
            if self._runner.overdue_s() > STUCK_EXIT_S:
                _log.critical("a job hangs in code that cannot be stopped; the worker ends")
                os._exit(EXIT_STUCK)


def run_worker(
    database: Database,
    redis_url: str,
    actors: Iterable[Actor],
    *,
    queues: Iterable[str] | None = None,
    lanes: Lanes = Lanes.BOTH,
    threads: int = 2,
    drain_s: float = 60.0,
    idle_limit_s: float = math.inf,
    bulk: BulkProcess | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Work in the main thread of this process until SIGTERM or SIGINT; then drain and return.

    idle_limit_s: after which it ends by itself. bulk: what works the lanes of bulk beside it.
    """
    worker = WorkerProcess(database, redis_url, actors, queues=queues, lanes=lanes, threads=threads)
    with EndSignals() as signals:
        worker.start()
        on_ready()
        while not signals.wait(LOOK_MS / 1000 / 4) and worker.idle_s() < idle_limit_s:
            if bulk is not None and not bulk.runs and worker.holds_bulk():
                bulk.start()
    end_s = time.monotonic() + drain_s
    if bulk is not None:
        bulk.end()
    worker.stop(drain_s)
    if bulk is not None:
        bulk.wait(max(1.0, end_s - time.monotonic()))
