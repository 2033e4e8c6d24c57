"""Whose is this? The look-ups that come before a brand is known, under the directory's role.

The tables are the tenant service's (migration 0010); this role sees the listed columns only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from services.runtime import names
from services.runtime.calls import Role
from services.runtime.database import Database
from services.runtime.tokens import Identity

NOTED_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """An API key as it is stored. expires_at: of the secret that was shown."""

    brand: str
    key: str
    publishable: bool
    scopes: frozenset[str]
    allowed_origins: frozenset[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class Directory:
    """Answers from the database, nothing kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def key(self, key_hash: bytes) -> KeyRecord | None:
        """Return the key with this hash, also if it is the one before the last rotation."""
        rows = self._database.directory_all(
            "SELECT brand_id, key_id, kind, scopes, allowed_origins, revoked_at, last_used_at, "
            "CASE WHEN hash = %(hash)s THEN expires_at "
            "ELSE least(expires_at, previous_expires_at) END AS expires_at "
            "FROM api_keys WHERE hash = %(hash)s OR previous_hash = %(hash)s",
            {"hash": key_hash},
        )
        return _key(rows[0]) if rows else None

    def note_use(self, record: KeyRecord, now: datetime) -> None:
        """Write down that a key was used, to the minute."""
        with self._database.directory() as directory:
            directory.execute(
                text(
                    "UPDATE api_keys SET last_used_at = :now WHERE brand_id = :brand "
                    "AND key_id = :key AND (last_used_at IS NULL OR last_used_at < :before)"
                ),
                {
                    "now": now,
                    "before": now - NOTED_EVERY,
                    "brand": record.brand,
                    "key": record.key,
                },
            )

    def role(self, user: str, brand: str) -> Role | None:
        """Return a user's role in a brand, None without a membership."""
        rows = self._database.directory_all(
            "SELECT role FROM memberships WHERE brand_id = %(brand)s AND user_id = %(user)s",
            {"brand": brand, "user": user},
        )
        return Role(rows[0]["role"]) if rows else None

    def user_of(self, identity: Identity, now: datetime) -> str:
        """Return the id of the user whom an outside issuer names; at first sight a row is made.

        A person who was invited by e-mail becomes that user if the issuer has verified the e-mail.
        """
        rows = self._database.directory_all(
            "SELECT user_id FROM users WHERE issuer = %(issuer)s AND subject = %(subject)s",
            {"issuer": identity.issuer, "subject": identity.subject},
        )
        if rows:
            return str(rows[0]["user_id"])
        with self._database.directory() as directory:
            return _claim_invitation(directory, identity) or _add_user(directory, identity, now)


def _claim_invitation(directory: Connection, identity: Identity) -> str | None:
    if not identity.email:
        return None
    found = directory.execute(
        text(
            "UPDATE users SET issuer = :issuer, subject = :subject, display_name = :display_name "
            "WHERE email = lower(:email) AND issuer IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM users WHERE issuer = :issuer AND subject = :subject) RETURNING user_id"
        ),
        _named(identity),
    ).first()
    return str(found[0]) if found else None


def _add_user(directory: Connection, identity: Identity, now: datetime) -> str:
    """Insert the user; another call may have done so a moment ago."""
    directory.execute(
        text(
            "INSERT INTO users (user_id, issuer, subject, email, display_name, created_at) "
            "VALUES (:user, :issuer, :subject, lower(:email), :display_name, :now) "
            "ON CONFLICT (issuer, subject) DO NOTHING"
        ),
        {**_named(identity), "user": names.new_id(), "now": now},
    )
    found = directory.execute(
        text("SELECT user_id FROM users WHERE issuer = :issuer AND subject = :subject"),
        _named(identity),
    )
    return str(found.scalar_one())


def _named(identity: Identity) -> dict[str, Any]:
    return {
        "issuer": identity.issuer,
        "subject": identity.subject,
        "email": identity.email,
        "display_name": identity.display_name,
    }


def _key(row: dict[str, Any]) -> KeyRecord:
    return KeyRecord(
        brand=row["brand_id"],
        key=row["key_id"],
        publishable=row["kind"] == "publishable",
        scopes=frozenset(row["scopes"]),
        allowed_origins=frozenset(row["allowed_origins"]),
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
    )
