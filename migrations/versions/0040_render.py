"""Renders: what was asked for, and what was made of it.

Only adds tables. A result is content: one row a key, whoever asked; it is never changed.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0040"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = (
    """
CREATE TABLE renders (
    brand_id text NOT NULL,
    render_id text NOT NULL,
    render_key text NOT NULL,
    kind text NOT NULL,
    spec_id text NOT NULL,
    snapshot_id text NOT NULL,
    view text NOT NULL,
    surface text NOT NULL,
    width_px integer NOT NULL,
    dpi integer NOT NULL,
    format text NOT NULL,
    operation_id text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, render_id)
)""",
    "CREATE INDEX renders_newest ON renders (brand_id, created_at DESC, render_id DESC)",
    "CREATE INDEX renders_spec ON renders (brand_id, spec_id)",
    "CREATE INDEX renders_key ON renders (brand_id, render_key)",
    """
CREATE TABLE render_results (
    brand_id text NOT NULL,
    render_key text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL,
    media_type text NOT NULL,
    width_px integer NOT NULL,
    height_px integer NOT NULL,
    renderer_version text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, render_key)
)""",
    "CREATE INDEX render_results_content ON render_results (brand_id, sha256)",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    rls.protect(op, "renders")
    rls.protect(op, "render_results", verbs=("SELECT", "INSERT", "DELETE"))


def downgrade() -> None:
    op.execute("DROP TABLE render_results")
    op.execute("DROP TABLE renders")
