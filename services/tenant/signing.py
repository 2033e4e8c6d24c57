"""Ed25519 (RFC 8032): keys made, sealed and used. A private half is never held longer than a call."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.runtime.keyring import Keyring
from services.tenant.domain import SigningKey, SigningKeyRetired

_PURPOSE: Final = "signing-key"
_ID_CHARACTERS: Final = 32


def new_key(keyring: Keyring, brand: str, now: datetime) -> SigningKey:
    """Return a new key of a brand, its private half sealed."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = id_of(public)
    sealed = keyring.seal(brand, _PURPOSE, key, private.private_bytes_raw())
    return SigningKey(brand, key, public, sealed, now)


def sign(keyring: Keyring, key: SigningKey, message: bytes) -> bytes:
    """Return the signature of a message, 64 bytes; the same message and key give the same."""
    if key.sealed_private_key is None:
        raise SigningKeyRetired
    private = keyring.unseal(key.brand, _PURPOSE, key.key, key.sealed_private_key)
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def id_of(public_key: bytes) -> str:
    """Return the id of a public key, which follows from it: nobody can publish another under it."""
    return hashlib.sha256(public_key).hexdigest()[:_ID_CHARACTERS]


def public_pem(public_key: bytes) -> str:
    """Return a public key as PEM (SubjectPublicKeyInfo, RFC 8410)."""
    public = Ed25519PublicKey.from_public_bytes(public_key)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
