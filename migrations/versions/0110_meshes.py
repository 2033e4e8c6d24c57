"""Assets may be meshes of products.

Widens one check and adds a column that is empty for all that is there. The release before goes on as
it was: it reads assets that templates name, and no template of its names a mesh.
"""

from __future__ import annotations

from alembic import op

from migrations.rls import every_brand

revision = "0110"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE assets ADD COLUMN mesh jsonb")
    _allow("'raster', 'vector', 'profile', 'mesh'")


def downgrade() -> None:
    # What no older release can read. Revisions keep what they pinned.
    with every_brand(op, "assets"):
        op.execute("DELETE FROM assets WHERE kind = 'mesh'")
    _allow("'raster', 'vector', 'profile'")
    op.execute("ALTER TABLE assets DROP COLUMN mesh")


def _allow(kinds: str) -> None:
    op.execute("ALTER TABLE assets DROP CONSTRAINT assets_kind_check")
    op.execute(
        f"ALTER TABLE assets ADD CONSTRAINT assets_kind_check CHECK (kind IN ({kinds})) NOT VALID"
    )
    op.execute("ALTER TABLE assets VALIDATE CONSTRAINT assets_kind_check")
