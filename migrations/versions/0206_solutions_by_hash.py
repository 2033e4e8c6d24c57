"""A batch's row says the hash of its stored solution, so that lists need not read solutions.

By trigger: the release before, which does not know the column, writes it too. What is stored already
gets its hash here.
"""

from __future__ import annotations

from typing import Final

from alembic import op

from migrations.rls import every_brand

revision = "0206"
down_revision = "0204"
branch_labels = None
depends_on = None

FUNCTION: Final = """
CREATE FUNCTION luneo_hash_solution() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.solution_sha256 := encode(sha256(convert_to(NEW.solution, 'UTF8')), 'hex');
    RETURN NEW;
END
$$
"""
TRIGGER: Final = """
CREATE TRIGGER hash_solution BEFORE INSERT OR UPDATE OF solution ON batches
FOR EACH ROW EXECUTE FUNCTION luneo_hash_solution()
"""


def upgrade() -> None:
    op.execute("ALTER TABLE batches ADD COLUMN solution_sha256 text")
    op.execute(FUNCTION)
    op.execute(TRIGGER)
    with every_brand(op, "batches"):
        op.execute("UPDATE batches SET solution = solution WHERE solution IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP TRIGGER hash_solution ON batches")
    op.execute("DROP FUNCTION luneo_hash_solution()")
    op.execute("ALTER TABLE batches DROP COLUMN solution_sha256")
