"""`luneo certs`: certificates for the processes of a fleet, from an authority of one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.console import answers, progress
from services.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from services.runtime.mesh.authority import Subject
    from services.runtime.mesh.rollover import Step

Folder = Annotated[Path, typer.Argument(help="Folder of the authority; made if it is not there.")]
Renew = Annotated[
    bool, typer.Option("--renew", help="Make all of them new, not only those that end soon.")
]
Days = Annotated[int, typer.Option(min=1, max=365, help="Days that a certificate is valid.")]
Hosts = Annotated[
    str,
    typer.Option(
        "--hosts", metavar="A,B", help="Names and IP addresses of servers, for clients of others."
    ),
]
Roll = Annotated[
    str,
    typer.Option(
        "--roll", metavar="STEP", help="Change the authority in steps: trust, switch, finish."
    ),
]
_NEXT = {
    "trust": "Both authorities are trusted. When every process has these files: --roll switch.",
    "switch": "The new authority signs. When every process has these files and its connections "
    "are new (30 minutes): --roll finish.",
    "finish": "Only the new authority is trusted.",
}


def register(app: typer.Typer) -> None:
    app.command()(certs)


def certs(
    folder: Folder, renew: Renew = False, days: Days = 30, hosts: Hosts = "", roll: Roll = ""
) -> None:
    """Make certificates for mutual TLS. An authority for development, one for each process.

    A process is given its own: LUNEO_TLS_DIR=FOLDER/spec for `luneo serve spec`,
    FOLDER/server for one that serves several, FOLDER/gateway, FOLDER/worker, and FOLDER/operator
    for commands. Running processes take new ones by themselves, and a new authority with --roll:
    three steps, and after each the files have to reach every process.
    """
    from services.runtime.mesh import rollover
    from services.runtime.mesh.authority import Authority, AuthorityUnusable

    step = _step(roll)
    try:
        if step is not None:
            rollover.take(step, folder, datetime.now(UTC))
        authority = Authority(folder, datetime.now(UTC))
        for subject in _subjects():
            issued = authority.issue(
                subject, renew=renew, life=timedelta(days=days), hosts=_listed(hosts)
            )
            did = "new" if issued.is_new else "kept"
            answers.print(
                f"{did:4} {issued.folder}  until {issued.until:%Y-%m-%d %H:%M} UTC  "
                f"{subject.identity.uri}",
                markup=False,
            )
        if step is not None:
            progress.print(_NEXT[step], markup=False)
    except AuthorityUnusable as error:
        raise CommandError(str(error), Exit.BAD_INPUT) from error
    except ValueError as error:
        raise CommandError(f"--hosts: {error}. Give names in ASCII.", Exit.USAGE) from error
    except OSError as error:
        raise CommandError(
            f"{error.filename or folder} cannot be used ({error.strerror}).", Exit.CANNOT_WRITE
        ) from error


def _step(roll: str) -> Step | None:
    from services.runtime.mesh.rollover import Step

    if roll and roll not in list(Step):
        raise CommandError(
            f"--roll: there is no step {roll}. There are: {', '.join(Step)}.", Exit.USAGE
        )
    return Step(roll) if roll else None


def _subjects() -> list[Subject]:
    from services import composition
    from services.runtime.mesh.authority import Subject
    from services.runtime.mesh.identities import Identity, Role

    def service(name: str, *answers_for: str) -> Subject:
        return Subject(Identity(Role.SERVICE, name), answers_for)

    own = composition.OWN
    return [
        *(service(name, name, *own) for name in composition.NAMES),
        service("server", *composition.NAMES, *own),
        service("worker"),
        Subject(Identity(Role.GATEWAY, "gateway")),
        Subject(Identity(Role.CLIENT, "operator")),
    ]


def _listed(hosts: str) -> tuple[str, ...]:
    return tuple(host.strip() for host in hosts.split(",") if host.strip())
