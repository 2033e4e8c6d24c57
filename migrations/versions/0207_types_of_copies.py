"""Copies for screens say their media type: photos full of grain are JPEG, all before are WebP.

The release before writes WebP alone and leaves the column to its default; a JPEG it serves as WebP,
which browsers show all the same, since they go by a picture's first bytes.
"""

from __future__ import annotations

from alembic import op

revision = "0207"
down_revision = "0206"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE display_copies ADD COLUMN media_type text NOT NULL DEFAULT 'image/webp' "
        "CHECK (media_type IN ('image/webp', 'image/jpeg'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE display_copies DROP COLUMN media_type")
