"""Makes the gallery: python -m examples.gallery [FOLDER]; build/gallery unless named."""

from __future__ import annotations

import sys
from pathlib import Path

from examples.gallery.page import page
from examples.gallery.sections import TILES
from examples.gallery.tiles import ROOT


def main(arguments: list[str]) -> int:
    """Write the page and return the exit code."""
    folder = Path(arguments[0]) if arguments else ROOT / "build" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "index.html"
    file.write_text(page(), "utf-8")
    print(f"{len(TILES)} pictures in {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
