"""A certificate authority for development, in a folder, and the certificates that it signs.

    DIR/ca.crt, DIR/ca.key              the authority; its key stays on this machine (`ca_files`)
    DIR/<name>/tls.crt, tls.key, ca.crt what one process is given (`LUNEO_TLS_DIR=DIR/<name>`)

The three files are named as in a Kubernetes secret of type kubernetes.io/tls. Keys are ECDSA on
P-256. A file is replaced whole, so that a process that reads it at that moment sees the old or the
new one.
"""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.runtime import whole_files
from services.runtime.mesh import ca_files
from services.runtime.mesh.ca_files import CA_KEY
from services.runtime.mesh.identities import Identity, Role, dns_name

CA_LIFE: Final = timedelta(days=365)
LEAF_LIFE: Final = timedelta(days=30)
CERT, KEY, CA = "tls.crt", "tls.key", ca_files.CA
_BACKDATED: Final = timedelta(minutes=5)  # for clocks that are a little behind
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


class AuthorityUnusable(Exception):
    """The folder holds no authority that can sign; `str()` says what to do."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a certificate is for. answers_for: the services that its process answers for."""

    identity: Identity
    answers_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """What was done for a subject: the folder, and whether its certificate is new."""

    folder: Path
    until: datetime
    is_new: bool


class Authority:
    """The authority of a folder, made at its first use.

    now: timezone-aware. Raises AuthorityUnusable for half an authority, or an expired one.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._now = now
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ca_files.complete(folder)
        made = [(folder / name).exists() for name in (CA, CA_KEY)]
        if not any(made):
            self._make()
        elif not all(made):
            raise AuthorityUnusable(
                f"{folder} holds half an authority. Restore {CA} and {CA_KEY}, or name another."
            )
        elif stat.S_IMODE((folder / CA_KEY).stat().st_mode) & 0o077:
            path = folder / CA_KEY
            raise AuthorityUnusable(f"{path} is open to others. Run: chmod 600 '{path}'")
        try:
            self._cert = x509.load_pem_x509_certificate((folder / CA).read_bytes())
            key = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), None)
        except ValueError as error:
            raise AuthorityUnusable(f"{folder} holds no authority: {error}.") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not _is_pair(self._cert, key):
            raise AuthorityUnusable(f"{folder}: {CA_KEY} is not the key of {CA}.")
        self._key = key
        if self._cert.not_valid_after_utc <= now:
            raise AuthorityUnusable(
                f"The authority in {folder} has expired. Make one in a new folder; next time, "
                "change it before with --roll."
            )

    @property
    def until(self) -> datetime:
        """When the authority that signs ends."""
        return self._cert.not_valid_after_utc

    def issue(
        self,
        subject: Subject,
        *,
        renew: bool = False,
        life: timedelta = LEAF_LIFE,
        hosts: Sequence[str] = (),
    ) -> Issued:
        """Make the certificate of a subject if there is none, or one in the last third of its life.

        renew: make it in any case. hosts: further names and IP addresses of its server; those of
        the certificate that it replaces stay. Raises ValueError for a host that can be neither.
        """
        folder = self._folder / subject.identity.name
        before = _read(folder / CERT)
        known = _names_in(before) if before else []
        names = _names(subject, hosts, known)
        trusted = ca_files.trusted(self._folder)
        if before and not renew and set(names) <= set(known) and not self._is_due(before):
            _write_if_other(folder / CA, trusted)
            return Issued(folder, before.not_valid_after_utc, is_new=False)
        until = min(self._now + life, self._cert.not_valid_after_utc)
        key = ec.generate_private_key(ec.SECP256R1())
        cert = (
            _builder(subject.identity.name, key, self._now, until)
            .issuer_name(self._cert.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(ca=False), critical=True)
            .add_extension(_purposes(subject.identity.role), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        folder.mkdir(mode=0o700, exist_ok=True)
        _write_if_other(folder / CA, trusted)
        whole_files.write(folder / KEY, _key_pem(key), 0o600)
        whole_files.write(folder / CERT, cert.public_bytes(serialization.Encoding.PEM), 0o644)
        return Issued(folder, until, is_new=True)

    def _is_due(self, cert: x509.Certificate) -> bool:
        begin, end = cert.not_valid_before_utc, cert.not_valid_after_utc
        return cert.issuer != self._cert.subject or end - self._now < (end - begin) / 3

    def _make(self) -> None:
        key, cert = new_authority(self._now)
        whole_files.write(self._folder / CA_KEY, key, 0o600)
        whole_files.write(self._folder / CA, cert, 0o644)


def new_authority(now: datetime) -> tuple[bytes, bytes]:
    """Return key and certificate (PEM) of an authority that nobody trusts yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"Luneo development CA {x509.random_serial_number() % 10**8:08d}"
    cert = (
        _builder(name, key, now, now + CA_LIFE)
        .issuer_name(_common_name(name))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _key_pem(key), cert.public_bytes(serialization.Encoding.PEM)


def _builder(
    name: str, key: ec.EllipticCurvePrivateKey, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_common_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, until) - _BACKDATED)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _purposes(role: Role) -> x509.ExtendedKeyUsage:
    """A service is called and calls; the others only call."""
    serves = [ExtendedKeyUsageOID.SERVER_AUTH] if role is Role.SERVICE else []
    return x509.ExtendedKeyUsage([*serves, ExtendedKeyUsageOID.CLIENT_AUTH])


def _names(
    subject: Subject, hosts: Sequence[str], known: Sequence[x509.GeneralName]
) -> list[x509.GeneralName]:
    uri = x509.UniformResourceIdentifier(subject.identity.uri)
    if subject.identity.role is not Role.SERVICE:
        return [uri]
    own = (*(dns_name(one) for one in subject.answers_for), *_LOCAL, *hosts)
    kept = (one for one in known if not isinstance(one, x509.UniformResourceIdentifier))
    return list(dict.fromkeys([uri, *map(_host, own), *kept]))


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _names_in(cert: x509.Certificate) -> list[x509.GeneralName]:
    try:
        return list(cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []


def _is_pair(cert: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bool:
    return cert.public_key() == key.public_key()


def _read(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None  # what cannot be read is made anew


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_if_other(path: Path, data: bytes) -> None:
    """Write a file unless it holds this already, so that nobody reads it again for nothing."""
    if not path.exists() or path.read_bytes() != data:
        whole_files.write(path, data, 0o644)
