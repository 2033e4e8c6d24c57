"""Who prepares what a camera sees of a mesh, so that nobody else does at the same time.

Only adds a table. The release before asks nobody, and now and then prepares what another does.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0160"
down_revision = "0155"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
CREATE TABLE gbuffer_makers (
    brand_id text NOT NULL,
    name text NOT NULL CHECK (name ~ '^[0-9a-f]{64}$'),
    message_id text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, name)
)"""
    )
    rls.protect(op, "gbuffer_makers")


def downgrade() -> None:
    op.execute("DROP TABLE gbuffer_makers")
