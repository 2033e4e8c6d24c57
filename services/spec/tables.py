"""The tables of the spec service."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

METADATA: Final = MetaData()

PRODUCTS: Final = Table(
    "products",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("product_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("published_revision_id", Text),
    Column("version", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

REVISIONS: Final = Table(
    "product_revisions",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("product_id", Text, primary_key=True),
    Column("revision_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("revision_hash", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

PINS: Final = Table(
    "content_pins",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("holder", Text, primary_key=True),
)

FONTS: Final = Table(
    "fonts",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("font_id", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("family", Text, nullable=False),
    Column("subfamily", Text, nullable=False),
    Column("glyph_count", Integer, nullable=False),
    Column("scripts", ARRAY(Text), nullable=False),
    Column("license", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("deleted_at", DateTime(timezone=True)),
)

ASSETS: Final = Table(
    "assets",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("asset_id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("width_um", Integer, nullable=False),
    Column("height_um", Integer, nullable=False),
    Column("mesh", JSONB(none_as_null=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("deleted_at", DateTime(timezone=True)),
)

COPIES: Final = Table(
    "display_copies",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("copy_sha256", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

SPECS: Final = Table(
    "specs",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("spec_id", Text, primary_key=True),
    Column("spec_hash", Text, nullable=False),
    Column("spec_version", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("revision_id", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("layout_digest", Text, nullable=False),
    Column("renderer_version", Text, nullable=False),
    Column("price", JSONB, nullable=False),
    Column("problems", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

PROVENANCE: Final = Table(
    "spec_provenance",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("spec_id", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("agent", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
