"""Specs, with what is recorded beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, exists, select, text
from sqlalchemy.dialects.postgresql import insert

from render_core.layout import Box
from render_core.problems import Problem, Severity
from services.runtime.database import Database
from services.runtime.errors import NotFound
from services.spec.domain.prices import Price, PriceLine
from services.spec.domain.specs import Provenance, Spec
from services.spec.tables import PROVENANCE, SPECS

_BY_ID: Final = "SELECT * FROM specs WHERE brand_id = %(brand)s AND spec_id = %(key)s"
_BY_HASH: Final = "SELECT * FROM specs WHERE brand_id = %(brand)s AND spec_hash = %(key)s"
_FORGET: Final = text("SELECT luneo_forget_specs(:specs)")
_FORGET_MAKER: Final = text("SELECT luneo_forget_maker(:subject)")


def add(tx: Connection, brand: str, spec: Spec) -> Spec:
    """Store a spec, or return the one that the brand has of the same content."""
    values = {
        "brand_id": brand,
        "spec_id": spec.id,
        "spec_hash": spec.hash,
        "spec_version": spec.version,
        "product_id": spec.product,
        "revision_id": spec.revision,
        "document": spec.document,
        "layout_digest": spec.layout_digest,
        "renderer_version": spec.renderer_version,
        "price": asdict(spec.price),
        "problems": [asdict(problem) for problem in spec.problems],
        "created_at": spec.created_at,
    }
    added = insert(SPECS).values(values).on_conflict_do_nothing().returning(SPECS.c.spec_id)
    if tx.execute(added).first() is not None:
        return spec
    query = select(SPECS).where(SPECS.c.brand_id == brand, SPECS.c.spec_hash == spec.hash)
    return _spec(tx.execute(query).mappings().one())


def record_provenance(
    tx: Connection, brand: str, spec: str, provenance: Provenance, at: datetime
) -> None:
    """Record who made a spec and with what; the first time counts."""
    values = {
        "brand_id": brand,
        "spec_id": spec,
        "subject": provenance.subject,
        "channel": provenance.channel.value,
        "agent": provenance.agent,
        "created_at": at,
    }
    tx.execute(insert(PROVENANCE).values(values).on_conflict_do_nothing())


def holder(spec: str) -> str:
    """Return the name under which a spec pins its artwork."""
    return f"spec:{spec}"


def forget(tx: Connection, specs: Iterable[str]) -> None:
    """Erase specs, by id, with their provenance and pins."""
    tx.execute(_FORGET, {"specs": sorted(specs)})


def made_by_nobody_else(tx: Connection, brand: str, subject: str) -> list[str]:
    """Return the specs, by id, that a subject made and no other."""
    other = PROVENANCE.alias()
    by_others = exists().where(
        other.c.brand_id == PROVENANCE.c.brand_id,
        other.c.spec_id == PROVENANCE.c.spec_id,
        other.c.subject != subject,
    )
    query = select(PROVENANCE.c.spec_id).where(
        PROVENANCE.c.brand_id == brand, PROVENANCE.c.subject == subject, ~by_others
    )
    return list(tx.execute(query.distinct().order_by(PROVENANCE.c.spec_id)).scalars())


def forget_maker(tx: Connection, subject: str) -> None:
    """Erase that a subject made specs; the specs stay."""
    tx.execute(_FORGET_MAKER, {"subject": subject})


def read(database: Database, brand: str, spec: str) -> Spec:
    """Return a spec by id, in one trip; NotFound."""
    return _read(database.read_one(brand, _BY_ID, {"brand": brand, "key": spec}))


def read_by_hash(database: Database, brand: str, hash: str) -> Spec:
    """Return a spec by hash, in one trip; NotFound."""
    return _read(database.read_one(brand, _BY_HASH, {"brand": brand, "key": hash}))


def _read(row: Mapping[str, Any] | None) -> Spec:
    if row is None:
        raise NotFound
    return _spec(row)


def _spec(row: Mapping[str, Any] | RowMapping) -> Spec:
    price = row["price"]
    return Spec(
        id=row["spec_id"],
        hash=row["spec_hash"],
        version=row["spec_version"],
        product=row["product_id"],
        revision=row["revision_id"],
        document=row["document"],
        layout_digest=row["layout_digest"],
        renderer_version=row["renderer_version"],
        price=Price(price["currency_code"], tuple(PriceLine(**line) for line in price["lines"])),
        problems=tuple(_problem(problem) for problem in row["problems"]),
        created_at=row["created_at"],
    )


def _problem(values: Mapping[str, Any]) -> Problem:
    return Problem(
        **{
            **values,
            "severity": Severity(values["severity"]),
            "box": _box(values["box"]),
            "params": tuple((name, value) for name, value in values.get("params", ())),
        }
    )


def _box(stored: Mapping[str, int] | Sequence[int] | None) -> Box | None:
    """Return a stored box: its four sides in order; the first releases named them."""
    if not stored:
        return None
    return Box(**stored) if isinstance(stored, Mapping) else Box(*stored)
