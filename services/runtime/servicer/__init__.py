"""The services that belong to the runtime itself; every process that serves has them."""

from __future__ import annotations

from collections.abc import Sequence

from services.runtime import expiry, orphans
from services.runtime.held_objects import Holds
from services.runtime.jobs import Actor
from services.runtime.orphans import Orphans
from services.runtime.service import Runtime, Service
from services.runtime.servicer.objects import ObjectServicer
from services.runtime.servicer.operations import OperationServicer


def build(runtime: Runtime, holders: Sequence[Holds] | None = None) -> tuple[Service, ...]:
    """Return the runtime's own services.

    holders: of all services; None where some are missing, and orphans must not be swept.
    """
    operations = ("luneo.operations.v1.OperationService", OperationServicer(runtime))
    objects = ("luneo.objects.v1.ObjectService", ObjectServicer(runtime))
    sweeps: tuple[Actor, ...] = ()
    if holders is not None:
        run = Orphans(runtime, holders)
        sweeps = (Actor(orphans.SWEEP_ORPHANS, orphans.QUEUE, run, recurs=True),)
    return (
        Service("operations", (operations,), expiry.actors(runtime)),
        Service("objects", (objects,), sweeps),
    )
