"""The SQL of renders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, select, union

from services.render.domain import (
    Background,
    Format,
    Kind,
    Parameters,
    Proof,
    Render,
    Result,
)
from services.render.tables import GBUFFERS, RENDERS, RESULTS
from services.runtime.database import Database, in_one_trip
from services.runtime.errors import NotFound
from services.runtime.paging import Position, newest_first

_RESULT: Final = tuple(Result.__dataclass_fields__)
_ASKED: Final = tuple(Parameters.__dataclass_fields__)

# The hot path of a picture that was seen before: one round trip.
_GET: Final = """
SELECT r.brand_id, r.render_id, r.render_key, r.kind, r.spec_id, r.snapshot_id, r.view, r.surface,
    r.width_px, r.dpi, r.format, r.model, r.azimuth, r.elevation, r.distance_percent, r.frames, r.proof,
    r.background,
    r.operation_id, r.created_at,
    o.sha256 AS result_sha256, o.size_bytes AS result_size_bytes,
    o.media_type AS result_media_type, o.width_px AS result_width_px,
    o.height_px AS result_height_px, o.renderer_version AS result_renderer_version,
    o.created_at AS result_created_at
FROM renders r LEFT JOIN render_results o
    ON o.brand_id = r.brand_id AND o.render_key = r.render_key
WHERE r.brand_id = %(brand)s AND r.render_id = %(render)s
"""

# One trip for a picture that nobody has seen, too.
_PUT: Final = """
INSERT INTO renders (brand_id, render_id, render_key, kind, spec_id, snapshot_id, view, surface,
    width_px, dpi, format, model, azimuth, elevation, distance_percent, frames, proof,
    background, operation_id, created_at)
VALUES (%(brand)s, %(render)s, %(render_key)s, %(kind)s, %(spec)s, %(snapshot)s, %(view)s,
    %(surface)s, %(width_px)s, %(dpi)s, %(format)s, %(model)s, %(azimuth)s, %(elevation)s,
    %(distance_percent)s, %(frames)s, %(proof)s, %(background)s, %(operation)s, %(created_at)s)
ON CONFLICT (brand_id, render_id) DO UPDATE SET operation_id = excluded.operation_id
WHERE renders.operation_id <> excluded.operation_id;
"""

_PUT_RESULT: Final = """
INSERT INTO render_results (brand_id, render_key, sha256, size_bytes, media_type, width_px,
    height_px, renderer_version, created_at)
VALUES (%(brand)s, %(render_key)s, %(sha256)s, %(size_bytes)s, %(media_type)s, %(width_px)s,
    %(height_px)s, %(renderer_version)s, %(created_at)s)
ON CONFLICT DO NOTHING;
SELECT sha256, size_bytes, media_type, width_px, height_px, renderer_version, created_at
FROM render_results WHERE brand_id = %(brand)s AND render_key = %(render_key)s
"""


def read(database: Database, brand: str, render: str) -> Render:
    """Return the render, in one round trip; NotFound if there is none."""
    row = database.read_one(brand, _GET, {"brand": brand, "render": render})
    if row is None:
        raise NotFound
    return _render(row)


def newest(tx: Connection, brand: str, *, before: Position, limit: int) -> list[Render]:
    """Return renders, newest first, those older than `before`."""
    query = _query().where(RENDERS.c.brand_id == brand)
    query = newest_first(query, RENDERS.c.created_at, RENDERS.c.render_id, before, limit)
    return [_render(row) for row in tx.execute(query).mappings()]


def put(tx: Connection, render: Render) -> Render:
    """Store a render, or point one that exists at its present operation; return what is stored."""
    asked = render.parameters
    values = {
        "brand": render.brand,
        "render": render.render,
        "render_key": render.render_key,
        "spec": render.spec,
        "snapshot": render.snapshot,
        **{name: getattr(asked, name) for name in _ASKED},
        "operation": render.operation,
        "created_at": render.created_at,
    }
    (row,) = in_one_trip(tx, _PUT + _GET, values)
    return _render(row)


def hold(tx: Connection, brand: str, render: str) -> bool:
    """Keep the render's row from being forgotten until the transaction ends; False if it is gone."""
    query = select(RENDERS.c.render_id).where(one(brand, render))
    query = query.with_for_update(read=True, key_share=True)
    return tx.execute(query).first() is not None


def put_result(tx: Connection, brand: str, render_key: str, result: Result) -> Result:
    """Store what was made, and return what is stored: the first result of a key counts."""
    values = {name: getattr(result, name) for name in _RESULT}
    (row,) = in_one_trip(tx, _PUT_RESULT, {"brand": brand, "render_key": render_key, **values})
    return Result(**row)


def of_specs(
    brand: str, specs: Sequence[str], *, before: datetime | None = None
) -> ColumnElement[bool]:
    """Renders of specs; with `before`, only those first asked for before it, and no finals."""
    own = and_(RENDERS.c.brand_id == brand, RENDERS.c.spec_id.in_(specs))
    return own if before is None else and_(own, *_old(before))


def one(brand: str, render: str) -> ColumnElement[bool]:
    """A single render."""
    return and_(RENDERS.c.brand_id == brand, RENDERS.c.render_id == render)


def of_snapshots(brand: str, snapshots: Sequence[str]) -> ColumnElement[bool]:
    """Renders of snapshots, whoever else has the same specs."""
    return and_(RENDERS.c.brand_id == brand, RENDERS.c.snapshot_id.in_(snapshots))


def operations_of(tx: Connection, which: ColumnElement[bool]) -> list[str]:
    """Return the operations of what `forget` would delete.

    They go first: whoever asks for a render takes its operation first, and its row after.
    """
    return list(tx.execute(select(RENDERS.c.operation_id).where(which)).scalars())


def forget(tx: Connection, brand: str, which: ColumnElement[bool]) -> list[str]:
    """Delete renders, with the results that no other asks for; return the hashes of these."""
    keys = tx.execute(delete(RENDERS).where(which).returning(RENDERS.c.render_key)).scalars()
    still_asked_for = exists().where(
        RENDERS.c.brand_id == RESULTS.c.brand_id, RENDERS.c.render_key == RESULTS.c.render_key
    )
    results = delete(RESULTS).where(
        RESULTS.c.brand_id == brand, RESULTS.c.render_key.in_(list(keys)), ~still_asked_for
    )
    return sorted(set(tx.execute(results.returning(RESULTS.c.sha256)).scalars()))


def old_specs(tx: Connection, brand: str, *, before: datetime, after: str, limit: int) -> list[str]:
    """Return the specs, in order, those after `after`, of what `forget` would delete of them."""
    query = select(RENDERS.c.spec_id).where(
        RENDERS.c.brand_id == brand, RENDERS.c.spec_id > after, *_old(before)
    )
    order = query.distinct().order_by(RENDERS.c.spec_id).limit(limit)
    return list(tx.execute(order).scalars())


def held(tx: Connection, sha256s: Sequence[str]) -> set[str]:
    """Return those that are results of renders, or G-buffers."""
    results = select(RESULTS.c.sha256).where(RESULTS.c.sha256.in_(sha256s))
    gbuffers = select(GBUFFERS.c.sha256).where(GBUFFERS.c.sha256.in_(sha256s))
    return set(tx.execute(union(results, gbuffers)).scalars())


def _old(before: datetime) -> tuple[ColumnElement[bool], ...]:
    kinds = [kind.value for kind in Kind if kind is not Kind.FINAL]
    return RENDERS.c.kind.in_(kinds), RENDERS.c.created_at < before


def _query() -> Select[Any]:
    results = [RESULTS.c[name].label(f"result_{name}") for name in _RESULT]
    same = and_(
        RESULTS.c.brand_id == RENDERS.c.brand_id, RESULTS.c.render_key == RENDERS.c.render_key
    )
    return select(RENDERS, *results).select_from(RENDERS.outerjoin(RESULTS, same))


def _render(row: Mapping[str, Any] | Any) -> Render:
    result = None
    if row["result_sha256"] is not None:
        result = Result(**{name: row[f"result_{name}"] for name in _RESULT})
    return Render(
        brand=row["brand_id"],
        render=row["render_id"],
        render_key=row["render_key"],
        spec=row["spec_id"],
        snapshot=row["snapshot_id"],
        parameters=Parameters(
            **{name: row[name] for name in _ASKED}
            | {
                "kind": Kind(row["kind"]),
                "format": Format(row["format"]),
                "proof": Proof(row["proof"]),
                "background": Background(row["background"]),
            }
        ),
        operation=row["operation_id"],
        created_at=row["created_at"],
        result=result,
    )
