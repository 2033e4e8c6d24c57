"""Products and their revisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from google.protobuf import json_format
from luneo.spec.v1 import product_pb2
from sqlalchemy import Connection, RowMapping, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.designs.plain import plain
from services.runtime.database import Database
from services.runtime.errors import NotFound
from services.runtime.paging import Position, newest_first
from services.spec.domain.errors import IdTaken
from services.spec.domain.products import Product, ProductState
from services.spec.domain.revisions import Revision, RevisionDocument, revision_of
from services.spec.tables import PRODUCTS, REVISIONS

_REVISION: Final = """
SELECT product_id, revision_id, revision_hash, document, created_at FROM product_revisions
WHERE brand_id = %(brand)s AND product_id = %(product)s AND revision_id = %(revision)s
"""
_PUBLISHED: Final = """
SELECT published_revision_id FROM products
WHERE brand_id = %(brand)s AND product_id = %(product)s AND state <> 'archived'
"""


def add(tx: Connection, brand: str, product: Product) -> None:
    """Store a new product. Raises IdTaken."""
    values = {"brand_id": brand, "product_id": product.id, **_values(product)}
    added = (
        insert(PRODUCTS).values(values).on_conflict_do_nothing().returning(PRODUCTS.c.product_id)
    )
    if tx.execute(added).first() is None:
        raise IdTaken


def get(tx: Connection, brand: str, product: str, *, lock: bool = False) -> Product:
    """Return a product; NotFound. lock: nobody else changes it until the transaction ends."""
    query = select(PRODUCTS).where(PRODUCTS.c.brand_id == brand, PRODUCTS.c.product_id == product)
    row = tx.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise NotFound
    return _product(row)


def save(tx: Connection, brand: str, product: Product) -> None:
    """Store a changed product."""
    tx.execute(
        update(PRODUCTS)
        .where(PRODUCTS.c.brand_id == brand, PRODUCTS.c.product_id == product.id)
        .values(_values(product))
    )


def newest(
    tx: Connection, brand: str, *, archived: bool, before: Position, limit: int
) -> list[Product]:
    """Return products, newest first. archived: list archived ones as well."""
    query = select(PRODUCTS).where(PRODUCTS.c.brand_id == brand)
    if not archived:
        query = query.where(PRODUCTS.c.state != ProductState.ARCHIVED)
    query = newest_first(query, PRODUCTS.c.created_at, PRODUCTS.c.product_id, before, limit)
    return [_product(row) for row in tx.execute(query).mappings()]


def find_revision(tx: Connection, brand: str, product: str, hash: str) -> Revision | None:
    """Return the revision of a product that has this content."""
    query = select(REVISIONS).where(
        REVISIONS.c.brand_id == brand,
        REVISIONS.c.product_id == product,
        REVISIONS.c.revision_hash == hash,
    )
    row = tx.execute(query).mappings().first()
    return _revision(row) if row else None


def add_revision(
    tx: Connection, brand: str, product: str, document: RevisionDocument, *, at: datetime
) -> Revision:
    """Store the next revision of a product, which the caller has locked."""
    last = select(func.coalesce(func.max(REVISIONS.c.number), 0)).where(
        REVISIONS.c.brand_id == brand, REVISIONS.c.product_id == product
    )
    number = tx.execute(last).scalar_one() + 1
    row = {
        "brand_id": brand,
        "product_id": product,
        "revision_id": f"r{number}",
        "number": number,
        "revision_hash": document.hash,
        "document": document.text,
        "created_at": at,
    }
    tx.execute(insert(REVISIONS).values(row))
    return _revision(row)


def newest_revisions(
    tx: Connection, brand: str, product: str, *, before: int | None, limit: int
) -> list[tuple[int, Revision]]:
    """Return revisions with their numbers, newest first, those numbered below `before`."""
    query = select(REVISIONS).where(
        REVISIONS.c.brand_id == brand, REVISIONS.c.product_id == product
    )
    if before is not None:
        query = query.where(REVISIONS.c.number < before)
    rows = tx.execute(query.order_by(REVISIONS.c.number.desc()).limit(limit)).mappings()
    return [(row["number"], _revision(row)) for row in rows]


def read_revision(database: Database, brand: str, product: str, revision: str) -> Revision | None:
    """Return a revision in one trip, None if there is none."""
    values = {"brand": brand, "product": product, "revision": revision}
    row = database.read_one(brand, _REVISION, values)
    return _revision(row) if row else None


def read_published(database: Database, brand: str, product: str) -> str | None:
    """Return the id of the revision that shoppers see, in one trip; None if there is none."""
    row = database.read_one(brand, _PUBLISHED, {"brand": brand, "product": product})
    return row["published_revision_id"] if row else None


def _values(product: Product) -> dict[str, Any]:
    return {
        "state": product.state.value,
        "document": plain(product.content),
        "published_revision_id": product.published,
        "version": product.version,
        "created_at": product.created_at,
        "updated_at": product.updated_at,
    }


def _product(row: RowMapping) -> Product:
    return Product(
        id=row["product_id"],
        state=ProductState(row["state"]),
        content=json_format.ParseDict(row["document"], product_pb2.Product()),
        published=row["published_revision_id"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _revision(row: Mapping[str, Any] | RowMapping) -> Revision:
    return revision_of(
        product=row["product_id"],
        id=row["revision_id"],
        hash=row["revision_hash"],
        document=row["document"],
        created_at=row["created_at"],
    )
