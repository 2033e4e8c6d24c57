"""Renders of 3D models: which model, from where, in how many pictures.

Columns with constant defaults, which rewrite nothing. The release before asks for none of these
kinds: what it leaves out of its rows is just that.
"""

from __future__ import annotations

from alembic import op

from migrations.rls import every_brand

revision = "0120"
down_revision = "0110"
branch_labels = None
depends_on = None

COLUMNS = {
    "model": "text NOT NULL DEFAULT ''",
    "azimuth": "integer NOT NULL DEFAULT 0",
    "elevation": "integer NOT NULL DEFAULT 0",
    "frames": "integer NOT NULL DEFAULT 0",
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.execute(f"ALTER TABLE renders ADD COLUMN {name} {kind}")


def downgrade() -> None:
    # What no older release can read, with what was made of it; its objects go with the orphans.
    with every_brand(op, "renders"), every_brand(op, "render_results"):
        op.execute("DELETE FROM renders WHERE kind IN ('preview-3d', 'turntable', 'glb', 'usdz')")
        op.execute(
            "DELETE FROM render_results o WHERE NOT EXISTS (SELECT FROM renders r "
            "WHERE r.brand_id = o.brand_id AND r.render_key = o.render_key)"
        )
    for name in COLUMNS:
        op.execute(f"ALTER TABLE renders DROP COLUMN {name}")
