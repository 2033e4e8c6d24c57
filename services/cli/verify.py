"""`luneo verify`: a pack, or a receipt alone, judged without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import files
from services.cli.console import answers, write_plain
from services.cli.exits import CommandError, Exit
from services.cli.options import AsJson

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
    as_json: AsJson = False,
) -> None:
    """Check an export pack. Every file must be the one that its manifest names.

    With --key, the manifest must be the one that the brand signed; a receipt alone, as it is kept
    when a person was erased, is checked for its signature.
    """
    from render_core.export.verify import verify_pack, verify_receipt

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
    if as_json:
        listed = [{"path": one.path, "reason": one.reason} for one in failures]
        write_plain(json.dumps({"ok": not failures, "failures": listed}, indent=2) + "\n")
    else:
        for one in failures:
            answers.print(f"{one.path or pack.name}: {one.message}", markup=False)
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
