"""The certificate, key and authorities of this process: read from a folder, again when they change.

The files are looked at no more than once a second. New ones count once they are whole: key and
certificate belong together and there is an authority; until then the ones before are used.
"""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from services.runtime.config import SettingsError
from services.runtime.mesh.authority import CA, CERT, KEY

LOOK_EVERY_S: Final = 1.0
_VARIABLE: Final = "LUNEO_TLS_DIR"
_OPEN_TO_OTHERS: Final = 0o027  # a group may read: Kubernetes gives files to one
_log = structlog.get_logger(__name__)

_Stamp = tuple[tuple[int, int, int], ...]


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
        self._now_s = now_s
        self._lock = threading.Lock()
        self._stamp = self._look()
        self._material = self._load()
        self._looked_s = now_s()

    def current(self) -> Material:
        """Return what counts now; the same object until the files have changed."""
        with self._lock:
            if self._now_s() - self._looked_s >= LOOK_EVERY_S:
                self._looked_s = self._now_s()
                self._refresh()
            return self._material

    def _refresh(self) -> None:
        try:
            stamp = self._look()
            if stamp == self._stamp:
                return
            self._material = self._load()
        except SettingsError as error:
            _log.warning("certificate_not_taken", error=error)
            return
        self._stamp = stamp
        _log.info("certificate_taken", until=self._material.until.isoformat())

    def _look(self) -> _Stamp:
        try:
            found = [(self.folder / name).stat() for name in (CERT, KEY, CA)]
        except OSError as error:
            raise SettingsError(
                _VARIABLE,
                f"{error.filename} cannot be read ({error.strerror}). `luneo certs` makes it.",
            ) from None
        if stat.S_IMODE(found[1].st_mode) & _OPEN_TO_OTHERS:
            path = self.folder / KEY
            raise SettingsError(_VARIABLE, f"{path} is open to others. Run: chmod 600 '{path}'")
        return tuple((one.st_ino, one.st_mtime_ns, one.st_size) for one in found)

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
