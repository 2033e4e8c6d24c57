"""Orders: one product with one design each, as they are bought one by one.

Only adds tables. An order's history is frozen by trigger: rows are added, never changed. `part_of`
names the order that a row was once an item of: what 0170 joined is taken apart by its way back.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0165"
down_revision = "0160"
branch_labels = None
depends_on = None

# customer: sealed with a key of the brand; customer_digest: by which it is found. Both go when the
# person is erased. content_digest: of what was asked for, under a key of the brand.
TABLES = (
    """
CREATE TABLE orders (
    brand_id text NOT NULL,
    order_id text NOT NULL,
    external_reference text NOT NULL,
    content_digest text NOT NULL,
    customer bytea NOT NULL,
    customer_digest text NOT NULL,
    currency_code text NOT NULL CHECK (currency_code ~ '^[A-Z]{3}$'),
    snapshot_id text NOT NULL,
    product_revision text NOT NULL,
    quantity integer NOT NULL CHECK (quantity >= 1),
    unit_cents bigint NOT NULL CHECK (unit_cents >= 0),
    item_reference text NOT NULL,
    shipping_cents bigint NOT NULL CHECK (shipping_cents >= 0),
    tax_cents bigint NOT NULL CHECK (tax_cents >= 0),
    tax_included boolean NOT NULL,
    discount_cents bigint NOT NULL CHECK (discount_cents >= 0),
    state text NOT NULL CHECK (
        state IN ('pending', 'paid', 'in_production', 'made', 'shipped', 'cancelled')),
    due_at timestamptz,
    erased_at timestamptz,
    part_of text NOT NULL DEFAULT '',
    part_number integer NOT NULL DEFAULT 1,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, order_id)
)""",
    "CREATE UNIQUE INDEX orders_reference ON orders (brand_id, external_reference) "
    "WHERE external_reference <> ''",
    "CREATE INDEX orders_newest ON orders (brand_id, created_at DESC, order_id DESC)",
    "CREATE INDEX orders_customer ON orders (brand_id, customer_digest) WHERE customer_digest <> ''",
    "CREATE INDEX orders_snapshot ON orders (brand_id, snapshot_id)",
    """
CREATE TABLE order_events (
    brand_id text NOT NULL,
    order_id text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    by_subject text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, order_id, number),
    FOREIGN KEY (brand_id, order_id) REFERENCES orders (brand_id, order_id)
)""",
)

# History is about what happened; who did it goes with the person.
FORGET = """
CREATE FUNCTION luneo_forget_in_orders(the_subject text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    brand text := luneo_brand();
BEGIN
    UPDATE order_events e SET by_subject = 'erased'
    WHERE e.brand_id = brand AND e.by_subject = the_subject;
END
$$
"""


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    rls.protect(op, "orders", verbs=("SELECT", "INSERT", "UPDATE"))
    rls.protect(op, "order_events", verbs=("SELECT", "INSERT"))
    rls.freeze(op, "order_events")
    op.execute(FORGET)
    op.execute("REVOKE ALL ON FUNCTION luneo_forget_in_orders FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION luneo_forget_in_orders TO {rls.SERVICE}")


def downgrade() -> None:
    op.execute("DROP FUNCTION luneo_forget_in_orders")
    op.execute("DROP TABLE order_events")
    op.execute("DROP TABLE orders")
