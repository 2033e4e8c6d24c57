"""The size of what the canvas drew is the size that HarfBuzz and plane geometry find by themselves.

Nothing of the project's own layout is used to find the size expected: HarfBuzz shapes and outlines the
text, plane geometry says how large the outlines may be in the zone less its margin.
"""

from __future__ import annotations

import math
import random
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import uharfbuzz as hb
from fontTools.pens.basePen import decomposeQuadraticSegment
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path import parse_path
from shapely import MultiPoint, Polygon, affinity

from tests.page.conftest import Open
from tests.page.visits import Visit

# As in examples/products/steel-tag.json, in millimetres.
WIDTH, HEIGHT, CORNER, MARGIN = 37.0, 17.0, 2.0, 0.5
SMALLEST, LARGEST = 6.0, 42.0
# Of its photo, as examples/studio/steel_tag.py takes it.
PHOTO_PX_PER_MM, PHOTO_WIDTH_PX = 19.0, 1600
MM_PER_PT = 25.4 / 72
STRINGS = 1_000
NODE_MODULES = Path(__file__).parents[2] / "node_modules" / "@expo-google-fonts"
FACES = {
    "Great Vibes": "great-vibes/400Regular/GreatVibes_400Regular.ttf",
    "Cinzel": "cinzel/700Bold/Cinzel_700Bold.ttf",
    "Playfair Display": "playfair-display/700Bold/PlayfairDisplay_700Bold.ttf",
    "Zilla Slab": "zilla-slab/700Bold/ZillaSlab_700Bold.ttf",
    "Noto Sans": "noto-sans/600SemiBold/NotoSans_600SemiBold.ttf",
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÄÉÑØßàçöûž0123456789&.'-"

# Keeps what the page fills last: the path's data and the map from its millimetres to pixels.
SPY = """
const Original = Path2D;
window.Path2D = class extends Original {
  constructor(data) { super(data); this.data = data; }
};
const fill = CanvasRenderingContext2D.prototype.fill;
CanvasRenderingContext2D.prototype.fill = function (path, ...rest) {
  const { a, d } = this.getTransform();
  if (path?.data && this.globalAlpha === 1) window.filled = { data: path.data, map: [a, d], canvas: this.canvas.width };
  return fill.call(this, path, ...rest);
};
"""
TYPE_ALL = """async ({ input, canvas, words }) => {
  const answers = [];
  for (const word of words) {
    const before = canvas.dataset.layout;
    input.value = word;
    input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    await new Promise((done, failed) => {
      const seen = () => canvas.dataset.layout && canvas.dataset.layout !== before && done();
      const watch = new MutationObserver(() => { if (seen()) watch.disconnect(); });
      watch.observe(canvas, { attributes: true, attributeFilter: ["data-layout"] });
      setTimeout(() => failed(new Error(`nothing drawn for ${word}`)), 20_000);
    });
    answers.push(window.filled);
  }
  return answers;
}"""


@pytest.mark.slow
@pytest.mark.parametrize("family", FACES)
def test_the_canvas_draws_text_at_the_size_that_an_independent_fit_finds(
    open_page: Open, family: str
) -> None:
    visit = open_page()
    visit.page.add_init_script(SPY)
    visit.open("steel-tag")
    choose(visit, family)
    words = some_words(family, STRINGS // len(FACES))
    worst = 0.0
    for word, drawn in zip(words, typed(visit, words), strict=True):
        (found, blur), wanted = size_drawn(drawn, family, word), size_wanted(family, word)
        assert abs(found - wanted) <= 0.01 + blur, (word, found, wanted)
        worst = max(worst, abs(found - wanted))
    assert worst > 0  # Two ways of reckoning never agree to the last bit.


def some_words(family: str, count: int) -> list[str]:
    """Distinct random strings without spaces at their ends, none of which needs more than the face."""
    chance = random.Random(family)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(chance.choice(LETTERS) for _ in range(chance.randint(1, 14)))] = None
    return list(words)


def choose(visit: Visit, family: str) -> None:
    visit.page.get_by_role("radio", name=family).check(force=True)


def typed(visit: Visit, words: list[str]) -> list[dict[str, Any]]:
    input_handle = visit.field("Name").element_handle()
    canvas = visit.canvas.element_handle()
    answers: list[dict[str, Any]] = visit.page.evaluate(
        TYPE_ALL, {"input": input_handle, "canvas": canvas, "words": words}
    )
    return answers


def size_drawn(drawn: dict[str, Any], family: str, word: str) -> tuple[float, float]:
    """Return the size in points, and what a whole micrometre is worth of it.

    The size is the extent of the path in the canvas's pixels over that of the text at 1 pt.
    """
    pen = BoundsPen(None)
    parse_path(drawn["data"], pen)
    left, top, right, bottom = pen.bounds
    across, down = drawn["map"][:2]
    pixels_per_mm = PHOTO_PX_PER_MM * drawn["canvas"] / PHOTO_WIDTH_PX
    width, height = (right - left) * across / pixels_per_mm, (bottom - top) * down / pixels_per_mm
    low_x, low_y, high_x, high_y = ink_of(family, word).bounds
    drawn_mm, at_1_pt = (width, high_x - low_x) if width > height else (height, high_y - low_y)
    return drawn_mm / at_1_pt, 0.001 / at_1_pt


def size_wanted(family: str, word: str) -> float:
    """Return the largest size in points, in steps of 0.01, at which the text lies in its zone.

    A convex shape lies in another if in no direction it reaches farther: a rectangle with round
    corners reaches as far as the rectangle of their centres, and the radius.
    """
    ink = ink_of(family, word)
    low_x, low_y, high_x, high_y = ink.bounds
    points = np.array(ink.exterior.coords) - [(low_x + high_x) / 2, (low_y + high_y) / 2]
    angles = np.linspace(0, 2 * np.pi, 4097)
    x, y = np.cos(angles), np.sin(angles)
    reached = (points[:, :1] * x + points[:, 1:] * y).max(axis=0)
    room = abs(x) * (WIDTH / 2 - CORNER) + abs(y) * (HEIGHT / 2 - CORNER) + CORNER - MARGIN
    largest = float((room / reached).min())
    return min(max(math.floor(largest * 100 + 1e-6) / 100, SMALLEST), LARGEST)


@cache
def font_of(family: str) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob((NODE_MODULES / FACES[family]).read_bytes())))


@cache
def ink_of(family: str, word: str) -> Polygon:
    """Return the convex hull of the outlines at 1 pt, in millimetres, y down."""
    font = font_of(family)
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    buffer.language = "und"
    hb.shape(font, buffer)
    pen = RecordingPen()
    x = 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        origin = (1, 0, 0, 1, x + position.x_offset, position.y_offset)
        font.draw_glyph_with_pen(info.codepoint, TransformPen(pen, origin))
        x += position.x_advance
    unit = MM_PER_PT / font.face.upem
    return affinity.scale(MultiPoint(points_on(pen)).convex_hull, unit, -unit, origin=(0, 0))


def points_on(pen: RecordingPen) -> list[Any]:
    """Return the points of outlines, of curves so many that none reaches visibly beyond them."""
    points: list[Any] = []
    for verb, given in pen.value:
        if verb == "curveTo":
            points += curve(points[-1], *given)
        elif verb == "qCurveTo":
            for control, end in decomposeQuadraticSegment(given):
                start, middle = np.array(points[-1]), np.array(control)
                thirds = [(2 * middle + other) / 3 for other in (start, np.array(end))]
                points += curve(start, *thirds, end)
        elif given:
            points.append(given[0])
    return points


def curve(*controls: Any) -> list[Any]:
    """Return points along a cubic curve, its end last."""
    t = np.linspace(0, 1, 65)[1:, None]
    u = 1 - t
    weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
    return list(sum(w * np.array(point) for w, point in zip(weights, controls, strict=True)))
