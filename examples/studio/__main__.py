"""Takes the photos again: python -m examples.studio [NAME …]; the files are committed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from examples.studio import (
    cushion,
    framed_poster,
    gift_wrap,
    leather_journal,
    models,
    mug,
    name_patch,
    pet_tag,
    shopper_photo,
    slate_coaster,
    steel_tag,
    walnut_plaque,
)
from examples.studio.canvas import Colour, Plane, develop, grey, webp
from render_core import vips

PHOTOS: Final[dict[str, tuple[Callable[[], Colour], int]]] = {
    "steel-tag": (steel_tag.photograph, 88),
    "brass-tag": (steel_tag.photograph_brass, 88),
    "walnut-plaque": (walnut_plaque.photograph, 84),
    "slate-coaster": (slate_coaster.photograph, 80),
    "leather-journal": (leather_journal.photograph, 80),
    "mug": (mug.photograph, 90),
    "name-patch": (name_patch.photograph, 62),
    "pet-tag": (pet_tag.photograph, 76),
    "gift-wrap": (gift_wrap.photograph, 82),
    "ring-gold": (models.photograph_ring, 84),
    "ring-rose": (partial(models.photograph_ring, models.ROSE), 84),
    "ring-white": (partial(models.photograph_ring, models.WHITE_GOLD), 84),
    "t-shirt-front": (partial(models.photograph_t_shirt, "front"), 84),
    "t-shirt-back": (partial(models.photograph_t_shirt, "back"), 84),
    "t-shirt-front-navy": (partial(models.photograph_t_shirt, "front", models.NAVY), 84),
    "t-shirt-back-navy": (partial(models.photograph_t_shirt, "back", models.NAVY), 84),
    "phone-case": (models.photograph_phone_case, 86),
    "phone-case-black": (partial(models.photograph_phone_case, models.INK), 86),
    "framed-poster": (framed_poster.photograph, 90),
    "cushion": (cushion.photograph, 90),
    "shopper-lake": (shopper_photo.photograph, 84),
}
# Grey pictures of what lies between a design and the eye; whether they are light, and their width.
GREYS: Final[dict[str, tuple[Callable[[], Plane], bool, int]]] = {
    "framed-poster-shading": (framed_poster.shading, True, 800),
    "framed-poster-highlights": (framed_poster.highlights, True, 800),
    "gift-wrap-mask": (gift_wrap.mask, False, 1600),
    "gift-wrap-shading": (gift_wrap.shading, True, 800),
    "cushion-shading": (cushion.shading, True, 1600),
    "cushion-folds": (cushion.displacement, False, 800),
}
GREY_QUALITY: Final = 90
# A picture too small to print: its problem has a sample, too.
SMALL_PX: Final = (150, 125)
FOLDER: Final = Path(__file__).parent.parent / "photos"


def main(names: list[str]) -> int:
    """Write the photos named, or all; return the exit code."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or [*PHOTOS, *GREYS]:
        if name in GREYS:
            make, light, width = GREYS[name]
            plane = vips.resize(grey(make(), light=light), width, width * 3 // 4)
            _write(name, webp(plane, GREY_QUALITY))
            continue
        photograph, quality = PHOTOS[name]
        pixels = develop(photograph())
        _write(name, webp(pixels, quality))
        if name == "shopper-lake":
            _write(f"{name}-small", webp(vips.resize(pixels, *SMALL_PX), quality))
    return 0


def _write(name: str, data: bytes) -> None:
    (FOLDER / f"{name}.webp").write_bytes(data)
    print(f"{name}.webp {len(data):,} bytes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
