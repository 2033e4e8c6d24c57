"""Snapshots: frozen rows, what is written beside them once, and the erasure of a person.

Only adds tables. A snapshot's core, its validation, its lock and its assets are frozen by trigger
for the services' role as well; `luneo_erase_subject` runs as the owner and is the one exception.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = (
    """
CREATE TABLE snapshots (
    brand_id text NOT NULL,
    snapshot_id text NOT NULL,
    owner text NOT NULL,
    spec_id text NOT NULL,
    spec_hash text NOT NULL,
    product_revision text NOT NULL,
    layout_digest text NOT NULL,
    renderer_version text NOT NULL,
    currency_code text NOT NULL,
    price bytea NOT NULL,
    provenance text NOT NULL,
    spec_document text NOT NULL,
    revision bytea NOT NULL,
    design bytea NOT NULL,
    salt bytea NOT NULL,
    commitment bytea NOT NULL,
    created_at timestamptz NOT NULL,
    erased_at timestamptz,
    PRIMARY KEY (brand_id, snapshot_id),
    UNIQUE (brand_id, owner, spec_hash)
)""",
    "CREATE INDEX snapshots_newest ON snapshots (brand_id, created_at DESC, snapshot_id DESC)",
    "CREATE INDEX snapshots_owner ON snapshots (brand_id, owner, created_at DESC)",
    "CREATE INDEX snapshots_spec ON snapshots (brand_id, spec_id)",
    *(
        f"""
CREATE TABLE snapshot_{event}s (
    brand_id text NOT NULL,
    snapshot_id text NOT NULL,
    by_subject text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, snapshot_id),
    FOREIGN KEY (brand_id, snapshot_id) REFERENCES snapshots (brand_id, snapshot_id)
)"""
        for event in ("validation", "lock")
    ),
    """
CREATE TABLE snapshot_assets (
    brand_id text NOT NULL,
    snapshot_id text NOT NULL,
    kind text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    media_type text NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    renderer_version text NOT NULL,
    source text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, snapshot_id, kind, sha256),
    FOREIGN KEY (brand_id, snapshot_id) REFERENCES snapshots (brand_id, snapshot_id)
)""",
    "CREATE INDEX snapshot_assets_content ON snapshot_assets (brand_id, sha256)",
    """
CREATE TABLE erasures (
    brand_id text NOT NULL,
    erasure_id text NOT NULL,
    subject_digest text NOT NULL,
    by_subject text NOT NULL,
    snapshots integer NOT NULL,
    assets integer NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, erasure_id)
)""",
)

# pg_temp stands last in the path: first is where it is looked for otherwise, and a table that a
# caller makes there would stand in for ours, its triggers run as the owner.
# Files are deleted by the services that made them: packs with their snapshot, pictures with their
# spec, which others may share.
# The tombstone keeps ids and commitments. The hash of a spec can be guessed from a name, so it goes
# with the document; the id takes its place, which keeps the row unique.
ERASE = """
CREATE FUNCTION luneo_erase_subject(
    the_subject text, the_digest text, by_subject text, erasure text
) RETURNS TABLE (kind text, value text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    brand text := luneo_brand();
    erased text[];
    specs text[];
    assets text[];
BEGIN
    SELECT array_agg(s.snapshot_id), array_agg(DISTINCT s.spec_id) INTO erased, specs
    FROM snapshots s WHERE s.brand_id = brand AND s.owner = the_subject AND s.erased_at IS NULL;
    WITH gone AS (
        DELETE FROM snapshot_assets a WHERE a.brand_id = brand AND a.snapshot_id = ANY (erased)
        RETURNING a.sha256
    ) SELECT array_agg(DISTINCT g.sha256) INTO assets FROM gone g;
    UPDATE snapshots s SET
        owner = 'erased', spec_id = '', spec_hash = 'erased:' || s.snapshot_id,
        layout_digest = '', spec_document = '', design = '', salt = '', erased_at = now()
    WHERE s.brand_id = brand AND s.snapshot_id = ANY (erased);
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

FROZEN = ("snapshots", "snapshot_validations", "snapshot_locks", "snapshot_assets", "erasures")


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in FROZEN:
        verbs = ("SELECT",) if table == "erasures" else ("SELECT", "INSERT")
        rls.protect(op, table, verbs=verbs)
        rls.freeze(op, table)
    op.execute(ERASE)
    op.execute("REVOKE ALL ON FUNCTION luneo_erase_subject FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION luneo_erase_subject TO luneo_service")


def downgrade() -> None:
    op.execute("DROP FUNCTION luneo_erase_subject")
    for table in reversed(FROZEN):
        op.execute(f"DROP TABLE {table}")
