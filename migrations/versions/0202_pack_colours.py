"""Export packs say which drawings they have and in what colours; operations say which packs they are about.

Two columns with constant defaults, which rewrite nothing, and a table. The release before asks for the usual
drawings, makes what it always made, and knows no operation about several packs.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0202"
down_revision = "0198"
branch_labels = None
depends_on = None

# number: place among the packs of its operation. A row goes with the operation, whoever removes that.
TABLE = """
CREATE TABLE export_pack_operations (
    brand_id text NOT NULL,
    operation_id text NOT NULL,
    number integer NOT NULL,
    pack_id text NOT NULL,
    item_number integer NOT NULL,
    work_order_id text NOT NULL,
    PRIMARY KEY (brand_id, operation_id, number),
    FOREIGN KEY (brand_id, operation_id) REFERENCES operations ON DELETE CASCADE
)
"""
BY_PACK = "CREATE INDEX export_pack_operations_pack ON export_pack_operations (brand_id, pack_id)"


def upgrade() -> None:
    op.execute("ALTER TABLE export_packs ADD COLUMN drawings jsonb NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE export_packs ADD COLUMN output_profile_id text NOT NULL DEFAULT ''")
    op.execute(TABLE)
    op.execute(BY_PACK)
    rls.protect(op, "export_pack_operations", verbs=("SELECT", "INSERT"))


def downgrade() -> None:
    op.execute("DROP TABLE export_pack_operations")
    for column in ("output_profile_id", "drawings"):
        op.execute(f"ALTER TABLE export_packs DROP COLUMN {column}")
