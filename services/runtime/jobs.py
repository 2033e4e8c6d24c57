"""What a worker does with one message: claim its row, run its actor, record how it ended.

An actor commits its effect together with the end of its job:

    def render_preview(job: Job) -> None:
        picture = draw(job.args["spec"])                      # no transaction is open meanwhile
        with database.brand(job.brand) as tx:
            store.record_preview(tx, picture)
            operations.succeed(tx, job, response)             # or job.finish(tx), without operation

`succeed` and `finish` raise JobSuperseded when another attempt was first or the work was cancelled;
the transaction then rolls back and nothing happened twice. An actor reports failure by raising: a
ServiceError whose code is in `queue_policy.TRANSIENT`, or any other exception, is tried again;
another ServiceError ends the job at once.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from dramatiq.middleware import TimeLimitExceeded
from sqlalchemy import Connection, bindparam, text

from services.runtime import calls, outages, telemetry, tracing
from services.runtime.database import Database
from services.runtime.errors import DeadlineExceeded, Internal, ServiceError
from services.runtime.outbox import RETURNED, Outbox
from services.runtime.queue_policy import (
    LEASE_S,
    MAX_LOSSES,
    backoff_s,
    most_failures,
    policy,
)

_log = structlog.get_logger(__name__)

# Losing a claim in a crash of the server costs a second attempt, not an effect; so it need not
# wait for the disk.
_CLAIM: Final = """
WITH claimed AS (
    UPDATE outbox SET state = 'running', attempts = attempts + 1, worker = %(worker)s,
        losses = losses + (state = 'running')::integer,
        lease_until = now() + make_interval(secs => %(lease_s)s), update_time = now()
    WHERE brand_id = %(brand)s AND message_id = %(message_id)s
      AND (state = 'sent' OR (state = 'waiting' AND available_time <= now())
           OR (state = 'running' AND lease_until < now()))
    RETURNING *
), operation AS (
    UPDATE operations o SET state = 'processing', attempt = c.attempts, step = '',
        update_time = now()
    FROM claimed c WHERE o.brand_id = c.brand_id AND o.operation_id = c.operation_id
      AND o.run = c.operation_run AND o.state IN ('pending', 'processing')
    RETURNING o.operation_id
)
SELECT c.actor, c.args, c.attempts, c.failures, c.losses, c.correlation_id, c.traceparent,
    c.deadline, c.operation_id, c.operation_run, c.create_time,
    c.operation_id IS NULL OR o.operation_id IS NOT NULL AS wanted,
    set_config('synchronous_commit', 'off', true)
FROM claimed c LEFT JOIN operation o ON true
"""

# Guarded by the number of the attempt: a worker that was given up cannot fail its successor.
_FAIL: Final = """
WITH failed AS (
    UPDATE outbox SET state = %(state)s, failures = failures + 1, lease_until = NULL,
        available_time = now() + make_interval(secs => %(backoff_s)s),
        error_code = %(code)s, error_reason = %(reason)s, error_message = %(message)s,
        update_time = now()
    WHERE brand_id = %(brand)s AND message_id = %(message_id)s
      AND state = 'running' AND attempts = %(attempt)s
    RETURNING brand_id, operation_id, operation_run
), operation AS (
    UPDATE operations o SET state = %(operation_state)s, error_code = %(code)s,
        error_reason = %(reason)s, error_message = %(message)s,
        error_violations = %(violations)s::jsonb, update_time = now()
    FROM failed f WHERE o.brand_id = f.brand_id AND o.operation_id = f.operation_id
      AND o.run = f.operation_run AND o.state IN ('pending', 'processing')
)
SELECT count(*) AS rows FROM failed
"""

# Of a job that failed, so many of the things that were wrong are kept.
MAX_VIOLATIONS: Final = 100

_RENEW: Final = text("""
UPDATE outbox SET lease_until = now() + make_interval(secs => :lease_s)
WHERE worker = :worker AND state = 'running' AND message_id IN :messages
""").bindparams(bindparam("messages", expanding=True))


class JobSuperseded(Exception):
    """Another attempt was first, or the operation was cancelled. Let it pass; the runner knows."""


class ResultMissing(Internal):
    """An actor returned without ending the operation it worked for."""

    reason = "RESULT_MISSING"


class WorkerLost(Internal):
    """The processes that worked on this job have died again and again."""

    reason = "WORKER_LOST"
    message = "Work on this ended without a result too often. Give the correlation id to support."


class JobExpired(DeadlineExceeded):
    """Nobody wanted the result any more when a worker came to it."""

    reason = "JOB_EXPIRED"
    message = "This was not started before its deadline."


class JobTimedOut(DeadlineExceeded):
    """One attempt took longer than its queue allows."""

    reason = "JOB_TIMED_OUT"
    message = "This took longer than the time allowed for it."


@dataclass(frozen=True, slots=True)
class Actor:
    """Work that messages can name.

    name: unique, for example "render.preview". queue: one of `queue_policy.QUEUES`. run: raises to
    report failure. time_limit_s: of one attempt; None for what the queue allows. prepare: called
    once by a worker before it takes its first job, to load what would make that one wait. recurs:
    whether the schedule asks for it, for each brand and without args.
    """

    name: str
    queue: str
    run: Callable[[Job], None]
    time_limit_s: float | None = None
    prepare: Callable[[], None] | None = None
    recurs: bool = False

    @property
    def limit_s(self) -> float:
        return self.time_limit_s or policy(self.queue).time_limit_s


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at one message, as its actor sees it.

    args: what the sender gave. attempt: from 1. context: for calls to services, with the time that
    this attempt has left. operation: id of the operation that the job works for, None if none.
    """

    brand: str
    message_id: str
    args: Mapping[str, Any]
    attempt: int
    context: calls.Context
    operation: str | None
    operation_run: int
    outbox: Outbox

    def finish(self, tx: Connection) -> None:
        """End the job in the transaction of its effect. Raises JobSuperseded, then roll back."""
        if not self.outbox.finish(tx, brand=self.brand, message_id=self.message_id):
            raise JobSuperseded


@dataclass(frozen=True, slots=True)
class _Claim:
    actor: Actor
    job: Job
    failures: int
    losses: int
    wanted: bool
    deadline: datetime | None


class Runner:
    """Runs messages in one worker process; used by all its threads.

    worker: a name unique among all processes.
    """

    def __init__(self, database: Database, actors: Mapping[str, Actor], worker: str) -> None:
        self._database = database
        self._actors = actors
        self._worker = worker
        self._outbox = Outbox()
        self._lock = threading.Lock()
        self._held: dict[str, float] = {}  # message id → monotonic end of its time, in seconds
        self._last = time.monotonic()  # when a job was last taken or let go

    def run(self, brand: str, message_id: str) -> None:
        """Do what a message asks; nothing if it is done, cancelled or in other hands.

        Raises only if the database cannot be reached; the message is then sent again later.
        """
        claim = self._claim(brand, message_id)
        if claim is None:
            telemetry.JOBS.labels("", "duplicate").inc()
            tracing.note(outcome="duplicate")
            return
        started = time.perf_counter()
        with self._holding(claim):
            outcome = self._attempt(claim)
        tracing.note(outcome=outcome, attempt=claim.job.attempt)
        telemetry.JOBS.labels(claim.actor.queue, outcome).inc()
        telemetry.JOB_SECONDS.labels(claim.actor.queue).observe(time.perf_counter() - started)

    def renew(self) -> None:
        """Tell the database that the jobs held here are still worked on.

        A job beyond its time is not renewed: its thread may hang in code that cannot be stopped.
        """
        now = time.monotonic()
        with self._lock:
            messages = [message for message, end in self._held.items() if end > now]
        if messages:
            values = {"lease_s": LEASE_S, "worker": self._worker, "messages": messages}
            with self._database.relay() as tx:
                tx.execute(_RENEW, values)

    def overdue_s(self) -> float:
        """Return for how long a job has been held beyond its time, 0 if none has."""
        with self._lock:
            first = min(self._held.values(), default=None)
        return 0.0 if first is None else max(0.0, time.monotonic() - first)

    def idle_s(self) -> float:
        """Return for how long no job has been held, 0 while one is."""
        with self._lock:
            return 0.0 if self._held else time.monotonic() - self._last

    def _claim(self, brand: str, message_id: str) -> _Claim | None:
        values = {
            "brand": brand,
            "message_id": message_id,
            "worker": self._worker,
            "lease_s": LEASE_S,
        }
        row = self._database.read_one(brand, _CLAIM, values)
        if row is None:
            return None
        actor = self._actors[row["actor"]]
        telemetry.JOB_WAIT_SECONDS.labels(actor.queue).observe(
            (datetime.now(UTC) - row["create_time"]).total_seconds()
        )
        job = Job(
            brand=brand,
            message_id=message_id,
            args=row["args"],
            attempt=row["attempts"],
            context=calls.Context.for_service(
                actor.name, brand, correlation_id=row["correlation_id"], timeout_s=actor.limit_s
            ),
            operation=row["operation_id"],
            operation_run=row["operation_run"],
            outbox=self._outbox,
        )
        return _Claim(actor, job, row["failures"], row["losses"], row["wanted"], row["deadline"])

    @contextmanager
    def _holding(self, claim: _Claim) -> Iterator[None]:
        message = claim.job.message_id
        with self._lock:
            self._held[message] = time.monotonic() + claim.actor.limit_s
        try:
            yield
        finally:
            with self._lock:
                del self._held[message]
                self._last = time.monotonic()

    def _attempt(self, claim: _Claim) -> str:
        """Run the actor and record the end. Returns the word for the metrics."""
        try:
            _refuse_hopeless(claim)
            with calls.working_on(claim.job.context):  # its end is recorded without its deadline
                claim.actor.run(claim.job)
            self._returned(claim.job)
        except JobSuperseded:
            self._finish(claim.job)
            return "superseded"
        except TimeLimitExceeded:
            return self._failed(claim, JobTimedOut())
        except Exception as error:
            return self._failed(claim, error)
        return "done"

    def _returned(self, job: Job) -> None:
        """End the job unless its actor did. Raises ResultMissing if an operation is still open."""
        values = {"brand": job.brand, "message_id": job.message_id}
        row = self._database.read_one(job.brand, RETURNED, values)
        if row is not None and row["open"]:
            raise ResultMissing

    def _finish(self, job: Job) -> None:
        with self._database.brand(job.brand) as tx:
            self._outbox.finish(tx, brand=job.brand, message_id=job.message_id)

    def _failed(self, claim: _Claim, error: Exception) -> str:
        shown = outages.service_error(error)
        for_good = isinstance(
            error, WorkerLost | JobExpired
        ) or claim.failures + 1 >= most_failures(shown.code)
        _report(claim, error, shown, for_good=for_good)
        tracing.note(shown.public_reason)
        job = claim.job
        values = {
            "brand": job.brand,
            "message_id": job.message_id,
            "attempt": job.attempt,
            "state": "dead" if for_good else "waiting",
            "operation_state": "failed" if for_good else "pending",
            "backoff_s": backoff_s(claim.failures + 1, shown.retry_after_s or 0.0),
            "code": shown.code.value[0],
            "reason": shown.public_reason,
            "message": shown.public_message,
            "violations": json.dumps([asdict(one) for one in shown.violations[:MAX_VIOLATIONS]]),
        }
        self._database.read_one(job.brand, _FAIL, values)
        return "dead" if for_good else "failed"


def _refuse_hopeless(claim: _Claim) -> None:
    if not claim.wanted:
        raise JobSuperseded
    if claim.losses > MAX_LOSSES:
        raise WorkerLost
    if claim.deadline is not None and claim.deadline <= datetime.now(UTC):
        raise JobExpired


def _report(claim: _Claim, error: Exception, shown: ServiceError, *, for_good: bool) -> None:
    unexpected = shown.report or not isinstance(error, ServiceError)
    (_log.error if unexpected else _log.info)(
        "job failed",
        actor=claim.actor.name,
        message_id=claim.job.message_id,
        attempt=claim.job.attempt,
        reason=shown.public_reason,
        for_good=for_good,
        exc_info=error if unexpected else None,
    )
