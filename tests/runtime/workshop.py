"""A database with an outbox, and what works it: for tests of queue, relay and operations."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import redis
from sqlalchemy import text

from services.runtime.database import Database
from services.runtime.jobs import Actor, Job, Runner
from services.runtime.operations import OperationRow, Operations
from services.runtime.outbox import Outbox, message_id
from services.runtime.queue import WorkerProcess
from services.runtime.relay import Relay

QUEUE = "render-preview"


@dataclass
class Workshop:
    """url: of the database as its owner. Every test takes a brand of its own."""

    url: str
    redis_url: str
    database: Database = field(init=False)
    outbox: Outbox = field(init=False)
    operations: Operations = field(init=False)

    def __post_init__(self) -> None:
        self.database = Database(self.url)
        self.outbox = Outbox()
        self.operations = Operations(self.database, self.outbox)

    def close(self) -> None:
        self.operations.close()
        self.database.close()

    def empty(self) -> None:
        """Remove every message and operation, and what Redis holds."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET ROLE luneo_owner")
            connection.execute(
                "TRUNCATE outbox, operation_requesters, export_pack_operations, operations"
            )
        with redis.Redis.from_url(self.redis_url) as client:
            client.flushdb()

    def brand(self) -> str:
        return f"b-{secrets.token_hex(6)}"

    def send(self, brand: str, cause: str = "cause", actor: str = "test.work", **more: Any) -> str:
        """Send one message in a transaction of its own; return its id."""
        with self.database.brand(brand) as tx:
            self.outbox.send(
                tx,
                brand=brand,
                queue=more.pop("queue", QUEUE),
                actor=actor,
                args=more.pop("args", {}),
                cause=cause,
                **more,
            )
        return message_id(brand, cause)

    def start(self, brand: str, content_key: str = "content", **more: Any) -> OperationRow:
        """Start an operation in a transaction of its own."""
        with self.database.brand(brand) as tx:
            return self.operations.start(
                tx,
                brand=brand,
                kind="test.work",
                target=f"brands/{brand}/things/one",
                content_key=content_key,
                queue=more.pop("queue", QUEUE),
                actor=more.pop("actor", "test.work"),
                actor_args=more.pop("args", {}),
                requested_by=more.pop("requested_by", "guest:one"),
            )

    def message_of(self, operation: OperationRow) -> str:
        """Return the id of the message of an operation's newest run."""
        (row,) = self.rows(
            operation.brand_id,
            "SELECT message_id FROM outbox WHERE operation_id = :id ORDER BY operation_run DESC "
            "LIMIT 1",
            id=operation.operation_id,
        )
        return str(row["message_id"])

    def runner(self, run: Callable[[Job], None], worker: str = "worker-1") -> Runner:
        return Runner(self.database, {"test.work": Actor("test.work", QUEUE, run)}, worker)

    def deliver(self, brand: str, message: str, run: Callable[[Job], None]) -> None:
        """Let a worker have the message now, whenever it was to be sent again."""
        self.change(brand, message, "available_time = now()")
        self.runner(run).run(brand, message)

    def rows(self, brand: str, sql: str, **values: Any) -> list[dict[str, Any]]:
        with self.database.brand(brand) as tx:
            return [dict(row) for row in tx.execute(text(sql), values).mappings()]

    def message(self, brand: str, message: str) -> dict[str, Any]:
        (row,) = self.rows(brand, "SELECT * FROM outbox WHERE message_id = :id", id=message)
        return row

    def change(self, brand: str, message: str, change: str) -> None:
        with self.database.brand(brand) as tx:
            statement = f"UPDATE outbox SET {change} WHERE message_id = :id"
            tx.execute(text(statement), {"id": message})

    def succeed(self, job: Job) -> None:
        """An actor: end the operation."""
        with self.database.brand(job.brand) as tx:
            self.operations.succeed(tx, job)

    def finish(self, job: Job) -> None:
        """An actor: end the job."""
        with self.database.brand(job.brand) as tx:
            job.finish(tx)

    @contextmanager
    def relaying(self) -> Iterator[Relay]:
        """Run a relay in a thread."""
        relay, stopped = Relay(self.database, self.redis_url), threading.Event()
        thread = threading.Thread(target=relay.run, args=(stopped,))
        thread.start()
        try:
            yield relay
        finally:
            stopped.set()
            thread.join()

    @contextmanager
    def working(self, *actors: Actor, threads: int = 2) -> Iterator[WorkerProcess]:
        """Run a worker in threads of this process."""
        worker = WorkerProcess(self.database, self.redis_url, actors, threads=threads)
        worker.start()
        try:
            yield worker
        finally:
            worker.stop(drain_s=20)


@contextmanager
def workshop(url: str, redis_url: str) -> Iterator[Workshop]:
    """Yield a workshop. url: of a migrated database without a row."""
    made = Workshop(url, redis_url)
    try:
        yield made
    finally:
        made.close()
