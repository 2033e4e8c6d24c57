"""Golden hashes of every file that the machines of the library are given, in every format that each names.

They come out the same in processes of their own: under other seeds of hashes, in another zone, and
where the program that uses the renderer has set a locale with commas in its numbers.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from render_core.export.machine.formats import made
from render_core.export.machine.work import Work
from render_core.layout import ImageUse, Ink, Item, Operation, Surface
from render_core.making.prepare import prepare
from render_core.making.profile import Units
from render_core.making.profile_json import library
from tests import system
from tests.profiles import cmyk_profile
from tests.render_core.export.samples import (
    ARCS,
    PATHS,
    MemoryLibrary,
    engraved,
    picture,
    surface_of,
)

GOLDEN = Path(__file__).with_name("files.json")
ROOT = Path(__file__).parents[3]
PIXEL_DPI = 100
COMMAS = "de_DE"
IN_BOTH_UNITS = ("co2-laser-cutter", "diode-laser-grbl", "vinyl-cutter")  # All that have a unit.
LIBRARY = MemoryLibrary()


def sample(operations: set[Operation]) -> Surface:
    """Return a face with outlines, a line and, where a machine prints, a picture and two colours."""
    items: list[Item] = []
    for operation in sorted(operations):
        for path in ("letter", "ring", "drop"):
            items.append(replace(engraved(PATHS[path], Ink((20, 30, 90))), operation=operation))
        line = replace(engraved(ARCS, Ink((200, 40, 40))), operation=operation, line_width_um=900)
        items.append(line)
    if Operation.PRINT in operations:
        use = ImageUse(
            LIBRARY.add(picture()), 160, 120, (20_000, 3_000, -2_000, 9_000, 22_000, 14_000)
        )
        items.append(Item("zone", Operation.PRINT, Ink((0, 0, 0)), image=use))
    return surface_of(*items)


def digests() -> dict[str, str]:
    """Return a hash of each file by machine, unit and format."""
    profile_hash, found = LIBRARY.add(cmyk_profile()), {}
    for name, machine in library().items():
        for units in Units if name in IN_BOTH_UNITS else [machine.units]:
            profile = replace(machine, units=units, dpi=PIXEL_DPI)
            face = sample({one.operation for one in profile.operations})
            work = Work(prepare(face, profile), profile, LIBRARY, profile_hash)
            for format in profile.formats:
                data = made(format, work).data
                found[f"{name}/{units.value}/{format.value}"] = hashlib.sha256(data).hexdigest()
    return found


def test_files_for_machines_are_those_of_the_golden_file(rewrite_golden: bool) -> None:
    made_here = digests()
    if rewrite_golden:
        GOLDEN.write_text(json.dumps(made_here, indent=1, sort_keys=True) + "\n")
    assert made_here == json.loads(GOLDEN.read_text())


def test_every_format_is_among_them() -> None:
    named = {format.value for profile in library().values() for format in profile.formats}
    assert {name.rpartition("/")[2] for name in json.loads(GOLDEN.read_text())} == named


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a locale whose decimal separator is a comma; the machine may have none."""
    system.file(Path("/usr/share/i18n/locales") / COMMAS, "locales")
    folder = tmp_path_factory.mktemp("locales")
    made_in = folder / f"{COMMAS}.UTF-8"
    subprocess.run(
        [system.program("libc-bin", "localedef"), "-i", COMMAS, "-f", "UTF-8", str(made_in)],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.mark.outside
def test_another_process_seed_zone_and_locale_make_the_same_bytes(locales: Path) -> None:
    """LC_ALL alone changes nothing in Python: a program has to set it, as those with windows do."""
    code = (
        "import locale, json; locale.setlocale(locale.LC_ALL, '');"
        "assert locale.localeconv()['decimal_point'] == ',';"
        "import tests.golden.making.test_machine_files as it; print(json.dumps(it.digests()))"
    )
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "4711",
        "PYTHONPATH": str(ROOT),
        "TZ": "Asia/Kathmandu",
        "LOCPATH": str(locales),
        "LC_ALL": f"{COMMAS}.UTF-8",
    }
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    assert json.loads(found.stdout) == json.loads(GOLDEN.read_text())
