"""The SQL of batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, Table, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.manufacturing.domain.batches import (
    Batch,
    BatchFile,
    BatchResult,
    FurtherMachine,
    Label,
    Sheet,
    Wanted,
)
from services.manufacturing.domain.work_orders import WorkOrder, WorkState
from services.manufacturing.store import work_orders
from services.manufacturing.tables import (
    BATCH_FILES,
    BATCH_MACHINES,
    BATCH_WORK_ORDERS,
    BATCHES,
    MACHINE_REVISIONS,
    WORK_ORDERS,
)
from services.runtime.errors import NotFound
from services.runtime.paging import Position, newest_first

_NOT_BEGUN: Final = (WorkState.QUEUED, WorkState.CANCELLED)


def named(tx: Connection, brand: str, ids: Sequence[str]) -> list[WorkOrder]:
    """Return work orders in the order of their ids given, locked; NotFound if one is missing."""
    query = work_orders.of_brand(brand).where(WORK_ORDERS.c.work_order_id.in_(ids))
    query = query.order_by(WORK_ORDERS.c.work_order_id).with_for_update()
    found = {work.work_order: work for work in work_orders.read(tx, brand, query)}
    if len(found) != len(set(ids)):
        raise NotFound
    return [found[one] for one in dict.fromkeys(ids)]


@dataclass(frozen=True, slots=True)
class Wanting:
    """Which open work orders are wanted. products: names, materials: as `WorkOrder.of_material`; () for any."""

    due_before: datetime | None
    products: Sequence[str]
    materials: Sequence[str]


def open_ones(tx: Connection, brand: str, wanting: Wanting, *, limit: int) -> list[WorkOrder]:
    """Return work orders that no batch has, locked: those due first, then the oldest.

    What somebody else holds is left out.
    """
    query = work_orders.of_brand(brand).where(
        WORK_ORDERS.c.state == WorkState.QUEUED,
        WORK_ORDERS.c.batch_id.is_(None),
        WORK_ORDERS.c.erased_at.is_(None),
    )
    if wanting.due_before is not None:
        query = query.where(WORK_ORDERS.c.due_at < wanting.due_before)
    product = func.split_part(WORK_ORDERS.c.product_revision, "/revisions/", 1)
    if wanting.products:
        query = query.where(product.in_(wanting.products))
    if wanting.materials:
        own = func.split_part(product, "/", 4)  # brands/…/products/ID
        material = func.coalesce(func.nullif(WORK_ORDERS.c.material, ""), own)
        query = query.where(material.in_(wanting.materials))
    query = query.order_by(
        WORK_ORDERS.c.due_at.asc().nulls_last(),
        WORK_ORDERS.c.created_at,
        WORK_ORDERS.c.work_order_id,
    )
    query = query.limit(limit).with_for_update(skip_locked=True)
    return work_orders.read(tx, brand, query)


def add(tx: Connection, batch: Batch) -> None:
    """Store a batch and put its work orders into it."""
    tx.execute(
        insert(BATCHES).values(
            brand_id=batch.brand,
            batch_id=batch.batch,
            machine_id=batch.machine,
            machine_revision=batch.machine_revision,
            wanted=asdict(batch.wanted),
            operation_id=batch.operation,
            created_at=batch.created_at,
        )
    )
    rows = [
        {"brand_id": batch.brand, "batch_id": batch.batch, "work_order_id": work}
        for work in batch.work_orders
    ]
    tx.execute(insert(BATCH_WORK_ORDERS), rows)
    further = [
        {
            "brand_id": batch.brand,
            "batch_id": batch.batch,
            "number": number,
            "machine_id": one.machine,
            "machine_revision": one.revision,
        }
        for number, one in enumerate(batch.further, 1)
    ]
    if further:
        tx.execute(insert(BATCH_MACHINES), further)
    tx.execute(
        update(WORK_ORDERS)
        .where(
            WORK_ORDERS.c.brand_id == batch.brand,
            WORK_ORDERS.c.work_order_id.in_(batch.work_orders),
        )
        .values(batch_id=batch.batch)
    )


def get(tx: Connection, brand: str, batch: str, *, lock: bool = False) -> Batch:
    """Return a batch without its solution; NotFound if there is none. lock: until the transaction ends."""
    query = _query(brand).where(BATCHES.c.batch_id == batch)
    row = tx.execute(query.with_for_update(of=BATCHES) if lock else query).mappings().first()
    if row is None:
        raise NotFound
    return _batches(tx, brand, [row])[0]


def newest(tx: Connection, brand: str, *, before: Position, limit: int) -> list[Batch]:
    """Return batches, newest first, those older than `before`."""
    query = newest_first(_query(brand), BATCHES.c.created_at, BATCHES.c.batch_id, before, limit)
    return _batches(tx, brand, list(tx.execute(query).mappings()))


def works(tx: Connection, batch: Batch, *, lock: bool = False) -> list[WorkOrder]:
    """Return all that were put into a batch, in the order of their ids."""
    query = work_orders.of_brand(batch.brand).where(
        WORK_ORDERS.c.work_order_id.in_(batch.work_orders)
    )
    query = query.order_by(WORK_ORDERS.c.work_order_id)
    return work_orders.read(tx, batch.brand, query.with_for_update() if lock else query)


def solution(tx: Connection, batch: Batch) -> str:
    """Return where everything of a batch lies, "" if that is not known yet."""
    query = select(BATCHES.c.solution).where(
        BATCHES.c.brand_id == batch.brand, BATCHES.c.batch_id == batch.batch
    )
    return str(tx.execute(query).scalar_one() or "")


def put_solution(tx: Connection, batch: Batch, solution: str) -> str:
    """Store where everything lies; the first one counts. Return the one that is stored.

    "" of a batch that was cancelled or erased meanwhile: nothing is stored of it.
    """
    one = and_(BATCHES.c.brand_id == batch.brand, BATCHES.c.batch_id == batch.batch)
    wanted = and_(one, BATCHES.c.cancelled_at.is_(None), BATCHES.c.erased_at.is_(None))
    tx.execute(
        update(BATCHES).where(wanted, BATCHES.c.solution.is_(None)).values(solution=solution)
    )
    return str(tx.execute(select(BATCHES.c.solution).where(wanted)).scalar_one_or_none() or "")


def put_result(tx: Connection, batch: Batch, result: BatchResult) -> None:
    """Store what was made."""
    rows = [
        {"brand_id": batch.brand, "batch_id": batch.batch, **asdict(file)} for file in result.files
    ]
    tx.execute(insert(BATCH_FILES), rows)
    _save(
        tx,
        batch,
        sheets=result.sheets,
        parts=result.parts,
        renderer_version=result.renderer_version,
        made_at=result.made_at,
    )


def cancel(tx: Connection, batch: Batch, at: datetime) -> None:
    """Record that a batch was cancelled, and open its work orders again.

    Of a batch that was not made none was begun in it, whatever was done about them elsewhere.
    """
    _save(tx, batch, cancelled_at=at)
    _release(tx, batch, tuple(WorkState) if batch.result is None else _NOT_BEGUN)


def with_designs(tx: Connection, brand: str, snapshots: Sequence[str]) -> list[str]:
    """Return the ids of batches that hold a part of one of these designs, in order."""
    query = (
        select(BATCH_WORK_ORDERS.c.batch_id)
        .join(
            WORK_ORDERS,
            and_(
                WORK_ORDERS.c.brand_id == BATCH_WORK_ORDERS.c.brand_id,
                WORK_ORDERS.c.work_order_id == BATCH_WORK_ORDERS.c.work_order_id,
            ),
        )
        .where(BATCH_WORK_ORDERS.c.brand_id == brand, WORK_ORDERS.c.snapshot_id.in_(snapshots))
    )
    return sorted(set(tx.execute(query).scalars()))


def forget(tx: Connection, batch: Batch, at: datetime) -> list[str]:
    """Remove the files of a batch and its solution; return the hashes that went.

    What was not begun is open again, to be nested anew without what was erased.
    """
    gone = delete(BATCH_FILES).where(
        BATCH_FILES.c.brand_id == batch.brand, BATCH_FILES.c.batch_id == batch.batch
    )
    hashes = list(tx.execute(gone.returning(BATCH_FILES.c.sha256)).scalars())
    _save(tx, batch, solution=None, erased_at=batch.erased_at or at)
    _release(tx, batch, _NOT_BEGUN)
    return hashes


def held(tx: Connection, sha256s: Sequence[str]) -> set[str]:
    """Return those that are files of batches."""
    query = select(BATCH_FILES.c.sha256).where(BATCH_FILES.c.sha256.in_(sha256s))
    return set(tx.execute(query.distinct()).scalars())


def _save(tx: Connection, batch: Batch, **values: Any) -> None:
    tx.execute(
        update(BATCHES)
        .where(BATCHES.c.brand_id == batch.brand, BATCHES.c.batch_id == batch.batch)
        .values(**values)
    )


def _release(tx: Connection, batch: Batch, states: Sequence[WorkState]) -> None:
    tx.execute(
        update(WORK_ORDERS)
        .where(
            WORK_ORDERS.c.brand_id == batch.brand,
            WORK_ORDERS.c.batch_id == batch.batch,
            WORK_ORDERS.c.state.in_(states),
        )
        .values(batch_id=None)
    )


def _query(brand: str) -> Select[Any]:
    same = and_(
        MACHINE_REVISIONS.c.brand_id == BATCHES.c.brand_id,
        MACHINE_REVISIONS.c.machine_id == BATCHES.c.machine_id,
        MACHINE_REVISIONS.c.revision == BATCHES.c.machine_revision,
    )
    # Of a solution, which may have megabytes, its hash is enough.
    own = [column for column in BATCHES.columns if column is not BATCHES.c.solution]
    columns = select(*own, MACHINE_REVISIONS.c.sha256.label("machine_sha256"))
    return columns.select_from(BATCHES.join(MACHINE_REVISIONS, same)).where(
        BATCHES.c.brand_id == brand
    )


def _batches(tx: Connection, brand: str, rows: Sequence[RowMapping]) -> list[Batch]:
    ids = [row["batch_id"] for row in rows]
    works = _by_batch(tx, brand, ids, BATCH_WORK_ORDERS, "work_order_id")
    files = _by_batch(tx, brand, ids, BATCH_FILES, "path")
    further = _by_batch(tx, brand, ids, BATCH_MACHINES, "number")
    return [
        _batch(row, works[one], files[one], further[one])
        for row, one in zip(rows, ids, strict=True)
    ]


def _by_batch(
    tx: Connection, brand: str, ids: Sequence[str], table: Table, order: str
) -> Mapping[str, Sequence[RowMapping]]:
    """Return rows of a table for each batch, in an order."""
    query = select(table).where(table.c.brand_id == brand, table.c.batch_id.in_(ids))
    found: dict[str, list[RowMapping]] = {batch: [] for batch in ids}
    for row in tx.execute(query.order_by(table.c[order])).mappings():
        found[row["batch_id"]].append(row)
    return found


def _batch(
    row: RowMapping,
    works: Sequence[RowMapping],
    files: Sequence[RowMapping],
    further: Sequence[RowMapping],
) -> Batch:
    made = [
        BatchFile(**{name: one[name] for name in BatchFile.__dataclass_fields__}) for one in files
    ]
    return Batch(
        brand=row["brand_id"],
        batch=row["batch_id"],
        machine=row["machine_id"],
        machine_revision=row["machine_revision"],
        machine_sha256=row["machine_sha256"],
        wanted=_wanted(row["wanted"]),
        work_orders=tuple(one["work_order_id"] for one in works),
        operation=row["operation_id"],
        created_at=row["created_at"],
        further=tuple(
            FurtherMachine(one["machine_id"], one["machine_revision"]) for one in further
        ),
        solution_sha256=row["solution_sha256"] or "",
        result=_result(row, made),
        cancelled_at=row["cancelled_at"],
        erased_at=row["erased_at"],
    )


def _result(row: RowMapping, files: Sequence[BatchFile]) -> BatchResult | None:
    if row["made_at"] is None:
        return None
    return BatchResult(
        sheets=row["sheets"],
        parts=row["parts"],
        solution_sha256=row["solution_sha256"] or "",
        renderer_version=row["renderer_version"],
        files=tuple(files),
        made_at=row["made_at"],
    )


def _wanted(values: Any) -> Wanted:
    sheets = tuple(
        Sheet(**{**sheet, "products": tuple(sheet.get("products", ()))})
        for sheet in values["sheets"]
    )
    return Wanted(**{**values, "sheets": sheets, "label": Label(values["label"])})
