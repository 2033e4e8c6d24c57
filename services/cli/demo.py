"""`luneo demo`: an installation with the sample brands in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import typer

from services.cli import demo_file, installation
from services.cli.console import progress
from services.cli.options import Data, GrpcPort, Host, Port, Workers
from services.cli.remote import Remote, operator_key
from services.cli.seed import Seeder
from services.runtime.config import Settings
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
    """Run everything, with sample brands and products to try, until Ctrl-C."""
    settings = Settings.from_environment(
        data=data, port=port, grpc_port=grpc_port, host=host, workers=workers
    )
    installation.run(settings, then=lambda state: _seed(settings, state))


def _seed(settings: Settings, state: State) -> None:
    remote = Remote(state.grpc, operator_key(settings))
    known = {brand["brand"]: brand for brand in demo_file.read(settings.data).get("brands", [])}
    try:
        with progress.status("Bringing in the samples"):
            brands = Seeder(remote, EXAMPLES, _origins(settings), known, progress.print).run()
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
        progress.print(f"  {brand['display_name']} ({brand['name']})", markup=False)
        for product in brand["products"]:
            progress.print(f"    {product['display_name']}: {product['name']}", markup=False)
        for kind in ("publishable", "operator", "secret"):
            progress.print(f"    {kind} key  {brand['keys'][kind]}", markup=False)
    progress.print(f"\nOpen {settings.public_url}", markup=False)
