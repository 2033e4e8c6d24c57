"""Prints the SHA-256 of mock-ups: `python -m tests.render_core.mockup.digests`.

Run in a process of its own, so that its environment can be chosen.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace

import numpy as np

from render_core import vips
from render_core.layout import ImageUse, Ink, Item, Layout, Operation
from render_core.looks import Finish, Gradient, GradientKind, GradientStop
from render_core.mockup.photo import on_photo
from render_core.views import Light, View
from tests.render_core.export.samples import MemoryLibrary, engraved, layout_of, surface_of
from tests.render_core.mockup.placements import PLACEMENTS

LIBRARY = MemoryLibrary()
CURVES = "M5 5Q20 -5 35 5T60 12L50 28A9 9 0 0 1 30 28Z"
FOIL = Ink((212, 175, 55))
GRADIENT = Gradient(
    GradientKind.RADIAL,
    (25_000, 12_000),
    (30_000, 15_000),
    (GradientStop(0, (250, 240, 90)), GradientStop(1000, (160, 20, 60), 400)),
    radius_um=26_000,
)


def _picture(seed: int, height: int, width: int, bands: int) -> str:
    """Keep a picture of slopes and grain, and return its hash."""
    y, x = np.indices((height, width))
    plane = (x * 3 + y * 5) % 256 // 2 + np.random.default_rng(seed).integers(0, 120, x.shape)
    pixels = np.stack([plane, 255 - plane, plane // 2, 255 - plane // 3][:bands], axis=2)
    return LIBRARY.add(vips.png(pixels.astype(np.uint8)))


def design() -> Layout:
    """Return a design with outlines, a gradient, foil, a shadow and a picture that lets through."""
    image = ImageUse(
        _picture(3, 300, 420, 4), 420, 300, (50_000, 9_000, -8_000, 26_000, 2_000, -2_000)
    )
    outline = engraved(CURVES).outline
    return layout_of(
        surface_of(
            Item("zone", Operation.PRINT, Ink((0, 0, 0)), image=image),
            Item("zone", Operation.PRINT, Ink((20, 20, 20)), outline.moved(900, 900), opacity_permille=400),
            Item("zone", Operation.PRINT, Ink((200, 40, 30)), outline, gradient=GRADIENT),
            replace(engraved("M40 20H66V33H40Z", FOIL), finish=Finish.FOIL, operation=Operation.FOIL),
            replace(engraved("M-6 22H10V32H-6Z"), finish=Finish.ENGRAVED, depth_um=500),
        )
    )  # fmt: skip


def digests() -> dict[str, str]:
    """Return hashes by placement, without and with what lies between a design and the eye."""
    photo = _picture(1, 600, 800, 3)
    greys = [_picture(seed, 300, 400, 3) for seed in (11, 12, 13)]
    ramps = np.abs(np.arange(400) * 4 % 400 - 200) + 28
    waves = np.tile(ramps, (300, 1)).astype(np.uint8)
    folds = LIBRARY.add(vips.png(np.repeat(waves[..., None], 3, axis=2)))
    light = Light(greys[0], greys[1], greys[2], folds, 7000)
    found = {}
    for name, placement in PLACEMENTS.items():
        for between, shown in (("", Light()), (" behind light", light)):
            view = View("view", "View", photo, 800, 600, (placement,), light=shown)
            pixels = on_photo(design(), view, LIBRARY, 600)
            found[name + between] = hashlib.sha256(pixels.tobytes()).hexdigest()
    return found


if __name__ == "__main__":
    json.dump(digests(), sys.stdout, indent=1, sort_keys=True)
