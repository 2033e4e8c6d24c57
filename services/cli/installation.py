"""Commands about a whole installation: run it, ask what runs, show its configuration, examine it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import typer
from rich.table import Table

from services.cli import demo_file
from services.cli.console import answers, progress, write_plain
from services.cli.exits import CommandError, Exit
from services.cli.options import AsJson, Data, GrpcPort, Host, Port, Workers
from services.cli.running import roles_of
from services.runtime.config import Settings
from services.runtime.mesh.security import Security
from services.runtime.owner import act_as_owner
from services.runtime.state import State
from services.runtime.supervisor import Supervisor


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(status)
    app.command()(config)
    app.command()(doctor)


def up(
    data: Data = None,
    port: Port = None,
    grpc_port: GrpcPort = None,
    host: Host = None,
    workers: Workers = None,
) -> None:
    """Run everything. Database, queue, server, relay and workers, until Ctrl-C."""
    settings = Settings.from_environment(
        data=data, port=port, grpc_port=grpc_port, host=host, workers=workers
    )
    run(settings)


def run(settings: Settings, then: Callable[[State], None] = lambda _: None) -> None:
    """Supervise an installation in this process until it is told to stop.

    then: what is done once, when everything answers.
    """
    began = time.monotonic()
    Security.of(settings).check(f"{settings.host}:{settings.grpc_port}")
    owner = act_as_owner(settings.data)
    if owner:
        progress.print(f"{settings.data} belongs to {owner}: running as {owner}")
    supervisor = Supervisor(
        settings,
        roles_of(settings),
        migrate=("migrate",),
        report=lambda line: progress.print(f"  {line}"),
    )
    with supervisor.running() as state:
        memory = sum(state.memory_bytes().values()) / 1e6
        progress.print(f"\nLuneo runs at {settings.public_url}  (gRPC {state.grpc})")
        progress.print(
            f"ready in {time.monotonic() - began:.1f} s, {memory:.0f} MB, "
            f"data in {settings.data}; Ctrl-C stops it"
        )
        then(state)
        supervisor.watch()
        progress.print("\nstopping")


def status(data: Data = None, as_json: AsJson = False) -> None:
    """Tell what runs in a data folder. Addresses, processes, memory; with --json the demo's keys."""
    settings = Settings.from_environment(data=data)
    state = State.read(settings.data)
    if state is None:
        raise CommandError(
            f"Nothing runs in {settings.data}. Start it with `luneo up`, or name another --data.",
            Exit.NOT_RUNNING,
        )
    memory = state.memory_bytes()
    if as_json:
        record = {
            "data": str(settings.data),
            "started": state.started,
            "rest": state.rest,
            "grpc": state.grpc,
            "processes": state.processes,
            "memory_bytes": memory,
            "demo": demo_file.read(settings.data),
        }
        write_plain(json.dumps(record, indent=2) + "\n")
        return
    table = Table("process", "pid", "MB", title=f"{state.rest}, gRPC {state.grpc}")
    for role, pids in state.processes.items():
        table.add_row(role, " ".join(map(str, pids)) or "starting", f"{memory[role] / 1e6:.0f}")
    table.add_row("together", "", f"{sum(memory.values()) / 1e6:.0f}")
    answers.print(table)


def config(data: Data = None, as_json: AsJson = False) -> None:
    """Show every setting. Its value here, its default, what it means; secrets stay hidden."""
    described = Settings.from_environment(data=data).described()
    if as_json:
        rows = [
            {"name": v.name, "value": value, "default": v.default_shown, "meaning": v.sentence}
            for v, value in described
        ]
        write_plain(json.dumps(rows, indent=2) + "\n")
        return
    for variable, value in described:
        answers.print(f"[bold]{variable.name}[/]", end="")
        answers.print(f" = {value}", markup=False)
        answers.print(f"    {variable.sentence} Default: {variable.default_shown}.", markup=False)


def doctor(
    data: Data = None, port: Port = None, grpc_port: GrpcPort = None, as_json: AsJson = False
) -> None:
    """Examine every part of an installation. Says what to do about each that is not well."""
    from migrations import pending
    from services.runtime.doctor import examine

    settings = Settings.from_environment(data=data, port=port, grpc_port=grpc_port)
    findings = examine(settings, pending)
    if as_json:
        write_plain(json.dumps([finding.record() for finding in findings], indent=2) + "\n")
    else:
        for finding in findings:
            colour = {"well": "green", "note": "yellow", "ill": "red"}[finding.state]
            answers.print(f"[{colour}]{finding.state:5}[/] ", end="")
            answers.print(f"{finding.part}: {finding.sentence}", markup=False)
    if any(finding.state == "ill" for finding in findings):
        raise typer.Exit(Exit.FAILED_CHECK)
