"""The SQL of brands, memberships and keys. Every function takes the brand's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.runtime.calls import Role
from services.runtime.errors import NotFound
from services.runtime.paging import Position, newest_first
from services.tenant.domain import (
    ApiKey,
    Brand,
    BrandExists,
    KeyKind,
    Membership,
    MembershipExists,
    SigningKey,
)
from services.tenant.tables import API_KEYS, BRANDS, MEMBERSHIPS, SIGNING_KEYS


def add_brand(tx: Connection, brand: Brand) -> None:
    """Store a new brand; BrandExists if its id is taken."""
    values = {
        "brand_id": brand.brand,
        "display_name": brand.display_name,
        "currency_code": brand.currency_code,
        "created_at": brand.created_at,
        "updated_at": brand.updated_at,
        "version": brand.version,
        "time_zone": brand.time_zone,
    }
    added = upsert(BRANDS).values(values).on_conflict_do_nothing().returning(BRANDS.c.brand_id)
    if tx.execute(added).first() is None:
        raise BrandExists


def get_brand(tx: Connection, brand: str, *, lock: bool = False) -> Brand:
    """Return the brand; NotFound if there is none."""
    row = _one(tx, BRANDS, {"brand_id": brand}, lock=lock)
    return Brand(
        brand=row["brand_id"],
        display_name=row["display_name"],
        currency_code=row["currency_code"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
        time_zone=row["time_zone"],
    )


def save_brand(tx: Connection, brand: Brand) -> None:
    """Store a changed brand."""
    tx.execute(
        update(BRANDS)
        .where(BRANDS.c.brand_id == brand.brand)
        .values(
            display_name=brand.display_name,
            currency_code=brand.currency_code,
            updated_at=brand.updated_at,
            version=brand.version,
            time_zone=brand.time_zone,
        )
    )


def add_membership(tx: Connection, membership: Membership) -> None:
    """Store a new membership; MembershipExists if the person belongs to the brand."""
    values = {
        "brand_id": membership.brand,
        "membership_id": membership.membership,
        "user_id": membership.user,
        "email": membership.email,
        "role": int(membership.role),
        "created_at": membership.created_at,
        "version": membership.version,
    }
    added = (
        upsert(MEMBERSHIPS)
        .values(values)
        .on_conflict_do_nothing()
        .returning(MEMBERSHIPS.c.membership_id)
    )
    if tx.execute(added).first() is None:
        raise MembershipExists


def get_membership(tx: Connection, brand: str, membership: str) -> Membership:
    """Return the membership; NotFound if there is none."""
    return _membership(_one(tx, MEMBERSHIPS, {"brand_id": brand, "membership_id": membership}))


def lock_memberships(tx: Connection, brand: str) -> list[Membership]:
    """Return all memberships of a brand, locked: who leaves or rises is decided on all of them."""
    get_brand(tx, brand, lock=True)
    rows = tx.execute(select(MEMBERSHIPS).where(MEMBERSHIPS.c.brand_id == brand)).mappings()
    return [_membership(row) for row in rows]


def list_memberships(tx: Connection, brand: str, *, after: str, limit: int) -> list[Membership]:
    """Return memberships in the order of their ids, those after `after`."""
    rows = tx.execute(
        select(MEMBERSHIPS)
        .where(MEMBERSHIPS.c.brand_id == brand, MEMBERSHIPS.c.membership_id > after)
        .order_by(MEMBERSHIPS.c.membership_id)
        .limit(limit)
    ).mappings()
    return [_membership(row) for row in rows]


def memberships_of(tx: Connection, brand: str, user: str) -> list[Membership]:
    """Return the membership of a user in a brand, as a list of none or one."""
    rows = tx.execute(
        select(MEMBERSHIPS).where(MEMBERSHIPS.c.brand_id == brand, MEMBERSHIPS.c.user_id == user)
    ).mappings()
    return [_membership(row) for row in rows]


def save_membership(tx: Connection, membership: Membership) -> None:
    """Store a changed role."""
    tx.execute(
        update(MEMBERSHIPS)
        .where(
            MEMBERSHIPS.c.brand_id == membership.brand,
            MEMBERSHIPS.c.membership_id == membership.membership,
        )
        .values(role=int(membership.role), version=membership.version)
    )


def delete_membership(tx: Connection, brand: str, membership: str) -> None:
    """Remove a membership."""
    tx.execute(
        MEMBERSHIPS.delete().where(
            MEMBERSHIPS.c.brand_id == brand, MEMBERSHIPS.c.membership_id == membership
        )
    )


def add_key(tx: Connection, key: ApiKey) -> None:
    """Store a new key."""
    tx.execute(insert(API_KEYS).values(brand_id=key.brand, key_id=key.key, **_key_values(key)))


def get_key(tx: Connection, brand: str, key: str, *, lock: bool = False) -> ApiKey:
    """Return the key; NotFound if there is none."""
    return _key(_one(tx, API_KEYS, {"brand_id": brand, "key_id": key}, lock=lock))


def list_keys(tx: Connection, brand: str, *, before: Position, limit: int) -> list[ApiKey]:
    """Return keys, newest first, those older than `before`."""
    query = select(API_KEYS).where(API_KEYS.c.brand_id == brand)
    query = newest_first(query, API_KEYS.c.created_at, API_KEYS.c.key_id, before, limit)
    return [_key(row) for row in tx.execute(query).mappings()]


def save_key(tx: Connection, key: ApiKey) -> None:
    """Store a changed key."""
    tx.execute(
        update(API_KEYS)
        .where(API_KEYS.c.brand_id == key.brand, API_KEYS.c.key_id == key.key)
        .values(**_key_values(key))
    )


def active_signing_key(tx: Connection, brand: str) -> SigningKey | None:
    """Return the key by which a brand signs, None before the first."""
    active = SIGNING_KEYS.c.brand_id == brand, SIGNING_KEYS.c.retired_at.is_(None)
    row = tx.execute(select(SIGNING_KEYS).where(*active)).mappings().first()
    return None if row is None else _signing_key(row)


def add_signing_key(tx: Connection, key: SigningKey) -> SigningKey:
    """Store a brand's key that signs from now on, or return the one that another stored meanwhile."""
    while True:
        added = upsert(SIGNING_KEYS).values(_signing_values(key)).on_conflict_do_nothing()
        if tx.execute(added.returning(SIGNING_KEYS.c.key_id)).first() is not None:
            return key
        active = active_signing_key(tx, key.brand)
        if active is not None:  # else that one was retired in between
            return active


def retire_signing_keys(tx: Connection, brand: str, at: datetime) -> None:
    """End the signing of a brand's key and destroy its private half."""
    active = SIGNING_KEYS.c.brand_id == brand, SIGNING_KEYS.c.retired_at.is_(None)
    tx.execute(update(SIGNING_KEYS).where(*active).values(retired_at=at, sealed_private_key=None))


def get_signing_key(tx: Connection, brand: str, key: str) -> SigningKey:
    """Return the key; NotFound if there is none."""
    return _signing_key(_one(tx, SIGNING_KEYS, {"brand_id": brand, "key_id": key}))


def list_signing_keys(
    tx: Connection, brand: str, *, before: Position, limit: int
) -> list[SigningKey]:
    """Return keys, newest first, those older than `before`."""
    query = select(SIGNING_KEYS).where(SIGNING_KEYS.c.brand_id == brand)
    table = SIGNING_KEYS.c
    query = newest_first(query, table.created_at, table.key_id, before, limit)
    return [_signing_key(row) for row in tx.execute(query).mappings()]


def _one(tx: Connection, table: Any, keys: Mapping[str, str], *, lock: bool = False) -> RowMapping:
    query = select(table).where(*(table.c[name] == value for name, value in keys.items()))
    row = tx.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise NotFound
    return row


def _membership(row: RowMapping) -> Membership:
    return Membership(
        brand=row["brand_id"],
        membership=row["membership_id"],
        user=row["user_id"],
        email=row["email"],
        role=Role(row["role"]),
        created_at=row["created_at"],
        version=row["version"],
    )


def _key_values(key: ApiKey) -> dict[str, Any]:
    return {
        "kind": key.kind.value,
        "display_name": key.display_name,
        "scopes": list(key.scopes),
        "allowed_origins": list(key.allowed_origins),
        "prefix": key.prefix,
        "hash": key.hash,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "previous_hash": key.previous_hash,
        "previous_expires_at": key.previous_expires_at,
        "version": key.version,
    }


def _key(row: RowMapping) -> ApiKey:
    return ApiKey(
        brand=row["brand_id"],
        key=row["key_id"],
        kind=KeyKind(row["kind"]),
        display_name=row["display_name"],
        scopes=tuple(row["scopes"]),
        allowed_origins=tuple(row["allowed_origins"]),
        prefix=row["prefix"],
        hash=bytes(row["hash"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
        previous_hash=bytes(row["previous_hash"]) if row["previous_hash"] else None,
        previous_expires_at=row["previous_expires_at"],
        version=row["version"],
    )


def _signing_values(key: SigningKey) -> dict[str, Any]:
    return {
        "brand_id": key.brand,
        "key_id": key.key,
        "public_key": key.public_key,
        "sealed_private_key": key.sealed_private_key,
        "created_at": key.created_at,
        "retired_at": key.retired_at,
    }


def _signing_key(row: RowMapping) -> SigningKey:
    sealed = row["sealed_private_key"]
    return SigningKey(
        brand=row["brand_id"],
        key=row["key_id"],
        public_key=bytes(row["public_key"]),
        sealed_private_key=None if sealed is None else bytes(sealed),
        created_at=row["created_at"],
        retired_at=row["retired_at"],
    )
