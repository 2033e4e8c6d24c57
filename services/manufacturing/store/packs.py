"""The SQL of export packs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, delete, select
from sqlalchemy.dialects.postgresql import Insert, insert

from services.manufacturing.domain.packs import Pack, PackFile, PackResult
from services.manufacturing.tables import PACKS, RESULTS
from services.runtime.errors import NotFound
from services.runtime.paging import Position, newest_first


def get(tx: Connection, brand: str, pack: str) -> Pack:
    """Return the pack; NotFound if there is none."""
    query = _query().where(PACKS.c.brand_id == brand, PACKS.c.pack_id == pack)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise NotFound
    return _pack(row)


def newest(
    tx: Connection,
    brand: str,
    *,
    snapshot: str | None,
    before: Position,
    limit: int,
) -> list[Pack]:
    """Return packs, newest first, those older than `before`, of one snapshot if it is given."""
    query = _query().where(PACKS.c.brand_id == brand)
    if snapshot is not None:
        query = query.where(PACKS.c.snapshot_id == snapshot)
    query = newest_first(query, PACKS.c.created_at, PACKS.c.pack_id, before, limit)
    return [_pack(row) for row in tx.execute(query).mappings()]


def put(tx: Connection, pack: Pack) -> None:
    """Store a pack; one that exists is pointed at its present operation."""
    statement = _insert(pack)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["brand_id", "pack_id"],
            set_={"operation_id": statement.excluded.operation_id},
            where=PACKS.c.operation_id != statement.excluded.operation_id,
        )
    )


def add(tx: Connection, pack: Pack) -> None:
    """Store a pack; one that exists stays as it is."""
    tx.execute(_insert(pack).on_conflict_do_nothing())


def hold(tx: Connection, brand: str, pack: str) -> bool:
    """Keep the pack's row from being forgotten until the transaction ends; False if it is gone."""
    query = select(PACKS.c.pack_id).where(PACKS.c.brand_id == brand, PACKS.c.pack_id == pack)
    query = query.with_for_update(read=True, key_share=True)
    return tx.execute(query).first() is not None


def put_result(tx: Connection, brand: str, pack: str, result: PackResult) -> None:
    """Store what was made; the first result of a pack counts."""
    values = asdict(result)
    tx.execute(
        insert(RESULTS).values(brand_id=brand, pack_id=pack, **values).on_conflict_do_nothing()
    )


def operations_of(tx: Connection, brand: str, snapshots: Sequence[str]) -> list[str]:
    """Return the operations of what `forget` would remove.

    They go first: whoever asks for a pack takes its operation first, and its row after.
    """
    own = PACKS.c.brand_id == brand, PACKS.c.snapshot_id.in_(snapshots)
    return list(tx.execute(select(PACKS.c.operation_id).where(*own)).scalars())


def forget(tx: Connection, brand: str, snapshots: Sequence[str]) -> list[str]:
    """Remove the packs of snapshots, and return the hashes of their files."""
    own = PACKS.c.brand_id == brand, PACKS.c.snapshot_id.in_(snapshots)
    ids = list(tx.execute(select(PACKS.c.pack_id).where(*own).with_for_update()).scalars())
    results = delete(RESULTS).where(RESULTS.c.brand_id == brand, RESULTS.c.pack_id.in_(ids))
    gone = list(tx.execute(results.returning(RESULTS.c.sha256)).scalars())
    tx.execute(delete(PACKS).where(*own))
    return gone


def held(tx: Connection, sha256s: Sequence[str]) -> set[str]:
    """Return those that are packs, or profiles that packs are coloured by."""
    profile = PACKS.c.drawings["output_profile"].astext
    packs = select(RESULTS.c.sha256).where(RESULTS.c.sha256.in_(sha256s))
    profiles = select(profile).where(PACKS.c.output_profile_id != "", profile.in_(sha256s))
    return {*tx.execute(packs).scalars(), *tx.execute(profiles).scalars()}


def _insert(pack: Pack) -> Insert:
    return insert(PACKS).values(
        brand_id=pack.brand,
        pack_id=pack.pack,
        snapshot_id=pack.snapshot,
        operation_id=pack.operation,
        dpi=pack.dpi,
        created_at=pack.created_at,
        machines=[list(machine) for machine in pack.machines],
        work_order_id=pack.work_order,
        ticket=dict(pack.ticket),
        drawings=dict(pack.drawings),
        output_profile_id=pack.output_profile,
    )


def _query() -> Select[Any]:
    results = [RESULTS.c[name].label(f"result_{name}") for name in PackResult.__dataclass_fields__]
    same = and_(RESULTS.c.brand_id == PACKS.c.brand_id, RESULTS.c.pack_id == PACKS.c.pack_id)
    return select(PACKS, *results).select_from(PACKS.outerjoin(RESULTS, same))


def _pack(row: RowMapping) -> Pack:
    result = None
    if row["result_sha256"] is not None:
        values = {name: row[f"result_{name}"] for name in PackResult.__dataclass_fields__}
        files = tuple(PackFile(**file) for file in values.pop("files"))
        result = PackResult(**values, files=files)
    return Pack(
        brand=row["brand_id"],
        pack=row["pack_id"],
        snapshot=row["snapshot_id"],
        operation=row["operation_id"],
        dpi=row["dpi"],
        created_at=row["created_at"],
        machines=tuple((machine, number) for machine, number in row["machines"]),
        work_order=row["work_order_id"],
        ticket=row["ticket"],
        drawings=row["drawings"],
        output_profile=row["output_profile_id"],
        result=result,
    )
