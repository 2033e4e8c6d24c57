"""The secrets of one installation: made once, kept in one file that only its user can read.

    pepper              hashes API keys (HMAC-SHA-256)
    master_key          encrypts brands' secrets; every other secret of ours is derived from it
    token_signing_key   signs the embedded issuer's tokens (ES256)

Losing the file means: API keys stop working and encrypted secrets cannot be read again. It belongs
in the backup, apart from the database.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.runtime.config import SettingsError

VERSION: Final = 1
SECRET_BYTES: Final = 32
_VARIABLE: Final = "LUNEO_KEYS_FILE"


@dataclass(frozen=True, slots=True)
class InstallationKeys:
    """pepper and master_key: 32 bytes each; token_signing_key: PKCS #8 PEM of a P-256 key."""

    pepper: bytes = field(repr=False)
    master_key: bytes = field(repr=False)
    token_signing_key: str = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key of one purpose, the same for ever (HMAC-SHA-256 of its name)."""
        return hmac.digest(self.master_key, f"luneo:{purpose}".encode(), hashlib.sha256)

    def role_password(self, role: str) -> str:
        """Return the password with which this installation's database role logs in."""
        return self.derive(f"database-role:{role}").hex()


def load(path: Path) -> InstallationKeys:
    """Read the keys, or make them if there is no file yet.

    Two processes that start at once end with the same keys. Raises SettingsError when the file
    cannot be read, is open to others, or does not hold the three keys.
    """
    try:
        if not path.exists():
            _create(path)
        text = path.read_text("ascii")
        mode = stat.S_IMODE(path.stat().st_mode)
    except PermissionError:
        raise SettingsError(
            _VARIABLE,
            f"{path} belongs to another user. Start as that user, or choose another data folder.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(_VARIABLE, f"{path} cannot be read: {error}.") from None
    if mode & 0o077:
        raise SettingsError(_VARIABLE, f"{path} is open to other users. Run: chmod 600 '{path}'")
    return _parsed(path, text)


def _parsed(path: Path, text: str) -> InstallationKeys:
    try:
        record = json.loads(text)
        keys = InstallationKeys(
            pepper=base64.b64decode(record["pepper"], validate=True),
            master_key=base64.b64decode(record["master_key"], validate=True),
            token_signing_key=str(record["token_signing_key"]),
        )
        complete = record["version"] == VERSION and len(keys.pepper) == len(keys.master_key) == 32
    except (ValueError, KeyError, TypeError, binascii.Error):
        complete = False
    if not complete:
        raise SettingsError(
            _VARIABLE,
            f"{path} does not hold an installation's keys. Restore it from the backup; "
            "a new file would make the stored secrets unreadable.",
        )
    return keys


def _create(path: Path) -> None:
    """Write a new file under its name, whole or not at all; an existing one is left."""
    folders = [one for one in (path.parent, *path.parent.parents) if not one.exists()]
    for folder in reversed(folders):
        folder.mkdir(mode=0o700, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(_new_record(), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its keys count
    finally:
        os.unlink(draft)


def _new_record() -> dict[str, object]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "version": VERSION,
        "pepper": base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode(),
        "master_key": base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode(),
        "token_signing_key": pem.decode(),
    }
