"""The tables of the snapshot service. All are frozen by trigger: rows are added, never changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()


def _event(name: str) -> Table:
    return Table(
        name,
        METADATA,
        Column("brand_id", Text, primary_key=True),
        Column("snapshot_id", Text, primary_key=True),
        Column("by_subject", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
    )


SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("snapshot_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("spec_id", Text, nullable=False),
    Column("spec_hash", Text, nullable=False),
    Column("product_revision", Text, nullable=False),
    Column("layout_digest", Text, nullable=False),
    Column("renderer_version", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("price", LargeBinary, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("spec_document", Text, nullable=False),
    Column("revision", LargeBinary, nullable=False),
    Column("design", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("commitment", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("erased_at", DateTime(timezone=True)),
)

VALIDATIONS = _event("snapshot_validations")
LOCKS = _event("snapshot_locks")

ASSETS = Table(
    "snapshot_assets",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("snapshot_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("renderer_version", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# number: in the order in which it happened to either; the database gives it.
SUPERSESSIONS = Table(
    "snapshot_supersessions",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("snapshot_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("superseded_by", Text, nullable=False),
    Column("price_difference_cents", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
