"""Colours come out of a press as LittleCMS says, by its own tool."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from render_core.colour import WHITE_D50
from render_core.gamut import Press
from render_core.gamut_curves import Array
from render_core.gamut_delta import deltas_e_2000
from render_core.gamut_lab import (
    Lab,
    delta_e_2000,
    lab_of_srgb,
    lab_of_xyz,
    labs_of_xyz,
    xyz_of_labs,
)
from render_core.gamut_profile import read_profile
from render_core.proof.screen import levels_of_xyz, xyz_of_levels
from render_core.proof.table import ProofTable, bake
from tests import system
from tests.profiles import MAKERS, cmyk_profile, ghostscript_profile, grey_profile, rgb_profile

PHOTOS = Path(__file__).parents[3] / "examples" / "photos"
_V4 = Path("/usr/share/color/icc/ghostscript/ps_cmyk.icc")
Colours = NDArray[np.uint8]


def test_many_differences_at_once_are_those_of_each() -> None:
    random = Random(4)
    pairs: list[tuple[Lab, Lab]] = []
    for _ in range(2000):
        first = (random.uniform(0, 100), random.gauss(0, 40), random.gauss(0, 40))
        spread = random.choice((0.1, 1, 10, 60))
        light, a, b = (value + random.gauss(0, spread) for value in first)
        pairs.append((first, (light, a, b)))
    grey: Lab = (50.0, 0.0, 0.0)
    pairs += [(grey, grey), (grey, (60.0, 0.0, 0.0)), (grey, (60.0, 9.0, -30.0))]
    pairs += [((50.0, 9.0, 0.0), (50.0, -9.0, 0.0)), ((50.0, 0.0, -9.0), (50.0, 0.0, 9.0))]
    pairs += [((50.0, 40.0, -1e-9), (50.0, 40.0, 1e-9)), ((40.0, 2.0, -30.0), (40.0, 1.0, -31.0))]
    many = deltas_e_2000(np.array([a for a, _ in pairs]), np.array([b for _, b in pairs]))
    assert many == pytest.approx([delta_e_2000(a, b) for a, b in pairs], abs=1e-8)


def test_screen_lab_and_xyz_agree_with_the_definitions() -> None:
    colours = _grid(51)
    labs = labs_of_xyz(xyz_of_levels(colours.astype(np.int64)))
    red, green, blue = colours[40].tolist()
    assert labs[40] == pytest.approx(lab_of_srgb((red, green, blue)), abs=0.05)
    x, y, z = (xyz_of_labs(labs)[40]).tolist()
    assert lab_of_xyz((x, y, z)) == pytest.approx(labs[40], abs=1e-9)
    assert levels_of_xyz(xyz_of_labs(labs)) == pytest.approx(colours, abs=1e-4)
    assert xyz_of_levels(np.array([[255, 255, 255]])) == pytest.approx(np.array([WHITE_D50]))


@pytest.mark.parametrize("made", [cmyk_profile, grey_profile])
def test_paper_is_white(made: Callable[[], bytes]) -> None:
    white = np.array([[255, 255, 255]], np.uint8)
    assert _table(made(), paper=False).shown(white).min() >= 254


def test_a_screen_s_proof_is_the_screen() -> None:
    colours = _grid(5)
    shown = _table(rgb_profile(), paper=False).shown(colours).astype(int)
    assert np.abs(shown - colours).max() <= 1


def test_a_grey_press_makes_greys() -> None:
    made = _table(grey_profile(), paper=False).shown(_grid(15))
    assert (made[:, 0] == made[:, 1]).all()
    assert (made[:, 1] == made[:, 2]).all()


def test_the_mask_marks_what_lies_beyond_the_limit_and_nothing_else() -> None:
    mark = np.array([255, 0, 255], np.uint8)
    press = Press("", read_profile(cmyk_profile()))
    table, colours = _table(cmyk_profile(), paper=False), _grid(51)
    marked = (table.shown(colours, (5.0, mark)) == mark).all(axis=1)
    apart = np.array(press.differences([(r, g, b) for r, g, b in colours.tolist()]))
    assert marked[apart > 6].all()
    assert not marked[apart < 4].any()
    assert 0.2 < marked.mean() < 0.9


@pytest.mark.outside
@pytest.mark.parametrize("paper", [False, True], ids=["press", "paper"])
@pytest.mark.parametrize(
    "name", ["cmyk, lut16", "cmyk, lutAToB", "grey", "matt paper", "swop", "version 4"]
)
def test_every_colour_comes_out_as_littlecms_proofs_it(
    name: str, paper: bool, tmp_path: Path
) -> None:
    """At most one CIEDE2000, in every colour of a dense grid and of the sample photos."""
    profile = _profile(name)
    colours = np.concatenate([_grid(7), *(_sampled(path) for path in sorted(PHOTOS.iterdir()))])
    theirs = _by_littlecms(profile, colours, tmp_path, intent=3 if paper else 1)
    ours = _table(profile, paper=paper).shown(colours).astype(np.float64)
    assert deltas_e_2000(_lab(ours), _lab(theirs)).max() <= 1.0


def _profile(name: str) -> bytes:
    if name == "matt paper":
        return (PHOTOS.parent / "profiles" / "matt-paper.icc").read_bytes()
    if name == "swop":
        return ghostscript_profile()
    if name == "version 4":
        return system.file(_V4, "libgs-common").read_bytes()
    return MAKERS[name]()


@cache
def _table(profile: bytes, *, paper: bool) -> ProofTable:
    return bake(Press("", read_profile(profile)), paper=paper)


def _grid(step: int) -> Colours:
    return np.array(list(product(range(0, 256, step), repeat=3)), np.uint8)


def _sampled(path: Path) -> Colours:
    """Return the different colours of every so manieth pixel of a photo."""
    pixels = np.asarray(Image.open(path).convert("RGB").resize((96, 96))).reshape(-1, 3)
    return np.unique(pixels, axis=0)


def _lab(levels: Array) -> Array:
    """Return Lab of sRGB levels with fractions, by the definition."""
    encoded = np.clip(levels, 0, 255) / 255
    light = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    full = xyz_of_levels(np.eye(3, dtype=np.int64) * 255)
    return labs_of_xyz(light[:, :1] * full[0] + light[:, 1:2] * full[1] + light[:, 2:] * full[2])


def _by_littlecms(profile: bytes, colours: Colours, folder: Path, *, intent: int) -> Array:
    """Return the proof of colours in levels with fractions. intent: how the press is looked at."""
    tool = system.program("liblcms2-utils", "transicc")
    (folder / "press.icc").write_bytes(profile)
    lines = "\n".join(f"{red} {green} {blue}" for red, green, blue in colours.tolist())
    command = [tool, "-n", "-t1", "-b", f"-p{folder / 'press.icc'}", f"-m{intent}"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    rows = np.loadtxt(io.StringIO(done.stdout), dtype=np.float64)
    assert rows.shape == colours.shape
    return rows
