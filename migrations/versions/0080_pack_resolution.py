"""Export packs are made at a resolution: the one asked for, or the highest that fits.

Two columns with constant defaults, which rewrite nothing. The release before asks for none and
makes 300 dpi: what it leaves out of its rows is just that.
"""

from __future__ import annotations

from alembic import op

revision = "0080"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE export_packs ADD COLUMN dpi integer NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE export_pack_results ADD COLUMN dpi integer NOT NULL DEFAULT 300")


def downgrade() -> None:
    op.execute("ALTER TABLE export_pack_results DROP COLUMN dpi")
    op.execute("ALTER TABLE export_packs DROP COLUMN dpi")
