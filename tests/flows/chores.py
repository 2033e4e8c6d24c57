"""Messages that no worker takes before a test does, rows that look old, and what is in the store."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from services.runtime import names
from services.runtime.calls import Context
from services.runtime.jobs import Job
from services.runtime.objects import object_key
from services.runtime.outbox import message_id
from tests.flows.house import Brand
from tests.spec.shop import Shop


def job_of(brand: Shop, actor: str, **args: Any) -> Job:
    """A message that no worker takes before the test does."""
    runtime, cause = brand.process.runtime, names.new_id()
    with runtime.database.brand(brand.brand) as tx:
        runtime.outbox.send(
            tx,
            brand=brand.brand,
            queue="cleanup",
            actor=actor,
            args=args,
            cause=cause,
            delay=timedelta(hours=1),
        )
    return Job(
        brand=brand.brand,
        message_id=message_id(brand.brand, cause),
        args=args,
        attempt=1,
        context=Context.for_service(actor, brand.brand, timeout_s=300),
        operation=None,
        operation_run=0,
        outbox=runtime.outbox,
    )


def run(brand: Shop, name: str, **args: Any) -> None:
    """Do what a worker does for a message of this actor."""
    actors = {a.name: a for service in brand.process.services for a in service.actors}
    actors[name].run(job_of(brand, name, **args))


def column(brand: Brand, name: str, actor: str) -> list[str]:
    """A column of the messages of an actor."""
    with brand.process.runtime.database.brand(brand.brand) as tx:
        rows = tx.execute(text(f"SELECT {name} FROM outbox WHERE actor = :actor"), {"actor": actor})
        return [str(row[0]) for row in rows]


def make_old(brand: Brand, table: str, *columns: str, days: int) -> None:
    """Let rows of the brand be some days older than they are."""
    change = ", ".join(f"{column} = {column} - make_interval(days => :days)" for column in columns)
    with brand.process.runtime.database.brand(brand.brand) as tx:
        tx.execute(text(f"UPDATE {table} SET {change}"), {"days": days})


def stored(brand: Brand) -> set[str]:
    """The hashes of all that the brand has in the store."""
    return {
        found.sha256 for page in brand.process.runtime.objects.listed(brand.brand) for found in page
    }


def file_of(brand: Brand, sha256: str) -> Path:
    data = brand.process.runtime.settings.data / "objects"
    return data / object_key(brand.brand, sha256)


def age(brand: Brand, by: timedelta = timedelta(days=2)) -> None:
    """Let everything in the store be old."""
    then = (datetime.now(UTC) - by).timestamp()
    for sha256 in stored(brand):
        os.utime(file_of(brand, sha256), (then, then))


def tables_with(brand: Brand, texts: Iterable[str]) -> set[str]:
    """The tables of which a row of the brand holds one of the texts, also inside messages."""
    with brand.process.runtime.database.brand(brand.brand) as tx:
        tables = tx.execute(
            text("SELECT DISTINCT table_name FROM information_schema.columns "
                 "WHERE table_schema = 'public' AND column_name = 'brand_id'")
        ).scalars().all()  # fmt: skip
        rows = {
            table: str([tuple(row) for row in tx.execute(text(f"SELECT * FROM {table}"))])
            for table in tables
        }
    return {table for table, content in rows.items() for one in texts if one in content}
