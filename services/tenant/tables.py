"""The tables of the tenant service. Users belong to no brand: their SQL is in `people`."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

METADATA = MetaData()

BRANDS = Table(
    "brands",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("time_zone", Text, nullable=False),
)

MEMBERSHIPS = Table(
    "memberships",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("membership_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", SmallInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("version", BigInteger, nullable=False),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("key_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("allowed_origins", ARRAY(Text), nullable=False),
    Column("prefix", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("previous_hash", LargeBinary),
    Column("previous_expires_at", DateTime(timezone=True)),
    Column("version", BigInteger, nullable=False),
)

SIGNING_KEYS = Table(
    "signing_keys",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("key_id", Text, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sealed_private_key", LargeBinary),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("retired_at", DateTime(timezone=True)),
)
