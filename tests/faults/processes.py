"""The processes that the fault tests kill: workers and relays of a tiny service of their own.

Run as `python -m tests.faults.processes DATABASE_URL REDIS_URL`. A line "worker" or "relay" on
stdin starts one and prints its process id. They are forked from a process that has everything
imported and nothing opened, so that a new one is at work long before it is killed.

The service paints: it sleeps some milliseconds, then records the effect and sends the charge for
it, in the transaction that ends its operation. Both tables take duplicates, so that they would
show.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sys
import threading

import psycopg
from sqlalchemy import text

from services.runtime.database import OWNER, SERVICE, Database
from services.runtime.jobs import Actor, Job
from services.runtime.operations import Operations
from services.runtime.outbox import Outbox
from services.runtime.queue import run_worker
from services.runtime.relay import Relay

PAINT, CHARGE = "paint", "charge"
QUEUE, CHARGE_QUEUE = "render-preview", "cleanup"
FAILS_ONCE_IN = 20
PR_SET_PDEATHSIG = 1


def create_tables(url: str) -> None:
    """Make the tables of effects; neither has a key, so nothing hides a second effect."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SET ROLE {OWNER}")
        for table in ("painted", "charged", "runs"):
            connection.execute(f"CREATE TABLE {table} (brand_id text, item text, attempt integer)")
            connection.execute(f"GRANT SELECT, INSERT ON {table} TO {SERVICE}")


class Painter:
    """The actors."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._outbox = Outbox()
        self._operations = Operations(database, self._outbox)

    def paint(self, job: Job) -> None:
        item = job.args["item"]
        self._record("runs", job)
        threading.Event().wait(job.args["work_s"])
        if job.args["fails"] and job.attempt == 1:
            raise ConnectionError("the first attempt of this one fails")
        with self._database.brand(job.brand) as tx:
            tx.execute(_INSERT["painted"], _effect(job))
            self._outbox.send(
                tx,
                brand=job.brand,
                queue=CHARGE_QUEUE,
                actor=CHARGE,
                args={"item": item},
                cause=f"charge:{item}",
            )
            self._operations.succeed(tx, job)

    def charge(self, job: Job) -> None:
        with self._database.brand(job.brand) as tx:
            tx.execute(_INSERT["charged"], _effect(job))
            job.finish(tx)

    def actors(self) -> list[Actor]:
        return [Actor(PAINT, QUEUE, self.paint), Actor(CHARGE, CHARGE_QUEUE, self.charge)]

    def _record(self, table: str, job: Job) -> None:
        with self._database.brand(job.brand) as tx:
            tx.execute(_INSERT[table], _effect(job))


_INSERT = {
    table: text(f"INSERT INTO {table} VALUES (:brand, :item, :attempt)")
    for table in ("painted", "charged", "runs")
}


def _effect(job: Job) -> dict[str, object]:
    return {"brand": job.brand, "item": job.args["item"], "attempt": job.attempt}


def _work(url: str, redis_url: str) -> None:
    database = Database(url)
    run_worker(database, redis_url, Painter(database).actors(), threads=2)


def _relay(url: str, redis_url: str) -> None:
    Relay(Database(url), redis_url).run(threading.Event())


def main() -> None:
    url, redis_url = sys.argv[1:]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # none outlives the test
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 0)
            os.dup2(nowhere, 1)  # stdout is for the process ids
            random.seed()
            {"worker": _work, "relay": _relay}[line.strip()](url, redis_url)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
