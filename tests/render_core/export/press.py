"""Pages for the samples' press, in its inks, for the tests of what a press prints."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from render_core.export.pdf import pdf
from render_core.layout import Ink, Item, Operation
from tests.profiles import cmyk_profile
from tests.render_core.export.samples import MemoryLibrary, engraved, full_layout, surface_of

LIBRARY: Final = MemoryLibrary()
LAYOUT: Final = full_layout(LIBRARY)
PROFILE: Final = LIBRARY.add(cmyk_profile())
DATA: Final = pdf(LAYOUT.surfaces, LIBRARY, output_profile=PROFILE)


def pressed(*items: Item) -> bytes:
    return pdf([surface_of(*items)], LIBRARY, output_profile=PROFILE)


def printed(path: str, rgb: tuple[int, int, int]) -> Item:
    return replace(engraved(path, Ink(rgb)), operation=Operation.PRINT)
