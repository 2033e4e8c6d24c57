"""What a configuration of Envoy is made from: where the services are, and what the edge allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf.descriptor import FileDescriptor, ServiceDescriptor


@dataclass(frozen=True, slots=True)
class Upstream:
    """The servers that answer for some proto services.

    name: "spec", as in `spec.luneo.internal`. addresses: "host:port", one for each equal server.
    tells_health: whether they answer the gRPC health service.
    """

    name: str
    services: tuple[ServiceDescriptor, ...]
    addresses: tuple[str, ...]
    tells_health: bool = True


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose bearer tokens count. jwks_url: "" where a service of the fleet publishes the keys."""

    name: str
    audience: str
    jwks_url: str = ""


@dataclass(frozen=True, slots=True)
class Collector:
    """Where spans go: base URL of OTLP over HTTP. share: of the traces that begin here, 0 to 1."""

    url: str
    share: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls a second in the long run, and at once."""

    per_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one Envoy. address, key: calls of one address and of one credential. Times in seconds.

    default_s, most_s: of a call, unless and as far as `X-Timeout` says. stream_s: of a stream.
    """

    address: Rate
    key: Rate
    default_s: float
    most_s: float
    stream_s: float


@dataclass(frozen=True, slots=True)
class Topology:
    """A fleet behind one Envoy.

    listen: host and port of REST and gRPC. files: the proto files whose messages may stand in an
    Any of an answer. tls_folder: what `luneo certs` made for the gateway, None for plaintext.
    secrets: the two files, beside the configuration, that name the certificate and its authorities.
    client_tls: the folder of what clients are shown, and the file that names it; None for plain HTTP.
    collector: of traces, None for no spans of Envoy's own.
    """

    upstreams: tuple[Upstream, ...]
    listen: tuple[str, int]
    admin_port: int
    limits: Limits
    issuer: Issuer | None = None
    files: Iterable[FileDescriptor] = field(default=())
    tls_folder: Path | None = None
    secrets: tuple[Path, Path] | None = None
    trusted_hops: int = 0
    https: bool = False
    client_tls: tuple[Path, Path] | None = None
    collector: Collector | None = None
