"""The signed receipt of a pack: `receipt.json`, canonical by RFC 8785.

    {"format": "luneo-receipt/1",
     "salt": "5f…",
     "signature": "8c…",
     "signed": {"commitment": "1d…", "format": "luneo-receipt/1", "issued_at": "2026-11-21T22:00:00Z",
                "key": "0c…", "pack": "brands/a/exportPacks/p", "renderer_version": "1.2.0",
                "salt_sha256": "77…"}}

What is signed names the manifest by a commitment, HMAC-SHA-256 of its hash under the salt. With the
salt the pack proves itself; without it, once a person was erased, the receipt still verifies and
tells nothing that could be guessed. Signatures are Ed25519 (RFC 8032), so the same key and inputs
give the same bytes. This module holds no key: whoever builds a receipt hands in who signs.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from render_core.version import RENDERER_VERSION

RECEIPT: Final = "receipt.json"
RECEIPT_FORMAT: Final = "luneo-receipt/1"
SALT_BYTES: Final = 32
MAX_RECEIPT_BYTES: Final = 64 * 1024
MAX_KEY_FILE_BYTES: Final = 256 * 1024

_KEY_CHARACTERS: Final = 32
_SIGNATURE_BYTES: Final = 64
_PEM: Final = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)
_SIGNED: Final = frozenset(
    ["commitment", "format", "issued_at", "key", "pack", "renderer_version", "salt_sha256"]
)


@dataclass(frozen=True, slots=True)
class Seal:
    """By whom and for what a receipt is issued.

    pack: the pack's name. issued_at: RFC 3339, UTC. salt: 32 random bytes that only the pack holds.
    key: id of the public key, as `key_id` gives it. sign: returns the 64 bytes of a signature.
    """

    pack: str
    issued_at: str
    salt: bytes
    key: str
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was read. salt: b"" where it was taken away."""

    signed: Mapping[str, str]
    signature: bytes
    salt: bytes

    def is_of(self, manifest: bytes) -> bool:
        """Whether it was issued for this manifest."""
        return hmac.compare_digest(self.signed["commitment"], _commitment(manifest, self.salt))

    def is_whole(self) -> bool:
        """Whether the salt is the one that was signed."""
        return hashlib.sha256(self.salt).hexdigest() == self.signed["salt_sha256"]

    def is_signed_by(self, public_key: bytes) -> bool:
        """Whether the signature is this key's. public_key: 32 bytes."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            key = Ed25519PublicKey.from_public_bytes(public_key)
            key.verify(self.signature, _message(self.signed))
        except (InvalidSignature, ValueError):
            return False
        return True


def receipt(manifest: bytes, seal: Seal) -> bytes:
    """Return the receipt of a manifest. Raises ValueError for a salt of another length."""
    if len(seal.salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(seal.salt)}")
    signed = {
        "commitment": _commitment(manifest, seal.salt),
        "format": RECEIPT_FORMAT,
        "issued_at": seal.issued_at,
        "key": seal.key,
        "pack": seal.pack,
        "renderer_version": RENDERER_VERSION,
        "salt_sha256": hashlib.sha256(seal.salt).hexdigest(),
    }
    signature = seal.sign(_message(signed))
    return _canonical(
        {
            "format": RECEIPT_FORMAT,
            "salt": seal.salt.hex(),
            "signature": signature.hex(),
            "signed": signed,
        }
    )


def without_salt(text: bytes) -> bytes:
    """Return a receipt that tells nothing of its pack's content and still verifies."""
    document = json.loads(text)
    return _canonical({name: value for name, value in document.items() if name != "salt"})


def read_receipt(text: bytes) -> Receipt | None:
    """Return the receipt in a file of strangers, None if it is none."""
    if len(text) > MAX_RECEIPT_BYTES:
        return None
    try:
        document = json.loads(text)
        signed = document["signed"]
        salt, signature = (
            bytes.fromhex(document.get("salt", "")),
            bytes.fromhex(document["signature"]),
        )
        known = document["format"] == signed["format"] == RECEIPT_FORMAT
        canonical = _canonical(document) == text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not (known and canonical and set(document) <= {"format", "salt", "signature", "signed"}):
        return None
    if set(signed) != _SIGNED or not all(map(_is_plain, signed.values())):
        return None
    if len(signature) != _SIGNATURE_BYTES or len(salt) not in (0, SALT_BYTES):
        return None
    return Receipt(signed, signature, salt)


def key_id(public_key: bytes) -> str:
    """Return the id of a public key: half of its SHA-256, in hex."""
    return hashlib.sha256(public_key).hexdigest()[:_KEY_CHARACTERS]


def read_public_keys(text: bytes) -> dict[str, bytes]:
    """Return the Ed25519 keys in a file of PEM blocks, 32 bytes each, by id; others are left out."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    found = {}
    for block in _PEM.findall(text[:MAX_KEY_FILE_BYTES]):
        try:
            key = load_pem_public_key(block)
        except (ValueError, UnsupportedAlgorithm):
            continue
        if isinstance(key, Ed25519PublicKey):
            raw = key.public_bytes_raw()
            found[key_id(raw)] = raw
    return found


def _is_plain(value: object) -> bool:
    """Whether a value is text that may be shown on a terminal as it is."""
    return isinstance(value, str) and value.isascii() and value.isprintable()


def _commitment(manifest: bytes, salt: bytes) -> str:
    return hmac.digest(salt, hashlib.sha256(manifest).digest(), "sha256").hex()


def _message(signed: Mapping[str, str]) -> bytes:
    """Return what is signed: the format's name first, so that it is no signature of anything else."""
    return RECEIPT_FORMAT.encode() + b"\n" + _canonical(signed)


def _canonical(document: Mapping[str, Any]) -> bytes:
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error
