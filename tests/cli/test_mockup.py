"""`luneo mockup`: a board is written, photographed, found; a placement is printed and drawn."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from render_core.mockup.calibrate.sheet import Board, board_pixels
from services.cli.app import application
from services.cli.exits import CommandError, Exit


def run(*arguments: str) -> str:
    result = CliRunner().invoke(application(), ["mockup", *arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


def placement_in(output: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(output[: output.rindex("}") + 1])
    return found


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of a board of 9 × 6 squares of 10 mm, 4 pixels a millimetre, its corner at 90, 70."""
    picture = np.full((400, 600, 3), 150, np.uint8)
    board = board_pixels(Board(9, 6, 10_000), 40)
    picture[30 : 30 + board.shape[0], 50 : 50 + board.shape[1]] = board
    path = tmp_path / "photo.png"
    Image.fromarray(picture).save(path)
    return path


def test_a_board_is_written_for_printing(tmp_path: Path) -> None:
    run("checkerboard", str(tmp_path / "board.pdf"))
    run("checkerboard", str(tmp_path / "board.png"), "--squares", "9x6", "--square-mm", "10")
    assert (tmp_path / "board.pdf").read_bytes().startswith(b"%PDF")
    board = Image.open(io.BytesIO((tmp_path / "board.png").read_bytes()))
    assert board.width == 11 * 118


def test_a_photographed_board_places_the_surface(photo: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "overlay.png"
    output = run(
        "calibrate", str(photo), "--width-mm", "110", "--height-mm", "80", "--surface", "back",
        "--squares", "9x6", "--square-mm", "10", "--overlay", str(drawn),
    )  # fmt: skip
    placement = placement_in(output)
    assert placement["surface"] == "back"
    # The board lies in the middle of the surface: 10 mm in from its left and its top.
    for name, (x, y) in (("top_left", (50, 30)), ("bottom_right", (490, 350))):
        found = placement[name]
        assert isinstance(found, dict)
        assert (found["x_millipx"] / 1000, found["y_millipx"] / 1000) == pytest.approx(
            (x, y), abs=0.3
        )
    picture = np.asarray(Image.open(io.BytesIO(drawn.read_bytes())))
    assert picture.shape == (400, 600, 3)
    assert (picture == (226, 0, 116)).all(axis=2).any()


def test_four_corners_place_a_surface(photo: Path) -> None:
    corners = ("10,20", "300,40", "280,260", "30,240")
    asked = [part for corner in corners for part in ("--corner", corner)]
    placement = placement_in(
        run("calibrate", str(photo), "--width-mm", "50", "--height-mm", "40", *asked)
    )
    assert placement["top_right"] == {"x_millipx": 300_000, "y_millipx": 40_000}
    assert placement["bottom_left"] == {"x_millipx": 30_000, "y_millipx": 240_000}


@pytest.mark.parametrize(
    ("arguments", "word", "code"),
    [
        (["--corner", "1,2"], "four times", Exit.USAGE),
        (["--point", "1,2"], "X,Y=PX,PY", Exit.USAGE),
        ([], "--corner, --point or --squares", Exit.USAGE),
        (["--squares", "30x20"], "No board of 29 × 19", Exit.BAD_INPUT),
        (["--squares", "9x6", "--kind", "cylinder"], "--diameter-mm", Exit.USAGE),
        (["--squares", "9x6", "--kind", "ball"], "quad, cylinder, net", Exit.USAGE),
    ],
)
def test_what_cannot_be_placed_is_told_in_a_sentence(
    photo: Path, arguments: list[str], word: str, code: Exit
) -> None:
    with pytest.raises(CommandError) as refused:
        run("calibrate", str(photo), "--width-mm", "110", "--height-mm", "80", *arguments)
    assert word in str(refused.value)
    assert refused.value.exit_code == code
