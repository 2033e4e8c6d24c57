"""The brand of a transaction, and what refuses changes to frozen rows.

Nothing runs before this one, so no earlier release has to keep working.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# On a pooled connection an unset setting is '' after its first use, and NULL before.
BRAND = """
CREATE FUNCTION luneo_brand() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    brand text := nullif(pg_catalog.current_setting('app.brand_id', true), '');
BEGIN
    IF brand IS NULL THEN
        RAISE EXCEPTION 'app.brand_id is not set in this transaction'
            USING ERRCODE = 'LU001', HINT = 'Use Database.brand().';
    END IF;
    RETURN brand;
END
$$
"""

# Arguments of the trigger: the columns that may change.
REFUSE_CHANGE = """
CREATE FUNCTION luneo_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'luneo_owner' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on % is refused: its rows are frozen', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'LU002';
END
$$
"""


def upgrade() -> None:
    op.execute(BRAND)
    op.execute(REFUSE_CHANGE)


def downgrade() -> None:
    op.execute("DROP FUNCTION luneo_refuse_change()")
    op.execute("DROP FUNCTION luneo_brand()")
