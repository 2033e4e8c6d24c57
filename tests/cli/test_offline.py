"""Commands that need no server: what they make, and how they refuse."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from services.cli.exits import Exit
from tests.cli.conftest import Command
from tests.platform import installation

DESIGNS = Path(__file__).resolve().parents[2] / "examples" / "designs"
EMMA = str(DESIGNS / "tag-emma.json")
TOO_LONG = str(DESIGNS / "tag-too-long.json")
HAIRLINES = EMMA.replace("tag-emma", "tag-hairlines")

SIGNATURES = {
    "png": b"\x89PNG\r\n\x1a\n",
    "webp": b"RIFF",
    "svg": b"<svg",
    "dxf": b"  0\nSECTION",
    "pdf": b"%PDF-",
    "tiff": b"II*\0",
    "zip": b"PK\x03\x04",
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pack") / "emma.zip"
    assert installation.luneo("render", EMMA, str(out)).returncode == Exit.OK
    return out


@pytest.mark.parametrize(("ending", "mark"), [("pdf", b"GTS_PDFX"), ("tiff", b"prtrCMYK")])
def test_a_file_for_a_press_is_in_its_inks(
    luneo: Command, tmp_path: Path, ending: str, mark: bytes
) -> None:
    out, poster = tmp_path / f"poster.{ending}", str(DESIGNS / "poster-lake.json")
    small = ("--dpi", "72") if ending == "tiff" else ()
    done = luneo("render", poster, str(out), "--colour", "press", *small)
    assert done.returncode == Exit.OK, done.stderr
    assert mark in out.read_bytes()


def test_without_a_press_there_is_no_file_for_one(luneo: Command, tmp_path: Path) -> None:
    done = luneo("render", EMMA, str(tmp_path / "emma.pdf"), "--colour", "press")
    assert done.returncode == Exit.BAD_INPUT
    assert "output profile" in done.stderr


@pytest.mark.parametrize(
    ("ending", "mark"), [("nc", b"(diode-laser-grbl front)"), ("gcode", b"G21"), ("plt", b"IN;")]
)
def test_a_file_for_a_machine_is_what_its_software_opens(
    luneo: Command, tmp_path: Path, ending: str, mark: bytes
) -> None:
    out = tmp_path / f"phone.{ending}"
    bold = EMMA.replace("tag-emma", "tag-phone")
    machine = ("--machine", "rotary-engraver") if ending == "plt" else ()
    done = luneo("render", bold, str(out), *machine)
    assert done.returncode == Exit.OK, done.stderr
    assert mark in out.read_bytes()


def test_a_machine_without_anything_to_do_gets_no_file(luneo: Command, tmp_path: Path) -> None:
    for name, machine in (("emma.dst", "embroidery-15-needle"), ("emma.nc", "no-such")):
        done = luneo("render", EMMA, str(tmp_path / name), "--machine", machine)
        assert done.returncode == Exit.BAD_INPUT
        assert "machine" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", SIGNATURES)
def test_a_file_is_what_its_ending_says(luneo: Command, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"emma.{ending.upper()}"
    done = luneo("render", EMMA, str(out))
    assert done.returncode == Exit.OK, done.stderr
    assert SIGNATURES[ending] in out.read_bytes()[:200].replace(b"\r\n", b"\n") or (
        out.read_bytes().startswith(SIGNATURES[ending])
    )
    assert f"{out.stat().st_size:,} bytes" in done.stderr
    assert not done.stdout
    assert [one.name for one in tmp_path.iterdir()] == [out.name]


def test_the_same_design_gives_the_same_bytes_in_another_process(
    luneo: Command, tmp_path: Path, pack: Path
) -> None:
    again = tmp_path / "again.zip"
    assert luneo("render", EMMA, str(again)).returncode == Exit.OK
    assert again.read_bytes() == pack.read_bytes()


def test_a_file_that_is_there_is_replaced_whole(luneo: Command, tmp_path: Path) -> None:
    out = tmp_path / "emma.svg"
    out.write_text("old")
    assert luneo("render", EMMA, str(out)).returncode == Exit.OK
    new = out.read_bytes()
    assert luneo("render", TOO_LONG, str(out)).returncode == Exit.BAD_INPUT
    assert out.read_bytes() == new


def test_a_pack_verifies(luneo: Command, pack: Path) -> None:
    done = luneo("verify", str(pack))
    assert done.returncode == Exit.OK
    assert "every file is as the manifest says" in done.stdout
    assert json.loads(luneo("verify", "--json", str(pack)).stdout) == {"ok": True, "failures": []}


def test_a_flipped_byte_is_found_and_its_file_named(
    luneo: Command, tmp_path: Path, pack: Path
) -> None:
    with zipfile.ZipFile(pack) as archive:
        info = archive.getinfo("front.svg")
        content = archive.read(info)
    data = bytearray(pack.read_bytes())
    data[data.index(content) + len(content) // 2] ^= 1
    bad = tmp_path / "bad.zip"
    bad.write_bytes(data)
    done = luneo("verify", str(bad))
    assert done.returncode == Exit.FAILED_CHECK
    assert done.stdout.startswith("front.svg: ")
    answer = json.loads(luneo("verify", "--json", str(bad)).stdout)
    assert [failure["path"] for failure in answer["failures"]] == ["front.svg"]


@pytest.mark.parametrize("size", [0, 1, 1000, -1])
def test_a_pack_that_is_cut_off_is_no_pack(
    luneo: Command, tmp_path: Path, pack: Path, size: int
) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(pack.read_bytes()[:size])
    done = luneo("verify", str(cut))
    assert done.returncode == Exit.FAILED_CHECK
    assert done.stdout.startswith("cut.zip: ")
    assert "Traceback" not in done.stderr


def test_compose_tells_sizes_and_a_digest(luneo: Command, tmp_path: Path) -> None:
    answer = json.loads(luneo("compose", "--json", EMMA).stdout)
    assert [text["text"] for text in answer["texts"]] == ["Emma"]
    assert answer["problems"] == []
    shown = luneo("compose", EMMA)
    assert shown.returncode == Exit.OK
    assert answer["layout_digest"] in shown.stdout


def test_compose_tells_every_problem_and_fails(luneo: Command, tmp_path: Path) -> None:
    done = luneo("compose", "--json", TOO_LONG)
    assert done.returncode == Exit.FAILED_CHECK
    problems = json.loads(done.stdout)["problems"]
    assert {problem["zone"] for problem in problems} == {"name"}
    assert all(problem["message"] for problem in problems)


def test_compose_tells_where_each_problem_lies_and_what_to_do(luneo: Command) -> None:
    done = luneo("compose", HAIRLINES)
    assert done.returncode == Exit.FAILED_CHECK
    told = done.stderr.splitlines()
    assert told[0].startswith("error name: A stroke is ")
    assert told[1].startswith("  Choose a bolder font")
    assert re.fullmatch(
        r"  STROKE_TOO_THIN, character \d+, at \d+\.\d × \d+\.\d mm of its zone", told[2]
    )
    (problem,) = json.loads(luneo("compose", "--json", HAIRLINES).stdout)["problems"]
    assert len(problem["box_um"]) == 4
    assert problem["measured"] < problem["required"]
    assert problem["params"]["variant"] == "text"


def test_a_design_with_problems_is_not_rendered(luneo: Command, tmp_path: Path) -> None:
    done = luneo("render", TOO_LONG, str(tmp_path / "x.svg"))
    assert done.returncode == Exit.BAD_INPUT
    assert "error name: " in done.stderr
    assert "nothing was written" in done.stderr
    assert not list(tmp_path.iterdir())


def _written(folder: Path, text: str) -> str:
    (folder / "design.json").write_text(text)
    return str(folder / "design.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"display_name": ', "is not JSON"),
        ("[]", "design.json: An object in braces"),
        ("{}", "design.json"),
        ('{"display_name": "x", "product": "product.json", "colour": 1}', "product.json"),
        ('{"display_name": "x", "product": "../../../etc/passwd"}', "leads out of the folder"),
        ('{"display_name": "x", "product": "/etc/passwd"}', "leads out of the folder"),
        ("[" * 100_000, "is not JSON"),
        ("\x00\x01", "is not JSON"),
    ],
    ids=["cut off", "a list", "empty", "no product", "a path outside", "an absolute path", "deep",
         "no text"],
)  # fmt: skip
def test_a_design_that_cannot_be_read_is_a_sentence(
    luneo: Command, tmp_path: Path, text: str, said: str
) -> None:
    done = luneo("render", _written(tmp_path, text), str(tmp_path / "out.svg"))
    assert done.returncode in (Exit.BAD_INPUT, Exit.NO_INPUT)
    assert done.stderr.startswith("luneo: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.svg").exists()


def test_a_link_out_of_the_folder_is_refused(luneo: Command, tmp_path: Path) -> None:
    (tmp_path / "designs").mkdir()
    (tmp_path / "designs" / "product.json").symlink_to("/etc/passwd")
    design = _written(tmp_path / "designs", '{"display_name": "x", "product": "product.json"}')
    done = luneo("render", design, str(tmp_path / "out.svg"))
    assert done.returncode == Exit.BAD_INPUT
    assert "leads out of the folder" in done.stderr


@pytest.mark.parametrize("command", ["render", "compose", "verify"])
def test_a_file_that_is_not_there_has_its_own_code(
    luneo: Command, tmp_path: Path, command: str
) -> None:
    out = [str(tmp_path / "out.svg")] if command == "render" else []
    done = luneo(command, str(tmp_path / "none.json"), *out)
    assert done.returncode == Exit.NO_INPUT
    assert "none.json cannot be read" in done.stderr


def test_an_unknown_ending_is_named_with_those_that_are_known(
    luneo: Command, tmp_path: Path
) -> None:
    done = luneo("render", EMMA, str(tmp_path / "emma.gif"))
    assert done.returncode == Exit.USAGE
    for ending in SIGNATURES:
        assert f".{ending}" in done.stderr


@pytest.mark.parametrize(
    ("ending", "options", "said"),
    [
        ("svg", ["--dpi", "300"], "--dpi"),
        ("dxf", ["--view", "front"], "--view"),
        ("zip", ["--width", "10"], "--width"),
        ("png", ["--dpi", "300", "--width", "10"], "--width"),
    ],
)
def test_an_option_that_means_nothing_is_refused(
    luneo: Command, tmp_path: Path, ending: str, options: list[str], said: str
) -> None:
    done = luneo("render", EMMA, str(tmp_path / f"x.{ending}"), *options)
    assert done.returncode == Exit.USAGE
    assert said in done.stderr


@pytest.mark.parametrize(
    "options",
    [["--width", "5"], ["--width", "999999"], ["--dpi", "-4"], ["--dpi", "90000"],
     ["--view", "nowhere"], ["--surface", "nowhere"]],
    ids=" ".join,
)  # fmt: skip
def test_a_value_that_cannot_be_made_is_a_sentence(
    luneo: Command, tmp_path: Path, options: list[str]
) -> None:
    done = luneo("render", EMMA, str(tmp_path / "x.png"), *options)
    assert done.returncode == Exit.BAD_INPUT
    assert done.stderr.startswith("luneo: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["missing/emma.svg", "folder.svg", "/proc/emma.svg"])
def test_a_target_that_cannot_be_written_has_its_own_code(
    luneo: Command, tmp_path: Path, place: str
) -> None:
    (tmp_path / "folder.svg").mkdir()
    done = luneo("render", EMMA, str(tmp_path / place))
    assert done.returncode == Exit.CANNOT_WRITE
    assert place.rpartition("/")[2] in done.stderr
