"""The certificate with which a gateway of its own answers HTTPS; its files may be replaced at work."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

_LOOK_EVERY_S: Final = 1.0
_log = structlog.get_logger(__name__)

_Stamp = tuple[tuple[int, int, int], ...]


class CertificateError(ValueError):
    """The files are no certificate and key that belong together."""


class Certificate:
    """A chain and its key, each in PEM.

    Connections begun after the files changed get the new certificate; until the two are whole and
    belong together, the one before. Raises CertificateError if they cannot be used at the start.
    """

    def __init__(
        self, chain: Path, key: Path, *, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._chain, self._key, self._now_s = chain, key, now_s
        self._stamp = self._look()
        self.context = self._current = self._load()
        self.context.sni_callback = self._choose
        self._looked_s = now_s()

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _: ssl.SSLContext) -> None:
        """Give a connection that begins the certificate that counts now."""
        if self._now_s() - self._looked_s >= _LOOK_EVERY_S:
            self._looked_s = self._now_s()
            self._refresh()
        connection.context = self._current

    def _refresh(self) -> None:
        try:
            stamp = self._look()
            if stamp == self._stamp:
                return
            self._current = self._load()
        except CertificateError as error:
            _log.warning("certificate_not_taken", error=str(error))
            return
        self._stamp = stamp
        _log.info("certificate_taken")

    def _look(self) -> _Stamp:
        try:
            found = [path.stat() for path in (self._chain, self._key)]
        except OSError as error:
            raise CertificateError(f"{error.filename}: {error.strerror}") from None
        return tuple((one.st_ino, one.st_mtime_ns, one.st_size) for one in found)

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        try:
            context.load_cert_chain(self._chain, self._key, password=_no_password)
        except ssl.SSLError as error:
            raise self._unusable(error.reason or str(error)) from None
        except (OSError, ValueError) as error:
            raise self._unusable(str(error)) from None
        return context

    def _unusable(self, reason: str) -> CertificateError:
        return CertificateError(f"{self._chain} and {self._key} cannot be used: {reason}")


def _no_password() -> str:
    raise ValueError("the key is encrypted")
