"""The port that clients see: one listener for REST and gRPC, its log, and the answers that are Envoy's own."""

from __future__ import annotations

from typing import Any, Final

from google.rpc import code_pb2

from services.runtime import http_bodies
from services.runtime.mesh.envoy import clusters, filters, routes, traces
from services.runtime.mesh.envoy.extensions import EXTENSIONS
from services.runtime.mesh.envoy.routes import Json, seconds
from services.runtime.mesh.envoy.topology import Topology

CORRELATION: Final = "x-correlation-id"
_ID: Final = "%REQ(X-CORRELATION-ID?X-REQUEST-ID)%"
_HEAD_KB: Final = 32
_FIELDS: Final = 100
_HEAD_S: Final = 10
_BODY_S: Final = 300  # slow phones finish an upload
_IDLE_S: Final = 75
# No address: what stands in a path may be a ticket, and a query what somebody typed.
_LOGGED: Final[Json] = {
    "event": "request",
    "time": "%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%",
    "correlation_id": _ID,
    "method": "%REQ(X-ENVOY-ORIGINAL-METHOD?:METHOD)%",
    "rpc": "%ROUTE_NAME%",
    "status": "%RESPONSE_CODE%",
    "grpc_code": "%GRPC_STATUS(SNAKE_STRING)%",
    "duration_ms": "%DURATION%",
    "received_bytes": "%BYTES_RECEIVED%",
    "sent_bytes": "%BYTES_SENT%",
    "service": "%UPSTREAM_CLUSTER%",
    "server": "%UPSTREAM_HOST%",
    "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
    "flags": "%RESPONSE_FLAGS%",
    "reason": "%RESPONSE_CODE_DETAILS%",
    "address": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "traceparent": "%REQ(TRACEPARENT)%",
}
# Only our services may show these to each other.
_INTERNAL: Final = ("luneo-service", "luneo-agent")
_SAFETY: Final = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
    ("cache-control", "no-store"),
)
_STRICT_TRANSPORT: Final = ("strict-transport-security", "max-age=31536000; includeSubDomains")
_CORS: Final[Json] = {
    "@type": f"{EXTENSIONS}.filters.http.cors.v3.CorsPolicy",
    # Nothing that a browser adds by itself counts here, and keys are tied to origins by the services.
    "allow_origin_string_match": [{"safe_regex": {"regex": ".+"}}],
    "allow_methods": "DELETE, GET, PATCH, POST, PUT",
    "allow_headers": "authorization, content-type, luneo-session, traceparent, x-api-key, x-correlation-id, x-timeout",
    "expose_headers": "retry-after, x-correlation-id, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset",
    "max_age": "7200",
}
# What Envoy refuses by itself, in the words of gRPC; the table of grpc-gateway, read backwards.
_REFUSALS: Final = (
    (400, "INVALID_ARGUMENT"),
    (401, "UNAUTHENTICATED"),
    (403, "UNAUTHENTICATED"),  # a token for somebody else; to the services it is none
    (404, "NOT_FOUND"),
    (408, "DEADLINE_EXCEEDED"),
    (413, "RESOURCE_EXHAUSTED"),
    (429, "RESOURCE_EXHAUSTED"),
    (431, "RESOURCE_EXHAUSTED"),
    (500, "INTERNAL"),
    (503, "UNAVAILABLE"),
    (504, "DEADLINE_EXCEEDED"),
)


def listener(topology: Topology, descriptors: bytes, largest: tuple[int, int]) -> Json:
    """Return the listener. largest: body of a request, and of an answer; bytes."""
    host, port = topology.listen
    return {
        "name": "edge",
        "address": {"socket_address": {"address": host, "port_value": port}},
        "per_connection_buffer_limit_bytes": largest[0],
        "filter_chains": [
            {
                "filters": [_connections(topology, filters.chain(topology, descriptors, largest))],
                **clusters.towards_clients(topology),
            }
        ],
    }


def _connections(topology: Topology, http_filters: list[Json]) -> Json:
    manager = {
        "@type": f"{EXTENSIONS}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "edge",
        "codec_type": "AUTO",
        "use_remote_address": True,
        "xff_num_trusted_hops": topology.trusted_hops,
        "generate_request_id": True,
        "server_header_transformation": "PASS_THROUGH",
        "normalize_path": True,
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        "max_request_headers_kb": _HEAD_KB,
        "request_headers_timeout": seconds(_HEAD_S),
        "request_timeout": seconds(_BODY_S),
        "stream_idle_timeout": seconds(topology.limits.stream_s),
        "common_http_protocol_options": {
            "idle_timeout": seconds(_IDLE_S),
            "max_headers_count": _FIELDS,
            "headers_with_underscores_action": "REJECT_REQUEST",
        },
        "http2_protocol_options": {"max_concurrent_streams": 100},
        "access_log": [_log()],
        "local_reply_config": _own_answers(),
        "http_filters": http_filters,
        "route_config": _route_config(topology),
        **({"tracing": traces.tracing(topology.collector)} if topology.collector else {}),
    }
    return {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}


def _route_config(topology: Topology) -> Json:
    safety = (*_SAFETY, *([_STRICT_TRANSPORT] if topology.https else []))
    return {
        "name": "rpcs",
        "request_headers_to_remove": list(_INTERNAL),
        "request_headers_to_add": [
            _header(CORRELATION, _ID),
            _header(http_bodies.AS_METADATA, "metadata"),
        ],
        "response_headers_to_add": [
            _header(CORRELATION, _ID),
            *(_header(name, value, "ADD_IF_ABSENT") for name, value in safety),
        ],
        "virtual_hosts": [
            {
                "name": "fleet",
                "domains": ["*"],
                "routes": [*routes.of_services(topology), routes.before_transcoding(topology)],
                "typed_per_filter_config": {"envoy.filters.http.cors": _CORS},
            }
        ],
    }


def _header(name: str, value: str, action: str = "OVERWRITE_IF_EXISTS_OR_ADD") -> Json:
    return {"header": {"key": name, "value": value}, "append_action": action}


def _log() -> Json:
    return {
        "name": "envoy.access_loggers.stdout",
        "typed_config": {
            "@type": f"{EXTENSIONS}.access_loggers.stream.v3.StdoutAccessLog",
            "log_format": {"json_format": _LOGGED},
        },
    }


def _own_answers() -> Json:
    """Errors that no service made look like theirs."""
    return {
        "mappers": [_mapper(status, code) for status, code in _REFUSALS],
        "body_format": {"json_format": _error("UNKNOWN")},
    }


def _mapper(status: int, code: str) -> Json:
    code_pb2.Code.Value(code)  # raises ValueError for a word that gRPC does not have
    refused = code == "UNAUTHENTICATED"
    challenge = [_header("www-authenticate", "Bearer")] if refused else []
    return {
        "filter": {
            "status_code_filter": {
                "comparison": {
                    "op": "EQ",
                    "value": {"default_value": status, "runtime_key": f"edge.refusal.{status}"},
                }
            }
        },
        **({"status_code": 401} if refused else {}),
        "headers_to_add": [_header(CORRELATION, _ID), *challenge],
        "body_format_override": {"json_format": _error(code)},
    }


def _error(code: str) -> dict[str, Any]:
    return {
        "error": {
            "code": "%RESPONSE_CODE%",
            "status": code,
            "message": "%LOCAL_REPLY_BODY%",
            "details": [],
        }
    }
