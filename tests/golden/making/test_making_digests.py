"""Golden hashes of what the machines of the library are given for the same designs.

They change with the renderer's version, or with a machine's file, and with nothing else. The
geometry comes from a process of its own, under another seed of hashes.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import orjson

from render_core.layout import FillRule, Ink, Item, Operation, Surface
from render_core.making.prepare import prepare
from render_core.making.profile_json import library
from tests.render_core.export.samples import ARCS, PATHS, STAR
from tests.render_core.making.cut_up import cut_up
from tests.render_core.making.work import face, path

GOLDEN = Path(__file__).with_name("digests.json")
ROOT = Path(__file__).parents[3]


def sample() -> Surface:
    """Return a face with an item of every operation: parts with holes, letters, curves, arcs."""
    items = []
    for row, operation in enumerate(one for one in Operation if one is not Operation.SCREEN_ONLY):
        for column, name in enumerate(("letter", "ring", "comb", "drop")):
            outline = path(PATHS[name]).moved(column * 60_000, row * 30_000)
            items.append(
                Item(f"{operation.value}-{column % 2}", operation, Ink((0, 0, 0)), outline)
            )
        star = path(STAR).moved(240_000, row * 30_000)
        items.append(Item("star", operation, Ink((0, 0, 0)), star, FillRule.NONZERO))
        line = path(ARCS).moved(300_000, row * 30_000)
        items.append(Item("line", operation, Ink((0, 0, 0)), line, line_width_um=400))
    return face(*items, x_um=1_000, y_um=2_000, size_mm=400)


def digests() -> dict[str, str]:
    """Return a hash of the work of each machine, problems and tiles included."""
    surface, found = sample(), {}
    for name, profile in library().items():
        made = prepare(surface, profile, stencils=("cut-1",))
        told = [[one.code, one.zone, list(one.box or ()), one.measured] for one in made.problems]
        tiles = [tile.surface.document() for tile in cut_up(made.surface, 300_000, 300_000, 10_000)]
        whole = [made.surface.document(), list(made.trim), told, tiles]
        text = orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)
        found[name] = hashlib.sha256(text).hexdigest()
    return found


def test_the_work_of_every_machine_is_that_of_the_golden_file(rewrite_golden: bool) -> None:
    made = digests()
    if rewrite_golden:
        GOLDEN.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")
    assert made == json.loads(GOLDEN.read_text())


def test_another_process_and_seed_of_hashes_and_locale_make_the_same_bytes() -> None:
    code = "import json, tests.golden.making.test_making_digests as it; print(json.dumps(it.digests()))"
    environment = {**os.environ, "PYTHONHASHSEED": "17", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    assert json.loads(made.stdout) == json.loads(GOLDEN.read_text())
