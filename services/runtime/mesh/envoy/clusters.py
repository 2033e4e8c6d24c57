"""The servers of each service: balanced, watched, reached over mutual TLS.

The numbers are those of `mesh.channels`, so that a broken server is treated alike whoever calls it.

Source: `envoy.config.cluster.v3.Cluster` and what it names.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from services.runtime.mesh.authority import CA, CERT, KEY
from services.runtime.mesh.channels import KEEPALIVE_MS
from services.runtime.mesh.envoy import traces
from services.runtime.mesh.envoy.extensions import EXTENSIONS
from services.runtime.mesh.envoy.routes import Json, seconds
from services.runtime.mesh.envoy.topology import Topology, Upstream
from services.runtime.mesh.identities import dns_name
from services.runtime.mesh.security import CONNECTION_LIFE_MS

ISSUER: Final = "issuer"
CERTIFICATE: Final = "certificate"
AUTHORITIES: Final = "authorities"
CLIENTS: Final = "clients"
# Debian's and Alpine's place; where it is not, the issuer cannot be verified and no token counts.
_SYSTEM_ROOTS: Final = "/etc/ssl/certs/ca-certificates.crt"
_BALANCING: Final[Json] = {
    "lb_policy": "ROUND_ROBIN",
    # Where all are unhealthy the answer is UNAVAILABLE at once, not a guess.
    "common_lb_config": {"healthy_panic_threshold": {"value": 0.0}},
}
_HEALTH: Final[Json] = {
    "grpc_health_check": {},
    "timeout": "2s",
    "interval": "2s",
    "no_traffic_interval": "5s",
    "unhealthy_threshold": 2,
    "healthy_threshold": 1,
}
_OUTLIERS: Final[Json] = {
    "interval": "5s",
    "base_ejection_time": "10s",
    "max_ejection_time": "60s",
    "max_ejection_percent": 50,
    "split_external_local_origin_errors": True,
    # Connections that fail say that a server is gone; two are enough.
    "consecutive_local_origin_failure": 2,
    "enforcing_consecutive_local_origin_failure": 100,
    # Statuses say it only where every call fails: NOT_FOUND for a stranger is no outage.
    "failure_percentage_threshold": 99,
    "failure_percentage_minimum_hosts": 2,
    "failure_percentage_request_volume": 10,
    "enforcing_failure_percentage": 100,
    "enforcing_consecutive_5xx": 0,
    "enforcing_consecutive_gateway_failure": 0,
    "enforcing_success_rate": 0,
    "enforcing_local_origin_success_rate": 0,
}
_BREAKERS: Final[Json] = {
    "thresholds": [
        {
            "max_connections": 1024,
            "max_pending_requests": 1024,
            "max_requests": 1024,
            # When one of two servers dies, half of what is under way must be made again, and none
            # of it may be refused for that; an outage of all makes no more than half as many calls.
            "retry_budget": {"budget_percent": {"value": 50.0}, "min_retry_concurrency": 32},
        }
    ]
}


def of_services(topology: Topology, buffer_bytes: int) -> list[Json]:
    """Return the clusters. buffer_bytes: the largest answer that can be transcoded."""
    made = [_of(upstream, topology, buffer_bytes) for upstream in topology.upstreams]
    if topology.issuer is not None:
        made.append(_issuer(topology))
    if topology.collector is not None:
        at, tls = traces.address(topology.collector)
        made.append(_outside(traces.COLLECTOR, at, _verified(at) if tls else {}))
    return made


def _of(upstream: Upstream, topology: Topology, buffer_bytes: int) -> Json:
    return {
        "name": upstream.name,
        **_endpoints(upstream.name, upstream.addresses),
        **_BALANCING,
        "connect_timeout": "2s",
        "per_connection_buffer_limit_bytes": buffer_bytes,
        "health_checks": [_HEALTH] if upstream.tells_health else [],
        "outlier_detection": _OUTLIERS,
        "circuit_breakers": _BREAKERS,
        "typed_extension_protocol_options": _http2(),
        **_tls(upstream.name, topology),
    }


def _http2() -> Json:
    return {
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
            "@type": f"{EXTENSIONS}.upstreams.http.v3.HttpProtocolOptions",
            "common_http_protocol_options": {
                "max_connection_duration": seconds(CONNECTION_LIFE_MS / 1000),
            },
            "explicit_http_config": {
                "http2_protocol_options": {
                    "connection_keepalive": {
                        "interval": seconds(KEEPALIVE_MS / 1000),
                        "timeout": "5s",
                    }
                }
            },
        }
    }


def _endpoints(name: str, addresses: tuple[str, ...]) -> Json:
    places = [address.rpartition(":") for address in addresses]
    static = all(_is_address(host) for host, _, _ in places)
    return {
        # A name is resolved to all of its addresses, again and again.
        "type": "STATIC" if static else "STRICT_DNS",
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [
                {"lb_endpoints": [_endpoint(host, int(port)) for host, _, port in places]}
            ],
        },
    }


def _endpoint(host: str, port: int) -> Json:
    return {
        "endpoint": {
            "address": {"socket_address": {"address": host.strip("[]"), "port_value": port}}
        }
    }


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _tls(name: str, topology: Topology) -> Json:
    """Show our certificate, and take only one of the service, wherever it was reached."""
    if topology.secrets is None:
        return {}
    certificate, authorities = topology.secrets
    asked = {
        "match_typed_subject_alt_names": [
            {"san_type": "DNS", "matcher": {"exact": dns_name(name)}},
        ]
    }
    context = {
        "sni": dns_name(name),
        "common_tls_context": {
            "alpn_protocols": ["h2"],
            "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
            "tls_certificate_sds_secret_configs": [_secret(CERTIFICATE, str(certificate))],
            "combined_validation_context": {
                "default_validation_context": asked,
                "validation_context_sds_secret_config": _secret(AUTHORITIES, str(authorities)),
            },
        },
    }
    return _socket(context)


def _secret(name: str, file: str) -> Json:
    return {"name": name, "sds_config": {"path_config_source": {"path": file}}}


def _socket(context: Json, towards: str = "Upstream") -> Json:
    kind = f"{EXTENSIONS}.transport_sockets.tls.v3.{towards}TlsContext"
    return {
        "transport_socket": {
            "name": "envoy.transport_sockets.tls",
            "typed_config": {"@type": kind, **context},
        }
    }


def secrets(topology: Topology) -> dict[str, Json]:
    """Return the files that name the certificate and its authorities, by their paths.

    Envoy reads the PEM files again whenever one is replaced in the folder.
    """
    made = {}
    if topology.client_tls is not None:
        folder, clients = topology.client_tls
        made[str(clients)] = _resource(CLIENTS, _pair(folder))
    if topology.secrets is not None and topology.tls_folder is not None:
        folder = topology.tls_folder
        trusted = {"trusted_ca": {"filename": str(folder / CA)}, **_watched(folder)}
        certificate, authorities = topology.secrets
        made[str(certificate)] = _resource(CERTIFICATE, _pair(folder))
        made[str(authorities)] = _resource(AUTHORITIES, {"validation_context": trusted})
    return made


def _pair(folder: Path) -> Json:
    return {
        "tls_certificate": {
            "certificate_chain": {"filename": str(folder / CERT)},
            "private_key": {"filename": str(folder / KEY)},
            **_watched(folder),
        }
    }


def _watched(folder: Path) -> Json:
    return {"watched_directory": {"path": str(folder)}}


def towards_clients(topology: Topology) -> Json:
    """Return how the listener speaks: TLS with the certificate of `client_tls`, or plain HTTP."""
    if topology.client_tls is None:
        return {}
    context = {
        "alpn_protocols": ["h2", "http/1.1"],
        "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
        "tls_certificate_sds_secret_configs": [_secret(CLIENTS, str(topology.client_tls[1]))],
    }
    return _socket({"common_tls_context": context}, "Downstream")


def _resource(name: str, secret: Json) -> Json:
    kind = f"{EXTENSIONS}.transport_sockets.tls.v3.Secret"
    return {"resources": [{"@type": kind, "name": name, **secret}]}


def jwks_uri(topology: Topology) -> str:
    """Return where the keys of the issuer are."""
    if topology.issuer is not None and topology.issuer.jwks_url:
        return topology.issuer.jwks_url
    scheme = "https" if topology.client_tls else "http"
    return f"{scheme}://{_own_address(topology)}/.well-known/jwks.json"


def _own_address(topology: Topology) -> str:
    """Return where this Envoy reaches itself: a service of the fleet publishes the keys."""
    host, port = topology.listen
    return f"{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104


def _issuer(topology: Topology) -> Json:
    parts = urlsplit(jwks_uri(topology))
    tls = parts.scheme == "https"
    at = f"{parts.hostname or ''}:{parts.port or (443 if tls else 80)}"
    ours = topology.issuer is not None and not topology.issuer.jwks_url
    if ours:  # Envoy calls itself, on this machine, by an address that no certificate has to name
        return _outside(ISSUER, at, _socket({"common_tls_context": {}}) if tls else {})
    return _outside(ISSUER, at, _verified(at) if tls else {})


def _outside(name: str, address: str, transport: Json) -> Json:
    """Return the cluster of a server that is no service of the fleet."""
    return {"name": name, **_endpoints(name, (address,)), "connect_timeout": "2s", **transport}


def _verified(address: str) -> Json:
    """TLS to a server that the system's authorities vouch for."""
    host = address.rpartition(":")[0]
    context: dict[str, Any] = {
        "sni": host,
        "common_tls_context": {
            "validation_context": {
                "trusted_ca": {"filename": _SYSTEM_ROOTS},
                "match_typed_subject_alt_names": [{"san_type": "DNS", "matcher": {"exact": host}}],
            }
        },
    }
    return _socket(context)
