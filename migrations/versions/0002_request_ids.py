"""Answers kept for 24 hours, so that a repeated `request_id` gets the first answer again.

A new table that no earlier release knows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_ids",
        sa.Column("brand_id", sa.Text, nullable=False),
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("rpc", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("response", sa.LargeBinary),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "principal", "rpc", "request_id"),
    )
    op.create_index("request_ids_expiry", "request_ids", ["brand_id", "expires_at"])
    rls.protect(op, "request_ids")


def downgrade() -> None:
    op.drop_table("request_ids")
