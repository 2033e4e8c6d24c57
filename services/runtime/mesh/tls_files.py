"""The certificate, key and authorities of this process: read from a folder, again when they change.

The files are looked at no more than once a second. New ones count once they are whole: key and
certificate belong together and there is an authority; until then the ones before are used.
"""

from __future__ import annotations

import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from services.runtime.config import SettingsError
from services.runtime.mesh.authority import CA, CERT, KEY
from services.runtime.watched_certificate import Stamp, WatchedCertificate, stamp

_VARIABLE: Final = "LUNEO_TLS_DIR"
_OPEN_TO_OTHERS: Final = 0o027  # a group may read: Kubernetes gives files to one


@dataclass(frozen=True, slots=True)
class Material:
    """PEM of the certificate chain, its key and the authorities that are trusted.

    since, until: when the first certificate begins and ends.
    """

    chain: bytes
    key: bytes = field(repr=False)
    authorities: bytes
    since: datetime
    until: datetime


class TlsFiles:
    """The files of one folder. Raises SettingsError if they cannot be used at the start."""

    def __init__(self, folder: Path, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._watched = WatchedCertificate(
            self._look,
            self._load,
            SettingsError,
            told=lambda material: {"until": material.until.isoformat()},
            now_s=now_s,
        )

    def current(self) -> Material:
        """Return what counts now; the same object until the files have changed."""
        return self._watched.current()

    def _look(self) -> Stamp:
        key = self.folder / KEY
        try:
            found = stamp((self.folder / CERT, key, self.folder / CA))
            mode = key.stat().st_mode
        except OSError as error:
            raise SettingsError(
                _VARIABLE,
                f"{error.filename} cannot be read ({error.strerror}). `luneo certs` makes it.",
            ) from None
        if stat.S_IMODE(mode) & _OPEN_TO_OTHERS:
            raise SettingsError(_VARIABLE, f"{key} is open to others. Run: chmod 600 '{key}'")
        return found

    def _load(self) -> Material:
        try:
            chain, key, authorities = (
                (self.folder / name).read_bytes() for name in (CERT, KEY, CA)
            )
            cert = x509.load_pem_x509_certificates(chain)[0]
            own = serialization.load_pem_private_key(key, None).public_key()
            x509.load_pem_x509_certificates(authorities)
        except (OSError, ValueError, TypeError) as error:
            raise SettingsError(
                _VARIABLE, f"{self.folder} holds files that cannot be used: {error}."
            ) from None
        if cert.public_key() != own:
            raise SettingsError(_VARIABLE, f"{self.folder}: {KEY} is not the key of {CERT}.")
        return Material(
            chain, key, authorities, cert.not_valid_before_utc, cert.not_valid_after_utc
        )
