"""Puts the parts of one process together: the runtime, the services on it, the pipeline over both.

Composition only. The server, the worker, the command line and the tests all begin here.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.runtime import installation_keys, object_stores
from services.runtime.clients import Clients
from services.runtime.clock import Clock
from services.runtime.config import Settings
from services.runtime.confined import Confined
from services.runtime.credentials import Credentials
from services.runtime.database import Database
from services.runtime.directory import Directory
from services.runtime.installation_keys import InstallationKeys
from services.runtime.jobs import Actor
from services.runtime.jwks import OutsideKeys
from services.runtime.keyring import Keyring
from services.runtime.objects import Objects, Tickets
from services.runtime.operations import Operations
from services.runtime.outbox import Outbox
from services.runtime.paging import Pages
from services.runtime.pipeline import Observer, Pipeline
from services.runtime.requests import Requests
from services.runtime.service import Runtime, Service
from services.runtime.tokens import Tokens

SERVICES: Final = ("runtime", "tenant", "spec", "snapshot", "render", "manufacturing")

# What an uploaded file may be put through, in a child that can do nothing else.
CONFINED_FUNCTIONS: Final = ("render_core.intake.run:run",)
CONFINED_MODULES: Final = (
    "render_core.intake.fonts",
    "render_core.intake.images",
    "render_core.intake.vectors",
)


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a process is made of. Close it at the end."""

    runtime: Runtime
    services: tuple[Service, ...]
    pipeline: Pipeline

    @property
    def actors(self) -> tuple[Actor, ...]:
        """The jobs of all its services."""
        return tuple(actor for service in self.services for actor in service.actors)

    def close(self) -> None:
        """Close connections and children."""
        self.runtime.clients.close()
        self.runtime.operations.close()
        self.runtime.confined.close()
        self.runtime.database.close()


def assemble(
    settings: Settings,
    *,
    names: Sequence[str] = SERVICES,
    observers: Sequence[Observer] = (),
    clock: Clock | None = None,
    addresses: dict[str, str] | None = None,
) -> Assembly:
    """Return the named services, on one runtime, behind one pipeline.

    settings: with addresses of PostgreSQL and Redis. addresses: of services in other processes, by
    proto package. Raises ValueError for an unknown name.
    """
    unknown = sorted(set(names) - set(SERVICES))
    if unknown:
        raise ValueError(f"No such service: {', '.join(unknown)}. There are {', '.join(SERVICES)}.")
    keys = installation_keys.load(settings.keys_file)
    runtime = _runtime(settings, keys, clock or Clock(), addresses)
    services = tuple(_build(name, runtime) for name in names)
    credentials = Credentials(
        Directory(runtime.database), runtime.tokens, runtime.keyring, runtime.clock
    )
    pipeline = Pipeline(services, credentials, Requests(runtime.database), observers)
    runtime.clients.serve_from(pipeline)
    return Assembly(runtime, services, pipeline)


def _build(name: str, runtime: Runtime) -> Service:
    module = "services.runtime.builtin" if name == "runtime" else f"services.{name}.service"
    service: Service = importlib.import_module(module).build(runtime)
    return service


def _runtime(
    settings: Settings, keys: InstallationKeys, clock: Clock, addresses: dict[str, str] | None
) -> Runtime:
    keyring = Keyring(keys)
    database = Database.from_settings(settings, keys)
    tokens = _tokens(settings, keyring, clock)
    outbox = Outbox()
    return Runtime(
        settings=settings,
        database=database,
        objects=_objects(settings, keyring),
        outbox=outbox,
        operations=Operations(database, outbox),
        clients=Clients(tokens, addresses),
        clock=clock,
        keyring=keyring,
        tokens=tokens,
        pages=Pages(keyring),
        confined=Confined(CONFINED_FUNCTIONS, preload=CONFINED_MODULES),
    )


def _objects(settings: Settings, keyring: Keyring) -> Objects:
    store = object_stores.open_store(
        settings.objects_url,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
    )
    tickets = Tickets(keyring.of_purpose("object-tickets"), time.time)
    return Objects(store, tickets, settings.public_url)


def _tokens(settings: Settings, keyring: Keyring, clock: Clock) -> Tokens:
    outside = OutsideKeys(settings.oidc_jwks_url) if settings.oidc_issuer else None
    return Tokens(
        keyring,
        clock,
        issuer=settings.public_url,
        audience=settings.oidc_audience,
        outside_issuer=settings.oidc_issuer,
        outside_keys=outside,
    )
