"""Pictures by the command line, without any server: of the product, flat, in 3D, as a press prints it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from services.cli.exits import Exit
from tests.cli.conftest import Command
from tests.cli.test_offline import DESIGNS, EMMA


@pytest.mark.parametrize(
    ("options", "size"),
    [
        (["--width", "200"], (200, 150)),
        (["--dpi", "127"], None),
        (["--surface", "front"], None),
    ],
)
def test_a_picture_is_of_the_product_or_flat(
    luneo: Command, tmp_path: Path, options: list[str], size: tuple[int, int] | None
) -> None:
    out = tmp_path / "emma.png"
    assert luneo("render", EMMA, str(out), *options).returncode == Exit.OK
    with Image.open(out) as picture:
        if size is not None:
            assert picture.size == size
        else:
            dpi = picture.info["dpi"][0]
            assert dpi == pytest.approx(127 if "--dpi" in options else 300, abs=0.1)


def test_a_picture_of_a_design_without_any_network_or_server(
    luneo: Command, tmp_path: Path
) -> None:
    """Settings that point nowhere do not matter."""
    done = luneo(
        "render", EMMA, str(tmp_path / "emma.webp"),
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none", REDIS_URL="redis://127.0.0.1:1",
    )  # fmt: skip
    assert done.returncode == Exit.OK
    assert Image.open(io.BytesIO((tmp_path / "emma.webp").read_bytes())).width == 1024


def test_a_model_is_seen_turned_and_turning(luneo: Command, tmp_path: Path) -> None:
    mug, out = str(DESIGNS / "mug-logo.json"), tmp_path / "mug.webp"
    sides = []
    for azimuth in ("0", "60"):
        assert luneo("render", mug, str(out), "--azimuth", azimuth, "--width", "64").returncode == 0
        sides.append(out.read_bytes())
    assert sides[0] != sides[1]
    assert luneo("render", mug, str(out), "--frames", "3", "--width", "64").returncode == Exit.OK
    with Image.open(out) as turning:
        assert (turning.size, turning.n_frames) == ((64, 64), 3)  # type: ignore[attr-defined]
    film = tmp_path / "mug.mp4"
    assert luneo("render", mug, str(film), "--frames", "3", "--width", "64").returncode == Exit.OK
    assert film.read_bytes()[4:8] == b"ftyp"


def test_a_camera_of_the_product_is_its_angles(luneo: Command, tmp_path: Path) -> None:
    mug, made = str(DESIGNS / "mug-logo.json"), []
    for options in (
        ["--camera", "above"],
        ["--azimuth", "-25", "--elevation", "40"],
        ["--camera", "above", "--azimuth", "0", "--elevation", "8"],
        ["--camera", "front"],
        ["--camera", "front", "--background", "studio"],
    ):
        out = tmp_path / "mug.webp"
        assert luneo("render", mug, str(out), "--width", "64", *options).returncode == Exit.OK
        made.append(out.read_bytes())
    assert made[0] == made[1] != made[2] == made[3] != made[4]


@pytest.mark.parametrize(
    ("design", "name", "options", "said"),
    [
        ("tag-emma", "x.png", ["--azimuth", "9"], "This product has no 3D model"),
        ("mug-logo", "x.png", ["--azimuth", "9", "--dpi", "100"], "nothing for a flat picture"),
        (
            "mug-logo",
            "x.png",
            ["--azimuth", "9", "--view", "front"],
            "nothing for a picture of the",
        ),
        (
            "mug-logo",
            "x.webp",
            ["--frames", "3", "--azimuth", "9"],
            "nothing for a turn of the model",
        ),
        ("mug-logo", "x.png", ["--frames", "3"], "nothing for a .png"),
        ("tag-emma", "x.png", ["--proof", "press"], "does not say which press prints it"),
        ("tag-emma", "x.png", ["--proof", "screen"], "press, paper, gamut"),
        ("tag-emma", "x.svg", ["--proof", "press"], "--proof means nothing for a .svg"),
        ("mug-logo", "x.webp", ["--frames", "1"], "frames"),
        ("mug-logo", "x.webp", ["--camera", "below"], "the model has right, front, above"),
        ("mug-logo", "x.webp", ["--background", "beach"], "transparent, studio"),
        ("mug-logo", "x.glb", ["--background", "studio"], "--background means nothing for a .glb"),
        ("mug-logo", "x.mp4", ["--background", "studio"], "--background means nothing for a turn"),
    ],
)
def test_what_a_picture_of_a_model_does_not_take_is_said(
    luneo: Command, tmp_path: Path, design: str, name: str, options: list[str], said: str
) -> None:
    done = luneo("render", str(DESIGNS / f"{design}.json"), str(tmp_path / name), *options)
    assert done.returncode in (Exit.USAGE, Exit.BAD_INPUT)
    assert said in " ".join(done.stderr.split())
    assert not list(tmp_path.iterdir())


def test_a_poster_is_shown_as_its_press_prints_it(luneo: Command, tmp_path: Path) -> None:
    seen = {}
    for proof in ("", "press", "paper", "gamut"):
        out = tmp_path / f"poster{proof}.png"
        options = ("--proof", proof) if proof else ()
        poster = str(DESIGNS / "poster-lake.json")
        assert luneo("render", poster, str(out), "--width", "200", *options).returncode == Exit.OK
        seen[proof] = out.read_bytes()
    assert len({seen[""], seen["press"], seen["paper"]}) == 3
    assert seen["gamut"] == seen["press"]  # No colour of it is out of reach.


@pytest.mark.parametrize(
    ("name", "form"), [("x.jpg", "JPEG"), ("x.jpeg", "JPEG"), ("x.avif", "AVIF")]
)
def test_a_preview_is_written_in_the_format_of_its_name(
    luneo: Command, tmp_path: Path, name: str, form: str
) -> None:
    out = tmp_path / name
    done = luneo("render", str(DESIGNS / "tag-emma.json"), str(out), "--width", "100")
    assert done.returncode == Exit.OK
    with Image.open(out) as picture:
        assert (picture.format, picture.width) == (form, 100)
