"""Puts the parts of one process together: the runtime, then the services it was asked for.

A service is found by its name: `services.<name>.service.build(runtime)`. To add one: write it, add
its name to `NAMES`.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from services.runtime import installation_keys, logs, metrics_port, tracing
from services.runtime import servicer as own_services
from services.runtime.call_log import CallLog, CallMetrics, CallSpans
from services.runtime.clients import Clients
from services.runtime.clock import Clock
from services.runtime.config import Settings, SettingsError
from services.runtime.confined import Confined
from services.runtime.credentials import Credentials
from services.runtime.database import Database
from services.runtime.directory import Directory
from services.runtime.jwks import OutsideKeys
from services.runtime.keyring import Keyring
from services.runtime.mesh.security import Security
from services.runtime.object_stores import open_store
from services.runtime.objects import Objects, Tickets
from services.runtime.operations import Operations
from services.runtime.outbox import Outbox
from services.runtime.paging import Pages
from services.runtime.pipeline import Pipeline
from services.runtime.requests import Requests
from services.runtime.service import Runtime, Service
from services.runtime.tokens import Tokens

# In the order in which references to objects are handed on (see `runtime.orphans`).
NAMES: Final = ("tenant", "spec", "snapshot", "render", "manufacturing")
# The runtime's own, which every process that serves has; a gateway may call them elsewhere.
OWN: Final = ("operations", "objects")
# What reads uploads: the one function that the confined child may run, and its decoders, imported
# before the child is shut in.
INTAKE: Final = "render_core.intake.run:run"
DECODERS: Final = (
    "render_core.intake.fonts",
    "render_core.intake.images",
    "render_core.intake.meshes",
    "render_core.intake.vectors",
)


@dataclass(frozen=True, slots=True)
class Process:
    """What one process of ours consists of."""

    runtime: Runtime
    services: Sequence[Service]
    pipeline: Pipeline


@contextmanager
def process(
    name: str,
    settings: Settings,
    names: Sequence[str] = NAMES,
    own: Sequence[str] = OWN,
    reader: Confined | None = None,
) -> Iterator[Process]:
    """Compose the services named, with logs and traces set up; close everything at the end.

    name: what this process is called in logs. own: which of the runtime's services it has.
    reader: of uploads, for callers that compose several times; it stays open.
    Raises SettingsError for an unknown service.
    """
    _require_known("luneo serve", names, NAMES)
    observe(name, settings)
    runtime = build_runtime(settings, reader)
    asked_for = tuple(_build(one, runtime) for one in names)
    holders = [one.holds for one in asked_for] if set(names) == set(NAMES) else None
    owned = (one for one in own_services.build(runtime, holders) if one.name in own)
    services = (*asked_for, *owned)
    credentials = Credentials(
        Directory(runtime.database), runtime.tokens, runtime.keyring, runtime.clock
    )
    observers = (CallLog(), CallMetrics(), CallSpans())
    pipeline = Pipeline(services, credentials, Requests(runtime.database), observers)
    runtime.clients.serve_from(pipeline)
    try:
        with metrics_port.open_port(settings):
            yield Process(runtime, services, pipeline)
    finally:
        runtime.clients.close()
        runtime.operations.close()
        if reader is None:
            runtime.confined.close()
        runtime.database.close()


def observe(name: str, settings: Settings) -> None:
    """Set up the logs and traces of a process."""
    logs.configure(name, settings.log_level, settings.log_format)
    tracing.configure(name, settings.otlp_endpoint, settings.trace_sample)


def addresses(settings: Settings) -> dict[str, str]:
    """Return where services of other processes are, by their names here. Raises SettingsError."""
    found = settings.addresses()
    _require_known("LUNEO_SERVICE_ADDRESSES", found, (*NAMES, *OWN))
    return found


def _require_known(variable: str, names: Iterable[str], known: Sequence[str]) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise SettingsError(
            variable, f"{', '.join(unknown)} is unknown. There are: {', '.join(known)}."
        )


def reader_of_uploads() -> Confined:
    """Return what runs the decoders of uploads; its process starts at the first of them."""
    return Confined((INTAKE,), preload=DECODERS)


def build_runtime(settings: Settings, reader: Confined | None = None) -> Runtime:
    """Return the parts that every service is built from; nothing connects before its first use."""
    keys = installation_keys.load(settings.keys_file)
    keyring = Keyring(keys)
    clock = Clock()
    database = Database.from_settings(settings, keys)
    outbox = Outbox()
    tokens = _tokens(settings, keyring, clock)
    store = open_store(
        settings.objects_url,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
    )
    return Runtime(
        settings=settings,
        database=database,
        objects=Objects(
            store, Tickets(keyring.of_purpose("object-ticket"), time.time), settings.public_url
        ),
        outbox=outbox,
        operations=Operations(database, outbox),
        clients=Clients(
            tokens,
            {package_of(name): at for name, at in addresses(settings).items()},
            Security.of(settings),
        ),
        clock=clock,
        keyring=keyring,
        tokens=tokens,
        pages=Pages(keyring),
        confined=reader or reader_of_uploads(),
    )


def package_of(name: str) -> str:
    """Return the proto package of a service's current version."""
    return f"luneo.{name}.v1"


def _tokens(settings: Settings, keyring: Keyring, clock: Clock) -> Tokens:
    if bool(settings.oidc_issuer) != bool(settings.oidc_jwks_url):
        raise SettingsError(
            "LUNEO_OIDC_ISSUER",
            "goes together with LUNEO_OIDC_JWKS_URL. Set both for an outside identity provider, "
            "or neither.",
        )
    outside = OutsideKeys(settings.oidc_jwks_url) if settings.oidc_jwks_url else None
    return Tokens(
        keyring,
        clock,
        issuer=settings.public_url,
        audience=settings.oidc_audience,
        outside_issuer=settings.oidc_issuer,
        outside_keys=outside,
    )


def _build(name: str, runtime: Runtime) -> Service:
    module = importlib.import_module(f"services.{name}.service")
    service: Service = module.build(runtime)
    return service
