"""A pack holds what its manifest says, and the verifier names each file that is not so."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
import rfc8785

from render_core.errors import UnsupportedDesign
from render_core.export.manifest import FORMAT, JSON
from render_core.export.pack import build_pack
from render_core.export.verify import verify_pack
from render_core.layout import Layout
from tests.render_core.export.samples import MemoryLibrary, full_layout, layout_of, template

LIBRARY = MemoryLibrary()
LAYOUT = full_layout(LIBRARY)
TEMPLATE = template(LIBRARY)
JOB: dict[str, JSON] = {
    "spec_hash": "ab" * 32,
    "product_revision": "brands/a/products/b/revisions/1",
    "copies": 3,
}


def packed(layout: Layout = LAYOUT) -> bytes:
    return build_pack(layout, TEMPLATE, LIBRARY, job=JOB, dpi=150)


PACK = packed()


def entries(data: bytes = PACK) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def failures(data: bytes) -> list[tuple[str, str]]:
    return [(failure.path, failure.reason) for failure in verify_pack(data).failures]


def test_every_surface_comes_in_every_format_with_a_preview_of_each_view() -> None:
    assert list(entries()) == [
        "manifest.json",
        "front.svg", "front.dxf", "front.pdf", "front.png",
        "back.svg", "back.dxf", "back.pdf", "back.png",
        "preview-desk.png",
    ]  # fmt: skip


def test_a_surface_on_which_nothing_is_made_has_no_files() -> None:
    bare = layout_of(LAYOUT.surfaces[0], replace(LAYOUT.surfaces[1], items=()))
    assert not any(name.startswith("back") for name in entries(packed(bare)))


def test_the_manifest_is_canonical_and_says_what_was_made_from_what() -> None:
    text = entries()["manifest.json"]
    manifest = json.loads(text)
    assert rfc8785.dumps(manifest) == text
    assert manifest["format"] == FORMAT
    assert manifest["layout_digest"] == LAYOUT.digest()
    assert (manifest["spec_hash"], manifest["job"]["copies"]) == ("ab" * 32, 3)
    assert [pinned["kind"] for pinned in manifest["pinned_inputs"]] == ["artwork", "photo"]
    by_path = {file["path"]: file for file in manifest["files"]}
    assert by_path["front.dxf"]["leaves_out"] == ["pictures"]
    assert by_path["front.png"]["operations"] == ["white", "print", "engrave", "foil"]
    assert "cut" in by_path["front.pdf"]["operations"]


def test_the_same_layout_gives_the_same_pack() -> None:
    assert packed() == PACK


def test_an_untouched_pack_passes() -> None:
    report = verify_pack(PACK)
    assert report.ok
    assert len(report.files) == 9
    assert report.manifest is not None
    assert len(report.manifest_sha256) == 64


def test_python_and_any_unzip_can_read_it() -> None:
    with zipfile.ZipFile(io.BytesIO(PACK)) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_each_flipped_byte_names_its_file() -> None:
    for name, data in entries().items():
        if name == "manifest.json":
            continue
        at = PACK.index(data) + len(data) // 2
        broken = PACK[:at] + bytes([PACK[at] ^ 1]) + PACK[at + 1 :]
        assert failures(broken) == [(name, "FILE_CHANGED")]


def test_a_changed_file_with_a_right_checksum_is_noticed() -> None:
    files = entries() | {"front.svg": entries()["front.svg"].replace(b"84mm", b"85mm")}
    assert failures(zipped(files)) == [("front.svg", "FILE_CHANGED")]


def test_missing_and_extra_files_are_named() -> None:
    files = entries()
    del files["back.pdf"]
    files["notes.txt"] = b"hello"
    assert failures(zipped(files)) == [("notes.txt", "FILE_EXTRA"), ("back.pdf", "FILE_MISSING")]


def test_a_pack_that_was_deflated_again_still_passes() -> None:
    assert verify_pack(zipped(entries(), zipfile.ZIP_DEFLATED)).ok


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "a/../../b", "c:\\x", "a//b", "./a", "dir/", "a\\b"]
)
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    assert (name, "NAME_UNSAFE") in failures(zipped(entries() | {name: b"x"}))


def test_a_link_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("front.svg")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert ("front.svg", "NAME_UNSAFE") in failures(out.getvalue())


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    assert ("a", "FILE_TWICE") in failures(out.getvalue())


def test_a_bomb_is_not_unpacked() -> None:
    """A file that is larger than the manifest says is not read at all."""
    files = entries() | {"front.svg": b"\0" * 200_000_000}
    assert failures(zipped(files, zipfile.ZIP_DEFLATED)) == [("front.svg", "FILE_CHANGED")]


def test_a_bomb_with_a_lying_header_stops_at_the_stated_size() -> None:
    data = bytearray(zipped({"manifest.json": entries()["manifest.json"]}))
    bomb = zipped(entries() | {"front.svg": b"\0" * 50_000_000}, zipfile.ZIP_DEFLATED)
    true_size = len(entries()["front.svg"])
    lying = bomb.replace(struct.pack("<I", 50_000_000), struct.pack("<I", true_size))
    assert len(data) < len(lying)
    assert failures(lying) == [("front.svg", "FILE_CHANGED")]


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda _: b"[]",
        lambda _: b"{" * 100_000,
        lambda text: text.replace(b"luneo-pack/1", b"other"),
        lambda text: text.replace(b'"size":', b'"size":-'),
        lambda text: text.replace(b'"files":[', b'"files":[1,'),
    ],
)
def test_a_damaged_manifest_is_refused(change: Callable[[bytes], bytes]) -> None:
    files = entries()
    files["manifest.json"] = change(files["manifest.json"])
    assert failures(zipped(files)) == [("manifest.json", "MANIFEST_INVALID")]


@pytest.mark.parametrize("data", [b"", b"PK", PACK[:1000], PACK[:-30], b"x" * 10_000])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert failures(data) == [("", "PACK_UNREADABLE")]


def test_a_job_that_is_not_json_is_refused() -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        build_pack(LAYOUT, TEMPLATE, LIBRARY, job={"n": float("nan")}, dpi=72)
    assert refused.value.reason == "JOB_INVALID"


def test_a_surface_whose_name_is_no_file_name_is_refused() -> None:
    wrong = layout_of(replace(LAYOUT.surfaces[0], id="../front"))
    with pytest.raises(UnsupportedDesign) as refused:
        build_pack(wrong, replace(TEMPLATE, views=()), LIBRARY, job=JOB, dpi=72)
    assert refused.value.reason == "NAME_INVALID"
