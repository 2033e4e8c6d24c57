"""What is ordered and made says of which material it is; "" where its product says none.

No product said so before, so that the default is true of every row that is there. The release before
leaves both columns to it: of what it takes, the product's id stands for the material, as it did.
"""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0214"
down_revision = "0212"
branch_labels = None
depends_on = None

TABLES: Final = ("order_items", "work_orders")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN material text NOT NULL DEFAULT ''")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN material")
