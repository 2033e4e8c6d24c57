"""The notice of a message names its brand beside its queue, so that relays know whose it is.

A relay of the previous release takes such a notice for another's queue and finds the message when
it looks by itself, within a second.
"""

from __future__ import annotations

from alembic import op

revision = "0100"
down_revision = "0090"
branch_labels = None
depends_on = None

NOTIFY_OUTBOX = """
CREATE OR REPLACE FUNCTION luneo_notify_outbox() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.pg_notify('luneo_outbox', {payload});
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    op.execute(NOTIFY_OUTBOX.format(payload="NEW.queue || '/' || NEW.brand_id"))


def downgrade() -> None:
    op.execute(NOTIFY_OUTBOX.format(payload="NEW.queue"))
