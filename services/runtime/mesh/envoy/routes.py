"""A route for each rpc: its cluster, how long it may take, and when it may be made again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from services.runtime.mesh.channels import ATTEMPTS
from services.runtime.mesh.envoy.topology import Limits, Topology

Json = dict[str, Any]

# What never reached a server may be made again, whatever it does.
_NOT_ARRIVED: Final = "connect-failure,refused-stream"
_HARMLESS: Final = f"{_NOT_ARRIVED},reset,unavailable"
_PREVIOUS_HOSTS: Final = {
    "name": "envoy.retry_host_predicates.previous_hosts",
    "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
    },
}


def of_services(topology: Topology) -> list[Json]:
    """Return the routes, by the paths that gRPC has; transcoded requests have them by then."""
    return list(_routes(topology))


def before_transcoding(topology: Topology) -> Json:
    """Return what a REST request matches until it is transcoded: CORS wants a route by then.

    No call goes this way: the transcoder turns it into one of an rpc, or refuses it.
    """
    grpc = {
        "name": "content-type",
        "string_match": {"prefix": "application/grpc"},
        "treat_missing_header_as_empty": True,
        "invert_match": True,
    }
    return {
        "name": "unknown",
        "match": {"prefix": "/", "headers": [grpc]},
        "route": {"cluster": topology.upstreams[0].name},
    }


def path_of(rpc: MethodDescriptor) -> str:
    """Return "/luneo.spec.v1.SpecService/GetSpec"."""
    return f"/{rpc.containing_service.full_name}/{rpc.name}"


def _routes(topology: Topology) -> Iterator[Json]:
    for upstream in topology.upstreams:
        for service in upstream.services:
            for rpc in service.methods:
                path = path_of(rpc)
                yield {
                    "name": path[1:],
                    "match": {"path": path, "grpc": {}},
                    "route": {
                        "cluster": upstream.name,
                        **_times(rpc, topology.limits),
                        "retry_policy": _retries(rpc),
                    },
                }


def _times(rpc: MethodDescriptor, limits: Limits) -> Json:
    """A client's deadline arrives as grpc-timeout; no call and no stream outlasts the most."""
    most_s = limits.stream_s if rpc.server_streaming else limits.most_s
    return {
        "timeout": seconds(most_s),
        "idle_timeout": seconds(most_s),
        "max_stream_duration": {"grpc_timeout_header_max": seconds(most_s)},
    }


def _retries(rpc: MethodDescriptor) -> Json:
    """As the channels between services do it, except that Envoy cannot see a request_id."""
    harmless = rpc.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
    return {
        "retry_on": _HARMLESS if harmless and not rpc.server_streaming else _NOT_ARRIVED,
        "num_retries": ATTEMPTS - 1,
        "retry_back_off": {"base_interval": "0.05s", "max_interval": "0.5s"},
        "retry_host_predicate": [_PREVIOUS_HOSTS],
        "host_selection_retry_max_attempts": "3",
    }


def seconds(value: float) -> str:
    """Return a Duration as JSON."""
    return f"{value:g}s"
