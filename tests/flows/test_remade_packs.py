"""An old pack is made again from what it holds and the files it names, and each difference is told."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from google.longrunning.operations_pb2 import Operation
from luneo.manufacturing.v1 import export_pack_pb2, export_pack_service_pb2
from luneo.operations.v1 import operation_pb2

from services.manufacturing.remaking import FolderLibrary, remake
from tests.flows.house import Brand, named
from tests.flows.making import PACKS, erase, pack
from tests.manufacturing.test_machines import create
from tests.profiles import cmyk_profile
from tests.spec.shop import Refused

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


def packed(brand: Brand, snapshot: str, **fields: Any) -> export_pack_pb2.ExportPack:
    wanted = export_pack_pb2.ExportPack(snapshot=snapshot, **fields)
    request = export_pack_service_pb2.CreateExportPackRequest(parent=brand.name, export_pack=wanted)
    pack_made = export_pack_pb2.ExportPack()
    finished = brand.wait(brand.rpc(f"{PACKS}/CreateExportPack", request))
    assert finished.response.Unpack(pack_made), finished
    return pack_made


def asked_again(brand: Brand, name: str) -> Operation:
    request = export_pack_service_pb2.RemakeExportPackRequest(name=name)
    started: Operation = brand.rpc(f"{PACKS}/RemakeExportPack", request)
    return started


def remade(brand: Brand, name: str) -> export_pack_service_pb2.PackRemake:
    answer = export_pack_service_pb2.PackRemake()
    finished = brand.wait(asked_again(brand, name))
    assert finished.response.Unpack(answer), finished
    assert answer.export_pack == name
    return answer


def stored(store: Path, sha256: str) -> Path:
    (path,) = (path for path in store.rglob("*") if path.name == sha256)
    return path


def test_the_server_makes_a_pack_again_from_its_own_inputs(
    acme: Brand, plate: str, store: Path
) -> None:
    press = acme.add_asset(cmyk_profile(), "press")
    kept = acme.keep(named(plate, "Again"))
    usual = packed(acme, kept.name)
    pressed = packed(
        acme,
        kept.name,
        formats=[export_pack_pb2.DRAWING_FORMAT_PDF, export_pack_pb2.DRAWING_FORMAT_TIFF],
        colours=export_pack_pb2.DRAWING_COLOURS_PRESS,
        output_profile=press.name,
        dpi=100,
    )
    assert remade(acme, usual.name).same
    answer = remade(acme, pressed.name)
    assert answer.same, answer
    assert answer.renderer_version == answer.made_by_renderer_version
    stored(store, press.sha256).unlink()
    missing = remade(acme, pressed.name)
    assert not missing.same
    assert [one.reason for one in missing.differences] == ["INPUT_MISSING"]
    assert press.sha256 in missing.differences[0].message


def test_a_pack_that_was_damaged_or_lost_in_storage_is_said_to_be(
    acme: Brand, plate: str, store: Path
) -> None:
    made = packed(acme, acme.keep(named(plate, "Damaged")).name)
    path = stored(store, made.result.sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])
    for _ in range(2):
        answer = remade(acme, made.name)
        assert [one.reason for one in answer.differences] == ["PACK_LOST"]
        path.unlink(missing_ok=True)


def test_what_is_not_made_yet_is_not_made_again_and_what_was_erased_is_unknown(
    acme: Brand, plate: str
) -> None:
    kept = acme.keep(named(plate, "Erika"), acme.guest("erika"))
    made = packed(acme, kept.name)
    operation = asked_again(acme, made.name)
    acme.wait(operation)
    blocked = packed_never(acme, plate)
    with pytest.raises(Refused) as early:
        asked_again(acme, blocked)
    assert early.value.reason == "PACK_NOT_MADE"
    erase(acme, "guest:erika")
    with pytest.raises(Refused) as gone:
        asked_again(acme, made.name)
    assert gone.value.status.code == 5
    with pytest.raises(Refused) as forgotten:
        acme.wait(operation)
    assert forgotten.value.status.code == 5


def packed_never(brand: Brand, plate: str) -> str:
    """The name of a pack that failed: a router cannot make it."""
    machine = create(brand, "cnc-router")
    wanted = export_pack_pb2.ExportPack(
        snapshot=brand.keep(named(plate, "Never")).name, machine_profiles=[machine.name]
    )
    request = export_pack_service_pb2.CreateExportPackRequest(parent=brand.name, export_pack=wanted)
    started = brand.rpc(f"{PACKS}/CreateExportPack", request)
    assert brand.wait(started).HasField("error")
    metadata = operation_pb2.OperationMetadata()
    assert started.metadata.Unpack(metadata)
    return str(metadata.target)
