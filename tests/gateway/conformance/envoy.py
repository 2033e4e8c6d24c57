"""Envoy in front of the conformance backend, configured as `luneo mesh envoy` does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.runtime.mesh.envoy.bootstrap import configuration
from services.runtime.mesh.envoy.topology import Limits, Rate, Topology, Upstream
from tests.gateway.conformance.schema import SERVICE, pool
from tests.mesh import envoy
from tests.platform.installation import free_port

_MANY = Rate(100_000, 100_000)


def topology(backend: str, port: int, admin_port: int) -> Topology:
    """Return the one server of the conformance service. backend: "host:port"."""
    return Topology(
        upstreams=(
            Upstream(
                "conformance",
                (pool().FindServiceByName(SERVICE),),
                (backend,),
                tells_health=False,
            ),
        ),
        listen=("127.0.0.1", port),
        admin_port=admin_port,
        limits=Limits(address=_MANY, key=_MANY, default_s=15, most_s=60, stream_s=600),
    )


@contextmanager
def in_front_of(backend: str, folder: Path) -> Iterator[str]:
    """Run Envoy until the context ends; yields its address."""
    port, admin_port = free_port(), free_port()
    config = folder / "envoy.json"
    envoy.write(configuration(topology(backend, port, admin_port)), config)
    with envoy.running(config, admin_port, log=folder / "envoy.log"):
        yield f"http://127.0.0.1:{port}"
