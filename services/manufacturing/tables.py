"""The tables of the manufacturing service."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
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
    Column("machines", JSONB, nullable=False),
    Column("work_order_id", Text, nullable=False),
    Column("ticket", JSONB, nullable=False),
    Column("drawings", JSONB, nullable=False),
    Column("output_profile_id", Text, nullable=False),
)

# Rows go with their operations.
PACK_OPERATIONS = Table(
    "export_pack_operations",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("operation_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("pack_id", Text, nullable=False),
    Column("item_number", Integer, nullable=False),
    Column("work_order_id", Text, nullable=False),
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

RECEIPTS = Table(
    "export_pack_receipts",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("pack_id", Text, primary_key=True),
    Column("salt", LargeBinary),
    Column("receipt", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

ORDERS = Table(
    "orders",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("external_reference", Text, nullable=False),
    Column("content_digest", Text, nullable=False),
    Column("customer", LargeBinary, nullable=False),
    Column("customer_digest", Text, nullable=False),
    Column("currency_code", Text, nullable=False),
    Column("shipping_cents", BigInteger, nullable=False),
    Column("tax_cents", BigInteger, nullable=False),
    Column("tax_included", Boolean, nullable=False),
    Column("discount_cents", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("version", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

ORDER_ITEMS = Table(
    "order_items",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("snapshot_id", Text, nullable=False),
    Column("product_revision", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_cents", BigInteger, nullable=False),
    Column("external_reference", Text, nullable=False),
    Column("erased_at", DateTime(timezone=True)),
    Column("material", Text, nullable=False),
)

# Frozen by trigger: rows are added, never changed.
ORDER_EVENTS = Table(
    "order_events",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("by_subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

WORK_ORDERS = Table(
    "work_orders",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("work_order_id", Text, primary_key=True),
    Column("order_id", Text, nullable=False),
    Column("item_number", Integer, nullable=False),
    Column("snapshot_id", Text, nullable=False),
    Column("product_revision", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("barcode", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("remake_of", Text),
    Column("batch_id", Text),
    Column("material", Text, nullable=False),
    Column("erased_at", DateTime(timezone=True)),
    Column("version", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

# Moves and notes are frozen by trigger: rows are added, never changed.
WORK_ORDER_MOVES = Table(
    "work_order_moves",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("work_order_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("by_subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

WORK_ORDER_NOTES = Table(
    "work_order_notes",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("work_order_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("note", Text, nullable=False),
    Column("by_subject", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

MACHINES = Table(
    "machine_profiles",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("machine_id", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# Frozen by trigger: rows are added, never changed.
MACHINE_REVISIONS = Table(
    "machine_profile_revisions",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("machine_id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

BATCHES = Table(
    "batches",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("batch_id", Text, primary_key=True),
    Column("machine_id", Text, nullable=False),
    Column("machine_revision", Integer, nullable=False),
    Column("wanted", JSONB, nullable=False),
    Column("operation_id", Text, nullable=False),
    Column("solution", Text),
    Column("solution_sha256", Text),  # by trigger
    Column("sheets", Integer),
    Column("parts", Integer),
    Column("renderer_version", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("made_at", DateTime(timezone=True)),
    Column("cancelled_at", DateTime(timezone=True)),
    Column("erased_at", DateTime(timezone=True)),
)

# What sheets go through after the batch's own machine, by number from 1.
BATCH_MACHINES = Table(
    "batch_machines",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("batch_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("machine_id", Text, nullable=False),
    Column("machine_revision", Integer, nullable=False),
)

# All that were ever in a batch; where one is now says its own row.
BATCH_WORK_ORDERS = Table(
    "batch_work_orders",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("batch_id", Text, primary_key=True),
    Column("work_order_id", Text, primary_key=True),
)

BATCH_FILES = Table(
    "batch_files",
    METADATA,
    Column("brand_id", Text, primary_key=True),
    Column("batch_id", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
)
