"""What a service is built from, and what it hands back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.runtime import held_objects
from services.runtime.held_objects import Holds

if TYPE_CHECKING:
    from services.runtime.clients import Clients
    from services.runtime.clock import Clock
    from services.runtime.config import Settings
    from services.runtime.confined import Confined
    from services.runtime.database import Database
    from services.runtime.jobs import Actor
    from services.runtime.keyring import Keyring
    from services.runtime.objects import Objects
    from services.runtime.operations import Operations
    from services.runtime.outbox import Outbox
    from services.runtime.paging import Pages
    from services.runtime.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts that every service is built from; one per process."""

    settings: Settings
    database: Database
    objects: Objects
    outbox: Outbox
    operations: Operations
    clients: Clients
    clock: Clock
    keyring: Keyring
    tokens: Tokens
    pages: Pages
    confined: Confined


@dataclass(frozen=True, slots=True)
class Service:
    """A service as it is served.

    servicers: pairs of a proto service's full name ("luneo.spec.v1.SpecService") and the object
    with one method per rpc, `(request, context) -> response`; for a stream of responses an
    asynchronous generator. actors: the jobs that a worker runs for it. holds: which objects its
    rows refer to; an object that no service holds is deleted.
    """

    name: str
    servicers: Sequence[tuple[str, object]]
    actors: Sequence[Actor] = ()
    holds: Holds = held_objects.nothing
