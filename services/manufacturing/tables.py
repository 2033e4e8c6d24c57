"""The tables of the manufacturing service."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

PACKS = Table(
    "export_packs",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("pack_id", Text, primary_key=True),
    Column("snapshot_id", Text, nullable=False),
    Column("operation_id", Text, nullable=False),
    Column("dpi", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

RESULTS = Table(
    "export_pack_results",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("pack_id", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("renderer_version", Text, nullable=False),
    Column("layout_digest", Text, nullable=False),
    Column("files", JSONB, nullable=False),
    Column("dpi", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
