"""Commands that are one process of an installation; `luneo up` starts them, a fleet does by itself."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from services.cli.console import answers
from services.cli.exits import CommandError, Exit
from services.cli.options import Data, GrpcPort, Host, Port
from services.runtime.config import Settings

Named = Annotated[
    list[str] | None,
    typer.Argument(metavar="SERVICE", help="Only these services, for one per process."),
]
Services = Annotated[str, typer.Option("--services", metavar="A,B", help="The same as an option.")]
Queues = Annotated[
    str, typer.Option("--queues", metavar="A,B", help="Only these queues; all if not given.")
]
Bulk = Annotated[
    Literal["here", "apart", "only"],
    typer.Option(
        help="What goes beyond a brand's allowance: done here, in a process of its own at low "
        "priority, or as that process."
    ),
]


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(gateway)
    app.command()(relay)
    app.command()(work)
    app.command()(migrate)
    app.command()(probe)


def serve(
    named: Named = None,
    services: Services = "",
    data: Data = None,
    port: Port = None,
    grpc_port: GrpcPort = None,
    host: Host = None,
    rest: Annotated[bool, typer.Option(help="Answer REST and the page as well.")] = True,
) -> None:
    """Serve gRPC and REST. With the names of services, those only: luneo serve spec --port 8400"""
    from services import server

    settings = connected(
        Settings.from_environment(data=data, port=port, grpc_port=grpc_port, host=host)
    )
    names = dict.fromkeys((*(named or ()), *_names(services)))
    server.serve(settings, names=tuple(names), rest=rest, grpc=True)


def gateway(data: Data = None, port: Port = None, host: Host = None) -> None:
    """Serve REST and the page alone.

    Services with an address (LUNEO_SERVICE_ADDRESSES) are called there, others run here.
    """
    from services import composition, server

    settings = Settings.from_environment(data=data, port=port, host=host)
    elsewhere = composition.addresses(settings)
    if not elsewhere.keys() >= {*composition.NAMES, *composition.OWN}:
        settings = connected(settings)
    server.serve_gateway(settings)


def relay(data: Data = None) -> None:
    """Move committed work from the database to the queue."""
    from services import worker

    worker.relay(connected(Settings.from_environment(data=data)))


def work(queues: Queues = "", bulk: Bulk = "here", data: Data = None) -> None:
    """Do queued work."""
    from services import worker

    settings = connected(Settings.from_environment(data=data))
    worker.work(settings, queues=_names(queues) or None, bulk=worker.Bulk(bulk))


def migrate(
    to: Annotated[str, typer.Option(help="Revision to reach: head, base or a number.")] = "head",
    yes: Annotated[
        bool, typer.Option("--yes", help="Go back, which deletes data, without asking.")
    ] = False,
    data: Data = None,
) -> None:
    """Bring the database to a revision. Forward, or back."""
    from alembic.util import CommandError as UnknownRevision

    from migrations import RightsMissing, downgrade, pending, upgrade
    from services.runtime import installation_keys

    settings = connected(Settings.from_environment(data=data), queue=False)
    url = settings.database_url
    try:
        missing = pending(url)
        forward = to == "head" or to in missing
        if not forward:
            _confirm_going_back(to, yes=yes)
        keys = installation_keys.load(settings.keys_file)
        (upgrade if forward else downgrade)(url, to, keys)
        ran = [number for number in missing if number not in pending(url)]
    except RightsMissing as error:
        raise CommandError(str(error), Exit.NOT_ALLOWED) from error
    except UnknownRevision as error:
        raise CommandError(
            f"{error}. Name one of migrations/versions; a database that a newer release has "
            "migrated needs that release.",
            Exit.BAD_INPUT,
        ) from error
    if not forward:
        answers.print(f"The database is back at {to}.", markup=False)
    else:
        answers.print(f"Ran {', '.join(ran)}." if ran else "The database is up to date.")


def probe(
    service: Annotated[str, typer.Argument(help="Name of a service that this process serves.")],
    grpc_port: GrpcPort = None,
) -> None:
    """Ask the service beside this command whether it serves. For a container's health check.

    It is asked over gRPC at LUNEO_GRPC_PORT of this machine, with the certificate of LUNEO_TLS_DIR.
    """
    import grpc

    from services import composition
    from services.runtime.mesh.security import Security
    from services.runtime.remote import Remote, services_of

    if service not in composition.NAMES:
        raise CommandError(
            f"There is no service {service}. There are: {', '.join(composition.NAMES)}.", Exit.USAGE
        )
    settings = Settings.from_environment(grpc_port=grpc_port)
    address = f"127.0.0.1:{settings.grpc_port}"
    asked = services_of(composition.package_of(service))
    try:
        Remote(dict.fromkeys(asked, address), Security.of(settings)).require_serving(address)
    except (grpc.RpcError, ConnectionError) as error:
        raise CommandError(f"{service} does not serve at {address}.", Exit.UNAVAILABLE) from error
    answers.print("serving")


def _confirm_going_back(to: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError(
            f"Going back to {to} deletes what newer migrations hold. Back up, then add --yes.",
            Exit.USAGE,
        )
    typer.confirm(f"Going back to {to} deletes what newer migrations hold. Go on?", abort=True)


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def connected(settings: Settings, *, queue: bool = True) -> Settings:
    """Return the settings with addresses of servers: given, or those that run in the data folder."""
    from services.runtime.state import State

    if settings.database_url and (settings.redis_url or not queue):
        return settings
    state = State.read(settings.data)
    if state is None:
        raise CommandError(
            "No database to work with. Set DATABASE_URL and REDIS_URL, "
            f"or start `luneo up` with the data folder {settings.data} first.",
            Exit.UNAVAILABLE,
        )
    return Settings.from_environment(
        {
            **settings.environment(),
            "DATABASE_URL": settings.database_url or state.database_url,
            "REDIS_URL": settings.redis_url or state.redis_url,
        }
    )
