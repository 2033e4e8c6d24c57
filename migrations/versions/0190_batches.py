"""Batches: work orders nested on sheets, with the solution that every file is made from.

Adds tables and a column without a default, which rewrites nothing. The release before goes on: it
sees no batches, and a work order that it makes or moves is in none.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0190"
down_revision = "0186"
branch_labels = None
depends_on = None

# wanted: what was asked for, as JSON. solution: canonical JSON, as text: its bytes are what its hash is of.
TABLES = (
    """
CREATE TABLE batches (
    brand_id text NOT NULL,
    batch_id text NOT NULL,
    machine_id text NOT NULL,
    machine_revision integer NOT NULL,
    wanted jsonb NOT NULL,
    operation_id text NOT NULL,
    solution text,
    sheets integer,
    parts integer,
    renderer_version text,
    created_at timestamptz NOT NULL,
    made_at timestamptz,
    cancelled_at timestamptz,
    erased_at timestamptz,
    PRIMARY KEY (brand_id, batch_id),
    FOREIGN KEY (brand_id, machine_id, machine_revision)
        REFERENCES machine_profile_revisions (brand_id, machine_id, revision)
)""",
    "CREATE INDEX batches_newest ON batches (brand_id, created_at DESC, batch_id DESC)",
    """
CREATE TABLE batch_work_orders (
    brand_id text NOT NULL,
    batch_id text NOT NULL,
    work_order_id text NOT NULL,
    PRIMARY KEY (brand_id, batch_id, work_order_id),
    FOREIGN KEY (brand_id, batch_id) REFERENCES batches (brand_id, batch_id),
    FOREIGN KEY (brand_id, work_order_id) REFERENCES work_orders (brand_id, work_order_id)
)""",
    """
CREATE TABLE batch_files (
    brand_id text NOT NULL,
    batch_id text NOT NULL,
    path text NOT NULL,
    media_type text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    PRIMARY KEY (brand_id, batch_id, path),
    FOREIGN KEY (brand_id, batch_id) REFERENCES batches (brand_id, batch_id)
)""",
    "CREATE INDEX batch_files_content ON batch_files (brand_id, sha256)",
    "ALTER TABLE work_orders ADD COLUMN batch_id text",
    "CREATE INDEX work_orders_batch ON work_orders (brand_id, batch_id) WHERE batch_id IS NOT NULL",
)
KEY = (
    "ALTER TABLE work_orders ADD CONSTRAINT work_orders_batch_fkey "
    "FOREIGN KEY (brand_id, batch_id) REFERENCES batches (brand_id, batch_id)"
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    with rls.every_brand(op, "work_orders"):  # whose rows it looks through
        op.execute(KEY)
    rls.protect(op, "batches", verbs=("SELECT", "INSERT", "UPDATE"))
    rls.protect(op, "batch_work_orders", verbs=("SELECT", "INSERT"))
    rls.protect(op, "batch_files", verbs=("SELECT", "INSERT", "DELETE"))


def downgrade() -> None:
    op.execute("ALTER TABLE work_orders DROP COLUMN batch_id")
    for table in ("batch_files", "batch_work_orders", "batches"):
        op.execute(f"DROP TABLE {table}")
