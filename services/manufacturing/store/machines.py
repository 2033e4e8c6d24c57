"""The SQL of machine profiles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, Select, and_, select, update
from sqlalchemy.dialects.postgresql import insert

from render_core.making import profile_json
from services.manufacturing.domain.machines import Machine, MachineRevision
from services.manufacturing.tables import MACHINE_REVISIONS, MACHINES
from services.runtime.errors import AlreadyExists, NotFound
from services.runtime.paging import Position, newest_first


def add(tx: Connection, machine: Machine) -> None:
    """Store a machine with its first revision; AlreadyExists if its id is taken."""
    added = insert(MACHINES).values(
        brand_id=machine.current.brand,
        machine_id=machine.current.machine,
        revision=machine.current.number,
        created_at=machine.created_at,
    )
    added = added.on_conflict_do_nothing()
    if tx.execute(added.returning(MACHINES.c.machine_id)).first() is None:
        raise AlreadyExists
    _add_revision(tx, machine.current)


def get(tx: Connection, brand: str, machine: str, *, lock: bool = False) -> Machine:
    """Return a machine as it is now; NotFound if there is none. lock: until the transaction ends."""
    query = _current(brand).where(MACHINES.c.machine_id == machine)
    row = tx.execute(query.with_for_update(of=MACHINES) if lock else query).mappings().first()
    if row is None:
        raise NotFound
    return _machine(row)


def get_revision(tx: Connection, brand: str, machine: str, number: int) -> MachineRevision:
    """Return a revision; NotFound if there is none."""
    query = select(MACHINE_REVISIONS).where(
        MACHINE_REVISIONS.c.brand_id == brand,
        MACHINE_REVISIONS.c.machine_id == machine,
        MACHINE_REVISIONS.c.revision == number,
    )
    row = tx.execute(query).mappings().first()
    if row is None:
        raise NotFound
    return _revision(row, row["created_at"])


def newest(tx: Connection, brand: str, *, before: Position, limit: int) -> list[Machine]:
    """Return machines, newest first, those older than `before`."""
    query = newest_first(
        _current(brand), MACHINES.c.created_at, MACHINES.c.machine_id, before, limit
    )
    return [_machine(row) for row in tx.execute(query).mappings()]


def save(tx: Connection, revision: MachineRevision) -> None:
    """Store a new revision as the present one."""
    _add_revision(tx, revision)
    tx.execute(
        update(MACHINES)
        .where(MACHINES.c.brand_id == revision.brand, MACHINES.c.machine_id == revision.machine)
        .values(revision=revision.number)
    )


def _add_revision(tx: Connection, revision: MachineRevision) -> None:
    tx.execute(
        insert(MACHINE_REVISIONS).values(
            brand_id=revision.brand,
            machine_id=revision.machine,
            revision=revision.number,
            sha256=revision.profile.sha256,
            document=revision.profile.canonical().decode(),
            created_at=revision.created_at,
        )
    )


def _current(brand: str) -> Select[Any]:
    same = and_(
        MACHINE_REVISIONS.c.brand_id == MACHINES.c.brand_id,
        MACHINE_REVISIONS.c.machine_id == MACHINES.c.machine_id,
        MACHINE_REVISIONS.c.revision == MACHINES.c.revision,
    )
    columns = (
        MACHINE_REVISIONS.c.document,
        MACHINE_REVISIONS.c.created_at.label("revised_at"),
    )
    joined = select(MACHINES, *columns).select_from(MACHINES.join(MACHINE_REVISIONS, same))
    return joined.where(MACHINES.c.brand_id == brand)


def _machine(row: RowMapping) -> Machine:
    return Machine(_revision(row, row["revised_at"]), row["created_at"])


def _revision(row: RowMapping, created_at: datetime) -> MachineRevision:
    return MachineRevision(
        brand=row["brand_id"],
        machine=row["machine_id"],
        number=row["revision"],
        profile=profile_json.read(orjson.loads(row["document"])),
        created_at=created_at,
    )
