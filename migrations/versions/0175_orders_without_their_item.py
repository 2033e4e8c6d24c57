"""The columns of an order's only item go: items have a table of their own since 0170.

The second of two steps. The release before this one reads and writes `order_items` alone; one that
is older than 0170 has to be gone. Back: the columns return, with the first item of each order.
"""

from __future__ import annotations

from importlib import import_module

from alembic import op

from migrations import rls

revision = "0175"
down_revision = "0170"
branch_labels = None
depends_on = None

COLUMNS = (
    "snapshot_id text",
    "product_revision text",
    "quantity integer CHECK (quantity >= 1)",
    "unit_cents bigint CHECK (unit_cents >= 0)",
    "item_reference text",
    "erased_at timestamptz",
    "part_of text NOT NULL DEFAULT ''",
    "part_number integer NOT NULL DEFAULT 1",
)
BACK = """
UPDATE orders o SET snapshot_id = i.snapshot_id, product_revision = i.product_revision,
    quantity = i.quantity, unit_cents = i.unit_cents, item_reference = i.external_reference,
    erased_at = i.erased_at
FROM order_items i
WHERE i.brand_id = o.brand_id AND i.order_id = o.order_id AND i.number = 1
"""


def upgrade() -> None:
    import_module("migrations.versions.0170_order_items").keep_one()
    for column in COLUMNS:
        op.execute(f"ALTER TABLE orders DROP COLUMN {column.split()[0]}")


def downgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE orders ADD COLUMN {column}")
    op.execute("CREATE INDEX orders_snapshot ON orders (brand_id, snapshot_id)")
    with rls.every_brand(op, "orders"), rls.every_brand(op, "order_items"):
        op.execute(BACK)
    import_module("migrations.versions.0170_order_items").keep_both()
