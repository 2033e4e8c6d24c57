"""Erasing a person is final: nothing is written beside a tombstone, and no row names the person.

Only functions and triggers change, none of their signatures. The release before goes on: what it
would have written beside a tombstone, bringing back what was erased, now fails instead. An insert
waits for an erasure of its snapshot that is under way, and an erasure for such inserts.
"""

from __future__ import annotations

from importlib import import_module

from alembic import op

from migrations.rls import SERVICE

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None

BESIDE = ("snapshot_assets", "snapshot_validations", "snapshot_locks")

REFUSE_ERASED = """
CREATE FUNCTION luneo_refuse_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM snapshots s
        WHERE s.brand_id = NEW.brand_id AND s.snapshot_id = NEW.snapshot_id AND s.erased_at IS NULL
        FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'INSERT on % is refused: its snapshot was erased', TG_TABLE_NAME
            USING ERRCODE = 'LU003';
    END IF;
    RETURN NEW;
END
$$
"""

# The rows are locked before anything is deleted: whatever was being added to them is there then.
# Who validated or locked may be the person, also on a snapshot of somebody else.
ERASE = """
CREATE OR REPLACE FUNCTION luneo_erase_subject(
    the_subject text, the_digest text, by_subject text, erasure text
) RETURNS TABLE (kind text, value text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    brand text := luneo_brand();
    erased text[];
    specs text[];
    assets text[];
BEGIN
    SELECT array_agg(l.snapshot_id), array_agg(DISTINCT l.spec_id) INTO erased, specs FROM (
        SELECT s.snapshot_id, s.spec_id FROM snapshots s
        WHERE s.brand_id = brand AND s.owner = the_subject AND s.erased_at IS NULL
        ORDER BY s.snapshot_id FOR UPDATE
    ) l;
    WITH gone AS (
        DELETE FROM snapshot_assets a WHERE a.brand_id = brand AND a.snapshot_id = ANY (erased)
        RETURNING a.sha256
    ) SELECT array_agg(DISTINCT g.sha256) INTO assets FROM gone g;
    UPDATE snapshots s SET
        owner = 'erased', spec_id = '', spec_hash = 'erased:' || s.snapshot_id,
        layout_digest = '', spec_document = '', design = '', salt = '', erased_at = now()
    WHERE s.brand_id = brand AND s.snapshot_id = ANY (erased);
    UPDATE snapshot_validations v SET by_subject = 'erased'
    WHERE v.brand_id = brand AND v.by_subject = the_subject;
    UPDATE snapshot_locks l SET by_subject = 'erased'
    WHERE l.brand_id = brand AND l.by_subject = the_subject;
    INSERT INTO erasures VALUES (
        brand, erasure, the_digest, by_subject,
        coalesce(cardinality(erased), 0), coalesce(cardinality(assets), 0), now()
    );
    RETURN QUERY
        SELECT 'snapshot', unnest(erased)
        UNION ALL SELECT 'spec', s.id FROM unnest(specs) s (id)
            WHERE NOT EXISTS (
                SELECT FROM snapshots o WHERE o.brand_id = brand AND o.spec_id = s.id)
        UNION ALL SELECT 'asset', unnest(assets);
END
$$
"""

# Specs are content, which others may have made as well; who made one is about a person.
FORGET_MAKER = """
CREATE FUNCTION luneo_forget_maker(the_subject text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    brand text := luneo_brand();
BEGIN
    DELETE FROM spec_provenance p WHERE p.brand_id = brand AND p.subject = the_subject;
END
$$
"""


def upgrade() -> None:
    op.execute(REFUSE_ERASED)
    op.execute("REVOKE ALL ON FUNCTION luneo_refuse_erased FROM PUBLIC")
    for table in BESIDE:
        op.execute(
            f"CREATE TRIGGER not_erased BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION luneo_refuse_erased()"
        )
    op.execute(ERASE)
    op.execute(FORGET_MAKER)
    op.execute("REVOKE ALL ON FUNCTION luneo_forget_maker FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION luneo_forget_maker TO {SERVICE}")


def downgrade() -> None:
    op.execute("DROP FUNCTION luneo_forget_maker")
    before = import_module("migrations.versions.0030_snapshot").ERASE
    op.execute(before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    for table in BESIDE:
        op.execute(f"DROP TRIGGER not_erased ON {table}")
    op.execute("DROP FUNCTION luneo_refuse_erased")
