"""Five hundred designs, drawn by chance from a dozen scripts: every file shows the same edges.

Text along arcs and lines, outlines and shadows in other colours, pictures turned and clipped by arcs,
rings and slots; sixteen designs to a sheet, so that other programs open a hundred files and not two
thousand. The flat print, SVG (librsvg), PDF (Ghostscript, poppler) and DXF (ezdxf) are compared at
1,200 dpi in red, green and blue. The figure is `area_distance_mm`; how it is spread is printed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from render_core import vips
from render_core.compose import compose
from render_core.design import (
    Align,
    Design,
    Shape,
    ShapeKind,
    SurfaceSpec,
    Template,
    TextRules,
    TextValue,
    ZoneSpec,
)
from render_core.effects import LineJoin, OutlineEffect, ShadowEffect
from render_core.export.dxf import dxf
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import ImageUse, Ink, Item, Operation, Surface
from render_core.raster.flat import flat
from render_core.raster.paint import on_white
from render_core.text_rules import PathSide, TextPath, TextPathKind
from tests.fonts import FontLibrary, font_hash
from tests.render_core import outside_eyes
from tests.render_core.edges import DPI, MM_PER_PIXEL, Mask, area_distance_mm
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.test_agreement import TOLERANCE_MM
from tests.render_core.text.outside.samples import SAMPLES

SHEETS: Final = 32
QUICK: Final = range(2)
COLUMNS, ROWS = 4, 4
ZONE_UM, PITCH_UM = (18_000, 11_000), (19_050, 12_700)  # Whole pixels at 72 and at 1,200 dpi.
FALLBACK = tuple(font_hash(face) for face in ("sans", "arabic", "hebrew", "devanagari", "emoji"))
WORDS = tuple(sample.text for sample in SAMPLES)
# In each channel nearly nothing or nearly all, so that the middle is an edge and nothing else.
COLOURS = ((0, 0, 0), (230, 20, 30), (20, 30, 230), (10, 225, 40), (225, 20, 230), (10, 220, 225))
RING = "M9 1A4.5 4.5 0 0 1 9 10A4.5 4.5 0 0 1 9 1ZM9 2.6A2.9 2.9 0 0 0 9 8.4A2.9 2.9 0 0 0 9 2.6Z"
SLOT = "M4 3A2.5 2.5 0 0 0 4 8L14 8A2.5 2.5 0 0 0 14 3Z"
ROUNDED = "M3 1L15 1A2 2 0 0 1 17 3L17 8A2 2 0 0 1 15 10L3 10A2 2 0 0 1 1 8L1 3A2 2 0 0 1 3 1Z"
PICTURE_PX = (1_080, 720)  # Finer than the print, or one pixel of the picture would be the figure.
READERS = [
    "librsvg",
    "ezdxf",
    pytest.param("ghostscript", marks=pytest.mark.outside),
    pytest.param("poppler", marks=pytest.mark.outside),
]

Channels = NDArray[np.bool_]  # (h, w, c): what is dark in each channel.


@pytest.mark.parametrize("reader", READERS)
def test_the_designs_of_two_sheets_have_the_same_edges_in_every_file(
    reader: str, tmp_path: Path
) -> None:
    seen = [found for number in QUICK for found in distances(number, reader, tmp_path)]
    assert len(seen) == len(QUICK) * COLUMNS * ROWS
    assert max(seen) <= TOLERANCE_MM


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_five_hundred_designs_have_the_same_edges_in_every_file(
    reader: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = [found for number in range(SHEETS) for found in distances(number, reader, tmp_path)]
    with capsys.disabled():
        print(f"\n{reader}: {spread(seen)}")  # noqa: T201  # What this test is asked for.
    assert len(seen) >= 500
    assert max(seen) <= TOLERANCE_MM


@pytest.mark.parametrize("channel", range(3))
def test_a_sheet_moved_by_a_fifteenth_of_a_millimetre_is_noticed_in_each_channel(
    channel: int,
) -> None:
    whole = print_of(0)
    moved = whole.copy()
    moved[..., channel] = np.roll(whole[..., channel], 3, axis=1)
    assert max(by_design(whole, moved)) > TOLERANCE_MM


@pytest.mark.slow
def test_the_sheets_hold_five_hundred_designs_of_every_kind() -> None:
    sheets = [sheet(number)[0] for number in range(SHEETS)]
    made = {(n, item.zone) for n, surface in enumerate(sheets) for item in surface.items}
    assert len(made) == SHEETS * COLUMNS * ROWS >= 500
    items = [item for surface in sheets for item in surface.items]
    assert sum(item.image is not None for item in items) >= 60
    assert sum(item.image is not None and item.clip is not None for item in items) >= 30
    assert len({item.ink.rgb for item in items}) == len(COLOURS)
    texts = [frame.text for surface in sheets for frame in surface.zones if frame.text is not None]
    assert sum(any(c.level % 2 for c in text.clusters) for text in texts) >= 60
    assert sum(any(c.caret_um for c in text.clusters) for text in texts) >= 50
    assert sum(text.lines > 1 for text in texts) >= 50


def distances(number: int, reader: str, folder: Path) -> list[float]:
    """Return how far each design of a sheet is from the flat print, in millimetres."""
    surface, library = sheet(number)
    if reader == "ezdxf":
        seen_apart = [by_design(covered(one), drawn(one)) for one in levels(surface)]
        return [max(of_design) for of_design in zip(*seen_apart, strict=True)]
    if reader == "librsvg":
        seen = outside_eyes.librsvg_colours(svg(surface, library))
    elif reader == "poppler":
        seen = outside_eyes.poppler_colours(pdf([surface], library), folder)
    else:
        seen = outside_eyes.ghostscript_colours(pdf([surface], library), folder)
    return by_design(print_of(number), seen < 128)


def by_design(one: Channels, other: Channels) -> list[float]:
    return [
        max(
            area_distance_mm(one[place][..., channel], other[place][..., channel])
            for channel in range(one.shape[2])
        )
        for place in places()
    ]


def places() -> Iterator[tuple[slice, slice]]:
    """Yield the pixels of each design on a sheet."""
    width, height = (round(size / 1000 / MM_PER_PIXEL) for size in PITCH_UM)
    for place in range(COLUMNS * ROWS):
        row, column = divmod(place, COLUMNS)
        yield (
            slice(row * height, (row + 1) * height),
            slice(column * width, (column + 1) * width),
        )


def spread(seen: list[float]) -> str:
    """Return how many designs are how many micrometres off."""
    counted = sorted(Counter(round(found * 1000) for found in seen).items())
    told = ", ".join(f"{off} µm: {count}" for off, count in counted)
    return f"{len(seen)} designs, largest {max(seen):.4f} mm ({told})"


def levels(surface: Surface) -> list[Surface]:
    """Return the surface's outlines in surfaces of which none has two over each other.

    A DXF holds contours and not what lies on what: filled together, holes of one would be cut by another.
    """
    counted: Counter[str] = Counter()
    found: list[list[Item]] = []
    for item in surface.items:
        if item.image is None:
            if counted[item.zone] == len(found):
                found.append([])
            found[counted[item.zone]].append(item)
            counted[item.zone] += 1
    return [replace(surface, items=tuple(items)) for items in found]


def covered(surface: Surface) -> Channels:
    mask: Mask = flat(surface, MemoryLibrary(), DPI)[..., 3:] > 127
    return mask


def drawn(surface: Surface) -> Channels:
    width, height = surface.width_um / 1000, surface.height_um / 1000
    return outside_eyes.ezdxf_drawing(dxf(surface), width, height)[..., None]


@lru_cache(maxsize=SHEETS)
def packed_print_of(number: int) -> NDArray[np.uint8]:
    surface, library = sheet(number)
    return np.packbits(on_white(flat(surface, library, DPI)) < 128)


def print_of(number: int) -> Channels:
    """Return what is dark in each channel of the flat print."""
    width, height = (round(size / 1000 / MM_PER_PIXEL) for size in PITCH_UM)
    shape = (ROWS * height, COLUMNS * width, 3)
    bits = np.unpackbits(packed_print_of(number), count=shape[0] * shape[1] * shape[2])
    return bits.reshape(shape).astype(np.bool_)


@lru_cache(maxsize=2)
def sheet(number: int) -> tuple[Surface, MemoryLibrary]:
    """Return a surface with a design in each of its zones, and the pictures on it."""
    chance = random.Random(f"sheet {number}")
    designs = [design(chance, place) for place in range(COLUMNS * ROWS)]
    page = SurfaceSpec("page", "Page", COLUMNS * PITCH_UM[0], ROWS * PITCH_UM[1])
    while True:
        zones = tuple(zone for zone, _ in designs)
        values = {zone.id: value for zone, value in designs}
        composition = compose(Design(Template((page,), zones), values), FontLibrary())
        # What by chance is too long for its line is drawn anew.
        too_long = {one.zone for one in composition.problems if one.code == "DOES_NOT_FIT"}
        if not too_long:
            break
        designs = [
            design(chance, place) if zone.id in too_long else (zone, value)
            for place, (zone, value) in enumerate(designs)
        ]
    codes = {problem.code for problem in composition.problems}
    assert codes <= {"BIDI_CONTROL", "INVISIBLE_CHARACTER"}, codes
    library = MemoryLibrary()
    surface = composition.layout.surfaces[0]
    below = [item for zone in zones for item in ground(chance, zone.id, library)]
    return replace(surface, items=(*below, *surface.items)), library


def ground(chance: random.Random, zone: str, library: MemoryLibrary) -> Iterator[Item]:
    """Yield what lies below a design's text: a picture, arcs, or nothing."""
    roll = chance.random()
    if roll < 0.25:
        clip = parse_path_mm(ROUNDED) if chance.random() < 0.6 else None
        matrix = (
            chance.randrange(12_000, 15_000), chance.randrange(-1_500, 1_500),
            chance.randrange(-1_500, 1_500), chance.randrange(7_000, 8_500),
            chance.randrange(1_500, 2_000), chance.randrange(1_500, 2_000),
        )  # fmt: skip
        use = ImageUse(library.add(picture(chance)), *PICTURE_PX, matrix)
        yield Item(zone, Operation.PRINT, Ink((0, 0, 0)), image=use, clip=clip)
    elif roll < 0.5:
        path = parse_path_mm(chance.choice((RING, SLOT, ROUNDED)))
        yield Item(zone, Operation.PRINT, Ink(chance.choice(COLOURS)), path)


def picture(chance: random.Random) -> bytes:
    """Return a PNG of rectangles in plain colours, many of its pixels wide, opaque or not."""
    width, height = PICTURE_PX
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[...] = (*chance.choice(COLOURS), chance.choice((0, 255)))
    for _ in range(4):
        left, top = chance.randrange(0, width - 360), chance.randrange(0, height - 270)
        across, down = chance.randrange(180, 360), chance.randrange(120, 270)
        pixels[top : top + down, left : left + across] = (*chance.choice(COLOURS), 255)
    return vips.png(pixels)


def design(chance: random.Random, place: int) -> tuple[ZoneSpec, TextValue]:
    """Return a zone on the sheet and what stands in it."""
    sample = chance.choice(SAMPLES)
    text, line = sample.text, path(chance) if chance.random() < 0.2 else None
    if line is None and chance.random() < 0.5:
        text += chance.choice([" ", "\n"]) + chance.choice(WORDS)
    rules = TextRules(
        fonts=(font_hash(sample.face),),
        fallback=(*FALLBACK, *{font_hash(other.face) for other in SAMPLES}),
        min_size_centipoint=50,
        max_size_centipoint=chance.choice([900, 1800, 3600]),
        max_lines=chance.choice([2, 3]),
        max_graphemes=200,
        align=chance.choice(list(Align)),
        tracking_permille=chance.choice([0, 0, 50, -20]),
        path=line,
    )
    row, column = divmod(place, COLUMNS)
    zone = ZoneSpec(
        f"zone-{place}", "Zone", "page", column * PITCH_UM[0] + 500, row * PITCH_UM[1] + 800,
        *ZONE_UM, Operation.PRINT, Ink(chance.choice(COLOURS)),
        shape=Shape(chance.choice([ShapeKind.RECTANGLE, ShapeKind.ELLIPSE])),
        safe_margin_um=300,
        text=rules,
        effects=effects(chance),
    )  # fmt: skip
    return zone, TextValue(text)


def path(chance: random.Random) -> TextPath:
    kind = chance.choice([TextPathKind.ARC, TextPathKind.ELLIPSE])
    return TextPath(
        kind,
        bend_permille=chance.choice([-400, 300, 500]),
        inset_um=2_500,
        start_permille=500 if kind is TextPathKind.ARC else chance.choice([0, 500]),
        side=chance.choice(list(PathSide)) if kind is TextPathKind.ELLIPSE else PathSide.LEFT,
    )


def effects(chance: random.Random) -> tuple[OutlineEffect | ShadowEffect, ...]:
    roll = chance.random()
    ink = Ink(chance.choice(COLOURS))
    if roll < 0.2:
        join = chance.choice(list(LineJoin))
        return (OutlineEffect(chance.choice([100, 250]), Operation.PRINT, ink, join=join),)
    if roll < 0.35:
        return (ShadowEffect(250, 250, Operation.PRINT, ink, long=chance.random() < 0.5),)
    return ()
