"""`luneo verify` with keys, receipts alone, and packs made again."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from render_core.export.pack import PackParts, build_pack
from render_core.export.receipt import Seal, key_id, without_salt
from services.cli.exits import Exit
from tests.cli.conftest import Command
from tests.render_core.export.samples import MemoryLibrary, full_layout, template

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = PRIVATE.public_key()
NAME = "brands/a/exportPacks/p1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a signed pack, its receipt alone, and the keys of the brand and of another."""
    folder = tmp_path_factory.mktemp("signed")
    library = MemoryLibrary()
    layout = full_layout(library)
    key = key_id(PUBLIC.public_bytes_raw())
    seal = Seal(NAME, "2026-11-21T22:00:00Z", b"s" * 32, key, PRIVATE.sign)
    job = {"spec_hash": "", "product_revision": "", "export_pack": NAME}
    parts = PackParts(problems=(), seal=seal)
    data = build_pack(layout, template(library), library, job=job, dpi=72, parts=parts)
    (folder / "pack.zip").write_bytes(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (folder / "receipt.json").write_bytes(without_salt(archive.read("receipt.json")))
    for name, public in (("brand", PUBLIC), ("other", Ed25519PrivateKey.generate().public_key())):
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / f"{name}.pub").write_bytes(pem)
    return folder


def test_a_pack_verifies_by_the_brands_key(luneo: Command, folder: Path) -> None:
    done = luneo("verify", str(folder / "pack.zip"), "--key", str(folder / "brand.pub"))
    assert done.returncode == Exit.OK, done.stderr
    assert f"Signed by the brand: {NAME}, issued 2026-11-21T22:00:00Z." in done.stdout


def test_without_a_key_it_says_that_the_signature_was_not_judged(
    luneo: Command, folder: Path
) -> None:
    done = luneo("verify", str(folder / "pack.zip"))
    assert done.returncode == Exit.OK
    assert "check it with --key" in done.stdout


def test_the_wrong_key_is_refused(luneo: Command, folder: Path) -> None:
    pack, key = str(folder / "pack.zip"), str(folder / "other.pub")
    done = luneo("verify", pack, "--key", key, "--json")
    assert done.returncode == Exit.FAILED_CHECK
    assert json.loads(done.stdout) == {
        "ok": False,
        "failures": [{"path": "receipt.json", "reason": "KEY_WRONG"}],
    }


def test_a_receipt_alone_verifies(luneo: Command, folder: Path) -> None:
    receipt, key = str(folder / "receipt.json"), str(folder / "brand.pub")
    assert luneo("verify", receipt, "--key", key).returncode == Exit.OK
    assert luneo("verify", receipt, "--key", str(folder / "other.pub")).returncode == (
        Exit.FAILED_CHECK
    )
    assert luneo("verify", receipt).returncode == Exit.USAGE


def test_a_file_without_a_key_is_said_to_be_none(luneo: Command, folder: Path) -> None:
    done = luneo("verify", str(folder / "pack.zip"), "--key", str(folder / "pack.zip"))
    assert done.returncode == Exit.BAD_INPUT
    assert "signingKeys" in done.stderr


def test_a_remake_needs_a_folder_of_inputs(luneo: Command, folder: Path) -> None:
    done = luneo("verify", str(folder / "pack.zip"), "--remake")
    assert done.returncode == Exit.USAGE
    assert "--inputs" in done.stderr


def test_a_pack_without_inputs_cannot_be_made_again(
    luneo: Command, folder: Path, tmp_path: Path
) -> None:
    library = MemoryLibrary()
    full_layout(library)
    template(library)
    for sha256, data in library._assets.items():
        (tmp_path / sha256).write_bytes(data)
    pack = str(folder / "pack.zip")
    done = luneo("verify", pack, "--remake", "--inputs", str(tmp_path), "--json")
    assert done.returncode == Exit.FAILED_CHECK
    assert json.loads(done.stdout)["failures"] == [
        {"path": "inputs.json", "reason": "INPUTS_UNUSABLE"}
    ]


def test_the_key_of_another_time_is_said_where_to_find(luneo: Command, folder: Path) -> None:
    done = luneo("verify", str(folder / "pack.zip"), "--key", str(folder / "other.pub"))
    key = key_id(PUBLIC.public_bytes_raw())
    assert f"signed by the key {key}" in done.stdout
    assert "retired" in done.stdout
    assert f"signingKeys/{key}" in done.stdout


@pytest.mark.parametrize("place", ["name", "pack", "key"])
def test_a_strangers_pack_writes_nothing_but_letters_to_the_terminal(
    luneo: Command, folder: Path, tmp_path: Path, place: str
) -> None:
    """A name or a receipt may hold what a terminal obeys."""
    evil, out = "x\x1b]0;owned\x07\x1b[2J", tmp_path / "evil.zip"
    with (
        zipfile.ZipFile(folder / "pack.zip") as archive,
        zipfile.ZipFile(out, "w") as written,
    ):
        for name in archive.namelist():
            data = archive.read(name)
            if name == "receipt.json" and place != "name":
                receipt = json.loads(data)
                receipt["signed"][place] = evil
                data = rfc8785.dumps(receipt)
            written.writestr(name, data)
        if place == "name":
            written.writestr(evil, b"")
    done = luneo("verify", str(out), "--key", str(folder / "brand.pub"))
    assert done.returncode == Exit.FAILED_CHECK
    assert all(letter.isprintable() or letter == "\n" for letter in done.stdout + done.stderr)
    assert "Traceback" not in done.stderr
