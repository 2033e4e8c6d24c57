"""Keys by which brands sign, and the receipts of export packs.

Only adds tables. A retired key loses its private half for good; a receipt loses its salt when the
person it is about is erased, and is then about nothing that can be guessed.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0155"
down_revision = "0150"
branch_labels = None
depends_on = None

TABLES = (
    """
CREATE TABLE signing_keys (
    brand_id text NOT NULL,
    key_id text NOT NULL,
    public_key bytea NOT NULL CHECK (length(public_key) = 32),
    sealed_private_key bytea,
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    PRIMARY KEY (brand_id, key_id),
    CHECK ((retired_at IS NULL) = (sealed_private_key IS NOT NULL))
)""",
    # One key of a brand signs.
    "CREATE UNIQUE INDEX signing_keys_active ON signing_keys (brand_id) WHERE retired_at IS NULL",
    """
CREATE TABLE export_pack_receipts (
    brand_id text NOT NULL,
    pack_id text NOT NULL,
    salt bytea CHECK (length(salt) = 32),
    receipt text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, pack_id)
)""",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    rls.protect(op, "signing_keys", verbs=("SELECT", "INSERT", "UPDATE"))
    rls.protect(op, "export_pack_receipts", verbs=("SELECT", "INSERT", "UPDATE"))


def downgrade() -> None:
    op.execute("DROP TABLE export_pack_receipts")
    op.execute("DROP TABLE signing_keys")
