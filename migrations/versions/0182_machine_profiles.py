"""Machines of a workshop, and their revisions, which stay as they are.

Only adds tables: the release before knows none of them and keeps working.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0182"
down_revision = "0180"
branch_labels = None
depends_on = None

# document: canonical JSON, as text: its bytes are what sha256 was made of.
TABLES = (
    """
CREATE TABLE machine_profiles (
    brand_id text NOT NULL,
    machine_id text NOT NULL,
    revision integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, machine_id)
)""",
    "CREATE INDEX machine_profiles_newest "
    "ON machine_profiles (brand_id, created_at DESC, machine_id DESC)",
    """
CREATE TABLE machine_profile_revisions (
    brand_id text NOT NULL,
    machine_id text NOT NULL,
    revision integer NOT NULL CHECK (revision >= 1),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    document text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, machine_id, revision),
    FOREIGN KEY (brand_id, machine_id) REFERENCES machine_profiles (brand_id, machine_id)
)""",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    rls.protect(op, "machine_profiles", verbs=("SELECT", "INSERT", "UPDATE"))
    rls.protect(op, "machine_profile_revisions", verbs=("SELECT", "INSERT"))
    rls.freeze(op, "machine_profile_revisions")


def downgrade() -> None:
    op.execute("DROP TABLE machine_profile_revisions")
    op.execute("DROP TABLE machine_profiles")
