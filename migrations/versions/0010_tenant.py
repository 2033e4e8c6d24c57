"""Brands, the people in them and the keys that call for them.

Only adds tables, so the previous release keeps working. `users` and their passwords
belong to no brand: the directory's role alone reads them, the services' role cannot.
"""

from __future__ import annotations

from alembic import op

from migrations import rls

revision = "0010"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE brands (
    brand_id text PRIMARY KEY,
    display_name text NOT NULL,
    currency_code text NOT NULL CHECK (currency_code ~ '^[A-Z]{3}$'),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);
CREATE TABLE users (
    user_id text PRIMARY KEY,
    issuer text,
    subject text,
    email text NOT NULL,
    display_name text NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((issuer IS NULL) = (subject IS NULL))
);
CREATE UNIQUE INDEX users_identity ON users (issuer, subject);
CREATE UNIQUE INDEX users_invited ON users (email) WHERE issuer IS NULL;
CREATE INDEX users_email ON users (email);
CREATE TABLE user_passwords (
    user_id text PRIMARY KEY REFERENCES users (user_id),
    salt bytea NOT NULL,
    scrypt bytea NOT NULL
);
CREATE TABLE memberships (
    brand_id text NOT NULL REFERENCES brands (brand_id),
    membership_id text NOT NULL,
    user_id text NOT NULL REFERENCES users (user_id),
    email text NOT NULL,
    role smallint NOT NULL CHECK (role BETWEEN 1 AND 5),
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (brand_id, membership_id),
    UNIQUE (brand_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);
CREATE TABLE api_keys (
    brand_id text NOT NULL REFERENCES brands (brand_id),
    key_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('publishable', 'secret')),
    display_name text NOT NULL,
    scopes text[] NOT NULL,
    allowed_origins text[] NOT NULL,
    prefix text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    previous_hash bytea,
    previous_expires_at timestamptz,
    version bigint NOT NULL,
    PRIMARY KEY (brand_id, key_id)
);
CREATE INDEX api_keys_hash ON api_keys (hash);
CREATE INDEX api_keys_previous_hash ON api_keys (previous_hash);
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    rls.protect(op, "brands", verbs=("SELECT", "INSERT", "UPDATE"))
    rls.protect(op, "memberships")
    rls.protect(op, "api_keys", verbs=("SELECT", "INSERT", "UPDATE"))
    rls.directory_may(op, "brands", select=("brand_id",))
    rls.directory_may(op, "memberships", select=("brand_id", "user_id", "role"))
    rls.directory_may(
        op,
        "api_keys",
        select=(
            "brand_id",
            "key_id",
            "kind",
            "hash",
            "scopes",
            "allowed_origins",
            "expires_at",
            "last_used_at",
            "revoked_at",
            "previous_hash",
            "previous_expires_at",
        ),
        update=("last_used_at",),
    )
    rls.directory_may(
        op,
        "users",
        select=("user_id", "issuer", "subject", "email", "display_name"),
        insert=("user_id", "issuer", "subject", "email", "display_name", "created_at"),
        update=("issuer", "subject", "email", "display_name"),
        secured=False,
    )
    rls.directory_may(
        op,
        "user_passwords",
        select=("user_id", "salt", "scrypt"),
        insert=("user_id", "salt", "scrypt"),
        update=("salt", "scrypt"),
        secured=False,
    )


def downgrade() -> None:
    for table in ("api_keys", "memberships", "user_passwords", "users", "brands"):
        op.execute(f"DROP TABLE {table}")
