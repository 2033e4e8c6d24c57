"""Pictures of the brand and of its shoppers, profiles and meshes of the brand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, select, update
from sqlalchemy import delete as delete_rows
from sqlalchemy.dialects.postgresql import insert

from services.runtime.database import Database
from services.runtime.errors import NotFound
from services.runtime.paging import Position, newest_first
from services.spec.domain.errors import IdTaken
from services.spec.domain.files import Asset
from services.spec.domain.holdings import AssetFact, AssetKind, MeshFacts
from services.spec.resource_names import ASSET
from services.spec.tables import ASSETS

# owner: a shopper sees their own; everybody else of the brand sees all (NULL).
_HASHES: Final = """
SELECT asset_id, sha256 FROM assets
WHERE brand_id = %(brand)s AND asset_id = ANY(%(ids)s) AND deleted_at IS NULL
  AND kind IN ('raster', 'vector')
  AND (%(owner)s::text IS NULL OR owner = %(owner)s)
"""
_NAMES: Final = """
SELECT DISTINCT ON (sha256) sha256, asset_id FROM assets
WHERE brand_id = %(brand)s AND sha256 = ANY(%(hashes)s) AND deleted_at IS NULL
  AND (%(owner)s::text IS NULL OR owner = %(owner)s)
ORDER BY sha256, created_at, asset_id
"""


def add(tx: Connection, brand: str, asset: Asset) -> Asset:
    """Store a picture, or return the owner's own of the same content, listed again if deleted.

    Hold the `held_objects.lock` of its content. Raises IdTaken.
    """
    known = _of_content(tx, brand, asset.owner, asset.sha256)
    if known is not None:
        tx.execute(
            update(ASSETS)
            .where(ASSETS.c.brand_id == brand, ASSETS.c.asset_id == known.id)
            .values(deleted_at=None)
        )
        return known
    values = {**asdict(asset), "brand_id": brand, "asset_id": asset.id}
    del values["id"]
    added = insert(ASSETS).values(values).on_conflict_do_nothing().returning(ASSETS.c.asset_id)
    if tx.execute(added).first() is None:
        raise IdTaken
    return asset


def get(tx: Connection, brand: str, asset: str, *, owner: str | None) -> Asset:
    """Return a picture on the list; NotFound, also for somebody else's where `owner` is set."""
    query = _listed(brand, owner).where(ASSETS.c.asset_id == asset)
    row = tx.execute(query).mappings().first()
    if row is None:
        raise NotFound
    return _asset(row)


def newest(
    tx: Connection, brand: str, *, owner: str | None, before: Position, limit: int
) -> list[Asset]:
    """Return the pictures on the list, newest first."""
    query = newest_first(
        _listed(brand, owner), ASSETS.c.created_at, ASSETS.c.asset_id, before, limit
    )
    return [_asset(row) for row in tx.execute(query).mappings()]


def delete(tx: Connection, brand: str, asset: str, *, owner: str | None, at: datetime) -> str:
    """Take a picture off the list and return the SHA-256 of its content; NotFound."""
    change = update(ASSETS).where(
        ASSETS.c.brand_id == brand, ASSETS.c.asset_id == asset, ASSETS.c.deleted_at.is_(None)
    )
    if owner is not None:
        change = change.where(ASSETS.c.owner == owner)
    row = tx.execute(change.values(deleted_at=at).returning(ASSETS.c.sha256)).first()
    if row is None:
        raise NotFound
    return str(row[0])


def unlist_owner(tx: Connection, brand: str, owner: str, at: datetime) -> frozenset[str]:
    """Take everything a subject uploaded off the list; return the SHA-256 of the contents."""
    own = (ASSETS.c.brand_id == brand, ASSETS.c.owner == owner)
    tx.execute(update(ASSETS).where(*own, ASSETS.c.deleted_at.is_(None)).values(deleted_at=at))
    return frozenset(row[0] for row in tx.execute(select(ASSETS.c.sha256).where(*own)))


def forget_owner(tx: Connection, brand: str, owner: str) -> None:
    """Erase the rows of what `unlist_owner` took off the list."""
    tx.execute(
        delete_rows(ASSETS).where(
            ASSETS.c.brand_id == brand, ASSETS.c.owner == owner, ASSETS.c.deleted_at.is_not(None)
        )
    )


def facts(tx: Connection, brand: str, ids: Iterable[str]) -> dict[str, AssetFact]:
    """Return the pictures of these ids that are on the list, by resource name.

    None of them leaves the list until the transaction ends.
    """
    query = (
        _listed(brand, None)
        .where(ASSETS.c.asset_id.in_(sorted(ids)))
        .order_by(ASSETS.c.asset_id)
        .with_for_update(read=True)
    )
    found = {}
    for row in tx.execute(query).mappings():
        name = ASSET.format(brand=brand, asset=row["asset_id"])
        kind = AssetKind(row["kind"])
        found[name] = AssetFact(
            name, kind, row["sha256"], row["width_px"], row["height_px"], _mesh(row["mesh"])
        )
    return found


def read_hashes(
    database: Database, brand: str, ids: Iterable[str], *, owner: str | None
) -> dict[str, str]:
    """Return SHA-256 by resource name of the artwork that `owner` may use, in one trip."""
    values = {"brand": brand, "ids": sorted(ids), "owner": owner}
    rows = database.read_all(brand, _HASHES, values) if values["ids"] else []
    return {ASSET.format(brand=brand, asset=row["asset_id"]): row["sha256"] for row in rows}


def read_names(
    database: Database, brand: str, hashes: Iterable[str], *, owner: str | None
) -> dict[str, str]:
    """Return resource names by SHA-256 of the pictures that `owner` may see, in one trip."""
    values = {"brand": brand, "hashes": sorted(hashes), "owner": owner}
    rows = database.read_all(brand, _NAMES, values) if values["hashes"] else []
    return {row["sha256"]: ASSET.format(brand=brand, asset=row["asset_id"]) for row in rows}


def _listed(brand: str, owner: str | None) -> Select[Any]:
    query = select(ASSETS).where(ASSETS.c.brand_id == brand, ASSETS.c.deleted_at.is_(None))
    return query if owner is None else query.where(ASSETS.c.owner == owner)


def _of_content(tx: Connection, brand: str, owner: str, sha256: str) -> Asset | None:
    query = select(ASSETS).where(
        ASSETS.c.brand_id == brand, ASSETS.c.owner == owner, ASSETS.c.sha256 == sha256
    )
    row = tx.execute(query).mappings().first()
    return _asset(row) if row else None


def _asset(row: RowMapping) -> Asset:
    return Asset(
        id=row["asset_id"],
        owner=row["owner"],
        display_name=row["display_name"],
        kind=AssetKind(row["kind"]),
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        width_px=row["width_px"],
        height_px=row["height_px"],
        width_um=row["width_um"],
        height_um=row["height_um"],
        created_at=row["created_at"],
        mesh=_mesh(row["mesh"]),
    )


def _mesh(document: Mapping[str, Any] | None) -> MeshFacts | None:
    """Return the facts of a mesh as `add` stored them."""
    if document is None:
        return None
    x, y, z = document["size_um"]
    materials = tuple((name, unfit) for name, unfit in document["materials"])
    return MeshFacts(document["triangles"], (x, y, z), materials)
