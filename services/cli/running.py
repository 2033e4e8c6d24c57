"""Which processes make up an installation on one machine."""

from __future__ import annotations

from services.runtime import ports
from services.runtime.config import Settings
from services.runtime.supervisor import Role


def roles_of(settings: Settings) -> tuple[Role, ...]:
    """REST, gRPC and all services in one server; the relay; the workers."""
    rest = f"http://{ports.reachable(settings.host)}:{settings.port}"
    server = Role("server", ("serve",), health_url=f"{rest}/healthz", ready_url=f"{rest}/readyz")
    worker = Role("worker", ("work", "--bulk", "apart"), count=settings.workers)
    return (server, Role("relay", ("relay",)), worker)
