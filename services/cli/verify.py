"""`luneo verify`: a pack, or a receipt alone, judged without a server."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import files
from services.cli.console import answers, visible, working, write_plain
from services.cli.exits import CommandError, Exit
from services.cli.options import AsJson
from services.runtime.config import Settings

KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="BRAND.pub",
        help="The brand's public keys (PEM). One of them must have signed the receipt.",
    ),
]


def register(app: typer.Typer) -> None:
    app.command()(verify)


def verify(
    pack: Annotated[
        Path, typer.Argument(metavar="PACK.zip", help="An export pack, or a receipt.json alone.")
    ],
    key: KeyFile = None,
    remake: Annotated[
        bool, typer.Option("--remake", help="Make the pack again and compare every file.")
    ] = False,
    inputs: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of the fonts and pictures that the pack names by hash, for --remake: "
            "an installation's objects, or copies under any name.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check an export pack. Every file must be the one that its manifest names.

    With --key, the manifest must be the one that the brand signed; a receipt alone, as it is kept
    when a person was erased, is checked for its signature. With --remake, what was made must come
    out again, byte for byte.
    """
    from render_core.export.verify import verify_pack, verify_receipt

    if remake and (inputs is None or not inputs.is_dir()):
        raise CommandError(
            "--remake takes --inputs with the folder of the fonts and pictures that the pack names: "
            "fonts are never inside.",
            Exit.USAGE,
        )
    keys = None if key is None else _keys(key)
    data = files.read(pack)
    if data.lstrip()[:1] == b"{":
        if keys is None:
            raise CommandError("A receipt alone is checked with --key only.", Exit.USAGE)
        failures: tuple[Any, ...] = verify_receipt(data, keys)
        said = f"{pack.name}: signed by the brand. The pack it is about is not here."
    else:
        report = verify_pack(data, keys)
        failures, said = report.failures, _said(pack, report, judged=keys is not None)
        if remake and not failures:
            failures = _remade(data, inputs)
            said += "\nMade again: every file has the same bytes."
    if as_json:
        listed = [{"path": one.path, "reason": one.reason} for one in failures]
        write_plain(json.dumps({"ok": not failures, "failures": listed}, indent=2) + "\n")
    else:
        for one in failures:
            answers.print(visible(f"{one.path or pack.name}: {one.message}"), markup=False)
        if not failures:
            answers.print(said, markup=False)
    if failures:
        raise typer.Exit(Exit.FAILED_CHECK)


def _said(pack: Path, report: Any, *, judged: bool) -> str:
    """Return what a pack without failures is told of."""
    lines = [f"{pack.name}: every file is as the manifest says."]
    if report.receipt is not None and judged:
        signed = report.receipt
        lines.append(f"Signed by the brand: {signed['pack']}, issued {signed['issued_at']}.")
    elif report.receipt is not None:
        lines.append(f"Signed by key {report.receipt['key']}; check it with --key.")
    return "\n".join(lines)


def _remade(data: bytes, inputs: Path | None) -> tuple[Any, ...]:
    from services.manufacturing.remaking import FolderLibrary, remake

    assert inputs is not None
    fonts = Settings.from_environment(os.environ).fonts
    with working("Making it again"):
        return tuple(remake(data, FolderLibrary(inputs), fonts))


def _keys(path: Path) -> dict[str, bytes]:
    from render_core.export.receipt import read_public_keys

    found = read_public_keys(files.read(path))
    if not found:
        raise CommandError(
            f"{path} holds no Ed25519 public key (PEM). The brand publishes its keys under "
            "/v1/brands/BRAND/signingKeys.",
            Exit.BAD_INPUT,
        )
    return found
