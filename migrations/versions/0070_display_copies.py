"""Copies of pictures for screens, beside the normalised pictures that production uses.

Only adds a table. The release before goes on serving the pictures themselves; what it deletes
leaves a row behind whose copy then belongs to nobody, and the sweep of orphans takes that.
"""

from __future__ import annotations

from alembic import op

from migrations.rls import protect

revision = "0070"
down_revision = "0060"
branch_labels = None
depends_on = None

# By content, not by asset: revisions and specs pin contents, and several assets may hold one.
# sha256: of the normalised picture. copy_sha256: of the WebP that screens show in its place.
COPIES = """
CREATE TABLE display_copies (
    brand_id text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    copy_sha256 text NOT NULL CHECK (copy_sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL,
    width_px integer NOT NULL,
    height_px integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, sha256)
)
"""

BY_COPY = "CREATE INDEX display_copies_copy ON display_copies (brand_id, copy_sha256)"


def upgrade() -> None:
    op.execute(COPIES)
    op.execute(BY_COPY)
    protect(op, "display_copies", verbs=("SELECT", "INSERT", "DELETE"))


def downgrade() -> None:
    op.execute("DROP TABLE display_copies")
