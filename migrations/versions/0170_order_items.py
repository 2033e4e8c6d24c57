"""An order has items: what was one product and one design becomes an order with one item.

The first of two steps. The release before goes on meanwhile: what it writes to the columns of
`orders` becomes item 1, and item 1 of what the new release writes is shown to it there; of an order
with several items it sees the first. 0175 takes the columns away, once no old release runs.

Back: item 1 stays in its order's row, each further one becomes an order of its own, which says what
it is part of; forward again, these are joined, and what happened to them meanwhile follows what
happened to the whole. So nothing is lost either way.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0170"
down_revision = "0165"
branch_labels = None
depends_on = None

ITEMS = """
CREATE TABLE order_items (
    brand_id text NOT NULL,
    order_id text NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    snapshot_id text NOT NULL,
    product_revision text NOT NULL,
    quantity integer NOT NULL CHECK (quantity >= 1),
    unit_cents bigint NOT NULL CHECK (unit_cents >= 0),
    external_reference text NOT NULL,
    erased_at timestamptz,
    PRIMARY KEY (brand_id, order_id, number),
    FOREIGN KEY (brand_id, order_id) REFERENCES orders (brand_id, order_id)
)
"""
BY_SNAPSHOT = "CREATE INDEX order_items_snapshot ON order_items (brand_id, snapshot_id)"

FORWARD = """
INSERT INTO order_items (brand_id, order_id, number, snapshot_id, product_revision, quantity,
    unit_cents, external_reference, erased_at)
SELECT brand_id, CASE part_of WHEN '' THEN order_id ELSE part_of END, part_number, snapshot_id,
    product_revision, quantity, unit_cents, item_reference, erased_at
FROM orders
"""
JOINED = (
    """
INSERT INTO order_events (brand_id, order_id, number, state, by_subject, reason, at)
SELECT p.brand_id, p.part_of, coalesce(w.last, 0)
        + row_number() OVER (PARTITION BY p.brand_id, p.part_of ORDER BY e.at, p.part_number, e.number),
    e.state, e.by_subject, e.reason, e.at
FROM orders p JOIN order_events e USING (brand_id, order_id)
LEFT JOIN (SELECT brand_id, order_id, max(number) AS last FROM order_events GROUP BY 1, 2) w
    ON w.brand_id = p.brand_id AND w.order_id = p.part_of
WHERE p.part_of <> ''
""",
    "DELETE FROM order_events e USING orders p WHERE p.brand_id = e.brand_id "
    "AND p.order_id = e.order_id AND p.part_of <> ''",
    "DELETE FROM orders WHERE part_of <> ''",
)

# A part has the money of its item alone; the id is derived, so that the way is the same every time.
APART = """
INSERT INTO orders (brand_id, order_id, external_reference, content_digest, customer,
    customer_digest, currency_code, snapshot_id, product_revision, quantity, unit_cents,
    item_reference, shipping_cents, tax_cents, tax_included, discount_cents, state, due_at,
    erased_at, part_of, part_number, version, created_at, updated_at)
SELECT o.brand_id, o.order_id || '-' || i.number, '', '', o.customer, o.customer_digest,
    o.currency_code, i.snapshot_id, i.product_revision, i.quantity, i.unit_cents,
    i.external_reference, 0, 0, o.tax_included, 0, o.state, o.due_at, i.erased_at, o.order_id,
    i.number, o.version, o.created_at, o.updated_at
FROM orders o JOIN order_items i USING (brand_id, order_id) WHERE i.number > 1
"""

OF_ORDER = ("snapshot_id", "product_revision", "quantity", "unit_cents", "item_reference")

FROM_OLD = """
CREATE FUNCTION luneo_item_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO order_items (brand_id, order_id, number, snapshot_id, product_revision, quantity,
        unit_cents, external_reference, erased_at)
    VALUES (NEW.brand_id, NEW.order_id, 1, NEW.snapshot_id, NEW.product_revision, NEW.quantity,
        NEW.unit_cents, coalesce(NEW.item_reference, ''), NEW.erased_at);
    RETURN NULL;
END
$$
"""
TO_OLD = """
CREATE FUNCTION luneo_order_of_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders o SET snapshot_id = NEW.snapshot_id, product_revision = NEW.product_revision,
        quantity = NEW.quantity, unit_cents = NEW.unit_cents,
        item_reference = NEW.external_reference, erased_at = NEW.erased_at
    WHERE o.brand_id = NEW.brand_id AND o.order_id = NEW.order_id;
    RETURN NULL;
END
$$
"""
# An erasure that the old release records; the one above answers with the same, and that ends it.
ERASED_BY_OLD = """
CREATE FUNCTION luneo_item_is_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE order_items i SET erased_at = NEW.erased_at
    WHERE i.brand_id = NEW.brand_id AND i.order_id = NEW.order_id AND i.number = 1
        AND i.erased_at IS DISTINCT FROM NEW.erased_at;
    RETURN NULL;
END
$$
"""


def keep_both() -> None:
    """Let each release see what the other writes."""
    op.execute(FROM_OLD)
    op.execute(TO_OLD)
    op.execute(ERASED_BY_OLD)
    op.execute(
        "CREATE TRIGGER item_of_order AFTER INSERT ON orders FOR EACH ROW "
        "WHEN (NEW.snapshot_id IS NOT NULL) EXECUTE FUNCTION luneo_item_of_order()"
    )
    op.execute(
        "CREATE TRIGGER order_of_item AFTER INSERT OR UPDATE ON order_items FOR EACH ROW "
        "WHEN (NEW.number = 1) EXECUTE FUNCTION luneo_order_of_item()"
    )
    op.execute(
        "CREATE TRIGGER item_is_erased AFTER UPDATE OF erased_at ON orders FOR EACH ROW "
        "WHEN (OLD.erased_at IS DISTINCT FROM NEW.erased_at) EXECUTE FUNCTION luneo_item_is_erased()"
    )


def keep_one() -> None:
    """Undo `keep_both`."""
    op.execute("DROP TRIGGER item_is_erased ON orders")
    op.execute("DROP TRIGGER order_of_item ON order_items")
    op.execute("DROP TRIGGER item_of_order ON orders")
    op.execute("DROP FUNCTION luneo_item_is_erased")
    op.execute("DROP FUNCTION luneo_order_of_item")
    op.execute("DROP FUNCTION luneo_item_of_order")


def upgrade() -> None:
    op.execute(ITEMS)
    op.execute(BY_SNAPSHOT)
    rls.protect(op, "order_items", verbs=("SELECT", "INSERT", "UPDATE"))
    with rls.every_brand(op, "orders"), rls.every_brand(op, "order_items"):
        op.execute(FORWARD)
        with rls.every_brand(op, "order_events"):
            for statement in JOINED:
                op.execute(statement)
    for column in OF_ORDER:
        op.execute(f"ALTER TABLE orders ALTER COLUMN {column} DROP NOT NULL")
    keep_both()


def downgrade() -> None:
    keep_one()
    with rls.every_brand(op, "orders"), rls.every_brand(op, "order_items"):
        op.execute(APART)
    for column in OF_ORDER:
        op.execute(f"ALTER TABLE orders ALTER COLUMN {column} SET NOT NULL")
    op.execute("DROP TABLE order_items")
