"""The whole configuration of one Envoy, as the JSON that it reads.

The same descriptors and settings give the same bytes: nothing here looks at a clock or a server.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from services.runtime.mesh.envoy import clusters
from services.runtime.mesh.envoy.listener import listener
from services.runtime.mesh.envoy.routes import Json
from services.runtime.mesh.envoy.topology import Topology
from services.runtime.mesh.envoy.transcoding import transcoded
from services.runtime.validation import MAX_REQUEST_BYTES

# Base64 makes four characters of three bytes, and there is something around them.
REQUEST_BYTES: Final = MAX_REQUEST_BYTES // 3 * 4 + 1_000_000
ANSWER_BYTES: Final = 256 << 20  # a pack is one answer, and is transcoded whole
_HEAP_BYTES: Final = 2 << 30
_CONNECTIONS: Final = 10_000
_MONITORS: Final = "type.googleapis.com/envoy.extensions.resource_monitors"


@dataclass(frozen=True, slots=True)
class Configuration:
    """files: JSON by path, "" for the configuration itself. left_out: bindings that Envoy lacks."""

    files: dict[str, str]
    left_out: tuple[str, ...]


def configuration(topology: Topology) -> Configuration:
    """Return the configuration of a topology, and the files that it names."""
    services = [service for up in topology.upstreams for service in up.services]
    made = transcoded(services, topology.files)
    whole = {
        "node": {"id": "edge", "cluster": "luneo"},
        "admin": {
            # It can stop the process and shows everything: for this machine alone.
            "address": {
                "socket_address": {"address": "127.0.0.1", "port_value": topology.admin_port}
            }
        },
        "static_resources": {
            "listeners": [listener(topology, made.descriptors, (REQUEST_BYTES, ANSWER_BYTES))],
            "clusters": clusters.of_services(topology, ANSWER_BYTES),
        },
        "overload_manager": _overload(),
    }
    files = {"": whole, **clusters.secrets(topology)}
    return Configuration({path: _written(file) for path, file in files.items()}, made.left_out)


def _overload() -> Json:
    """Refuse what is new before memory ends, rather than fail what is under way."""
    return {
        "refresh_interval": "0.25s",
        "resource_monitors": [
            {
                "name": "envoy.resource_monitors.fixed_heap",
                "typed_config": {
                    "@type": f"{_MONITORS}.fixed_heap.v3.FixedHeapConfig",
                    "max_heap_size_bytes": _HEAP_BYTES,
                },
            },
            {
                "name": "envoy.resource_monitors.global_downstream_max_connections",
                "typed_config": {
                    "@type": f"{_MONITORS}.downstream_connections.v3.DownstreamConnectionsConfig",
                    "max_active_downstream_connections": _CONNECTIONS,
                },
            },
        ],
        "actions": [
            _action("envoy.overload_actions.shrink_heap", 0.9),
            _action("envoy.overload_actions.stop_accepting_requests", 0.95),
        ],
    }


def _action(name: str, share: float) -> Json:
    heap = "envoy.resource_monitors.fixed_heap"
    return {"name": name, "triggers": [{"name": heap, "threshold": {"value": share}}]}


def _written(file: Json) -> str:
    return json.dumps(file, indent=1, ensure_ascii=False) + "\n"
