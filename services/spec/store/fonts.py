"""Fonts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from services.runtime.errors import NotFound
from services.runtime.paging import Position, newest_first
from services.spec.domain.errors import IdTaken
from services.spec.domain.files import Font
from services.spec.domain.holdings import FontFact
from services.spec.resource_names import FONT
from services.spec.tables import FONTS


def add(tx: Connection, brand: str, font: Font) -> Font:
    """Store a font, or return the one of the same file; one that was deleted is listed again.

    Hold the `held_objects.lock` of its file. Raises IdTaken.
    """
    known = _of_file(tx, brand, font.sha256)
    if known is not None:
        tx.execute(
            update(FONTS)
            .where(FONTS.c.brand_id == brand, FONTS.c.font_id == known.id)
            .values(deleted_at=None)
        )
        return known
    values = {**asdict(font), "brand_id": brand, "font_id": font.id, "scripts": list(font.scripts)}
    del values["id"]
    added = insert(FONTS).values(values).on_conflict_do_nothing().returning(FONTS.c.font_id)
    if tx.execute(added).first() is None:
        raise IdTaken
    return font


def get(tx: Connection, brand: str, font: str) -> Font:
    """Return a font on the list; NotFound."""
    query = select(FONTS).where(
        FONTS.c.brand_id == brand, FONTS.c.font_id == font, FONTS.c.deleted_at.is_(None)
    )
    row = tx.execute(query).mappings().first()
    if row is None:
        raise NotFound
    return _font(row)


def newest(tx: Connection, brand: str, *, before: Position, limit: int) -> list[Font]:
    """Return the fonts on the list, newest first."""
    query = select(FONTS).where(FONTS.c.brand_id == brand, FONTS.c.deleted_at.is_(None))
    query = newest_first(query, FONTS.c.created_at, FONTS.c.font_id, before, limit)
    return [_font(row) for row in tx.execute(query).mappings()]


def delete(tx: Connection, brand: str, font: str, at: datetime) -> str:
    """Take a font off the list and return the SHA-256 of its file; NotFound."""
    row = tx.execute(
        update(FONTS)
        .where(FONTS.c.brand_id == brand, FONTS.c.font_id == font, FONTS.c.deleted_at.is_(None))
        .values(deleted_at=at)
        .returning(FONTS.c.sha256)
    ).first()
    if row is None:
        raise NotFound
    return str(row[0])


def facts(tx: Connection, brand: str, ids: Iterable[str]) -> dict[str, FontFact]:
    """Return the fonts of these ids that are on the list, by resource name.

    None of them leaves the list until the transaction ends.
    """
    query = (
        select(FONTS.c.font_id, FONTS.c.display_name, FONTS.c.sha256)
        .where(FONTS.c.brand_id == brand, FONTS.c.font_id.in_(sorted(ids)))
        .where(FONTS.c.deleted_at.is_(None))
        .order_by(FONTS.c.font_id)
        .with_for_update(read=True)
    )
    found = {}
    for font_id, display_name, sha256 in tx.execute(query):
        name = FONT.format(brand=brand, font=font_id)
        found[name] = FontFact(name, display_name, sha256)
    return found


def families(tx: Connection, brand: str) -> list[Font]:
    """Return the fonts on the list, by family and subfamily."""
    query = (
        select(FONTS)
        .where(FONTS.c.brand_id == brand, FONTS.c.deleted_at.is_(None))
        .order_by(FONTS.c.family, FONTS.c.subfamily, FONTS.c.font_id)
    )
    return [_font(row) for row in tx.execute(query).mappings()]


def _of_file(tx: Connection, brand: str, sha256: str) -> Font | None:
    query = select(FONTS).where(FONTS.c.brand_id == brand, FONTS.c.sha256 == sha256)
    row = tx.execute(query).mappings().first()
    return _font(row) if row else None


def _font(row: RowMapping) -> Font:
    return Font(
        id=row["font_id"],
        display_name=row["display_name"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        family=row["family"],
        subfamily=row["subfamily"],
        glyph_count=row["glyph_count"],
        scripts=tuple(row["scripts"]),
        license=row["license"],
        created_at=row["created_at"],
    )
