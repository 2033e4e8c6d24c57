"""Mutual TLS on both ends of a call, by configuration; without it, nothing leaves this machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Self

import grpc

from services.runtime.config import Settings, SettingsError
from services.runtime.errors import PermissionDenied
from services.runtime.mesh.identities import Identity, Role
from services.runtime.mesh.tls_files import Material, TlsFiles

# gRPC verifies a certificate when a connection begins; this is how long one verified lasts.
CONNECTION_LIFE_MS: Final = 30 * 60 * 1000
# With this a gateway says that it has counted the call that it passes on.
COUNTED: Final = "luneo-counted"


class PeerRefused(PermissionDenied):
    """The certificate at the other end is of our authority, but not one that may make this call."""

    reason = "PEER_REFUSED"
    message = "The certificate of this connection may not make this call. See `luneo certs`."


class Security:
    """How this process listens and calls.

    files: its certificate; without one it speaks plaintext, within this machine, and with
    `plaintext_anywhere` beyond it.
    """

    def __init__(self, files: TlsFiles | None = None, *, plaintext_anywhere: bool = False) -> None:
        self._files = files
        self._plaintext_anywhere = plaintext_anywhere

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the settings ask for. Raises SettingsError if there is no such certificate."""
        files = TlsFiles(Path(settings.tls_dir)) if settings.tls_dir else None
        return cls(files, plaintext_anywhere=settings.plaintext == "allowed")

    def material(self) -> Material | None:
        """Return the certificate that counts now, None for plaintext."""
        return self._files.current() if self._files else None

    def listen(self, server: grpc.Server, address: str) -> int:
        """Let a server listen; return its port. Raises RuntimeError if the address is taken.

        address: "host:port" or "unix:/path", after `check`.
        """
        if self._files is None:
            return server.add_insecure_port(address)
        return server.add_secure_port(address, _server_credentials(self._files))

    def server_options(self) -> list[tuple[str, int]]:
        """Return the options of a server whose connections must not outlast their certificates."""
        return [("grpc.max_connection_age_ms", CONNECTION_LIFE_MS)] if self._files else []

    def admit(self, context: grpc.ServicerContext, metadata: Mapping[str, str]) -> None:
        """Raise PeerRefused unless the process at the other end may make this call."""
        if self._files is not None:
            auth: Any = context.auth_context()  # a tuple of bytes for each name
            _judge(auth, metadata)

    def is_inside(self, context: grpc.ServicerContext, metadata: Mapping[str, str]) -> bool:
        """Whether a call comes from a service, or from a gateway, which has counted it.

        With certificates that is known. Without them who says so is believed: such a port is for this
        machine, or for a network that is trusted.
        """
        if "luneo-service" in metadata:
            return True  # `admit` and the pipeline see to it that it is one
        if self._files is None:
            return COUNTED in metadata
        auth: Any = context.auth_context()
        peer = Identity.of_peer(auth)
        return peer is not None and peer.role is Role.GATEWAY

    def check(self, addresses: str) -> None:
        """Raise SettingsError if plaintext would leave this machine. addresses: with commas."""
        if self._files is not None or self._plaintext_anywhere:
            return
        for address in addresses.split(","):
            if not _is_local(address):
                raise SettingsError(
                    "LUNEO_TLS_DIR",
                    f"is not set, and gRPC at {address} would travel unencrypted. Name a folder "
                    "that `luneo certs` made, or, in a network that you trust, set "
                    "LUNEO_PLAINTEXT=allowed.",
                )


def channel_credentials(material: Material) -> grpc.ChannelCredentials:
    """Return what a channel shows and trusts."""
    return grpc.ssl_channel_credentials(material.authorities, material.key, material.chain)


def _server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Return credentials that ask for the certificate again whenever a connection begins."""
    used = files.current()

    def newer() -> Any:  # None for "as before", which its types do not know
        nonlocal used
        material = files.current()
        if material is used:
            return None
        used = material
        return _server_config(material)

    return grpc.dynamic_ssl_server_credentials(
        _server_config(used), newer, require_client_authentication=True
    )


def _server_config(material: Material) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(material.key, material.chain)], material.authorities
    )


def _judge(auth: Mapping[str, Iterable[bytes]], metadata: Mapping[str, str]) -> None:
    peer = Identity.of_peer(auth)
    if peer is None:
        raise PeerRefused
    if "luneo-service" in metadata and peer.role is not Role.SERVICE:
        raise PeerRefused(needed=str(Role.SERVICE))


def _is_local(address: str) -> bool:
    if address.startswith("unix:"):
        return True
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
