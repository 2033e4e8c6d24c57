"""What was said about an erased person's order goes: reasons and notes, as notes about designs did.

Functions alone. The release before calls the one that changes as it did, and forgets more by it.
"""

from __future__ import annotations

from importlib import import_module

from alembic import op

from migrations.rls import SERVICE

revision = "0198"
down_revision = "0197"
branch_labels = None
depends_on = None

# Of whoever bought: why an order was cancelled or a part rejected, in words that may name the person.
WORDS = """
CREATE FUNCTION luneo_forget_words(the_orders text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    brand text := luneo_brand();
BEGIN
    UPDATE order_events e SET reason = ''
    WHERE e.brand_id = brand AND e.order_id = ANY (the_orders) AND e.reason <> '';
    UPDATE work_order_moves m SET reason = '' FROM work_orders w
    WHERE m.brand_id = brand AND w.brand_id = brand AND w.work_order_id = m.work_order_id
        AND w.order_id = ANY (the_orders) AND m.reason <> '';
    UPDATE work_order_notes n SET note = '' FROM work_orders w
    WHERE n.brand_id = brand AND w.brand_id = brand AND w.work_order_id = n.work_order_id
        AND w.order_id = ANY (the_orders) AND n.note <> '';
END
$$
"""

# Of whoever designed: what is said of that work, and of the orders that it is part of. An order that is
# cancelled says why at each of its work orders.
OF_DESIGNS = """
    UPDATE work_order_moves m SET reason = '' FROM work_orders w
    WHERE m.brand_id = brand AND w.brand_id = brand AND w.work_order_id = m.work_order_id
        AND m.reason <> '' AND (w.snapshot_id = ANY (erased) OR m.to_state = 'cancelled'
            AND w.order_id IN (SELECT i.order_id FROM order_items i
                WHERE i.brand_id = brand AND i.snapshot_id = ANY (erased)));
    UPDATE order_events e SET reason = ''
    WHERE e.brand_id = brand AND e.reason <> '' AND e.order_id IN (
        SELECT i.order_id FROM order_items i
        WHERE i.brand_id = brand AND i.snapshot_id = ANY (erased));
END
"""


def upgrade() -> None:
    op.execute(WORDS)
    op.execute("REVOKE ALL ON FUNCTION luneo_forget_words FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION luneo_forget_words TO {SERVICE}")
    op.execute(_forget_in_workshop().replace("END\n", OF_DESIGNS.lstrip("\n")))


def downgrade() -> None:
    op.execute(_forget_in_workshop())
    op.execute("DROP FUNCTION luneo_forget_words")


def _forget_in_workshop() -> str:
    before: str = import_module("migrations.versions.0180_work_orders").FORGET
    return before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
