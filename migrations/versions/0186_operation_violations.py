"""An operation that failed says what of its input was wrong, item by item.

A column with a constant default, which rewrites nothing; the release before neither reads nor writes it.
"""

from __future__ import annotations

from alembic import op

revision = "0186"
down_revision = "0184"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE operations ADD COLUMN error_violations jsonb NOT NULL DEFAULT '[]'")


def downgrade() -> None:
    op.execute("ALTER TABLE operations DROP COLUMN error_violations")
