"""The outbox: work that is sent if, and only if, the transaction that asked for it commits.

A message is a row: it names an actor and holds ids, never data. The row is the truth; what goes
through Redis only says "look at this row". Its states:

    waiting ──relay──► sent ──worker──► running ──► done
       ▲                │                  │ ├────► dead        failed too often, or for good; kept
       └────sweeper─────┘◄──sweeper, retry─┘ └────► cancelled

A message is unique by (brand, cause): whoever names the same cause again sends nothing. It is
delivered at least once; its effect happens once, because it commits together with the row's last
state, which only one attempt can reach. Its args go with that state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from opentelemetry.trace import SpanKind
from sqlalchemy import Connection, text

from services.runtime import calls, names, tracing
from services.runtime.database import in_one_trip
from services.runtime.errors import NotFound
from services.runtime.queue_policy import policy

MAX_ARGS_BYTES: Final = 16_384

_SEND: Final = text("""
INSERT INTO outbox (brand_id, message_id, cause, queue, actor, args, available_time, deadline,
                    correlation_id, traceparent, operation_id, operation_run)
VALUES (:brand, :message_id, :cause, :queue, :actor, CAST(:args AS jsonb),
        now() + make_interval(secs => :delay_s), :deadline,
        :correlation_id, :traceparent, :operation_id, :operation_run)
ON CONFLICT DO NOTHING
""")

# What has ended for good is never run again: what it was to do, which may name a person, goes.
FINISH: Final = """
UPDATE outbox SET state = 'done', args = '{}', lease_until = NULL, update_time = now()
WHERE brand_id = %(brand)s AND message_id = %(message_id)s
  AND state NOT IN ('done', 'dead', 'cancelled')
"""
_FINISH: Final = FINISH + "RETURNING message_id"

_IS_OPEN: Final = """
SELECT EXISTS (
    SELECT FROM outbox
    WHERE brand_id = %(brand)s AND message_id = %(message_id)s AND operation_id IS NOT NULL
      AND state NOT IN ('done', 'dead', 'cancelled')
) AS open
"""
# What is left when an actor has returned, in one trip: most have ended their message with its effect.
# Without an operation it is done; with one, `open` says that the actor forgot it.
RETURNED: Final = "WITH ended AS (" + FINISH + "AND operation_id IS NULL)" + _IS_OPEN

_CANCEL_OF_OPERATION: Final = text("""
UPDATE outbox SET state = 'cancelled', args = '{}', lease_until = NULL, update_time = now()
WHERE brand_id = :brand AND operation_id = :operation_id
  AND state NOT IN ('done', 'dead', 'cancelled')
""")

_IS_HELD: Final = text("""
SELECT FROM outbox WHERE brand_id = :brand AND message_id = :message_id
  AND state = 'running' AND lease_until > now()
""")

_DEAD: Final = text("""
SELECT message_id, queue, actor, failures, losses, error_reason, error_message, update_time
FROM outbox WHERE brand_id = :brand AND state = 'dead' ORDER BY update_time DESC LIMIT :limit
""")

# The operation of a letter that is replayed waits again, unless it was started anew meanwhile.
_REPLAY: Final = text("""
WITH letter AS (
    UPDATE outbox m SET state = 'waiting', failures = 0, losses = 0, available_time = now(),
        deadline = NULL, update_time = now()
    WHERE m.brand_id = :brand AND m.message_id = :message_id AND m.state = 'dead'
      AND NOT EXISTS (
        SELECT FROM operations o WHERE o.brand_id = m.brand_id
          AND o.operation_id = m.operation_id
          AND (o.run <> m.operation_run OR o.state <> 'failed'))
    RETURNING m.brand_id, m.operation_id
), operation AS (
    UPDATE operations o SET state = 'pending', error_code = 0, error_reason = '',
        error_message = '', error_violations = '[]', update_time = now()
    FROM letter WHERE o.brand_id = letter.brand_id AND o.operation_id = letter.operation_id
)
SELECT count(*) FROM letter
""")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up: why, when, and after how many failures and lost workers."""

    message_id: str
    queue: str
    actor: str
    failures: int
    losses: int
    error_reason: str
    error_message: str
    update_time: datetime


class Outbox:
    """Writes messages inside the caller's transaction. Holds nothing."""

    def send(
        self,
        tx: Connection,
        *,
        brand: str,
        queue: str,
        actor: str,
        args: Mapping[str, Any],
        cause: str,
        delay: timedelta = timedelta(0),
        deadline: datetime | None = None,
        operation: str | None = None,
        operation_run: int = 0,
    ) -> bool:
        """Add a message to the transaction; return False if its cause has sent one before.

        args: ids and small values as JSON. cause: what happened, for example
        "credits.capture:<hold>". deadline: after it the message is given up instead of run.
        Raises ValueError for an unknown queue, or args that look like data.
        """
        policy(queue)
        encoded = orjson.dumps(dict(args))
        if len(encoded) > MAX_ARGS_BYTES:
            raise ValueError("A message holds ids; put the data in a row or an object.")
        call = calls.current()
        values: dict[str, Any] = {
            "brand": brand,
            "message_id": message_id(brand, cause),
            "cause": cause,
            "queue": queue,
            "actor": actor,
            "args": encoded.decode(),
            "delay_s": delay.total_seconds(),
            "deadline": deadline,
            "correlation_id": call.correlation_id if call else calls.new_correlation_id(),
            "operation_id": operation,
            "operation_run": operation_run,
        }
        about = {"messaging.destination.name": queue, "messaging.operation.type": "create"}
        with tracing.span(f"outbox {actor}", "", about, SpanKind.PRODUCER):
            values["traceparent"] = tracing.current_traceparent()
            return tx.execute(_SEND, values).rowcount == 1

    def finish(self, tx: Connection, *, brand: str, message_id: str) -> bool:
        """Mark a message done; False if it has its last state already."""
        values = {"brand": brand, "message_id": message_id}
        return bool(in_one_trip(tx, _FINISH, values))

    def cancel_of_operation(self, tx: Connection, *, brand: str, operation: str) -> None:
        """Cancel what is still to be done for an operation."""
        tx.execute(_CANCEL_OF_OPERATION, {"brand": brand, "operation_id": operation})

    def is_held(self, tx: Connection, *, brand: str, message_id: str) -> bool:
        """Whether a worker that lives has a message in hand."""
        values = {"brand": brand, "message_id": message_id}
        return tx.execute(_IS_HELD, values).first() is not None

    def dead_letters(self, tx: Connection, *, brand: str, limit: int = 100) -> list[DeadLetter]:
        """Return the messages of a brand that were given up, newest first."""
        rows = tx.execute(_DEAD, {"brand": brand, "limit": limit}).mappings()
        return [DeadLetter(**row) for row in rows]

    def replay(self, tx: Connection, *, brand: str, message_id: str) -> None:
        """Send a dead letter again, with all its attempts.

        Raises NotFound if there is no such letter, or its operation was started anew since.
        """
        values = {"brand": brand, "message_id": message_id}
        if tx.execute(_REPLAY, values).scalar_one() == 0:
            raise NotFound


def message_id(brand: str, cause: str) -> str:
    """Return the id of a message: derived from its cause, so that sending again is the same."""
    return names.base32_lower(hashlib.sha256(f"{brand}\0{cause}".encode()).digest()[:16])
