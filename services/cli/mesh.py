"""`luneo mesh envoy`: the fleet's data plane, configured from the descriptors and the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.console import answers, progress
from services.cli.exits import CommandError, Exit
from services.cli.options import Host, Port
from services.runtime import whole_files
from services.runtime.config import Settings, SettingsError

if TYPE_CHECKING:
    from google.protobuf.descriptor import FileDescriptor

    from services.runtime.mesh.envoy.topology import Topology, Upstream

Out = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="File to write; with TLS, two more beside it.")
]
AdminPort = Annotated[
    int, typer.Option(min=1, max=65535, help="Port of Envoy's own pages, on loopback only.")
]
ClientTls = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Folder with tls.crt and tls.key, for TLS towards clients. New ones there are taken.",
    ),
]
_MODE = 0o644


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Data planes that others make, for a fleet.", no_args_is_help=True)
    group.callback()(_group)
    group.command()(envoy)
    app.add_typer(group, name="mesh")


def _group() -> None:
    """Keep `envoy` a command of its own, also while it is the only one."""


def envoy(
    out: Out,
    host: Host = None,
    port: Port = None,
    admin_port: AdminPort = 9901,
    client_tls: ClientTls = None,
) -> None:
    """Write a configuration of Envoy. It takes the place of `luneo gateway`.

    Where the services are is read from LUNEO_SERVICE_ADDRESSES, which has to name all of them; the
    certificate to show them from LUNEO_TLS_DIR; where traces go from OTEL_EXPORTER_OTLP_ENDPOINT.
    Then: envoy --config-path FILE
    """
    from services.runtime.mesh.envoy.bootstrap import configuration

    settings = Settings.from_environment(host=host, port=port)
    made = configuration(topology(settings, out.absolute(), admin_port, client_tls))
    for path, text in made.files.items():
        target = Path(path) if path else out
        try:
            whole_files.write(target, text.encode(), _MODE)
        except OSError as error:
            raise CommandError(
                f"{target} cannot be written ({error.strerror}).", Exit.CANNOT_WRITE
            ) from error
        answers.print(str(target), markup=False)
    for sentence in made.left_out:
        progress.print(f"left out: {sentence}", markup=False)


def topology(
    settings: Settings, out: Path, admin_port: int, client_tls: Path | None = None
) -> Topology:
    """Return what the settings say of the fleet. Raises SettingsError where they say too little.

    out: the configuration's absolute path; files that it names stand beside it. client_tls: folder of
    the certificate for clients.
    """
    from gateway.settings import GatewaySettings
    from services.runtime.mesh.envoy.topology import Collector, Issuer, Limits, Rate, Topology
    from services.runtime.mesh.security import Security

    edge = GatewaySettings()
    folder = Path(settings.tls_dir) if settings.tls_dir else None
    security = Security.of(settings)
    addresses = _addresses(settings)
    for at in addresses.values():
        security.check(at)
    return Topology(
        upstreams=_upstreams(addresses),
        listen=(settings.host, settings.port),
        admin_port=admin_port,
        issuer=Issuer(
            settings.oidc_issuer or settings.public_url,
            settings.oidc_audience,
            settings.oidc_jwks_url,
        ),
        limits=Limits(
            address=Rate(edge.address_rate_per_s, edge.address_burst),
            key=Rate(edge.key_rate_per_s, edge.key_burst),
            default_s=edge.default_timeout_s,
            most_s=edge.max_timeout_s,
            stream_s=edge.stream_limit_s,
        ),
        files=_files(addresses),
        tls_folder=folder,
        secrets=(_beside(out, "certificate"), _beside(out, "authorities")) if folder else None,
        trusted_hops=settings.trusted_hops,
        https=settings.public_url.startswith("https://") or client_tls is not None,
        client_tls=_shown(client_tls, out),
        collector=(
            Collector(settings.otlp_endpoint, settings.trace_sample)
            if settings.otlp_endpoint
            else None
        ),
    )


def _addresses(settings: Settings) -> dict[str, str]:
    from services import composition

    found = composition.addresses(settings)
    missing = sorted({*composition.NAMES, *composition.OWN} - found.keys())
    if missing:
        raise SettingsError(
            "LUNEO_SERVICE_ADDRESSES",
            f"does not say where {', '.join(missing)} can be called. Envoy runs no service itself.",
        )
    return {name: found[name] for name in (*composition.NAMES, *composition.OWN)}


def _upstreams(addresses: dict[str, str]) -> tuple[Upstream, ...]:
    from google.protobuf import descriptor_pool

    from services import composition
    from services.runtime.mesh.envoy.topology import Upstream
    from services.runtime.remote import services_of

    pool = descriptor_pool.Default()
    return tuple(
        Upstream(
            name,
            tuple(pool.FindServiceByName(one) for one in services_of(composition.package_of(name))),
            tuple(at.split(",")),
        )
        for name, at in addresses.items()
    )


def _files(addresses: dict[str, str]) -> tuple[FileDescriptor, ...]:
    from services import composition
    from services.runtime.remote import files_of

    return tuple(file for name in addresses for file in files_of(composition.package_of(name)))


def _shown(folder: Path | None, out: Path) -> tuple[Path, Path] | None:
    """Return the folder and the file that names it. Raises CommandError for a folder without both."""
    from services.runtime.mesh.authority import CERT, KEY

    if folder is None:
        return None
    for name in (CERT, KEY):
        if not (folder / name).is_file():
            raise CommandError(f"--client-tls: there is no {folder / name}.", Exit.BAD_INPUT)
    return folder.absolute(), _beside(out, "clients")


def _beside(out: Path, what: str) -> Path:
    return out.with_name(f"{out.stem}.{what}.json")
