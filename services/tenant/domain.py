"""The rules of tenants: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from services.runtime.calls import Caller, CallerKind, Role
from services.runtime.errors import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    PermissionDenied,
    Unauthenticated,
)
from services.runtime.time_zones import zone_of


class BrandExists(AlreadyExists):
    """The id of a new brand is taken."""

    reason = "BRAND_EXISTS"
    message = "There is a brand with this id already. Choose another id."


class MembershipExists(AlreadyExists):
    """The person belongs to the brand already."""

    reason = "MEMBERSHIP_EXISTS"
    message = "This person belongs to the brand already. Change the role of the membership instead."


class LastOwner(FailedPrecondition):
    """The change would leave a brand without an owner."""

    reason = "LAST_OWNER"
    message = "A brand needs an owner. Make somebody else an owner first."


class RoleTooHigh(PermissionDenied):
    """Somebody tried to give, change or take a role above the own one."""

    reason = "ROLE_TOO_HIGH"
    message = "You can only manage roles up to your own."


class ScopesNotHeld(PermissionDenied):
    """A key tried to give, or to take over, rights that it does not have."""

    reason = "SCOPES_NOT_HELD"
    message = "A key can only manage keys with scopes that it has itself."


class KeyRevoked(FailedPrecondition):
    """A revoked key cannot be changed or rotated."""

    reason = "API_KEY_REVOKED"
    message = "This key is revoked. Create a new one."


class SigningKeyRetired(FailedPrecondition):
    """A key that no longer signs was asked to."""

    reason = "SIGNING_KEY_RETIRED"
    message = "This key no longer signs. Sign with the brand's active key."


class SignInFailed(Unauthenticated):
    """E-mail or password is wrong; which of the two is not said."""

    reason = "SIGN_IN_FAILED"
    message = "E-mail or password is wrong."


class KeyKind(StrEnum):
    """The kinds of key."""

    PUBLISHABLE = "publishable"
    SECRET = "secret"  # noqa: S105 - the name of a kind


# What may stand in a public page: a shopper's rights, no more.
SHOPPER_SCOPES = frozenset(
    {
        "assets.read",
        "assets.write",
        "brands.read",
        "designs.compose",
        "operations.read",
        "previews.create",
        "products.read",
        "sessions.create",
        "snapshots.create",
        "snapshots.read",
        "specs.read",
        "specs.write",
    }
)


@dataclass(frozen=True, slots=True)
class Brand:
    """A tenant. time_zone: of its workshop, by IANA, "" for UTC."""

    brand: str
    display_name: str
    currency_code: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """The role of a person in a brand."""

    brand: str
    membership: str
    user: str
    email: str
    role: Role
    created_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. `hash` is keyed; `previous_hash` works until its time."""

    brand: str
    key: str
    kind: KeyKind
    display_name: str
    scopes: tuple[str, ...]
    allowed_origins: tuple[str, ...]
    prefix: str
    hash: bytes
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    previous_hash: bytes | None = None
    previous_expires_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key by which a brand signs. public_key: 32 bytes (Ed25519).

    sealed_private_key: as `Keyring.seal` gave it; None once the key is retired.
    """

    brand: str
    key: str
    public_key: bytes
    sealed_private_key: bytes | None
    created_at: datetime
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person, as an identity provider knows it."""

    user: str
    email: str
    display_name: str


def email_of(text: str) -> str:
    """Return the form in which e-mails are compared: without spaces around, in lower case."""
    return text.strip().lower()


def check_key(kind: KeyKind, scopes: Sequence[str], origins: Sequence[str]) -> None:
    """Refuse a publishable key with a server's rights, and origins that are not origins."""
    if kind is KeyKind.PUBLISHABLE:
        too_much = sorted(set(scopes) - SHOPPER_SCOPES)
        if too_much:
            raise InvalidArgument.field(
                "api_key.scopes",
                "SCOPE_NOT_FOR_SHOPPERS",
                f"A publishable key stands in public pages and cannot have {', '.join(too_much)}. "
                "Use a secret key on a server for that.",
            )
    for index, origin in enumerate(origins):
        if not is_origin(origin):
            raise InvalidArgument.field(
                f"api_key.allowed_origins[{index}]",
                "ORIGIN_MALFORMED",
                'An origin is scheme and host, with a port if it is unusual: "https://shop.example".',
            )


def check_may_give(caller: Caller, scopes: Iterable[str]) -> None:
    """Refuse a key that would get at rights beyond its own and a shopper's; people have roles."""
    if caller.kind is CallerKind.SERVER_KEY:
        beyond = sorted(set(scopes) - caller.scopes - SHOPPER_SCOPES)
        if beyond:
            raise ScopesNotHeld(
                f"A key can only manage keys with scopes that it has itself; it lacks "
                f"{', '.join(beyond)}. Have a person with the role admin do it."
            )


def is_origin(text: str) -> bool:
    """Whether `text` is an origin as RFC 6454, 6.2 serialises it, in lower case."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host:
        return False
    shown = f"[{host}]" if ":" in host else host
    return text == f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def rotate(key: ApiKey, *, hash: bytes, prefix: str, now: datetime, overlap_s: int) -> ApiKey:
    """Return the key with a new secret; the old one works for `overlap_s` seconds more."""
    if key.revoked_at:
        raise KeyRevoked
    return replace(
        key,
        hash=hash,
        prefix=prefix,
        previous_hash=key.hash if overlap_s else None,
        previous_expires_at=now + timedelta(seconds=overlap_s) if overlap_s else None,
    )


def revoke(key: ApiKey, *, now: datetime) -> ApiKey:
    """Return the revoked key; revoking twice is the same as once."""
    return key if key.revoked_at else replace(key, revoked_at=now, previous_hash=None)


def check_may_manage(kind: CallerKind, own: Role | None, *roles: Role) -> None:
    """Refuse a person who manages a role above the own one."""
    if kind is CallerKind.USER and (own is None or any(role > own for role in roles)):
        raise RoleTooHigh


def check_keeps_owner(members: Iterable[Membership], changed: str, to: Role | None) -> None:
    """Refuse to take the last owner away. to: the new role, None for removal."""
    if to is Role.OWNER:
        return
    owners = [member.membership for member in members if member.role is Role.OWNER]
    if owners == [changed]:
        raise LastOwner


def check_time_zone(name: str) -> None:
    """Raise InvalidArgument for a name that is no zone's."""
    if zone_of(name) is None:
        raise InvalidArgument.field(
            "brand.time_zone",
            "TIME_ZONE_UNKNOWN",
            "There is no such time zone. Give its name as the IANA database has it, such as Europe/Berlin.",
        )
