"""Assets may be colour profiles of presses.

Widens one check. The release before goes on as it was: it reads assets that templates name, and no
template of its names a profile.
"""

from __future__ import annotations

from alembic import op

from migrations.rls import every_brand

revision = "0090"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow("'raster', 'vector', 'profile'")


def downgrade() -> None:
    # What no older release can read. Revisions keep what they pinned.
    with every_brand(op, "assets"):
        op.execute("DELETE FROM assets WHERE kind = 'profile'")
    _allow("'raster', 'vector'")


def _allow(kinds: str) -> None:
    op.execute("ALTER TABLE assets DROP CONSTRAINT assets_kind_check")
    op.execute(
        f"ALTER TABLE assets ADD CONSTRAINT assets_kind_check CHECK (kind IN ({kinds})) NOT VALID"
    )
    op.execute("ALTER TABLE assets VALIDATE CONSTRAINT assets_kind_check")
