"""Operations: work that callers can follow, started once for the same content.

An operation is unique by (brand, content key): whoever asks for the same content while it is made,
or after, gets the same operation, and is remembered as one who may see it. One that failed or was
cancelled is started anew, as its next run; a message of an earlier run then has no effect.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from google.protobuf.message import Message
from sqlalchemy import Connection, text

from services.runtime import names
from services.runtime.database import Database, in_one_trip
from services.runtime.errors import NotFound, Violation
from services.runtime.jobs import Job, JobSuperseded
from services.runtime.operation_watch import Watcher
from services.runtime.outbox import FINISH, Outbox

MAX_STEP: Final = 200

# Locked, so that it is not removed (`forget`, `clear`) before who asked is recorded with it.
_BY_CONTENT: Final = text(
    "SELECT * FROM operations WHERE brand_id = :brand AND content_key = :content_key FOR KEY SHARE"
)
_INSERT: Final = text("""
INSERT INTO operations (brand_id, operation_id, kind, target, content_key)
VALUES (:brand, :operation_id, :kind, :target, :content_key)
ON CONFLICT DO NOTHING RETURNING *
""")
_RESTART: Final = text("""
UPDATE operations SET state = 'pending', run = run + 1, attempt = 0, progress_percent = 0,
    step = '', target = :target, error_code = 0, error_reason = '', error_message = '',
    error_violations = '[]', update_time = now()
WHERE brand_id = :brand AND content_key = :content_key AND state IN ('failed', 'cancelled')
RETURNING *
""")
_ADD_REQUESTER: Final = text("""
INSERT INTO operation_requesters (brand_id, operation_id, subject)
VALUES (:brand, :operation_id, :subject) ON CONFLICT DO NOTHING
""")
_CANCEL: Final = text("""
UPDATE operations SET state = 'cancelled', step = '', update_time = now()
WHERE brand_id = :brand AND operation_id = :operation_id AND state IN ('pending', 'processing')
""")
_FORGET: Final = text(
    "DELETE FROM operations WHERE brand_id = :brand AND operation_id = ANY (:operations)"
)
_FORGET_REQUESTER: Final = text(
    "DELETE FROM operation_requesters WHERE brand_id = :brand AND subject = :subject"
)
_CLEAR: Final = text("""
DELETE FROM operations WHERE (brand_id, operation_id) IN (
    SELECT brand_id, operation_id FROM operations
    WHERE brand_id = :brand AND create_time < :before AND update_time < :before
      AND state IN ('succeeded', 'failed', 'cancelled')
    ORDER BY create_time LIMIT :limit)
""")
_SUCCEEDED: Final = """
UPDATE operations SET state = 'succeeded', progress_percent = 100, step = '', error_code = 0,
    error_reason = '', error_message = '', error_violations = '[]',
    response_type = %(response_type)s, response = %(response)s, update_time = now()
FROM finished
WHERE brand_id = %(brand)s AND operation_id = %(operation_id)s AND run = %(run)s
  AND operations.state IN ('pending', 'processing')
RETURNING operation_id
"""
# In one trip: first the message, then the operation, the order in which workers lock.
_SUCCEED: Final = "WITH finished AS (" + FINISH + "RETURNING message_id)" + _SUCCEEDED

_HOLD: Final = """
SELECT FROM outbox WHERE brand_id = %(brand)s AND message_id = %(message_id)s FOR NO KEY UPDATE;
SELECT operation_id FROM operations
WHERE brand_id = %(brand)s AND operation_id = %(operation_id)s AND run = %(run)s
  AND state IN ('pending', 'processing') FOR NO KEY UPDATE
"""

# Progress that a crash of the server takes back does no harm, so it need not wait for the disk.
_PROGRESS: Final = """
WITH working AS (
    UPDATE operations SET progress_percent = greatest(progress_percent, %(percent)s),
        step = %(step)s, update_time = now()
    WHERE brand_id = %(brand)s AND operation_id = %(operation_id)s AND run = %(run)s
      AND state = 'processing'
    RETURNING 1
)
SELECT count(*) AS rows, set_config('synchronous_commit', 'off', true) FROM working
"""
_GET: Final = """
SELECT * FROM operations o
WHERE brand_id = %(brand)s AND operation_id = %(operation_id)s
  AND (%(owner)s::text IS NULL OR EXISTS (
    SELECT FROM operation_requesters r WHERE r.brand_id = o.brand_id
      AND r.operation_id = o.operation_id AND r.subject = %(owner)s))
"""
_LIST: Final = """
SELECT * FROM operations
WHERE brand_id = %(brand)s
  AND (%(after_time)s::timestamptz IS NULL
       OR (create_time, operation_id) < (%(after_time)s, %(after_id)s))
ORDER BY create_time DESC, operation_id DESC LIMIT %(limit)s
"""


class OperationState(StrEnum):
    """Where an operation stands; the last three are final for its run."""

    PENDING = "pending"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_done(self) -> bool:
        return self not in (OperationState.PENDING, OperationState.PROCESSING)


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation as it stands.

    error_*: of the last failed attempt, also while the next one waits; "" and 0 if none.
    response_type: full name of the protobuf message whose bytes `response` holds.
    """

    operation_id: str
    brand_id: str
    kind: str
    target: str
    state: OperationState
    run: int
    attempt: int
    progress_percent: int
    step: str
    error_code: int
    error_reason: str
    error_message: str
    error_violations: tuple[Violation, ...]
    response_type: str
    response: bytes
    create_time: datetime
    update_time: datetime

    @property
    def name(self) -> str:
        """The resource name."""
        return OPERATION.format(brand=self.brand_id, operation=self.operation_id)


OPERATION: Final = names.Template("brands/{brand}/operations/{operation}")
_FIELDS: Final = tuple(field.name for field in fields(OperationRow))


class Operations:
    """Starts, follows and ends operations. One per process: it owns the process's one listener."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        self._watcher = Watcher(database)

    def start(
        self,
        tx: Connection,
        *,
        brand: str,
        kind: str,
        target: str,
        content_key: str,
        queue: str,
        actor: str,
        actor_args: Mapping[str, Any],
        requested_by: str,
    ) -> OperationRow:
        """Return the operation for this content, started now if none stands or has succeeded.

        kind: what is done, "render.preview". target: resource name of what is made. content_key:
        the same for the same result. requested_by: subject of the caller, who may then see it.
        The message for `actor` commits with the transaction.
        """
        values = {
            "brand": brand,
            "operation_id": names.new_id(),
            "kind": kind,
            "target": target,
            "content_key": content_key,
        }
        row, is_new_run = _standing(tx, values)
        tx.execute(
            _ADD_REQUESTER,
            {"brand": brand, "operation_id": row.operation_id, "subject": requested_by},
        )
        if is_new_run:
            self._outbox.send(
                tx,
                brand=brand,
                queue=queue,
                actor=actor,
                args=actor_args,
                cause=f"operation:{content_key}:{row.run}",
                operation=row.operation_id,
                operation_run=row.run,
            )
        return row

    def progress(self, job: Job, percent: int, step: str = "") -> None:
        """State how far the job is (0 to 100) and what it does now, for people.

        Within a run it never falls, also where another attempt begins anew what one had half done.
        Raises JobSuperseded once the operation was cancelled or is done: stop working.
        """
        values = _of(job) | {"percent": max(0, min(percent, 100)), "step": step[:MAX_STEP]}
        row = self._database.read_one(job.brand, _PROGRESS, values)
        if row is None or row["rows"] == 0:
            raise JobSuperseded

    def hold(self, tx: Connection, job: Job) -> None:
        """Let job and operation not end otherwise until the transaction does.

        For one that locks rows of its own before it calls `succeed`: whoever starts or removes an
        operation locks it before them. Raises JobSuperseded as `succeed` does.
        """
        if not in_one_trip(tx, _HOLD, _of(job) | {"message_id": job.message_id}):
            raise JobSuperseded

    def succeed(self, tx: Connection, job: Job, response: Message | None = None) -> None:
        """End operation and job in the transaction of their effect.

        Raises JobSuperseded if another attempt was first or the operation was cancelled.
        """
        values = _of(job) | {
            "response_type": response.DESCRIPTOR.full_name if response is not None else "",
            "response": response.SerializeToString(deterministic=True) if response else b"",
        }
        if not in_one_trip(tx, _SUCCEED, values | {"message_id": job.message_id}):
            raise JobSuperseded

    def hand_on(
        self,
        tx: Connection,
        job: Job,
        *,
        queue: str,
        actor: str,
        actor_args: Mapping[str, Any],
        cause: str,
    ) -> None:
        """End a job and have another go on with its operation: long work in turns of bounded time.

        cause: what has been done for the operation, so that the same is handed on once.
        Raises JobSuperseded if another attempt was first or the operation was cancelled.
        """
        of = _of(job)
        job.finish(tx)
        self._outbox.send(
            tx,
            brand=job.brand,
            queue=queue,
            actor=actor,
            args=actor_args,
            cause=f"handed on:{of['operation_id']}:{of['run']}:{cause}",
            operation=job.operation,
            operation_run=job.operation_run,
        )

    def cancel(self, tx: Connection, *, brand: str, operation: str) -> None:
        """Cancel what is not done; what is done stays as it is, and so does an unknown id."""
        values = {"brand": brand, "operation_id": operation}
        self._outbox.cancel_of_operation(tx, brand=brand, operation=operation)
        tx.execute(_CANCEL, values)

    def forget(self, tx: Connection, *, brand: str, operations: Collection[str]) -> None:
        """Remove operations with their messages, because what they made is gone.

        Whoever asks for the same content again starts anew. An attempt under way ends without
        effect.
        """
        tx.execute(_FORGET, {"brand": brand, "operations": list(operations)})

    def forget_requester(self, tx: Connection, *, brand: str, subject: str) -> None:
        """Remove what says that a subject asked for operations: the person is erased."""
        tx.execute(_FORGET_REQUESTER, {"brand": brand, "subject": subject})

    def clear(self, tx: Connection, *, brand: str, before: datetime, limit: int) -> int:
        """Remove operations that ended before a moment, with their messages; return how many.

        What they made stays: whoever asks for the same content finds it made, under a new operation.
        """
        values = {"brand": brand, "before": before, "limit": limit}
        return int(tx.execute(_CLEAR, values).rowcount)

    def get(self, brand: str, operation: str, owner: str | None = None) -> OperationRow:
        """Return an operation; with `owner`, only if that subject asked for it.

        Raises NotFound.
        """
        values = {"brand": brand, "operation_id": operation, "owner": owner}
        row = self._database.read_one(brand, _GET, values)
        if row is None:
            raise NotFound
        return _row(row)

    def list(
        self, brand: str, *, limit: int, after: tuple[datetime, str] | None = None
    ) -> list[OperationRow]:
        """Return operations, newest first, after the (create time, id) of the last one seen."""
        after_time, after_id = after or (None, "")
        values = {"brand": brand, "after_time": after_time, "after_id": after_id, "limit": limit}
        return [_row(row) for row in self._database.read_all(brand, _LIST, values)]

    def wait(
        self, brand: str, operation: str, timeout_s: float, owner: str | None = None
    ) -> OperationRow:
        """Return the operation once it is done, or as it stands when the time is over.

        Not inside a transaction that the operation's start is waiting to commit in.
        """
        with self._watcher.until_done(brand, operation, timeout_s) as changes:
            row = self.get(brand, operation, owner)
            while not row.state.is_done and changes.wait():
                row = self.get(brand, operation, owner)
        return row

    async def watch(
        self, brand: str, operation: str, timeout_s: float, owner: str | None = None
    ) -> AsyncIterator[OperationRow]:
        """Yield the operation as it stands, then each change, until it is done or time is over."""
        with self._watcher.each_change(brand, operation, timeout_s) as changes:
            last: OperationRow | None = None
            while last is None or (not last.state.is_done and await changes.wait()):
                row = await asyncio.to_thread(self.get, brand, operation, owner)
                if row != last:
                    yield row
                last = row

    def close(self) -> None:
        """Stop the listener."""
        self._watcher.close()


def _standing(tx: Connection, values: Mapping[str, Any]) -> tuple[OperationRow, bool]:
    """Return the operation of a content key and whether this transaction began a run of it.

    Two that ask at once: the second waits at the unique key until the first has committed, then
    reads what it committed.
    """
    while True:
        found = tx.execute(_BY_CONTENT, values).mappings().first()
        if found is not None and found["state"] not in ("failed", "cancelled"):
            return _row(found), False
        begun = tx.execute(_RESTART if found else _INSERT, values).mappings().first()
        if begun is not None:
            return _row(begun), True


def _row(values: Mapping[Any, Any]) -> OperationRow:
    known = {field: values[field] for field in _FIELDS}
    converted = {
        "state": OperationState(values["state"]),
        "response": bytes(values["response"]),
        "error_violations": tuple(Violation(**one) for one in values["error_violations"]),
    }
    return OperationRow(**known | converted)


def _of(job: Job) -> dict[str, Any]:
    if job.operation is None:
        raise ValueError(f"Job {job.message_id} works for no operation.")
    return {"brand": job.brand, "operation_id": job.operation, "run": job.operation_run}
