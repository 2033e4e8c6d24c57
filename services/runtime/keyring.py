"""Keys derived from the installation's secrets, and what is made with them.

Every purpose and every brand has a key of its own (HKDF-SHA-256, RFC 5869), so that none of them
opens, forges or guesses what another made.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.runtime import names
from services.runtime.installation_keys import InstallationKeys

_NONCE_BYTES: Final = 12


class Keyring:
    """What an installation can prove and make guess-proof."""

    def __init__(self, keys: InstallationKeys) -> None:
        self._keys = keys
        self._of_brand = lru_cache(maxsize=4096)(self._derive_of_brand)

    @property
    def token_signing_key(self) -> str:
        """The embedded issuer's private key, PKCS #8 PEM (P-256)."""
        return self._keys.token_signing_key

    def of_purpose(self, purpose: str) -> bytes:
        """Return the 32-byte key of one purpose of the whole installation."""
        return self._keys.derive(purpose)

    def of_brand(self, brand: str, purpose: str) -> bytes:
        """Return the 32-byte key of one purpose of one brand."""
        return self._of_brand(brand, purpose)

    def hash_of_api_key(self, secret: str) -> bytes:
        """Return the peppered HMAC-SHA-256 by which an API key is stored and found."""
        return hmac.digest(self._keys.pepper, secret.encode(), hashlib.sha256)

    def platform_key(self) -> str:
        """Return the key by which the operator of this installation calls."""
        return "lop_" + names.base32_lower(self._keys.derive("platform-key"))

    def public_id(self, brand: str, kind: str, content: str) -> str:
        """Return the id by which content is addressed in public: 26 characters, not guessable.

        kind keeps the ids of different resources apart; content is the hash or key that it names.
        """
        digest = hmac.digest(self.of_brand(brand, f"public-id:{kind}"), content.encode(), "sha256")
        return names.base32_lower(digest[:16])

    def seal(self, brand: str, purpose: str, about: str, secret: bytes) -> bytes:
        """Return a secret of a brand encrypted for storage (AES-256-GCM).

        about: which of its kind it is, for example its id: a row put in place of another's does not open.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher(brand, purpose).encrypt(nonce, secret, _bound(brand, about))

    def unseal(self, brand: str, purpose: str, about: str, sealed: bytes) -> bytes:
        """Return what `seal` was given. Raises cryptography's InvalidTag for anything else."""
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return self._cipher(brand, purpose).decrypt(nonce, text, _bound(brand, about))

    def _cipher(self, brand: str, purpose: str) -> AESGCM:
        return AESGCM(self.of_brand(brand, f"seal:{purpose}"))

    def _derive_of_brand(self, brand: str, purpose: str) -> bytes:
        hkdf = HKDF(
            algorithm=SHA256(), length=32, salt=None, info=f"luneo:{brand}:{purpose}".encode()
        )
        return hkdf.derive(self._keys.master_key)


def _bound(brand: str, about: str) -> bytes:
    return f"luneo:{brand}:{about}".encode()
