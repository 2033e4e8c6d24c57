"""Prints the SHA-256 of a G-buffer and of pictures from it: `python -m tests.render_core.scene.digests`.

Run in a process of its own, so that its environment can be chosen.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace

from render_core.layout import Layout, Operation
from render_core.looks import Finish
from render_core.scene.camera import Camera
from render_core.scene.gbuffer import to_bytes
from render_core.scene.picture import picture
from render_core.scene.prepare import prepare
from tests.render_core.scene.meshes import cylinder, sphere
from tests.render_core.scene.wraps import NoLibrary, checker, layout

CAMERA = Camera(155_500, 14_000, 400_000, (0, 45_000, 0), 20_000, 192, 192)
BOXES = [(20_000, 10_000, 60_000, 34_000), (70_000, 12_000, 90_000, 30_000)]
SIZE = (128_000, 44_000)


def samples() -> dict[str, Layout]:
    """Return a layout of each kind of look."""
    return {
        "printed": checker(64, 22),
        "engraved": layout(BOXES, SIZE, operation=Operation.ENGRAVE, finish=Finish.ENGRAVED),
        "embossed": layout(BOXES, SIZE, operation=Operation.EMBOSS, finish=Finish.EMBOSSED),
        "foil": layout(
            BOXES, SIZE, rgb=(212, 175, 55), operation=Operation.FOIL, finish=Finish.FOIL
        ),
    }


def digests() -> dict[str, str]:
    """Return hashes by what they are of."""
    buffer = prepare(cylinder(), CAMERA)
    ball = prepare(sphere(), replace(CAMERA, target_um=(0, 0, 0)), samples=8, ground=False)
    found = {"cylinder": _sha(to_bytes(buffer)), "sphere": _sha(to_bytes(ball))}
    for name, design in samples().items():
        found[name] = _sha(picture(buffer, design, NoLibrary()).tobytes())
    return found


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    json.dump(digests(), sys.stdout, indent=1, sort_keys=True)
