"""Text as pixels at 72 dpi, one pixel a point: by us, by Pango and by Chromium; and how they differ."""

from __future__ import annotations

import base64
import html
import io
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import sync_playwright

from render_core.compose import compose
from render_core.design import Design, SurfaceSpec, Template, TextRules, TextValue, ZoneSpec
from render_core.layout import Ink, Operation
from render_core.raster.coverage import coverage
from render_core.raster.grid import Grid
from tests import system
from tests.fonts import FACES, FontLibrary, font_hash, fonts_dir

Mask = NDArray[np.bool_]
SIZE_PT = 80
UM_PER_PT = 25_400 / 72
_WIDTH_MM, _HEIGHT_MM = 2_000, 120
_NEAR_PX = 2


class Sample(NamedTuple):
    """A text of one line in one face, by its name in `tests.fonts.FACES`."""

    face: str
    text: str


def ours(sample: Sample) -> Mask:
    """Return what composition makes, cropped to its ink."""
    zone = ZoneSpec(
        "text", "Text", "page", 0, 0, _WIDTH_MM * 1000, _HEIGHT_MM * 1000, Operation.PRINT,
        Ink((0, 0, 0)),
        text=TextRules(
            fonts=(font_hash(sample.face),),
            min_size_centipoint=SIZE_PT * 100,
            max_size_centipoint=SIZE_PT * 100,
            max_graphemes=300,
        ),
    )  # fmt: skip
    page = SurfaceSpec("page", "Page", _WIDTH_MM * 1000, _HEIGHT_MM * 1000)
    design = Design(Template((page,), (zone,)), {"text": TextValue(sample.text)})
    composition = compose(design, FontLibrary())
    assert not composition.problems, composition.problems
    (item,) = composition.layout.surfaces[0].items
    left, top, right, bottom = item.outline.bounds_um()
    scale = 1 / UM_PER_PT
    width, height = (int((b - a) * scale) + 3 for a, b in ((left, right), (top, bottom)))
    grid = Grid(width, height, scale, 0.0, 0.0, scale, 1 - left * scale, 1 - top * scale)
    return cropped(coverage(grid.contours(item.outline), width, height))


@contextmanager
def fonts_alone(folder: Path, faces: Sequence[str]) -> Iterator[dict[str, str]]:
    """Give an environment in which fontconfig knows the named faces and no others."""
    fonts = folder / "fonts"
    fonts.mkdir(exist_ok=True)
    for face in faces:
        shutil.copyfile(fonts_dir() / FACES[face], fonts / f"{face}.ttf")
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{fonts}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>"
    )
    yield {**os.environ, "FONTCONFIG_FILE": str(config), "LANG": "C.UTF-8"}


def pango(sample: Sample, folder: Path) -> Mask:
    """Return what Pango makes with this face alone."""
    system.program("pango1.0-tools", "pango-view")
    with fonts_alone(folder, [sample.face]) as environment:
        picture = folder / "pango.png"
        subprocess.run(
            [
                "pango-view", "--no-display", "--single-par", "--margin=60", "--dpi=72",
                "--antialias=gray", "--subpixel-positions", "--hinting=none", "--language=und", "--wrap=word",
                f"--font={family(sample.face)} {SIZE_PT}", f"--text={sample.text}",
                f"--output={picture}",
            ],
            check=True, capture_output=True, env=environment,
        )  # fmt: skip
    return cropped(255 - np.asarray(Image.open(picture).convert("L")))


def chromium(samples: Sequence[Sample]) -> list[Mask]:
    """Return what Chromium makes of each, each with its face alone."""
    program = system.chromium()
    masks = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-lcd-text"]
        )
        page = browser.new_page(viewport={"width": 3000, "height": 320})
        for sample in samples:
            page.goto("about:blank")
            page.set_content(_page(sample))
            page.evaluate("async () => { await document.fonts.load('80px face', '…'); }")
            page.evaluate("() => document.fonts.ready")
            shown = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"))
            masks.append(cropped(255 - shown))
        browser.close()
    return masks


def _page(sample: Sample) -> str:
    data = base64.b64encode((fonts_dir() / FACES[sample.face]).read_bytes()).decode()
    return (
        "<!doctype html><meta charset=utf-8><style>"
        f"@font-face{{font-family:face;src:url(data:font/ttf;base64,{data})}}"
        "body{margin:100px;background:#fff;color:#000}"
        f"p{{font:{SIZE_PT}px face;white-space:pre;margin:0;width:2800px;"
        "text-rendering:geometricPrecision;font-synthesis:none;unicode-bidi:plaintext;"
        "text-align:left}"
        f"</style><p>{html.escape(sample.text)}</p>"
    )


def family(face: str) -> str:
    """Return the family and weight of a face as Pango names them."""
    names = TTFont(fonts_dir() / FACES[face])["name"]
    return f"{names.getBestFamilyName()}, {names.getBestSubFamilyName()}"


def cropped(grey: NDArray[np.uint8]) -> Mask:
    """Return where there is ink, cut to its box."""
    ink: Mask = grey > 127
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert rows.size, "nothing was drawn"
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def share_astray(first: Mask, second: Mask) -> float:
    """Return the share of ink of either that lies farther than `_NEAR_PX` from ink of the other.

    Both are laid upon each other at the top left corner of their ink. 1.0 where the sizes differ.
    """
    heights, widths = zip(first.shape, second.shape, strict=True)
    if max(heights) - min(heights) > _NEAR_PX or max(widths) - min(widths) > _NEAR_PX:
        return 1.0
    canvas = (max(heights), max(widths))
    one, other = _on(first, canvas), _on(second, canvas)
    astray = (one & ~_grown(other)) | (other & ~_grown(one))
    return float(astray.sum() / (one | other).sum())


def _on(mask: Mask, canvas: tuple[int, int]) -> Mask:
    rows, columns = canvas[0] - mask.shape[0], canvas[1] - mask.shape[1]
    return np.pad(mask, ((0, rows), (0, columns)))


def _grown(mask: Mask) -> Mask:
    padded = np.pad(mask, _NEAR_PX)
    grown = np.zeros_like(mask)
    rows, columns = mask.shape
    for down in range(2 * _NEAR_PX + 1):
        for across in range(2 * _NEAR_PX + 1):
            grown |= padded[down : down + rows, across : across + columns]
    return grown
