"""Export packs for machines and for work orders: revisions of profiles, and what the ticket says.

Three columns with constant defaults, which rewrite nothing. The release before asks for neither, and
makes what it always made.
"""

from __future__ import annotations

from alembic import op

revision = "0184"
down_revision = "0182"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE export_packs ADD COLUMN machines jsonb NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE export_packs ADD COLUMN work_order_id text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE export_packs ADD COLUMN ticket jsonb NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    for column in ("ticket", "work_order_id", "machines"):
        op.execute(f"ALTER TABLE export_packs DROP COLUMN {column}")
