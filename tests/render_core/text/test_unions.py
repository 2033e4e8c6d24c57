"""Unions fill what their parts fill: judged by winding numbers at random points, without Skia."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from fontTools.ttLib import TTFont

from render_core.design import TextRules
from render_core.geometry.flatten import flatten_path
from render_core.geometry.paths import Path, join_paths
from render_core.text import face as faces
from render_core.text.block import stack
from render_core.text.face import Face, face_of
from render_core.text.line_breaks import breakings
from render_core.text.normalise import normalise
from render_core.text.paragraphs import itemise
from render_core.text.setting import Setting
from tests.fonts import FACES, FontLibrary, font_bytes, font_hash
from tests.render_core.text.breaking import set_spans

POINTS = 250


def winding(points: np.ndarray, path: Path) -> np.ndarray:
    """Return the winding number of a path around each point (p, 2), by a ray to the right."""
    numbers = np.zeros(len(points), dtype=int)
    x, y = points[:, :1], points[:, 1:]
    for contour in flatten_path(path.verbs, path.points, 0.25):
        a, b = contour.points_um, np.roll(contour.points_um, -1, axis=0)
        side = (b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (x - a[:, 0]) * (b[:, 1] - a[:, 1])
        up, down = (a[:, 1] <= y) & (b[:, 1] > y), (a[:, 1] > y) & (b[:, 1] <= y)
        numbers += (up & (side > 0)).sum(axis=1) - (down & (side < 0)).sum(axis=1)
    return numbers


def unpacked(data: bytes) -> bytes:
    """Return a font as tables, also of WOFF2."""
    with TTFont(BytesIO(data)) as font, BytesIO() as out:
        font.flavor = None
        font.save(out)
        return out.getvalue()


def differing(before: Path, after: Path, seed: int) -> int:
    """Return at how many of some random points two paths differ in being filled."""
    low, high = before.points.min(axis=0), before.points.max(axis=0)
    points = np.random.default_rng(seed).uniform(low, high, (POINTS, 2))
    return int(((winding(points, before) != 0) != (winding(points, after) != 0)).sum())


@pytest.mark.slow
# A colour face's outlines are layers of pictures, many smaller than the polylines of this test are fine.
@pytest.mark.parametrize("name", sorted(FACES.keys() - {"colour-emoji", "single-line"}))
def test_glyphs_fill_the_same_once_their_overlaps_are_gone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    simplify, wrong = faces.simplify, []

    def compared(path: Path) -> Path:
        after = simplify(path)
        # A point or two may fall between a curve and its polyline.
        if len(path.points) and differing(path, after, seed=len(path.points)) > 2:
            wrong.append(path)
        return after

    monkeypatch.setattr(faces, "simplify", compared)
    face = Face(font_hash(name), unpacked(font_bytes(name)))
    for glyph_id in range(0, face.font.face.glyph_count, 3):
        face.glyph(glyph_id)
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("script", "Emma & Louis"),
        ("script", "fjord gypsy"),
        ("arabic", "مرحبا"),
        ("devanagari", "क्षत्रिय"),
        ("script", "a😀b"),
    ],
)
def test_a_block_fills_what_its_glyphs_fill(name: str, text: str) -> None:
    chosen = [face_of(font_hash(one), FontLibrary()) for one in (name, "emoji")]
    made = normalise(text)
    paragraphs = itemise(made, chosen)
    spans = next(iter(breakings(paragraphs, made.text, 1, Setting())))
    lines = set_spans(paragraphs, spans, Setting())
    block = stack(spans, lines, TextRules(fonts=(name,)), rtl=False, centred=True)
    x, y = block.origins[0]
    glyphs = join_paths(
        g.face.glyph(g.glyph_id).path.placed(1000 / g.face.upem, 1000 * (x + g.x), 1000 * (y + g.y))
        for g in lines[0].glyphs
    )
    assert differing(glyphs, block.unioned().placed(1000.0, 0.0, 0.0), seed=1) <= 2
