"""Takes the photos again: python -m examples.studio [NAME …]; the files are committed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from examples.studio import mug, shopper_photo, steel_tag, walnut_plaque
from examples.studio.canvas import Colour, develop, webp

PHOTOS: Final[dict[str, tuple[Callable[[], Colour], int]]] = {
    "steel-tag": (steel_tag.photograph, 88),
    "walnut-plaque": (walnut_plaque.photograph, 84),
    "mug": (mug.photograph, 90),
    "shopper-lake": (shopper_photo.photograph, 84),
}
FOLDER: Final = Path(__file__).parent.parent / "photos"


def main(names: list[str]) -> int:
    """Write the photos named, or all; return the exit code."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or list(PHOTOS):
        photograph, quality = PHOTOS[name]
        data = webp(develop(photograph()), quality)
        (FOLDER / f"{name}.webp").write_bytes(data)
        print(f"{name}.webp {len(data):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
