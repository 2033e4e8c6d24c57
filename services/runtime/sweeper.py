"""Takes back what was lost between the outbox and its end.

    held by a silent worker          the worker died: put back into its queue in Redis
    sent, and no worker took it      the message is lost: send again
    running, and its lease is over   the worker died: send again, and count a loss
    Redis holds no mark of ours      it was emptied or replaced: send all again that was sent
    done for a week                  cleared away

It runs inside the relay, as the relay's role, which sees ids and states only.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import text

from services.runtime import telemetry
from services.runtime.database import Database
from services.runtime.queue import NAMESPACE, QueueBroker

KEEP_DONE: Final = timedelta(days=7)
CLEAR_AT_ONCE: Final = 1000
_CLEAR_ONE_TIME_IN: Final = 60
_MARK: Final = f"{NAMESPACE}:mark"

_TAKE_BACK: Final = text("""
WITH lost AS (
    SELECT brand_id, message_id, state FROM outbox
    WHERE state IN ('sent', 'running') AND lease_until < now()
    ORDER BY lease_until LIMIT 1000 FOR UPDATE SKIP LOCKED
)
UPDATE outbox m SET state = 'waiting', lease_until = NULL, available_time = now(),
    losses = m.losses + (lost.state = 'running')::integer, update_time = now()
FROM lost WHERE m.brand_id = lost.brand_id AND m.message_id = lost.message_id
""")

_SEND_ALL_AGAIN: Final = text("""
UPDATE outbox SET state = 'waiting', lease_until = NULL, update_time = now()
WHERE state = 'sent'
""")

_CLEAR: Final = text("""
DELETE FROM outbox WHERE (brand_id, message_id) IN (
    SELECT brand_id, message_id FROM outbox
    WHERE state IN ('done', 'cancelled') AND update_time < now() - make_interval(secs => :keep_s)
    ORDER BY update_time LIMIT :limit)
""")

_log = structlog.get_logger(__name__)


class Sweeper:
    """Looks once whenever it is told to; the relay tells it every second."""

    def __init__(self, database: Database, broker: QueueBroker) -> None:
        """broker: one that maintains."""
        self._database = database
        self._broker = broker

    def sweep(self) -> int:
        """Take back what was lost; return how many messages that were."""
        self._broker.recover()
        taken = self._after_loss_of_redis()
        with self._database.relay() as tx:
            taken += tx.execute(_TAKE_BACK).rowcount
        if taken:
            _log.info("messages taken back", messages=taken)
            telemetry.RESENT.inc(taken)
        if random.randrange(_CLEAR_ONE_TIME_IN) == 0:  # noqa: S311 - spreads the work of relays
            self.clear()
        return taken

    def clear(self) -> int:
        """Remove messages that ended long ago; return how many, at most CLEAR_AT_ONCE."""
        values = {"keep_s": KEEP_DONE.total_seconds(), "limit": CLEAR_AT_ONCE}
        with self._database.relay() as tx:
            return int(tx.execute(_CLEAR, values).rowcount)

    def _after_loss_of_redis(self) -> int:
        """Whoever sets the mark anew takes back what was in Redis before."""
        if not self._broker.client.set(_MARK, "1", nx=True):
            return 0
        with self._database.relay() as tx:
            return int(tx.execute(_SEND_ALL_AGAIN).rowcount)
