"""A pack of what is sewn has files that a reader of the format finds within the rules, and tells what they take."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image
from pyembroidery import COLOR_CHANGE, STITCH, TRIM, read_dst, read_pes

from render_core.compose import compose
from render_core.export.pack import PackParts, build_pack
from render_core.export.ticket_faces import ticket_faces
from render_core.export.ticket_facts import TicketFacts
from render_core.export.verify import verify_pack
from render_core.files import load_design
from render_core.making.machines import machine
from render_core.making.profile import Thread
from render_core.making.stitches.measure import stitch_measures
from render_core.making.stitches.pattern import Block, Kind, Pattern, Step
from tests.fonts import fonts_dir
from tests.render_core.making.stitches.sewn import NAVY

DESIGN = load_design(Path(__file__).parents[3] / "examples" / "designs" / "patch-script.json")
MACHINE = machine("embroidery-15-needle")
FOLDER = f"machines/{MACHINE.id}"
# What each bit of a record adds to x and to y: the table of the format, byte by byte from bit 0.
_X = ((1, -1, 9, -9, 0, 0, 0, 0), (3, -3, 27, -27, 0, 0, 0, 0), (0, 0, 81, -81, 0, 0, 0, 0))
_Y = ((0, 0, 0, 0, -9, 9, -1, 1), (0, 0, 0, 0, -27, 27, -3, 3), (0, 0, 0, 0, -81, 81, 0, 0))


class Read(NamedTuple):
    """What a machine does by a DST: needle points of each colour, (n, 2) 0.1 mm, y up; the longest way."""

    colours: list[list[tuple[int, int]]]
    longest: float
    ends: tuple[int, int]


def machine_reads(data: bytes) -> Read:
    """Walk the records of a DST by its table, apart from pyembroidery and from what writes it."""
    x = y = 0
    colours: list[list[tuple[int, int]]] = [[]]
    longest = 0.0
    for at in range(512, len(data), 3):
        record = data[at : at + 3]
        if record[2] == 0xF3:
            break
        bits = [(byte, bit) for byte in range(3) for bit in range(8) if record[byte] >> bit & 1]
        dx, dy = (sum(table[byte][bit] for byte, bit in bits) for table in (_X, _Y))
        x, y = x + dx, y + dy
        if record[2] & 0xC0 == 0xC0:
            colours.append([])
        elif not record[2] & 0x80:
            colours[-1].append((x, y))
            longest = max(longest, (dx * dx + dy * dy) ** 0.5)
    return Read(colours, longest, (x, y))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    made = compose(DESIGN.design, DESIGN.library)
    parts = PackParts(
        problems=made.problems,
        machines=(MACHINE,),
        ticket=(TicketFacts("K7Q2M9XB"), ticket_faces(fonts_dir())),
    )
    job = {"spec_hash": "ab" * 32, "product_revision": "brands/a/products/b/revisions/1"}
    template, library = DESIGN.design.template, DESIGN.library
    data = build_pack(made.layout, template, library, job=job, dpi=100, parts=parts)
    assert verify_pack(data).ok
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sewing(files: dict[str, bytes]) -> dict[str, object]:
    (surface,) = json.loads(files["manifest.json"])["machines"][0]["surfaces"]
    told: dict[str, object] = surface["sewing"]
    return told


def test_two_readers_of_the_dst_and_one_of_the_pes_find_one_set_of_stitches(
    files: dict[str, bytes],
) -> None:
    walked = machine_reads(files[f"{FOLDER}/front.dst"])
    for read in (
        read_dst(io.BytesIO(files[f"{FOLDER}/front.dst"])),
        read_pes(io.BytesIO(files[f"{FOLDER}/front.pes"])),
    ):
        colours: list[list[tuple[int, int]]] = [[]]
        for x, y, command in read.stitches:
            if command == COLOR_CHANGE:
                colours.append([])
            elif command == STITCH:
                colours[-1].append((round(x), -round(y)))
        dx, dy = (walked.colours[0][0][axis] - colours[0][0][axis] for axis in (0, 1))
        assert [[(x + dx, y + dy) for x, y in one] for one in colours] == walked.colours


def test_stitches_trims_and_changes_are_within_the_rules_and_as_the_manifest_says(
    files: dict[str, bytes],
) -> None:
    told = sewing(files)
    walked = machine_reads(files[f"{FOLDER}/front.dst"])
    assert sum(map(len, walked.colours)) == told["stitches"]
    rules = MACHINE.embroidery
    assert walked.longest * 100 <= rules.max_stitch_um
    assert round(walked.longest * 100) == told["longest_um"]
    assert len(walked.colours) - 1 == told["changes"] == 3
    places = np.array([point for one in walked.colours for point in one])
    assert (np.ptp(places, axis=0) * 100).tolist() == told["size_um"]
    read = read_pes(io.BytesIO(files[f"{FOLDER}/front.pes"]))
    # To this reader each change of thread, and the way to the first stitch, is a cut as well.
    cuts = sum(1 for one in read.stitches if one[2] == TRIM)
    assert (told["trims"], cuts) == (8, 8 + 3 + 1)
    threads = told["threads"]
    assert isinstance(threads, list)
    assert [thread["name"] for thread in threads] == ["Ochre", "Navy", "Forest", "Madder red"]
    assert [thread.description for thread in read.threadlist] == [one["name"] for one in threads]
    assert [thread["stitches"] for thread in threads] == [len(one) for one in walked.colours]


def test_the_shop_sees_what_will_be_sewn(files: dict[str, bytes]) -> None:
    """The picture has the size of the pattern, at its density, and thread where the needle goes."""
    picture = Image.open(io.BytesIO(files[f"{FOLDER}/front.stitches.png"]))
    px_per_mm = picture.info["dpi"][0] / 25.4
    told = sewing(files)
    size = told["size_um"]
    assert isinstance(size, list)
    for side, um in zip(picture.size, size, strict=True):
        assert side / px_per_mm == pytest.approx(um / 1000 + 1.4, abs=0.2)
    pixels = np.asarray(picture.convert("RGB"), np.int32)
    walked = machine_reads(files[f"{FOLDER}/front.dst"])
    places = np.array([point for one in walked.colours for point in one], np.float64)
    places = (places - (places[:, 0].min(), places[:, 1].max())) * (0.1, -0.1) + 0.7
    columns, rows = (places * px_per_mm).astype(int).T
    cloth = np.abs(pixels[rows, columns] - (238, 236, 231)).sum(axis=1) < 40
    assert cloth.mean() < 0.01


def test_what_a_pattern_takes_is_counted() -> None:
    steps = (
        *(Step(Kind.JUMP, 0, 0), Step(Kind.STITCH, 0, 0), Step(Kind.STITCH, 40, 0)),
        *(Step(Kind.TRIM, 40, 0), Step(Kind.JUMP, 400, 0)),
        *(Step(Kind.STITCH, 400, 0), Step(Kind.STITCH, 430, 0)),
    )
    block = Block(NAVY, Thread("Navy", NAVY.rgb), steps)
    one, two = (stitch_measures(Pattern("p", (block,) * count)) for count in (1, 2))
    assert (one.stitches, one.trims, one.changes, one.longest_um) == (4, 1, 0, 4_000)
    # Seven millimetres on the cloth, a millimetre through it at each stitch, four ends of 20 mm.
    assert one.threads[0].length_um == 7_000 + 4_000 + 80_000
    assert one.seconds == 1 + 6
    assert two.seconds == 1 + 12 + 10
    assert stitch_measures(Pattern("p", (block,)), speed_um_s=500).seconds == 14 + 6
