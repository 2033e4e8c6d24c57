"""What a camera sees of a product's mesh, kept so that one worker's preparation serves all.

Only adds a table. The release before prepares for itself, as it did.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0130"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
CREATE TABLE gbuffers (
    brand_id text NOT NULL,
    name text NOT NULL CHECK (name ~ '^[0-9a-f]{64}$'),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, name)
)"""
    )
    op.execute("CREATE INDEX gbuffers_content ON gbuffers (brand_id, sha256)")
    op.execute("CREATE INDEX gbuffers_oldest ON gbuffers (brand_id, created_at)")
    rls.protect(op, "gbuffers")


def downgrade() -> None:
    op.execute("DROP TABLE gbuffers")
