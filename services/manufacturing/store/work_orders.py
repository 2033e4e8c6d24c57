"""The SQL of work orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.manufacturing.domain.work_orders import Move, Note, WorkOrder, WorkState
from services.manufacturing.tables import WORK_ORDER_MOVES, WORK_ORDER_NOTES, WORK_ORDERS
from services.runtime.errors import NotFound
from services.runtime.paging import Position, newest_first

_FORGET: Final = text("SELECT luneo_forget_in_workshop(:subject, :snapshots)")
_PLAIN: Final = (
    "snapshot_id",
    "product_revision",
    "quantity",
    "barcode",
    "assignee",
    "due_at",
    "erased_at",
    "material",
    "version",
    "created_at",
    "updated_at",
)
_NAMES: Final = {"snapshot_id": "snapshot"}


def add(tx: Connection, work: WorkOrder, new_barcode: Callable[[], str]) -> WorkOrder | None:
    """Store a work order with its first step, under a barcode that no other has; return it.

    None if its item was begun before, or what it is a remake of was made again.
    """
    once = insert(WORK_ORDERS).on_conflict_do_nothing().returning(WORK_ORDERS.c.work_order_id)
    taken = True
    while taken:
        work = replace(work, barcode=new_barcode())
        if tx.execute(once.values(_row(work))).first() is not None:
            _add_move(tx, work, work.history[-1])
            return work
        taken = _is_taken(tx, work)
    return None


def get(tx: Connection, brand: str, work_order: str, *, lock: bool = False) -> WorkOrder:
    """Return a work order; NotFound if there is none. lock: until the transaction ends."""
    return _one(tx, of_brand(brand).where(WORK_ORDERS.c.work_order_id == work_order), lock)


def by_barcode(tx: Connection, brand: str, barcode: str) -> WorkOrder:
    """Return the work order of a barcode; NotFound if there is none."""
    return _one(tx, of_brand(brand).where(WORK_ORDERS.c.barcode == barcode), lock=False)


def of_order(tx: Connection, brand: str, order: str, *, lock: bool = False) -> list[WorkOrder]:
    """Return the work orders of an order. lock: until the transaction ends."""
    query = of_brand(brand).where(WORK_ORDERS.c.order_id == order)
    query = query.order_by(WORK_ORDERS.c.work_order_id)  # as everybody locks several
    return read(tx, brand, query.with_for_update() if lock else query)


def states_of_order(tx: Connection, brand: str, order: str) -> list[WorkState]:
    """Return where the work orders of an order stand."""
    query = select(WORK_ORDERS.c.state).where(
        WORK_ORDERS.c.brand_id == brand, WORK_ORDERS.c.order_id == order
    )
    return [WorkState(state) for state in tx.execute(query).scalars()]


def newest(
    tx: Connection,
    brand: str,
    *,
    order: str | None,
    state: WorkState | None,
    assignee: str,
    due_before: datetime | None,
    before: Position,
    limit: int,
) -> list[WorkOrder]:
    """Return work orders, newest first, those older than `before`; "" and None do not limit."""
    query = of_brand(brand)
    if order is not None:
        query = query.where(WORK_ORDERS.c.order_id == order)
    if state is not None:
        query = query.where(WORK_ORDERS.c.state == state)
    if assignee:
        query = query.where(WORK_ORDERS.c.assignee == assignee)
    if due_before is not None:
        query = query.where(WORK_ORDERS.c.due_at < due_before)
    key = WORK_ORDERS.c.work_order_id
    query = newest_first(query, WORK_ORDERS.c.created_at, key, before, limit)
    return read(tx, brand, query)


def save_move(tx: Connection, work: WorkOrder, move: Move) -> None:
    """Store the state that a work order was moved to, with the step: the last of its history."""
    _save(tx, work, state=work.state)
    _add_move(tx, work, move)


def save_plan(tx: Connection, work: WorkOrder) -> None:
    """Store who works on a work order and until when."""
    _save(tx, work, assignee=work.assignee, due_at=work.due_at)


def save_note(tx: Connection, work: WorkOrder, note: Note) -> None:
    """Store a note, the last that the work order has. Its row is locked."""
    tx.execute(
        insert(WORK_ORDER_NOTES).values(
            **_key(work), number=len(work.notes), note=note.text, by_subject=note.by, at=note.at
        )
    )


def forget(
    tx: Connection, brand: str, *, subject: str, snapshots: Sequence[str], at: datetime
) -> None:
    """Take out who worked, and what was noted about designs that were erased; "" is nobody."""
    tx.execute(
        update(WORK_ORDERS)
        .where(
            WORK_ORDERS.c.brand_id == brand,
            WORK_ORDERS.c.snapshot_id.in_(snapshots),
            WORK_ORDERS.c.erased_at.is_(None),
        )
        .values(erased_at=at)
    )
    tx.execute(_FORGET, {"subject": subject or "-", "snapshots": list(snapshots)})


def read(tx: Connection, brand: str, query: Select[Any]) -> list[WorkOrder]:
    """Return the work orders that a query finds."""
    found = [_work_order(row) for row in tx.execute(query).mappings()]
    return _with_beside(tx, brand, found)


def of_brand(brand: str) -> Select[Any]:
    """Return the query for a brand's work orders, to be narrowed and given to `read`."""
    return select(WORK_ORDERS).where(WORK_ORDERS.c.brand_id == brand)


def _one(tx: Connection, query: Select[Any], lock: bool) -> WorkOrder:
    row = tx.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise NotFound
    return _with_beside(tx, row["brand_id"], [_work_order(row)])[0]


def _is_taken(tx: Connection, work: WorkOrder) -> bool:
    query = of_brand(work.brand).where(WORK_ORDERS.c.barcode == work.barcode)
    return tx.execute(query).first() is not None


def _key(work: WorkOrder) -> dict[str, Any]:
    return {"brand_id": work.brand, "work_order_id": work.work_order}


def _row(work: WorkOrder) -> dict[str, Any]:
    return {
        **{name: getattr(work, _NAMES.get(name, name)) for name in _PLAIN},
        **_key(work),
        "order_id": work.order,
        "item_number": work.item_number,
        "state": work.state,
        "remake_of": work.remake_of or None,
    }


def _save(tx: Connection, work: WorkOrder, **values: Any) -> None:
    tx.execute(
        update(WORK_ORDERS)
        .where(WORK_ORDERS.c.brand_id == work.brand, WORK_ORDERS.c.work_order_id == work.work_order)
        .values(version=work.version, updated_at=work.updated_at, **values)
    )


def _add_move(tx: Connection, work: WorkOrder, move: Move) -> None:
    tx.execute(
        insert(WORK_ORDER_MOVES).values(
            **_key(work),
            number=len(work.history),
            from_state=move.before or "",
            to_state=move.after,
            by_subject=move.by,
            reason=move.reason,
            at=move.at,
        )
    )


def _work_order(row: RowMapping) -> WorkOrder:
    return WorkOrder(
        **{_NAMES.get(name, name): row[name] for name in _PLAIN},
        brand=row["brand_id"],
        work_order=row["work_order_id"],
        order=row["order_id"],
        item_number=row["item_number"],
        state=WorkState(row["state"]),
        remake_of=row["remake_of"] or "",
        batch=row["batch_id"] or "",
    )


def _with_beside(tx: Connection, brand: str, works: Sequence[WorkOrder]) -> list[WorkOrder]:
    """Return work orders with their steps, their notes and what was made in their place."""
    ids = [work.work_order for work in works]
    moves: dict[str, list[Move]] = {one: [] for one in ids}
    notes: dict[str, list[Note]] = {one: [] for one in ids}
    for row in _beside(tx, WORK_ORDER_MOVES, brand, ids):
        before = WorkState(row["from_state"]) if row["from_state"] else None
        after = WorkState(row["to_state"])
        move = Move(before, after, row["by_subject"], row["reason"], row["at"])
        moves[row["work_order_id"]].append(move)
    for row in _beside(tx, WORK_ORDER_NOTES, brand, ids):
        notes[row["work_order_id"]].append(Note(row["note"], row["by_subject"], row["at"]))
    query = select(WORK_ORDERS.c.remake_of, func.min(WORK_ORDERS.c.work_order_id)).where(
        WORK_ORDERS.c.brand_id == brand, WORK_ORDERS.c.remake_of.in_(ids)
    )
    remade = {row[0]: row[1] for row in tx.execute(query.group_by(WORK_ORDERS.c.remake_of))}
    return [
        replace(
            work,
            history=tuple(moves[work.work_order]),
            notes=tuple(notes[work.work_order]),
            remade_as=remade.get(work.work_order, ""),
        )
        for work in works
    ]


def _beside(tx: Connection, table: Any, brand: str, ids: Sequence[str]) -> Sequence[RowMapping]:
    query = select(table).where(table.c.brand_id == brand, table.c.work_order_id.in_(ids))
    return tx.execute(query.order_by(table.c.work_order_id, table.c.number)).mappings().all()
