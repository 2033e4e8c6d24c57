"""Letters that join are one piece without seams, and their holes stay open.

The judge is librsvg: it fills the raw outlines of all glyphs, overlaps and all, and the pieces and
holes of that picture are counted.
"""

from __future__ import annotations

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from render_core.geometry.flatten import flatten
from render_core.geometry.paths import Path, join_paths
from render_core.geometry.svg_path_writer import path_data_mm
from render_core.layout import Outline
from render_core.text.face import face_of
from render_core.text.glyph_drawing import draw
from render_core.text.lines import set_line
from render_core.text.normalise import normalise
from render_core.text.paragraphs import itemise
from render_core.text.setting import Setting
from tests.fonts import FontLibrary, font_hash
from tests.render_core import outside_eyes
from tests.render_core.composing import composed, items_of, text_zone
from tests.render_core.edges import DPI
from tests.render_core.geometry.geos import is_clean

# Faces, texts, and how many pieces and holes a reader sees in them.
TEXTS = {
    ("script", "Emma"): (2, None),
    ("script", "Emma & Louis"): (None, None),
    ("script", "Hannah Bell"): (None, None),
    ("arabic", "محمد"): (1, None),
    ("arabic", "السلام"): (None, None),
    ("arabic", "بيت"): (None, None),
    ("devanagari", "नमस्ते"): (None, None),
    ("devanagari", "क्षत्रिय"): (None, None),
    ("devanagari", "कमल"): (1, None),
    ("serif", "BOB 808"): (6, 10),
}
LEAST_MM2 = 0.002  # Slivers that pixels cannot show are not counted.


def made(font: str, text: str) -> Outline:
    (item,) = items_of(composed(text_zone(60, 20, font=font, max_graphemes=40), text))
    return item.outline


def raw(font: str, text: str) -> Outline:
    """Return the outlines of all glyphs as the font has them, 10 mm to the em."""
    face = face_of(font_hash(font), FontLibrary())
    (paragraph,) = itemise(normalise(text), [face])
    line = set_line(paragraph, paragraph.start, paragraph.end, Setting())
    scale = 10_000 / face.upem
    return join_paths(
        draw(face.font, glyph.glyph_id).placed(
            scale, 10_000 * glyph.x + 5_000, 10_000 * glyph.y + 15_000
        )
        for glyph in line.glyphs
    ).outline()


def seen(outline: Outline) -> tuple[int, int]:
    """Return how many pieces and holes a picture of an outline has, as librsvg fills it."""
    page = f'<svg xmlns="http://www.w3.org/2000/svg" width="90mm" height="25mm" viewBox="0 0 90 25"><path d="{path_data_mm(outline)}"/></svg>'
    mask = np.pad(outside_eyes.librsvg(page.encode()), 1)
    least = LEAST_MM2 * (DPI / 25.4) ** 2
    return parts(mask, least), parts(~mask, least) - 1


def parts(mask: NDArray[np.bool_], least: float) -> int:
    """Return how many connected parts of some size a mask has."""
    labels = pyvips.Image.new_from_array(mask.astype(np.uint8)).labelregions().numpy()
    return int((np.bincount(labels[mask]) >= least).sum())


def counted(outline: Outline) -> tuple[int, int]:
    """Return how many outer contours and holes an outline has."""
    areas = []
    for contour in flatten(outline, 1.0):
        x, y = contour.points_um.T / 1000
        areas.append(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2)
    outer = 1 if sum(areas) > 0 else -1
    kept = [area * outer for area in areas if abs(area) >= LEAST_MM2]
    return sum(area > 0 for area in kept), sum(area < 0 for area in kept)


@pytest.mark.parametrize(("font", "text"), TEXTS)
def test_pieces_and_holes_are_those_of_the_glyphs_filled_together(font: str, text: str) -> None:
    assert counted(made(font, text)) == seen(raw(font, text))


@pytest.mark.parametrize(("font", "text"), TEXTS)
def test_no_contour_crosses_itself_or_another(font: str, text: str) -> None:
    assert is_clean(made(font, text))


@pytest.mark.parametrize(("font", "text"), [key for key, value in TEXTS.items() if value[0]])
def test_what_joins_is_one_piece(font: str, text: str) -> None:
    pieces, holes = TEXTS[font, text]
    found = counted(made(font, text))
    assert found[0] == pieces
    assert holes is None or found[1] == holes


def test_raw_glyphs_do_overlap() -> None:
    """The other tests mean something: these outlines cross as they come from the fonts."""
    assert not is_clean(raw("script", "Emma"))
    assert not is_clean(raw("devanagari", "कमल"))


def test_a_path_without_contours_has_no_pieces() -> None:
    assert counted(Path(np.zeros(0, np.uint8), np.zeros((0, 2))).outline()) == (0, 0)
