"""`luneo demo`: an installation with the sample brands in place."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

import typer

from services.cli import demo_file, installation
from services.cli.console import progress, steps
from services.cli.options import Data, GrpcPort, Host, Port, Workers
from services.cli.remote import Remote, operator_key
from services.cli.seed import Seeder
from services.runtime.config import Settings
from services.runtime.mesh.security import Security
from services.runtime.state import State

EXAMPLES: Final = Path(__file__).resolve().parents[2] / "examples"


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    data: Data = None,
    port: Port = None,
    grpc_port: GrpcPort = None,
    host: Host = None,
    workers: Workers = None,
) -> None:
    """Run everything, with sample products to try. Until Ctrl-C; the data is kept."""
    settings = Settings.from_environment(
        data=data, port=port, grpc_port=grpc_port, host=host, workers=workers
    )
    installation.run(settings, then=lambda state: _seed(settings, state))


def _seed(settings: Settings, state: State) -> None:
    remote = Remote(state.grpc, operator_key(settings), Security.of(settings))
    seeder = Seeder(
        remote,
        EXAMPLES,
        _origins(settings),
        demo_file.read_keys(settings.data),
        partial(demo_file.write_keys, settings.data),
    )
    try:
        with steps("Bringing in the samples", seeder.steps) as step:
            brands = seeder.run(step)
    finally:
        remote.close()
    demo_file.write(settings.data, {"page": settings.public_url, "brands": brands})
    demo_file.publish(settings.data, brands)
    _show(settings, brands)


def _origins(settings: Settings) -> list[str]:
    """Return the web origins under which the page may be opened on this machine."""
    local = {f"http://{host}:{settings.port}" for host in ("localhost", "127.0.0.1")}
    return sorted({settings.public_url, *local})


def _show(settings: Settings, brands: list[dict[str, Any]]) -> None:
    progress.print("\nThe samples")
    for brand in brands:
        lines = [f"  {brand['display_name']} ({brand['name']})"]
        lines += [f"    {one['display_name']}: {one['name']}" for one in brand["products"]]
        lines += [
            f"    {kind} key  {brand['keys'][kind]}"
            for kind in ("publishable", "operator", "secret")
        ]
        lines += [
            f"    {_role(user)}  {user['display_name']} <{user['email']}>"
            for user in brand["users"]
        ]
        progress.print("\n".join(lines), markup=False)
    someone = brands[0]["users"][0]["email"]
    progress.print(
        "\nPeople sign in with a password (POST /v1/sessions:signIn). Set one, in another terminal:"
        f"\n  luneo user password {someone} --data {settings.data}"
        "\nKeys and names again: luneo status --json",
        markup=False,
    )
    progress.print(f"\nOpen {settings.public_url}", markup=False)


def _role(user: dict[str, Any]) -> str:
    return str(user["role"]).removeprefix("ROLE_").lower()
