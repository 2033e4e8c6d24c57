"""Pictures of 3D models before a studio's backdrop.

A column with a constant default, which rewrites nothing. The release before asks for none: what it
leaves out of its rows is just that.
"""

from __future__ import annotations

from alembic import op

from migrations.rls import every_brand

revision = "0150"
down_revision = "0140"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE renders ADD COLUMN background text NOT NULL DEFAULT ''")


def downgrade() -> None:
    # What no older release can make again, with what was made of it; its objects go with the orphans.
    with every_brand(op, "renders"), every_brand(op, "render_results"):
        op.execute("DELETE FROM renders WHERE background <> ''")
        op.execute(
            "DELETE FROM render_results o WHERE NOT EXISTS (SELECT FROM renders r "
            "WHERE r.brand_id = o.brand_id AND r.render_key = o.render_key)"
        )
    op.execute("ALTER TABLE renders DROP COLUMN background")
