"""The tables of the render service."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text

METADATA = MetaData()

RENDERS = Table(
    "renders",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("render_id", Text, primary_key=True),
    Column("render_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("spec_id", Text, nullable=False),
    Column("snapshot_id", Text, nullable=False),
    Column("view", Text, nullable=False),
    Column("surface", Text, nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("dpi", Integer, nullable=False),
    Column("format", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("azimuth", Integer, nullable=False),
    Column("elevation", Integer, nullable=False),
    Column("distance_percent", Integer, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("proof", Text, nullable=False),
    Column("background", Text, nullable=False),
    Column("operation_id", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

GBUFFERS = Table(
    "gbuffers",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# Which message of the outbox prepares one that is not there.
GBUFFER_MAKERS = Table(
    "gbuffer_makers",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

RESULTS = Table(
    "render_results",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("render_key", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("renderer_version", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
