"""Lists of a workshop by state and by who does it read what they show, not every row.

Indexes only: any release works with them and without.
"""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0204"
down_revision = "0202"
branch_labels = None
depends_on = None

INDEXES: Final = {
    "orders_state": "orders (brand_id, state, created_at DESC, order_id DESC)",
    "work_orders_state": "work_orders (brand_id, state, created_at DESC, work_order_id DESC)",
    "work_orders_assignee": "work_orders (brand_id, assignee, created_at DESC, work_order_id DESC) "
    "WHERE assignee <> ''",
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
