"""A pack for machines has the files that their profiles name, what they measure, and no blocked work."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from render_core.compose import compose
from render_core.errors import UnsupportedDesign
from render_core.export.machine import formats
from render_core.export.manifest import JSON
from render_core.export.pack import PackParts, build_pack
from render_core.export.preflight_file import PreflightFailed
from render_core.export.ticket_faces import ticket_faces
from render_core.export.ticket_facts import TicketFacts
from render_core.export.verify import verify_pack
from render_core.files import load_design
from render_core.layout import Ink, Operation
from render_core.making.profile import FileFormat, MachineProfile
from render_core.making.profile_json import library as profiles
from render_core.making.profile_json import read_file
from render_core.problems import Problem, Severity
from tests.render_core.export.samples import (
    PATHS,
    MemoryLibrary,
    engraved,
    layout_of,
    surface_of,
    template,
)

ROOT = Path(__file__).resolve().parents[3]
EMMA = load_design(ROOT / "examples" / "designs" / "tag-emma.json")
MADE = compose(EMMA.design, EMMA.library)
LASER = profiles()["fibre-laser-engraver"]
JOB: dict[str, JSON] = {
    "spec_hash": "ab" * 32,
    "product_revision": "brands/a/products/b/revisions/1",
}


def packed(*machines: MachineProfile, parts: PackParts | None = None) -> dict[str, bytes]:
    whole = replace(parts or PackParts(problems=MADE.problems), machines=machines)
    template = EMMA.design.template
    data = build_pack(MADE.layout, template, EMMA.library, job=JOB, dpi=100, parts=whole)
    assert verify_pack(data).ok
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_machine_has_the_formats_that_its_profile_names() -> None:
    names = packed(LASER)
    folder = f"machines/{LASER.id}"
    assert {name for name in names if name.startswith(folder)} == {
        f"{folder}/machine.json",
        *(f"{folder}/front.{format.value}" for format in LASER.formats),
    }


def test_the_manifest_pins_the_machine_and_says_what_the_work_measures() -> None:
    files = packed(LASER)
    manifest = json.loads(files["manifest.json"])
    (machine,) = manifest["machines"]
    assert machine["sha256"] == LASER.sha256
    assert {"kind": "machine", "sha256": LASER.sha256} in manifest["pinned_inputs"]
    assert read_file(files[f"machines/{LASER.id}/machine.json"]) == LASER
    (surface,) = machine["surfaces"]
    assert surface["size_um"] == [60_000, 38_000]
    (run,) = surface["runs"]
    assert 20_000 < run["outer_um"][0] < 60_000
    assert machine["operations"][0]["kerf_um"] == LASER.operations[0].kerf_um
    by_path = {file["path"]: file for file in manifest["files"]}
    assert by_path[f"machines/{LASER.id}/front.dxf"]["machine_sha256"] == LASER.sha256


def test_a_machine_that_has_nothing_to_do_has_no_files_and_that_is_told() -> None:
    printer = profiles()["dtf-printer"]
    files = packed(printer, LASER)
    assert [name for name in files if name.startswith(f"machines/{printer.id}")] == [
        f"machines/{printer.id}/machine.json"
    ]
    (told,) = json.loads(files["preflight.json"])["problems"]
    assert (told["code"], told["severity"]) == ("MACHINE_WITHOUT_WORK", "warning")
    assert printer.display_name in told["message"]


def printed_and_cut(*machines: str) -> dict[str, bytes]:
    """Return the pack of a part that is printed and cut out, for some machines of the library."""
    items = [
        replace(engraved(path, ink), operation=operation)
        for path, ink, operation in (
            (PATHS["bar"], Ink((200, 20, 20)), Operation.PRINT),
            ("M1 1H59V29H1Z", Ink((255, 0, 255)), Operation.CUT),
        )
    ]
    library = MemoryLibrary()
    bare = replace(template(library), views=())
    parts = PackParts(problems=(), machines=tuple(profiles()[one] for one in machines))
    data = build_pack(layout_of(surface_of(*items)), bare, library, job=JOB, parts=parts)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_each_machine_of_a_pack_makes_its_own_part_of_the_work() -> None:
    files = printed_and_cut("uv-flatbed", "co2-laser-cutter")
    manifest = json.loads(files["manifest.json"])
    done = {
        (file["machine"], *file["operations"])
        for file in manifest["files"]
        if "surface" in file and "machine" in file
    }
    assert done == {("uv-flatbed", "CMYK"), ("co2-laser-cutter", "Cut")}
    assert json.loads(files["preflight.json"])["problems"] == []
    assert b"/Separation" not in files["machines/uv-flatbed/front.pdf"]


@pytest.mark.parametrize(
    ("machines", "lacking"),
    [
        (("uv-flatbed",), ["does not cut"]),
        (("co2-laser-cutter",), ["does not print"]),
        (("uv-flatbed", "sublimation-printer"), ["does not cut", "does not cut"]),
    ],
)
def test_work_that_no_machine_of_the_pack_does_is_refused(
    machines: tuple[str, ...], lacking: list[str]
) -> None:
    with pytest.raises(PreflightFailed) as refused:
        printed_and_cut(*machines)
    told = [(one.code, one.message) for one in refused.value.problems]
    assert [code for code, _ in told] == ["OPERATION_NOT_MADE"] * len(lacking)
    for (_, message), words in zip(told, lacking, strict=True):
        assert words in message


def test_a_pack_for_several_machines_is_the_same_bytes_again() -> None:
    machines = (LASER, profiles()["dtf-printer"])
    assert packed(*machines) == packed(*machines)


def test_the_ticket_lists_the_operations_as_the_machine_names_them() -> None:
    faces = ticket_faces(ROOT / "node_modules" / "@expo-google-fonts")
    parts = PackParts(problems=(), ticket=(TicketFacts("K7Q2M9XB"), faces))
    named = replace(LASER, display_name="Another laser")
    assert packed(LASER, parts=parts)["ticket.pdf"] != packed(named, parts=parts)["ticket.pdf"]


def test_work_that_a_machine_cannot_do_is_refused_with_every_problem() -> None:
    small = replace(LASER, bed_width_um=20_000, bed_height_um=10_000)
    blocked = Problem("DOES_NOT_FIT", Severity.ERROR, "name", "It does not fit.")
    with pytest.raises(PreflightFailed) as refused:
        packed(small, parts=PackParts(problems=(blocked,)))
    assert {problem.code for problem in refused.value.problems} > {"DOES_NOT_FIT"}
    assert all(problem.severity is Severity.ERROR for problem in refused.value.problems)


def test_a_warning_is_in_the_report_with_zone_place_and_measure() -> None:
    warned = Problem("OUTSIDE_SAFE_AREA", Severity.WARNING, "name", "Close.", measured=0.4)
    report = json.loads(packed(parts=PackParts(problems=(warned,)))["preflight.json"])
    assert (report["errors"], report["warnings"]) == (0, 1)
    (problem,) = report["problems"]
    assert (problem["zone"], problem["surface"], problem["measured"]) == ("name", "front", 0.4)


def test_a_format_that_nothing_makes_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    formats.maker.cache_clear()
    with pytest.raises(UnsupportedDesign) as refused:
        formats.maker(FileFormat.HPGL)
    assert refused.value.reason == "FORMAT_NOT_MADE"
    formats.maker.cache_clear()


@pytest.mark.parametrize("format", list(FileFormat))
def test_every_format_of_profiles_has_a_maker(format: FileFormat) -> None:
    assert callable(formats.maker(format))


MADE_ON = {
    "tag-emma": ("co2-laser-cutter", "diode-laser-grbl", "fibre-laser-engraver"),
    "mug-photo": ("dtf-printer", "sublimation-printer", "uv-flatbed"),
    "journal-couple": ("digital-press-foil",),
}
# Tools that are wider than the hairlines of a script.
TOO_WIDE = ("cnc-router", "pen-plotter", "rotary-engraver")


def files_for(design: str, machine: str) -> list[str]:
    loaded = load_design(ROOT / "examples" / "designs" / f"{design}.json")
    layout, template = compose(loaded.design, loaded.library).layout, loaded.design.template
    parts = PackParts(problems=(), machines=(profiles()[machine],))
    data = build_pack(layout, template, loaded.library, job=JOB, dpi=72, parts=parts)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [name for name in archive.namelist() if name.startswith("machines/")]


@pytest.mark.parametrize(
    ("design", "machine"),
    [(design, machine) for design, machines in MADE_ON.items() for machine in machines],
)
def test_machines_of_the_library_get_every_file(design: str, machine: str) -> None:
    assert len(files_for(design, machine)) == len(profiles()[machine].formats) + 1


@pytest.mark.parametrize("machine", TOO_WIDE)
def test_work_that_is_finer_than_the_tool_is_refused_with_zone_and_measure(machine: str) -> None:
    with pytest.raises(PreflightFailed) as refused:
        files_for("tag-emma", machine)
    for problem in refused.value.problems:
        assert (problem.zone, problem.box is not None) == ("name", True)
        assert problem.measured is not None


def test_a_machine_whose_id_is_no_file_name_is_refused() -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        packed(replace(LASER, id="../laser"))
    assert refused.value.reason == "NAME_INVALID"
