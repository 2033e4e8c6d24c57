"""Export packs: what was asked for, and what was made of it.

Only adds tables.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0050"
down_revision = "0040"
branch_labels = None
depends_on = None

TABLES = (
    """
CREATE TABLE export_packs (
    brand_id text NOT NULL,
    pack_id text NOT NULL,
    snapshot_id text NOT NULL,
    operation_id text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, pack_id)
)""",
    "CREATE INDEX export_packs_newest ON export_packs (brand_id, created_at DESC, pack_id DESC)",
    "CREATE INDEX export_packs_snapshot ON export_packs (brand_id, snapshot_id)",
    """
CREATE TABLE export_pack_results (
    brand_id text NOT NULL,
    pack_id text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL,
    renderer_version text NOT NULL,
    layout_digest text NOT NULL,
    files jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, pack_id),
    FOREIGN KEY (brand_id, pack_id) REFERENCES export_packs (brand_id, pack_id)
)""",
    "CREATE INDEX export_pack_results_content ON export_pack_results (brand_id, sha256)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    rls.protect(op, "export_packs")
    rls.protect(op, "export_pack_results", verbs=("SELECT", "INSERT", "DELETE"))


def downgrade() -> None:
    op.execute("DROP TABLE export_pack_results")
    op.execute("DROP TABLE export_packs")
