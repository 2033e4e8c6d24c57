"""Products and their revisions, fonts, pictures and specs.

New tables only: the release before this one knows none of them and keeps working.
"""

from __future__ import annotations

from alembic import op

from migrations.rls import SERVICE, freeze, protect

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None

# document: the product as a message in JSON, under the names of the proto.
PRODUCTS = """
CREATE TABLE products (
    brand_id text NOT NULL,
    product_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'active', 'archived')),
    document jsonb NOT NULL,
    published_revision_id text,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, product_id)
)
"""

# document: canonical JSON, as text: its bytes are what revision_hash was made of.
REVISIONS = """
CREATE TABLE product_revisions (
    brand_id text NOT NULL,
    product_id text NOT NULL,
    revision_id text NOT NULL,
    number integer NOT NULL,
    revision_hash text NOT NULL,
    document text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, product_id, revision_id),
    UNIQUE (brand_id, product_id, revision_hash),
    UNIQUE (brand_id, product_id, number),
    FOREIGN KEY (brand_id, product_id) REFERENCES products (brand_id, product_id)
)
"""

PUBLISHED = """
ALTER TABLE products ADD CONSTRAINT products_published_fkey
    FOREIGN KEY (brand_id, product_id, published_revision_id)
    REFERENCES product_revisions (brand_id, product_id, revision_id)
"""

# What keeps an object in the store when its font or picture is taken off the list.
# holder: "revision:<product>/<revision>" or "spec:<spec>".
PINS = """
CREATE TABLE content_pins (
    brand_id text NOT NULL,
    sha256 text NOT NULL,
    holder text NOT NULL,
    PRIMARY KEY (brand_id, sha256, holder)
)
"""

FONTS = """
CREATE TABLE fonts (
    brand_id text NOT NULL,
    font_id text NOT NULL,
    display_name text NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    family text NOT NULL,
    subfamily text NOT NULL,
    glyph_count integer NOT NULL,
    scripts text[] NOT NULL,
    license text NOT NULL,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (brand_id, font_id),
    UNIQUE (brand_id, sha256)
)
"""

ASSETS = """
CREATE TABLE assets (
    brand_id text NOT NULL,
    asset_id text NOT NULL,
    owner text NOT NULL,
    display_name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('raster', 'vector')),
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    width_px integer NOT NULL,
    height_px integer NOT NULL,
    width_um integer NOT NULL,
    height_um integer NOT NULL,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (brand_id, asset_id),
    UNIQUE (brand_id, owner, sha256)
)
"""

ASSETS_BY_HASH = "CREATE INDEX assets_sha256 ON assets (brand_id, sha256)"

SPECS = """
CREATE TABLE specs (
    brand_id text NOT NULL,
    spec_id text NOT NULL,
    spec_hash text NOT NULL,
    spec_version text NOT NULL,
    product_id text NOT NULL,
    revision_id text NOT NULL,
    document text NOT NULL,
    layout_digest text NOT NULL,
    renderer_version text NOT NULL,
    price jsonb NOT NULL,
    problems jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, spec_id),
    UNIQUE (brand_id, spec_hash),
    FOREIGN KEY (brand_id, product_id, revision_id)
        REFERENCES product_revisions (brand_id, product_id, revision_id)
)
"""

# Who made a spec, with what: beside the spec, never inside its hash.
PROVENANCE = """
CREATE TABLE spec_provenance (
    brand_id text NOT NULL,
    spec_id text NOT NULL,
    subject text NOT NULL,
    channel text NOT NULL,
    agent text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (brand_id, spec_id, subject, channel),
    FOREIGN KEY (brand_id, spec_id) REFERENCES specs (brand_id, spec_id)
)
"""

NEWEST_FIRST = (
    "CREATE INDEX products_by_time ON products (brand_id, created_at DESC, product_id DESC)",
    "CREATE INDEX fonts_by_time ON fonts (brand_id, created_at DESC, font_id DESC)",
    "CREATE INDEX assets_by_time ON assets (brand_id, created_at DESC, asset_id DESC)",
)

# Erases specs that nothing refers to any more, with what they keep in the store.
FORGET_SPECS = """
CREATE FUNCTION luneo_forget_specs(specs text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    brand text := luneo_brand();
BEGIN
    DELETE FROM spec_provenance p WHERE p.brand_id = brand AND p.spec_id = ANY (specs);
    DELETE FROM content_pins c
        WHERE c.brand_id = brand AND c.holder IN (SELECT 'spec:' || unnest(specs));
    DELETE FROM specs s WHERE s.brand_id = brand AND s.spec_id = ANY (specs);
END
$$
"""

VERBS = {
    "products": ("SELECT", "INSERT", "UPDATE"),
    "fonts": ("SELECT", "INSERT", "UPDATE"),
    "assets": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
FROZEN = ("product_revisions", "content_pins", "specs", "spec_provenance")


def upgrade() -> None:
    for statement in (PRODUCTS, REVISIONS, PUBLISHED, PINS, FONTS, ASSETS, ASSETS_BY_HASH):
        op.execute(statement)
    for statement in (SPECS, PROVENANCE, *NEWEST_FIRST):
        op.execute(statement)
    for table, verbs in VERBS.items():
        protect(op, table, verbs=verbs)
    for table in FROZEN:
        protect(op, table, verbs=("SELECT", "INSERT"))
        freeze(op, table)
    op.execute(FORGET_SPECS)
    op.execute("REVOKE ALL ON FUNCTION luneo_forget_specs FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION luneo_forget_specs TO {SERVICE}")


def downgrade() -> None:
    op.execute("DROP FUNCTION luneo_forget_specs")
    op.execute("ALTER TABLE products DROP CONSTRAINT products_published_fkey")
    for table in ("spec_provenance", "specs", "assets", "fonts", "content_pins"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP TABLE product_revisions")
    op.execute("DROP TABLE products")
