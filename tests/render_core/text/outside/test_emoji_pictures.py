"""Emoji in their colours look as Chromium draws them from the same face, in every output.

Chromium draws each from its baseline on a canvas; ours are the layers of a glyph, through the raster
and through SVG and PDF.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import uharfbuzz as hb
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import sync_playwright

from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Ink, Item, Operation, Surface, ZoneFrame
from render_core.raster.flat import flat
from render_core.text.colour_glyphs import ColourFace, emoji_items
from render_core.text.face import face_of
from tests import system
from tests.fonts import FACES, FontLibrary, font_hash, fonts_dir
from tests.render_core import outside_eyes
from tests.render_core.export.samples import MemoryLibrary

# One per way of painting: colours, gradients along lines and about points, turned and squeezed ones,
# fading ones, groups (hair), soft light (flags), many layers, sequences.
EMOJI = (
    "🦊", "🎉", "🌈", "🍕", "❤️", "🔥", "✨", "🥳", "🎂", "🦄", "🐶", "👩🏽‍🚀", "🏳️‍🌈", "🇩🇪", "🇺🇸", "🇧🇷",
    "🇨🇭", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "👍🏿", "🧑‍🎄", "🌍", "💎", "🫶🏼", "🐉", "🍷", "⚽", "🎸", "🌻", "👨‍👩‍👧‍👦", "😍", "🤯",
)  # fmt: skip
COLUMNS, CELL_PX, SIZE_PX = 8, 120, 80
LEFT_PX, BASE_PX = 10, 90
DPI = 254  # 100 µm a pixel
FINER = 8  # Ghostscript paints every pixel that a gradient's shape touches: it looks closer.
MEAN_DIFFERENCE = 3.0  # of 255, over an emoji's cell; Ghostscript smooths no edge of a gradient
FAR_SHARE = 0.015  # of the pixels of a cell that differ by more than FAR
FAR = 40

Pixels = NDArray[np.int32]


def surface() -> Surface:
    """Return all emoji in rows, each from its cell's baseline."""
    face = ColourFace.of(face_of(font_hash("colour-emoji"), FontLibrary()))
    items: list[Item] = []
    for index, text in enumerate(EMOJI):
        row, column = divmod(index, COLUMNS)
        x, y = column * CELL_PX + LEFT_PX, row * CELL_PX + BASE_PX
        scale = SIZE_PX * 100 / face.upem
        matrix = (scale, 0.0, 0.0, scale, x * 100.0, y * 100.0)
        glyph = _glyph(face, text)
        made = list(emoji_items(face, glyph, "zone", Operation.PRINT, Ink((0, 0, 0)), matrix))
        assert made, text
        items += made
    width, height = COLUMNS * CELL_PX * 100, -(-len(EMOJI) // COLUMNS) * CELL_PX * 100
    edge = parse_path_mm(f"M0 0H{width / 1000}V{height / 1000}H0Z")
    frame = ZoneFrame("zone", 0, 0, width, height, edge)
    return Surface("page", width, height, edge, (frame,), tuple(items))


def _glyph(face: ColourFace, text: str) -> int:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(face.font, buffer)
    drawn = [info.codepoint for info in buffer.glyph_infos if face.layers(info.codepoint)]
    assert len(drawn) == 1, text
    return drawn[0]


def ours(page: Surface, _: Path) -> Pixels:
    return _on_white(flat(page, MemoryLibrary(), DPI))


def through_svg(page: Surface, folder: Path) -> Pixels:
    import pyvips

    with outside_eyes.svg_loader():
        image = pyvips.Image.svgload_buffer(svg(page, MemoryLibrary()), dpi=72, scale=DPI / 72)
        memory = image.write_to_memory()
    return _on_white(np.frombuffer(memory, np.uint8).reshape(image.height, image.width, 4))


def through_pdf(page: Surface, folder: Path) -> Pixels:
    import subprocess

    system.program("ghostscript", "gs")
    source, target = folder / "page.pdf", folder / "page.ppm"
    source.write_bytes(pdf([page], MemoryLibrary()))
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=ppmraw", f"-r{FINER * DPI}"]
    command += ["-dUseFastColor=true", "-dGraphicsAlphaBits=4", f"-sOutputFile={target}"]
    subprocess.run([*command, str(source)], check=True, capture_output=True)
    fine = outside_eyes.read_ppm(target.read_bytes()).astype(np.int32)
    rows, columns = fine.shape[0] // FINER, fine.shape[1] // FINER
    fine = fine[: FINER * rows, : FINER * columns].reshape(rows, FINER, columns, FINER, 3)
    return fine.sum(axis=(1, 3)) // (FINER * FINER)


def _on_white(pixels: NDArray[np.uint8]) -> Pixels:
    alpha = pixels[..., 3:].astype(np.int32)
    return (pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255


@pytest.fixture(scope="module")
def theirs() -> Pixels:
    program = system.chromium()
    data = base64.b64encode((fonts_dir() / FACES["colour-emoji"]).read_bytes()).decode()
    rows = -(-len(EMOJI) // COLUMNS)
    draw = """async ([emoji, columns, cell, size, left, base]) => {
      await document.fonts.load(`${size}px face`, emoji[0]);
      const context = document.querySelector('canvas').getContext('2d');
      context.fillStyle = '#fff';
      context.fillRect(0, 0, 10000, 10000);
      context.fillStyle = '#000';
      context.font = `${size}px face`;
      context.fontKerning = 'none';
      emoji.forEach((text, i) => context.fillText(
        text, (i % columns) * cell + left, Math.floor(i / columns) * cell + base));
    }"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": COLUMNS * CELL_PX, "height": rows * CELL_PX})
        page.set_content(
            f"<style>@font-face{{font-family:face;src:url(data:font/ttf;base64,{data})}}"
            "body{margin:0}canvas{display:block}</style>"
            f"<canvas width={COLUMNS * CELL_PX} height={rows * CELL_PX}></canvas>",
            timeout=120_000,
        )
        page.evaluate(draw, [list(EMOJI), COLUMNS, CELL_PX, SIZE_PX, LEFT_PX, BASE_PX])
        shot = page.screenshot()
        browser.close()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(np.int32)


def cell(pixels: Pixels, index: int) -> Pixels:
    row, column = divmod(index, COLUMNS)
    return pixels[row * CELL_PX : (row + 1) * CELL_PX, column * CELL_PX : (column + 1) * CELL_PX]


def unlike(one: Pixels, other: Pixels) -> dict[str, tuple[float, float]]:
    """Return the emoji that differ too much: mean difference, and share of far pixels."""
    found = {}
    for index, text in enumerate(EMOJI):
        difference = np.abs(cell(one, index) - cell(other, index)).max(axis=2)
        mean, far = float(difference.mean()), float((difference > FAR).mean())
        if mean > MEAN_DIFFERENCE or far > FAR_SHARE:
            found[text] = (round(mean, 2), round(far, 4))
    return found


@pytest.mark.outside
@pytest.mark.parametrize("output", [ours, through_svg, through_pdf])
def test_emoji_look_as_chromium_draws_them(output, theirs: Pixels, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert unlike(output(surface(), tmp_path), theirs) == {}


@pytest.mark.outside
def test_another_emoji_is_noticed(theirs: Pixels, tmp_path: Path) -> None:
    moved = np.roll(ours(surface(), tmp_path), CELL_PX, axis=1)
    assert len(unlike(moved, theirs)) == len(EMOJI)
