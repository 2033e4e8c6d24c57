"""How far away a picture of a 3D model is seen from.

A column with a constant default, which rewrites nothing. 0 is the one distance that the release
before knows, which leaves it out of its rows.
"""

from __future__ import annotations

from alembic import op

from migrations.rls import every_brand

revision = "0195"
down_revision = "0190"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE renders ADD COLUMN distance_percent integer NOT NULL DEFAULT 0")


def downgrade() -> None:
    # What no older release can make again, with what was made of it; its objects go with the orphans.
    with every_brand(op, "renders"), every_brand(op, "render_results"):
        op.execute("DELETE FROM renders WHERE distance_percent NOT IN (0, 100)")
        op.execute(
            "DELETE FROM render_results o WHERE NOT EXISTS (SELECT FROM renders r "
            "WHERE r.brand_id = o.brand_id AND r.render_key = o.render_key)"
        )
    op.execute("ALTER TABLE renders DROP COLUMN distance_percent")
