"""An old pack is made again from what it holds and the files it names, and each difference is told."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from luneo.manufacturing.v1 import export_pack_pb2

from services.manufacturing.remaking import FolderLibrary, remake
from tests.flows.house import Brand, named
from tests.flows.making import pack

FONTS = Path(__file__).resolve().parents[2] / "node_modules" / "@expo-google-fonts"


@pytest.fixture(scope="module")
def made(acme: Brand, plate: str) -> bytes:
    kept = acme.keep(named(plate, "Zoë & Łukasz"), acme.guest("g1"))
    pack_made = export_pack_pb2.ExportPack()
    assert acme.wait(pack(acme, kept.name)).response.Unpack(pack_made)
    return acme.process.runtime.objects.get(acme.brand, pack_made.result.sha256)


@pytest.fixture(scope="module")
def store(acme: Brand) -> Path:
    """Where the installation keeps the brand's files."""
    return acme.process.runtime.settings.data / "objects" / "brands" / acme.brand


def changed(data: bytes, path: str, text: bytes) -> bytes:
    """The pack with another content of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, text if name == path else source.read(name))
    return out.getvalue()


def entry(data: bytes, path: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(path)


def test_every_file_comes_out_again_from_the_installations_objects(
    made: bytes, store: Path
) -> None:
    assert remake(made, FolderLibrary(store), FONTS) == []


def test_it_comes_out_again_from_copies_under_any_name(
    made: bytes, store: Path, tmp_path: Path
) -> None:
    for place, path in enumerate(path for path in store.rglob("*") if path.is_file()):
        (tmp_path / f"copy-{place}.bin").write_bytes(path.read_bytes())
    assert remake(made, FolderLibrary(tmp_path), FONTS) == []


def test_no_font_and_no_price_is_in_it(made: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        content = [archive.read(name) for name in archive.namelist()]
    assert not any(b"glyf" in data or data.startswith((b"\0\1\0\0", b"OTTO")) for data in content)
    assert b"_cents" not in entry(made, "inputs.json")


def test_a_font_that_is_gone_is_named(made: bytes, tmp_path: Path) -> None:
    (font,) = (
        pinned["sha256"]
        for pinned in json.loads(entry(made, "manifest.json"))["pinned_inputs"]
        if pinned["kind"] == "font"
    )
    found = remake(made, FolderLibrary(tmp_path), FONTS)
    assert [one.reason for one in found] == ["INPUT_MISSING"]
    assert font in found[0].message


def test_a_file_that_comes_out_otherwise_is_named(made: bytes, store: Path) -> None:
    other = changed(made, "front.svg", b"<svg/>")
    found = remake(other, FolderLibrary(store), FONTS)
    assert [(one.path, one.reason) for one in found] == [("front.svg", "FILE_DIFFERS")]


def test_another_renderer_is_named_where_files_differ(made: bytes, store: Path) -> None:
    manifest = json.loads(entry(made, "manifest.json"))
    manifest["renderer_version"] = "0.9.0"
    other = changed(made, "manifest.json", json.dumps(manifest).encode())
    found = remake(other, FolderLibrary(store), FONTS)
    assert [one.reason for one in found] == ["RENDERER_OTHER", "MANIFEST_DIFFERS"]


@pytest.mark.parametrize("inputs", [b"", b"{}", b'{"format":"luneo-inputs/9"}', b"[" * 9999])
def test_inputs_that_are_damaged_are_said_to_be(made: bytes, store: Path, inputs: bytes) -> None:
    found = remake(changed(made, "inputs.json", inputs), FolderLibrary(store), FONTS)
    assert [one.reason for one in found] == ["INPUTS_UNUSABLE"]
