"""Every rpc, from the descriptors."""

from __future__ import annotations

from gateway.clients.catalogue import services
from gateway.routes import Binding, RouteTable


def _first_bindings() -> dict[str, Binding]:
    found: dict[str, Binding] = {}
    for binding in RouteTable(services()).bindings:
        found.setdefault(binding.rpc.name, binding)
    return found


RPCS = _first_bindings()
