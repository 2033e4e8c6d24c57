"""Options that several commands share. An option that is not given leaves the variable's value."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder of this installation (LUNEO_DATA)."),
]
Host = Annotated[str | None, typer.Option(help="Address to listen on (LUNEO_HOST).")]
Port = Annotated[int | None, typer.Option(help="Port of REST and of the page (LUNEO_PORT).")]
GrpcPort = Annotated[int | None, typer.Option(help="Port of gRPC (LUNEO_GRPC_PORT).")]
Workers = Annotated[int | None, typer.Option(help="Worker processes (LUNEO_WORKERS).")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Key = Annotated[
    str,
    typer.Option(
        "--key",
        envvar="LUNEO_KEY",
        show_envvar=False,
        help="Secret key of the brand (LUNEO_KEY); by default the demo's.",
    ),
]
