"""The SQL of snapshots. Every function takes the brand's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Table, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from services.runtime.errors import NotFound
from services.runtime.paging import Position, newest_first
from services.snapshot import convert
from services.snapshot.domain import (
    Asset,
    Event,
    Snapshot,
    SnapshotErased,
    SnapshotLocked,
    SnapshotSuperseded,
    Supersession,
)
from services.snapshot.tables import ASSETS, LOCKS, SNAPSHOTS, SUPERSESSIONS, VALIDATIONS

# SQLSTATEs of what the database refuses to write beside a snapshot.
_REFUSALS: Final = {"LU003": SnapshotErased, "LU004": SnapshotLocked, "LU005": SnapshotSuperseded}
_BESIDE = ("validation", "lock", "assets", "supersedes", "superseded_by")
_COLUMN = {"brand": "brand_id", "snapshot": "snapshot_id", "spec": "spec_id"}
_CORE = tuple(field.name for field in fields(Snapshot) if field.name not in _BESIDE)

# Equal names of revisions stand for equal copies, so one of each is read.
_REVISIONS = text("""
SELECT s.revision FROM snapshots s WHERE s.snapshot_id IN (
    SELECT min(o.snapshot_id) FROM snapshots o WHERE o.erased_at IS NULL GROUP BY o.product_revision)
""")
# Whatever stands in a document in quotes and looks like a hash; at worst that is one too many.
_IN_DOCUMENTS = text("""
SELECT DISTINCT found[1] FROM snapshots s, regexp_matches(s.spec_document, :hash, 'g') found
WHERE s.erased_at IS NULL AND found[1] = ANY (:sha256s)
""")
_HASH = '"([0-9a-f]{64})"'
_ERASE = text("SELECT kind, value FROM luneo_erase_subject(:subject, :digest, :by, :erasure)")


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure left to delete elsewhere.

    specs: those that no snapshot refers to any more. assets: hashes of the files that were attached.
    """

    snapshots: tuple[str, ...]
    specs: tuple[str, ...]
    assets: tuple[str, ...]


def add(tx: Connection, snapshot: Snapshot) -> Snapshot:
    """Store a snapshot, or return the one that its owner has of the same spec."""
    values = {_COLUMN.get(name, name): getattr(snapshot, name) for name in _CORE}
    added = insert(SNAPSHOTS).values(values).on_conflict_do_nothing()
    same = select(SNAPSHOTS).where(
        SNAPSHOTS.c.brand_id == snapshot.brand,
        SNAPSHOTS.c.owner == snapshot.owner,
        SNAPSHOTS.c.spec_hash == snapshot.spec_hash,
    )
    while True:
        if tx.execute(added.returning(SNAPSHOTS.c.snapshot_id)).first() is not None:
            return snapshot
        row = tx.execute(same).mappings().first()
        if row is not None:  # else the one that stood in the way was erased in between
            return _with_beside(tx, [_snapshot(row)])[0]


def get(tx: Connection, brand: str, snapshot: str, *, owner: str | None = None) -> Snapshot:
    """Return the snapshot; NotFound if there is none, or none of this owner."""
    query = select(SNAPSHOTS).where(
        SNAPSHOTS.c.brand_id == brand, SNAPSHOTS.c.snapshot_id == snapshot
    )
    if owner is not None:
        query = query.where(SNAPSHOTS.c.owner == owner)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise NotFound
    return _with_beside(tx, [_snapshot(row)])[0]


def named(tx: Connection, brand: str, ids: Sequence[str]) -> list[Snapshot]:
    """Return the snapshots in the order of their ids given; NotFound if one is missing."""
    query = select(SNAPSHOTS).where(
        SNAPSHOTS.c.brand_id == brand, SNAPSHOTS.c.snapshot_id.in_(set(ids))
    )
    found = _with_beside(tx, [_snapshot(row) for row in tx.execute(query).mappings()])
    by_id = {snapshot.snapshot: snapshot for snapshot in found}
    if not by_id.keys() >= set(ids):
        raise NotFound
    return [by_id[one] for one in ids]


def newest(
    tx: Connection,
    brand: str,
    *,
    owner: str | None,
    before: Position,
    limit: int,
) -> list[Snapshot]:
    """Return snapshots, newest first, those older than `before`."""
    query = select(SNAPSHOTS).where(SNAPSHOTS.c.brand_id == brand)
    if owner is not None:
        query = query.where(SNAPSHOTS.c.owner == owner)
    query = newest_first(query, SNAPSHOTS.c.created_at, SNAPSHOTS.c.snapshot_id, before, limit)
    return _with_beside(tx, [_snapshot(row) for row in tx.execute(query).mappings()])


def record_validation(tx: Connection, snapshot: Snapshot) -> Snapshot:
    """Record the validation; the first one counts, also of two at the same moment."""
    return _record(tx, VALIDATIONS, snapshot, snapshot.validation)


def record_lock(tx: Connection, snapshot: Snapshot) -> Snapshot:
    """Record the lock; the first one counts, also of two at the same moment.

    Raises SnapshotSuperseded for what was edited since.
    """
    return _record(tx, LOCKS, snapshot, snapshot.lock)


def record_locks(tx: Connection, snapshots: Sequence[Snapshot]) -> None:
    """Record validations and locks: of all, or, with the transaction, of none.

    Raises SnapshotSuperseded for what was edited since, SnapshotErased.
    """
    # In the order of their ids: two orders that share designs do not wait for each other.
    in_order = sorted(snapshots, key=lambda snapshot: snapshot.snapshot)
    for table, kind in ((VALIDATIONS, "validation"), (LOCKS, "lock")):
        rows = [
            _event_row(snapshot, event)
            for snapshot in in_order
            if (event := getattr(snapshot, kind)) is not None
        ]
        with _refusals():
            tx.execute(insert(table).values(rows).on_conflict_do_nothing())


def add_asset(tx: Connection, snapshot: Snapshot, asset: Asset) -> Snapshot:
    """Attach an asset; the same bytes of the same kind are attached once. Raises SnapshotErased."""
    values = {name: getattr(asset, name) for name in Asset.__dataclass_fields__}
    with _refusals():
        tx.execute(
            insert(ASSETS)
            .values(brand_id=snapshot.brand, snapshot_id=snapshot.snapshot, **values)
            .on_conflict_do_nothing()
        )
    return _with_beside(tx, [snapshot])[0]


def supersede(tx: Connection, old: Snapshot, new: Snapshot, what: Supersession) -> Snapshot:
    """Record that a snapshot takes the place of another; return it. Raises as the rules do."""
    with _refusals():
        tx.execute(
            insert(SUPERSESSIONS).values(
                brand_id=old.brand,
                snapshot_id=old.snapshot,
                number=0,  # the trigger has the real one
                superseded_by=new.snapshot,
                price_difference_cents=what.price_difference_cents,
                at=what.at,
            )
        )
    return _with_beside(tx, [new])[0]


def erase_subject(tx: Connection, *, subject: str, digest: str, by: str, erasure: str) -> Erased:
    """Put tombstones in place of a subject's designs; return what is to be deleted elsewhere."""
    values = {"subject": subject, "digest": digest, "by": by, "erasure": erasure}
    found = [(row[0], row[1]) for row in tx.execute(_ERASE, values)]
    return Erased(
        snapshots=tuple(value for kind, value in found if kind == "snapshot"),
        specs=tuple(value for kind, value in found if kind == "spec"),
        assets=tuple(value for kind, value in found if kind == "asset"),
    )


def specs_in_use(tx: Connection, brand: str, specs: Sequence[str]) -> set[str]:
    """Return those of some specs that a snapshot was made of."""
    query = select(SNAPSHOTS.c.spec_id).where(
        SNAPSHOTS.c.brand_id == brand, SNAPSHOTS.c.spec_id.in_(specs)
    )
    return set(tx.execute(query.distinct()).scalars())


def held(tx: Connection, sha256s: Sequence[str]) -> set[str]:
    """Return those that are attached to a snapshot, or that making one again takes.

    Making again takes what the copy of the revision pins, and the artwork of the document.
    """
    attached = select(ASSETS.c.sha256).where(ASSETS.c.sha256.in_(sha256s)).distinct()
    values = {"hash": _HASH, "sha256s": list(sha256s)}
    found = {*tx.execute(attached).scalars(), *tx.execute(_IN_DOCUMENTS, values).scalars()}
    for (revision,) in tx.execute(_REVISIONS):
        found |= convert.pinned_by(revision).intersection(sha256s)
    return found


def _record(tx: Connection, table: Table, snapshot: Snapshot, event: Event | None) -> Snapshot:
    if event is not None:
        with _refusals():
            tx.execute(insert(table).values(_event_row(snapshot, event)).on_conflict_do_nothing())
    return _with_beside(tx, [snapshot])[0]


def _event_row(snapshot: Snapshot, event: Event) -> dict[str, Any]:
    return {
        "brand_id": snapshot.brand,
        "snapshot_id": snapshot.snapshot,
        "by_subject": event.by,
        "at": event.at,
    }


@contextmanager
def _refusals() -> Iterator[None]:
    """Say that a snapshot was erased, locked or superseded since it was read."""
    try:
        yield
    except DBAPIError as error:
        refusal = _REFUSALS.get(getattr(error.orig, "sqlstate", None) or "")
        if refusal is not None:
            raise refusal from error
        raise


def _snapshot(row: RowMapping) -> Snapshot:
    values: dict[str, Any] = {name: row[_COLUMN.get(name, name)] for name in _CORE}
    return Snapshot(**values)


def _with_beside(tx: Connection, snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """Return the snapshots with validation, lock and assets as they are now stored."""
    if not snapshots:
        return []
    brand = snapshots[0].brand
    ids = [snapshot.snapshot for snapshot in snapshots]
    validations, locks = (_events(tx, table, brand, ids) for table in (VALIDATIONS, LOCKS))
    assets = _assets(tx, brand, ids)
    older, newer = _supersessions(tx, brand, ids)
    return [
        replace(
            snapshot,
            validation=validations.get(snapshot.snapshot),
            lock=locks.get(snapshot.snapshot),
            assets=tuple(assets.get(snapshot.snapshot, ())),
            supersedes=older.get(snapshot.snapshot),
            superseded_by=newer.get(snapshot.snapshot, ""),
        )
        for snapshot in snapshots
    ]


def _events(tx: Connection, table: Table, brand: str, ids: Sequence[str]) -> dict[str, Event]:
    rows = tx.execute(
        select(table).where(table.c.brand_id == brand, table.c.snapshot_id.in_(ids))
    ).mappings()
    return {row["snapshot_id"]: Event(row["by_subject"], row["at"]) for row in rows}


def _supersessions(
    tx: Connection, brand: str, ids: Sequence[str]
) -> tuple[dict[str, Supersession], dict[str, str]]:
    """Return what each took the place of last, and which took its place, if that was later."""
    table = SUPERSESSIONS
    either = or_(table.c.snapshot_id.in_(ids), table.c.superseded_by.in_(ids))
    rows = tx.execute(
        select(table).where(table.c.brand_id == brand, either).order_by(table.c.number)
    ).mappings()
    older: dict[str, Supersession] = {}
    newer: dict[str, str] = {}
    taken: dict[str, int] = {}  # the number under which each took the place of another last
    left: dict[str, int] = {}
    for row in rows:
        old, new, number = row["snapshot_id"], row["superseded_by"], row["number"]
        older[new], taken[new] = Supersession(old, row["price_difference_cents"], row["at"]), number
        newer[old], left[old] = new, number
    return older, {old: new for old, new in newer.items() if taken.get(old, 0) <= left[old]}


def _assets(tx: Connection, brand: str, ids: Sequence[str]) -> dict[str, list[Asset]]:
    rows = tx.execute(
        select(ASSETS)
        .where(ASSETS.c.brand_id == brand, ASSETS.c.snapshot_id.in_(ids))
        .order_by(ASSETS.c.created_at, ASSETS.c.kind, ASSETS.c.sha256)
    ).mappings()
    found: dict[str, list[Asset]] = {}
    for row in rows:
        asset = Asset(**{name: row[name] for name in Asset.__dataclass_fields__})
        found.setdefault(row["snapshot_id"], []).append(asset)
    return found
