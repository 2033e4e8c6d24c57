"""Five hundred designs, drawn by chance from a dozen scripts: every output shows the same edges.

Twenty sheets of twenty-five zones each, so that other programs open sixty files and not fifteen
hundred. By chance there are slivers thinner than a pixel, which one program shows and another does
not; so the figure is the thickness of what differs.
"""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

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
from render_core.layout import Ink, Operation, Surface
from render_core.raster.flat import flat
from render_core.text_rules import PathSide, TextPath, TextPathKind
from tests.fonts import FontLibrary, font_hash
from tests.render_core.edges import DPI, Mask, thickest_difference_mm
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.test_agreement import TOLERANCE_MM, seen_by
from tests.render_core.text.outside.samples import SAMPLES

pytestmark = [pytest.mark.slow, pytest.mark.outside]

SHEETS, COLUMNS, ROWS = 20, 5, 5
ZONE_UM, PITCH_UM = (38_100, 19_050), (41_275, 22_225)  # Whole pixels at 72 and at 1,200 dpi.
FALLBACK = tuple(font_hash(face) for face in ("sans", "arabic", "hebrew", "devanagari", "emoji"))
WORDS = tuple(sample.text for sample in SAMPLES)
BLACK = Ink((0, 0, 0))


@pytest.mark.parametrize("reader", ["librsvg", "ezdxf", "ghostscript"])
@pytest.mark.parametrize("number", range(SHEETS))
def test_a_sheet_has_the_same_edges_in_every_file(number: int, reader: str, tmp_path: Path) -> None:
    seen = seen_by(reader, sheet(number), tmp_path)
    assert thickest_difference_mm(print_of(number), seen) <= TOLERANCE_MM


def test_a_sheet_moved_by_a_fifteenth_of_a_millimetre_is_noticed() -> None:
    moved = np.roll(print_of(0), 3, axis=1)
    assert thickest_difference_mm(print_of(0), moved) > TOLERANCE_MM


def test_the_sheets_hold_five_hundred_designs_of_every_kind() -> None:
    zones = [frame for number in range(SHEETS) for frame in sheet(number).zones]
    made = {(n, item.zone) for n in range(SHEETS) for item in sheet(n).items}
    assert len(zones) == len(made) == 500
    texts = [frame.text for frame in zones if frame.text is not None]
    assert sum(any(c.level % 2 for c in text.clusters) for text in texts) >= 60
    assert sum(any(c.caret_um for c in text.clusters) for text in texts) >= 50
    assert sum(text.lines > 1 for text in texts) >= 50


@lru_cache(maxsize=2)
def sheet(number: int) -> Surface:
    """Return a surface with a design in each of its zones."""
    chance = random.Random(f"sheet {number}")
    zones, values = [], {}
    for place in range(COLUMNS * ROWS):
        zone, value = design(chance, place)
        zones.append(zone)
        values[zone.id] = value
    page = SurfaceSpec("page", "Page", COLUMNS * PITCH_UM[0], ROWS * PITCH_UM[1])
    composition = compose(Design(Template((page,), tuple(zones)), values), FontLibrary())
    codes = {problem.code for problem in composition.problems}
    assert codes <= {"BIDI_CONTROL", "INVISIBLE_CHARACTER"}, codes
    return composition.layout.surfaces[0]


def design(chance: random.Random, place: int) -> tuple[ZoneSpec, TextValue]:
    """Return a zone on the sheet and what stands in it."""
    sample = chance.choice(SAMPLES)
    text = sample.text
    if chance.random() < 0.4:
        text += chance.choice([" ", "\n"]) + chance.choice(WORDS)
    rules = TextRules(
        fonts=(font_hash(sample.face),),
        fallback=(*FALLBACK, *{font_hash(other.face) for other in SAMPLES}),
        min_size_centipoint=100,
        max_size_centipoint=chance.choice([1200, 3600, 7200]),
        max_lines=chance.choice([2, 3]),
        max_graphemes=200,
        align=chance.choice(list(Align)),
        tracking_permille=chance.choice([0, 0, 50, -20]),
        path=path(chance) if "\n" not in text and chance.random() < 0.25 else None,
    )
    row, column = divmod(place, COLUMNS)
    zone = ZoneSpec(
        f"zone-{place}", "Zone", "page", column * PITCH_UM[0] + 1_000, row * PITCH_UM[1] + 1_000,
        *ZONE_UM, Operation.ENGRAVE, BLACK,
        shape=Shape(chance.choice([ShapeKind.RECTANGLE, ShapeKind.ELLIPSE])),
        safe_margin_um=500,
        text=rules,
        effects=effects(chance),
    )  # fmt: skip
    return zone, TextValue(text)


def path(chance: random.Random) -> TextPath:
    kind = chance.choice([TextPathKind.ARC, TextPathKind.ELLIPSE])
    return TextPath(
        kind,
        bend_permille=chance.choice([-400, 300, 500]),
        inset_um=5_000,
        start_permille=500 if kind is TextPathKind.ARC else chance.choice([0, 500]),
        side=chance.choice(list(PathSide)) if kind is TextPathKind.ELLIPSE else PathSide.LEFT,
    )


def effects(chance: random.Random) -> tuple[OutlineEffect | ShadowEffect, ...]:
    roll = chance.random()
    if roll < 0.15:
        join = chance.choice(list(LineJoin))
        return (OutlineEffect(chance.choice([100, 300]), Operation.ENGRAVE, BLACK, join=join),)
    if roll < 0.25:
        return (ShadowEffect(300, 300, Operation.ENGRAVE, BLACK, long=chance.random() < 0.5),)
    return ()


@lru_cache(maxsize=2)
def print_of(number: int) -> Mask:
    mask: Mask = flat(sheet(number), MemoryLibrary(), DPI)[..., 3] > 127
    return mask
