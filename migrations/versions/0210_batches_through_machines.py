"""Batches whose sheets go through several machines: those after the first.

Adds a table, empty at first. The release before goes on with batches for one machine. Its workers know the
first of several alone: they refuse what that one cannot make, so let none of them be left before any is asked for.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0210"
down_revision = "0207"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE batch_machines (
    brand_id text NOT NULL,
    batch_id text NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    machine_id text NOT NULL,
    machine_revision integer NOT NULL,
    PRIMARY KEY (brand_id, batch_id, number),
    UNIQUE (brand_id, batch_id, machine_id),
    FOREIGN KEY (brand_id, batch_id) REFERENCES batches (brand_id, batch_id),
    FOREIGN KEY (brand_id, machine_id, machine_revision)
        REFERENCES machine_profile_revisions (brand_id, machine_id, revision)
)"""


def upgrade() -> None:
    op.execute(TABLE)
    rls.protect(op, "batch_machines", verbs=("SELECT", "INSERT"))


def downgrade() -> None:
    op.execute("DROP TABLE batch_machines")
