"""Spans of Envoy itself, sent to the collector that the settings name.

A trace that begins here is recorded by share; one that was begun elsewhere as its sender says. What a
span must not say (paths, queries, addresses, what a browser calls itself) is overwritten.

Source: `envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing`.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from services.runtime.mesh.envoy.routes import Json
from services.runtime.mesh.envoy.topology import Collector

COLLECTOR: Final = "collector"
_UNTOLD: Final = (
    "http.url",
    "peer.address",
    "user_agent",
    "upstream_address",
    "guid:x-client-trace-id",
    "grpc.authority",
)
_SAMPLERS: Final = "type.googleapis.com/envoy.extensions.tracers.opentelemetry.samplers"
_PROVIDER: Final = "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig"


def tracing(collector: Collector) -> Json:
    """Return how the listener traces."""
    uri = f"{collector.url.rstrip('/')}/v1/traces"
    return {
        "operation": "%ROUTE_NAME%",
        "max_path_tag_length": 0,
        "custom_tags": [
            *({"tag": name, "literal": {"value": "-"}} for name in _UNTOLD),
            {"tag": "luneo.correlation_id", "request_header": {"name": "x-correlation-id"}},
        ],
        "provider": {
            "name": "envoy.tracers.opentelemetry",
            "typed_config": {
                "@type": _PROVIDER,
                "service_name": "luneo-envoy",
                "sampler": _sampler(collector.share),
                "http_service": {"http_uri": {"uri": uri, "cluster": COLLECTOR, "timeout": "3s"}},
            },
        },
    }


def _sampler(share: float) -> Json:
    """Follow the sender's flag; of the traces that begin here, take a share."""
    parts = {"numerator": round(share * 1_000_000), "denominator": "MILLION"}
    ratio = _of("trace_id_ratio_based", "TraceIdRatioBased", sampling_percentage=parts)
    return _of("parent_based", "ParentBased", wrapped_sampler=ratio)


def _of(name: str, kind: str, **options: Json) -> Json:
    config = {"@type": f"{_SAMPLERS}.v3.{kind}SamplerConfig", **options}
    return {"name": f"envoy.tracers.opentelemetry.samplers.{name}", "typed_config": config}


def address(collector: Collector) -> tuple[str, bool]:
    """Return "host:port" of the collector, and whether it is called over TLS."""
    parts = urlsplit(collector.url)
    tls = parts.scheme == "https"
    return f"{parts.hostname}:{parts.port or (443 if tls else 80)}", tls
