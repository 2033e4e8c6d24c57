"""Work orders: what a workshop does about the items of an order, where each went, what was noted.

Only adds tables and a function. The release before goes on: orders that are paid there have
no work orders until PayOrder is repeated here. History and notes are frozen by trigger.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0180"
down_revision = "0175"
branch_labels = None
depends_on = None

STATES = "('queued', 'in_production', 'quality_check', 'done', 'rejected', 'remade', 'cancelled')"
TABLES = (
    f"""
CREATE TABLE work_orders (
    brand_id text NOT NULL,
    work_order_id text NOT NULL,
    order_id text NOT NULL,
    item_number integer NOT NULL,
    snapshot_id text NOT NULL,
    product_revision text NOT NULL,
    quantity integer NOT NULL CHECK (quantity >= 1),
    state text NOT NULL CHECK (state IN {STATES}),
    barcode text NOT NULL,
    assignee text NOT NULL,
    due_at timestamptz,
    remake_of text,
    erased_at timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, work_order_id),
    UNIQUE (brand_id, barcode),
    FOREIGN KEY (brand_id, order_id, item_number)
        REFERENCES order_items (brand_id, order_id, number),
    FOREIGN KEY (brand_id, remake_of) REFERENCES work_orders (brand_id, work_order_id)
)""",
    # Each item is begun once, each work order made again once.
    "CREATE UNIQUE INDEX work_orders_item ON work_orders (brand_id, order_id, item_number) "
    "WHERE remake_of IS NULL",
    "CREATE UNIQUE INDEX work_orders_remake ON work_orders (brand_id, remake_of) "
    "WHERE remake_of IS NOT NULL",
    "CREATE INDEX work_orders_newest ON work_orders (brand_id, created_at DESC, work_order_id DESC)",
    "CREATE INDEX work_orders_order ON work_orders (brand_id, order_id)",
    "CREATE INDEX work_orders_snapshot ON work_orders (brand_id, snapshot_id)",
    "CREATE INDEX work_orders_open ON work_orders (brand_id, due_at) WHERE state = 'queued'",
    """
CREATE TABLE work_order_moves (
    brand_id text NOT NULL,
    work_order_id text NOT NULL,
    number integer NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    by_subject text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, work_order_id, number),
    FOREIGN KEY (brand_id, work_order_id) REFERENCES work_orders (brand_id, work_order_id)
)""",
    """
CREATE TABLE work_order_notes (
    brand_id text NOT NULL,
    work_order_id text NOT NULL,
    number integer NOT NULL,
    note text NOT NULL,
    by_subject text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, work_order_id, number),
    FOREIGN KEY (brand_id, work_order_id) REFERENCES work_orders (brand_id, work_order_id)
)""",
)

# Who worked goes with the person. What was written about an erased design may speak of its owner.
FORGET = """
CREATE FUNCTION luneo_forget_in_workshop(the_subject text, erased text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    brand text := luneo_brand();
BEGIN
    UPDATE work_order_moves m SET by_subject = 'erased'
    WHERE m.brand_id = brand AND m.by_subject = the_subject;
    UPDATE work_order_notes n SET by_subject = 'erased'
    WHERE n.brand_id = brand AND n.by_subject = the_subject;
    UPDATE work_orders w SET assignee = ''
    WHERE w.brand_id = brand AND w.assignee = the_subject;
    UPDATE work_order_notes n SET note = '' FROM work_orders w
    WHERE n.brand_id = brand AND w.brand_id = brand AND w.work_order_id = n.work_order_id
        AND w.snapshot_id = ANY (erased);
END
$$
"""


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    rls.protect(op, "work_orders", verbs=("SELECT", "INSERT", "UPDATE"))
    for table in ("work_order_moves", "work_order_notes"):
        rls.protect(op, table, verbs=("SELECT", "INSERT"))
        rls.freeze(op, table)
    op.execute(FORGET)
    op.execute("REVOKE ALL ON FUNCTION luneo_forget_in_workshop FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION luneo_forget_in_workshop TO {rls.SERVICE}")


def downgrade() -> None:
    op.execute("DROP FUNCTION luneo_forget_in_workshop")
    for table in ("work_order_notes", "work_order_moves", "work_orders"):
        op.execute(f"DROP TABLE {table}")
