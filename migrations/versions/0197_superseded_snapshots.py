"""A shopper's next edit supersedes the one before, until that is locked; never both.

Adds a table, two functions and a trigger. The release before goes on: it supersedes nothing, and what
it locks cannot be superseded; it is refused the lock of what the new release superseded.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0197"
down_revision = "0195"
branch_labels = None
depends_on = None

# number: in the order in which it happened to either of the two; given by the trigger, which has the
# row of the one before. Who goes back to an earlier edit supersedes once more.
TABLE = """
CREATE TABLE snapshot_supersessions (
    brand_id text NOT NULL,
    snapshot_id text NOT NULL,
    number integer NOT NULL,
    superseded_by text NOT NULL,
    price_difference_cents bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, snapshot_id, number),
    CHECK (snapshot_id <> superseded_by),
    FOREIGN KEY (brand_id, snapshot_id) REFERENCES snapshots (brand_id, snapshot_id),
    FOREIGN KEY (brand_id, superseded_by) REFERENCES snapshots (brand_id, snapshot_id)
)
"""
BY_NEWER = (
    "CREATE INDEX snapshot_supersessions_newer "
    "ON snapshot_supersessions (brand_id, superseded_by, number)"
)

REFUSE_SUPERSEDED = """
CREATE FUNCTION luneo_refuse_superseded() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM snapshot_supersessions o
        WHERE o.brand_id = NEW.brand_id AND o.snapshot_id = NEW.snapshot_id
            AND NOT EXISTS (SELECT FROM snapshot_supersessions n
                WHERE n.brand_id = NEW.brand_id AND n.superseded_by = NEW.snapshot_id
                    AND n.number > o.number)) THEN
        RAISE EXCEPTION 'INSERT on % is refused: its snapshot is superseded', TG_TABLE_NAME
            USING ERRCODE = 'LU005';
    END IF;
    RETURN NEW;
END
$$
"""
# The row of the one before is locked against a lock of it, which takes a share of it (0060), and
# against another edit that takes its place.
NUMBER = """
CREATE FUNCTION luneo_number_supersession() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM snapshots s
        WHERE s.brand_id = NEW.brand_id AND s.snapshot_id = NEW.snapshot_id FOR UPDATE;
    IF EXISTS (SELECT FROM snapshot_locks l
        WHERE l.brand_id = NEW.brand_id AND l.snapshot_id = NEW.snapshot_id) THEN
        RAISE EXCEPTION 'INSERT on % is refused: its snapshot is locked', TG_TABLE_NAME
            USING ERRCODE = 'LU004';
    END IF;
    SELECT coalesce(max(o.number), 0) + 1 INTO NEW.number FROM snapshot_supersessions o
        WHERE o.brand_id = NEW.brand_id
            AND (o.snapshot_id IN (NEW.snapshot_id, NEW.superseded_by)
                OR o.superseded_by IN (NEW.snapshot_id, NEW.superseded_by));
    RETURN NEW;
END
$$
"""
FUNCTIONS = ("luneo_number_supersession", "luneo_refuse_superseded")


def upgrade() -> None:
    op.execute(TABLE)
    for statement in (BY_NEWER, REFUSE_SUPERSEDED, NUMBER):
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER not_erased BEFORE INSERT ON snapshot_supersessions "
        "FOR EACH ROW EXECUTE FUNCTION luneo_refuse_erased()"
    )
    op.execute(
        "CREATE TRIGGER a_number BEFORE INSERT ON snapshot_supersessions "
        "FOR EACH ROW EXECUTE FUNCTION luneo_number_supersession()"
    )
    # Behind those that wait for whoever locks or supersedes: triggers go by their names.
    for table in ("snapshot_locks", "snapshot_supersessions"):
        op.execute(
            f"CREATE TRIGGER not_superseded BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION luneo_refuse_superseded()"
        )
    rls.protect(op, "snapshot_supersessions", verbs=("SELECT", "INSERT"))
    rls.freeze(op, "snapshot_supersessions")


def downgrade() -> None:
    op.execute("DROP TRIGGER not_superseded ON snapshot_locks")
    op.execute("DROP TABLE snapshot_supersessions")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
