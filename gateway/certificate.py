"""The certificate with which a gateway of its own answers HTTPS; its files may be replaced at work."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from pathlib import Path

from services.runtime.watched_certificate import Stamp, WatchedCertificate, stamp


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
        self._chain, self._key = chain, key
        self._watched = WatchedCertificate(self._look, self._load, CertificateError, now_s=now_s)
        self.context = self._watched.current()
        self.context.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _: ssl.SSLContext) -> None:
        """Give a connection that begins the certificate that counts now."""
        connection.context = self._watched.current()

    def _look(self) -> Stamp:
        try:
            return stamp((self._chain, self._key))
        except OSError as error:
            raise CertificateError(f"{error.filename}: {error.strerror}") from None

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
