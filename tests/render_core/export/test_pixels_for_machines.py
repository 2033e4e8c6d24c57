"""Pixels for a machine hold what it prints in process colours: no white ink hides the print."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from render_core.export.machine.formats import made
from render_core.export.machine.work import MachineFile, Work
from render_core.layout import Ink, Item, Operation
from render_core.making.machines import machine as known
from render_core.making.prepare import prepare
from render_core.making.profile import FileFormat
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.making.work import face, path

AREA = path("M2 2H8V8H2Z")
RED = Item("name", Operation.PRINT, Ink((220, 0, 0)), AREA)
WHITE = Item("name", Operation.WHITE, Ink((255, 255, 255)), path("M1 1H9V9H1Z"))
VARNISH = Item("name", Operation.EMBOSS, Ink((10, 200, 90)), path("M4 4H6V6H4Z"))


def file_of(machine: str, format: FileFormat, *items: Item) -> MachineFile:
    profile = known(machine)
    prepared = prepare(face(*items, size_mm=10), profile)
    assert prepared.can_be_made
    return made(format, Work(prepared, profile, MemoryLibrary()))


def pixels(file: MachineFile) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(file.data)).convert("RGBA"))


@pytest.mark.parametrize("format", [FileFormat.PNG, FileFormat.TIFF])
def test_white_on_a_film_comes_last_and_does_not_hide_the_print(format: FileFormat) -> None:
    file = file_of("dtf-printer", format, WHITE, RED)
    seen = pixels(file)
    size = len(seen)
    assert seen[size // 2, size // 2].tolist() == [220, 0, 0, 255]
    assert seen[size * 3 // 20, size // 2].tolist()[3] == 0  # Between the edges of white and print.
    assert list(file.leaves_out) == ["lines", "separations"]


def test_varnish_is_not_printed_in_the_colour_that_it_is_shown_in() -> None:
    seen = pixels(file_of("uv-flatbed", FileFormat.TIFF, WHITE, RED, VARNISH))
    assert {tuple(colour) for colour in seen.reshape(-1, 4).tolist() if colour[3] == 255} == {
        (220, 0, 0, 255)
    }


def test_a_print_alone_leaves_out_no_separations() -> None:
    assert list(file_of("dtf-printer", FileFormat.PNG, RED).leaves_out) == ["lines"]
