"""Between the tenant's values and its messages."""

from __future__ import annotations

from luneo.options.v1 import access_pb2
from luneo.tenant.v1 import (
    api_key_pb2,
    brand_pb2,
    membership_pb2,
    signing_key_pb2,
    user_pb2,
)

from services.runtime import etags, moments, names
from services.runtime.calls import Role
from services.tenant import signing
from services.tenant.domain import ApiKey, Brand, KeyKind, Membership, SigningKey, User

BRAND = names.BRAND
API_KEY = names.of(api_key_pb2.ApiKey)
MEMBERSHIP = names.of(membership_pb2.Membership)
USER = names.of(user_pb2.User)
SIGNING_KEY = names.of(signing_key_pb2.SigningKey)

_KINDS = {
    KeyKind.PUBLISHABLE: api_key_pb2.API_KEY_KIND_PUBLISHABLE,
    KeyKind.SECRET: api_key_pb2.API_KEY_KIND_SECRET,
}


def brand_etag(brand: Brand) -> str:
    return etags.of_version(BRAND.format(brand=brand.brand), brand.version)


def brand_to_proto(brand: Brand) -> brand_pb2.Brand:
    return brand_pb2.Brand(
        name=BRAND.format(brand=brand.brand),
        display_name=brand.display_name,
        currency_code=brand.currency_code,
        create_time=moments.to_message(brand.created_at),
        update_time=moments.to_message(brand.updated_at),
        etag=brand_etag(brand),
        time_zone=brand.time_zone,
    )


def membership_name(membership: Membership) -> str:
    return MEMBERSHIP.format(brand=membership.brand, membership=membership.membership)


def membership_etag(membership: Membership) -> str:
    return etags.of_version(membership_name(membership), membership.version)


def membership_to_proto(membership: Membership) -> membership_pb2.Membership:
    return membership_pb2.Membership(
        name=membership_name(membership),
        email=membership.email,
        role=access_pb2.Role.Name(membership.role),
        user=USER.format(user=membership.user),
        create_time=moments.to_message(membership.created_at),
        etag=membership_etag(membership),
    )


def role_of(message: membership_pb2.Membership) -> Role:
    return Role(message.role)


def kind_of(message: api_key_pb2.ApiKey) -> KeyKind:
    return next(kind for kind, value in _KINDS.items() if value == message.kind)


def key_etag(key: ApiKey) -> str:
    return etags.of_version(API_KEY.format(brand=key.brand, api_key=key.key), key.version)


def key_to_proto(key: ApiKey, *, secret: str = "") -> api_key_pb2.ApiKey:
    """Return the message of a key; `secret` only in the answer that made it."""
    return api_key_pb2.ApiKey(
        name=API_KEY.format(brand=key.brand, api_key=key.key),
        display_name=key.display_name,
        kind=_KINDS[key.kind],
        scopes=key.scopes,
        allowed_origins=key.allowed_origins,
        prefix=key.prefix,
        secret=secret,
        expire_time=moments.to_message(key.expires_at),
        create_time=moments.to_message(key.created_at),
        last_use_time=moments.to_message(key.last_used_at),
        revoke_time=moments.to_message(key.revoked_at),
        etag=key_etag(key),
    )


def signing_key_to_proto(key: SigningKey) -> signing_key_pb2.SigningKey:
    """Return the public half of a key."""
    return signing_key_pb2.SigningKey(
        name=SIGNING_KEY.format(brand=key.brand, signing_key=key.key),
        algorithm=signing_key_pb2.SIGNING_ALGORITHM_ED25519,
        public_key_pem=signing.public_pem(key.public_key),
        create_time=moments.to_message(key.created_at),
        retire_time=moments.to_message(key.retired_at),
    )


def user_to_proto(user: User, memberships: list[Membership]) -> user_pb2.User:
    return user_pb2.User(
        name=USER.format(user=user.user),
        email=user.email,
        display_name=user.display_name,
        memberships=[membership_to_proto(membership) for membership in memberships],
    )
