"""Renders as the product's press prints them.

A column with a constant default, which rewrites nothing. The release before asks for no proof: what it
leaves out of its rows is just that.
"""

from __future__ import annotations

from alembic import op

from migrations.rls import every_brand

revision = "0140"
down_revision = "0130"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE renders ADD COLUMN proof text NOT NULL DEFAULT ''")


def downgrade() -> None:
    # What no older release can read, with what was made of it; its objects go with the orphans.
    with every_brand(op, "renders"), every_brand(op, "render_results"):
        op.execute("DELETE FROM renders WHERE proof <> '' OR format IN ('jpeg', 'avif', 'mp4')")
        op.execute(
            "DELETE FROM render_results o WHERE NOT EXISTS (SELECT FROM renders r "
            "WHERE r.brand_id = o.brand_id AND r.render_key = o.render_key)"
        )
    op.execute("ALTER TABLE renders DROP COLUMN proof")
