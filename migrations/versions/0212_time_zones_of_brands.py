"""A brand says in which time zone its workshop is; "" for those that say none, which stays UTC.

The release before leaves the column to its default, and writes dates in UTC.
"""

from __future__ import annotations

from alembic import op

revision = "0212"
down_revision = "0210"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE brands ADD COLUMN time_zone text NOT NULL DEFAULT ''")


def downgrade() -> None:
    op.execute("ALTER TABLE brands DROP COLUMN time_zone")
