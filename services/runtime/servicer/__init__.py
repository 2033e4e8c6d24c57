"""The services that belong to the runtime itself; every process that serves has them."""

from __future__ import annotations

from services.runtime.service import Runtime, Service
from services.runtime.servicer.objects import ObjectServicer
from services.runtime.servicer.operations import OperationServicer


def build(runtime: Runtime) -> tuple[Service, ...]:
    """Return the runtime's own services."""
    operations = ("luneo.operations.v1.OperationService", OperationServicer(runtime))
    objects = ("luneo.objects.v1.ObjectService", ObjectServicer(runtime))
    return (Service("operations", (operations,)), Service("objects", (objects,)))
