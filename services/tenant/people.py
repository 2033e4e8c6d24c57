"""The SQL of users, in the directory's transaction: a person belongs to no brand."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from services.runtime import names
from services.tenant.domain import User, email_of

# RFC 7914; 32 MiB and about 0.1 s a guess.
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


def invited(directory: Connection, email: str, now: datetime) -> User:
    """Return the user with this e-mail, or a new one whom no issuer has shown yet."""
    email = email_of(email)
    found = by_email(directory, email)
    if found is not None:
        return found
    user = User(names.new_id(), email, "")
    directory.execute(
        text(
            "INSERT INTO users (user_id, email, display_name, created_at) "
            "VALUES (:user, :email, '', :now) ON CONFLICT DO NOTHING"
        ),
        {"user": user.user, "email": email, "now": now},
    )
    return by_email(directory, email) or user


def by_email(directory: Connection, email: str) -> User | None:
    """Return the user with this e-mail; the one that an issuer has shown comes first."""
    row = directory.execute(
        text(
            "SELECT user_id, email, display_name FROM users WHERE email = :email "
            "ORDER BY issuer IS NULL, user_id LIMIT 1"
        ),
        {"email": email_of(email)},
    ).first()
    return User(row[0], row[1], row[2]) if row else None


def by_id(directory: Connection, user: str) -> User | None:
    """Return the user with this id."""
    row = directory.execute(
        text("SELECT user_id, email, display_name FROM users WHERE user_id = :user"),
        {"user": user},
    ).first()
    return User(row[0], row[1], row[2]) if row else None


def brands_of(directory: Connection, user: str, *, after: str, limit: int) -> list[str]:
    """Return the ids of a user's brands, in order, those after `after`."""
    rows = directory.execute(
        text(
            "SELECT brand_id FROM memberships WHERE user_id = :user AND brand_id > :after "
            "ORDER BY brand_id LIMIT :limit"
        ),
        {"user": user, "after": after, "limit": limit},
    )
    return [row[0] for row in rows]


def all_brands(directory: Connection, *, after: str, limit: int) -> list[str]:
    """Return the ids of all brands, in order, those after `after`."""
    rows = directory.execute(
        text("SELECT brand_id FROM brands WHERE brand_id > :after ORDER BY brand_id LIMIT :limit"),
        {"after": after, "limit": limit},
    )
    return [row[0] for row in rows]


def set_password(directory: Connection, user: str, password: str) -> None:
    """Store a password for the embedded issuer, replacing an earlier one."""
    salt = secrets.token_bytes(16)
    directory.execute(
        text(
            "INSERT INTO user_passwords (user_id, salt, scrypt) VALUES (:user, :salt, :scrypt) "
            "ON CONFLICT (user_id) DO UPDATE SET salt = :salt, scrypt = :scrypt"
        ),
        {"user": user, "salt": salt, "scrypt": _scrypt(password, salt)},
    )


@dataclass(frozen=True, slots=True)
class Password:
    """What is stored of a user's password."""

    user: User
    salt: bytes
    scrypt: bytes


def password_of(directory: Connection, email: str) -> Password | None:
    """Return what is stored for the user with this e-mail, None for nothing."""
    row = directory.execute(
        text(
            "SELECT u.user_id, u.email, u.display_name, p.salt, p.scrypt "
            "FROM users u JOIN user_passwords p USING (user_id) WHERE u.email = :email "
            "ORDER BY u.user_id LIMIT 1"
        ),
        {"email": email_of(email)},
    ).first()
    return Password(User(*row[:3]), bytes(row[3]), bytes(row[4])) if row else None


def proven(known: Password | None, password: str) -> User | None:
    """Return the user whose password this is, None otherwise, after the same work.

    It takes a tenth of a second: not within a transaction.
    """
    salt, expected = (known.salt, known.scrypt) if known else (b"\0" * 16, b"\0" * 32)
    matches = hmac.compare_digest(_scrypt(password, salt), expected)
    return known.user if known and matches else None


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, dklen=32, **_COST)
