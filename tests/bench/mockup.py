"""A design on a photo in perspective at 1024, with its thumbnail, both as WebP: ours, Pillow and sharp.

The composition is the framed poster: a photo and two lines of text, a plane in perspective, shading
and highlights, mixed in linear light. What no design changes is prepared on all sides, artwork is
decoded and scaled before. The Pillow version is written as one who knows it would: only the box of
the print is worked on, the design is set flat at twice the size that it is seen at, in planes of
linear light, brought there by one bicubic transform each, mixed by `ImageMath`, and turned into sRGB
by a table. A second one mixes bytes of sRGB, which is less work and another picture. WebP comes from
the same encoder for all. sharp knows no perspective, so it lays the print on flat; it is asked if
LUNEO_BENCH_NODE names a folder with it in `node_modules`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageMath

from render_core import vips
from render_core.compose import compose
from render_core.files import load_design
from render_core.mockup.photo import on_photo
from render_core.srgb import bytes_of_light, light_of_bytes
from tests.bench.table import Measure, side_by_side
from tests.render_core.scene.wraps import ssim

ROOT: Final = Path(__file__).parents[2]
EXAMPLES: Final = ROOT / "examples"
DESIGN: Final = EXAMPLES / "designs" / "poster-lake.json"
PHOTOS: Final = EXAMPLES / "photos"
FONTS: Final = ROOT / "node_modules" / "@expo-google-fonts"
WIDTH, HEIGHT, SMALL = 1024, 768, 256
RUNS: Final = 9
BATCH: Final = 12  # Pictures that each process makes while the clock runs.
# Faces with their sizes in millimetres, and the words, where their middle lies and their ink.
FACES: Final = (
    ("title", "playfair-display/700Bold/PlayfairDisplay_700Bold.ttf", 38.8),
    ("line", "zilla-slab/700Bold/ZillaSlab_700Bold.ttf", 12.7),
)
WORDS: Final = (
    ("Lago d’Orta", 411, (32, 36, 43, 255)),
    ("45°48′ N   8°24′ E   ·   21 June 2026", 452, (156, 74, 47, 255)),
)
Pixels = NDArray[np.uint8]


def measures() -> Iterator[Measure]:
    ours, linear, bytewise = Ours(), LinearPeer(), Peer()
    for peer in (linear, bytewise):
        alike = _alike(ours.picture(WIDTH), np.asarray(peer.picture()))
        assert alike > 0.97, alike
    one, light, plain = side_by_side([ours, linear, bytewise], runs=RUNS, clock=time.process_time)
    name = "2D mock-up at 1024, WebP, thumbnail"
    yield Measure(name, one, "ms", "Pillow", light, 1 / 3, True)
    yield Measure(name, one, "ms", "Pillow in sRGB", plain)
    alone, bare, sparse = side_by_side(
        [ours.pictures, linear.pictures, bytewise.pictures], runs=RUNS, clock=time.process_time
    )
    name = "2D mock-up and thumbnail, pixels alone"
    yield Measure(name, alone, "ms", "Pillow", bare, 1 / 3, True)
    yield Measure(name, alone, "ms", "Pillow in sRGB", sparse)
    yield _in_two_processes()
    yield from _beside_sharp(ours)


def _alike(one: Pixels, other: Pixels) -> float:
    everywhere = np.ones((HEIGHT, WIDTH), np.bool_)
    return ssim(one[..., 1].astype(np.float64), other[..., 1].astype(np.float64), everywhere)


class Ours:
    """A design on its photo and its thumbnail, encoded."""

    def __init__(self) -> None:
        self._loaded = load_design(DESIGN)
        self.layout = compose(self._loaded.design, self._loaded.library).layout
        self._view = self._loaded.design.template.views[0]

    def __call__(self) -> tuple[bytes, ...]:
        return tuple(vips.screen_webp(pixels) for pixels in self.pictures())

    def pictures(self) -> tuple[Pixels, Pixels]:
        return self.picture(WIDTH), self.picture(SMALL)

    def picture(self, width: int) -> Pixels:
        return on_photo(self.layout, self._view, self._loaded.library, width)


class Peer:
    """The same by Pillow. The print's corners and zones are those of the product file."""

    def __init__(self) -> None:
        product = json.loads((EXAMPLES / "products" / "framed-poster.json").read_text("utf-8"))
        (placement,) = product["template"]["views"][0]["placements"]
        names = ("top_left", "top_right", "bottom_right", "bottom_left")
        seen = [(placement[name]["x_millipx"], placement[name]["y_millipx"]) for name in names]
        corners = np.array(seen, np.float64) * WIDTH / 1600 / 1000
        low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
        self._box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        self._photo = _opened("framed-poster").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        self._shading, self._highlights = (
            _opened(f"framed-poster-{name}").resize((WIDTH, HEIGHT)).crop(self._box)
            for name in ("shading", "highlights")
        )
        # Twice the size at which the print is seen; millimetres to its pixels.
        self._scale = 2 * float(np.sqrt(((corners[3] - corners[0]) ** 2).sum())) / 500
        self._flat = (round(400 * self._scale), round(500 * self._scale))
        self._coefficients = _inverse((corners - low) * 2, self._flat)
        self._large = (2 * (self._box[2] - self._box[0]), 2 * (self._box[3] - self._box[1]))
        lake = _opened("shopper-lake")
        width, height = round(340 * self._scale), round(340 * self._scale)
        side = min(lake.size)
        left, top = (lake.width - side) // 2, (lake.height - side) // 2
        square = lake.crop((left, top, left + side, top + side))
        self._lake = square.resize((width, height), Image.Resampling.LANCZOS)
        self._fonts = {
            name: ImageFont.truetype(FONTS / path, round(size_mm * self._scale))
            for name, path, size_mm in FACES
        }

    def __call__(self) -> tuple[bytes, ...]:
        return tuple(vips.screen_webp(np.asarray(picture)) for picture in self.pictures())

    def pictures(self) -> tuple[Image.Image, Image.Image]:
        large = self.picture()
        small = large.resize(
            (SMALL, HEIGHT * SMALL // WIDTH), Image.Resampling.LANCZOS, reducing_gap=2.0
        )
        return large, small

    def picture(self) -> Image.Image:
        flat = Image.new("RGBA", self._flat, (255, 255, 255, 0))
        place = (round(30 * self._scale), round(30 * self._scale))
        flat.paste(self._lake, place)
        pen = ImageDraw.Draw(flat)
        for (name, _, _), (text, y_mm, ink) in zip(FACES, WORDS, strict=True):
            at = (200 * self._scale, y_mm * self._scale)
            pen.text(at, text, font=self._fonts[name], fill=ink, anchor="mm")
        seen = flat.transform(
            self._large, Image.Transform.PERSPECTIVE, self._coefficients, Image.Resampling.BICUBIC
        ).reduce(2)
        alpha = seen.getchannel("A")
        lit = ImageChops.multiply(seen.convert("RGB"), self._shading)
        lit = ImageChops.screen(lit, self._highlights)
        picture = self._photo.copy()
        picture.paste(lit, self._box[:2], alpha)
        return picture


class LinearPeer(Peer):
    """The same in linear light: planes of floats, premultiplied."""

    def __init__(self) -> None:
        super().__init__()
        self._below = _planes(self._photo.crop(self._box))
        shading, highlights = _planes(self._shading), _planes(self._highlights)
        self._kept, self._added = [], []
        for shade, high in zip(shading, highlights, strict=True):
            self._added.append(high)
            kept = np.asarray(shade) / 65535 * (1 - np.asarray(high) / 65535)
            self._kept.append(Image.fromarray(kept.astype(np.float32)))
        self._lake_planes = _planes(self._lake)
        self._inks = [light_of_bytes()[list(ink[:3])].tolist() for _, _, ink in WORDS]
        self._table = bytes_of_light().tolist()

    def picture(self) -> Image.Image:
        alpha = Image.new("L", self._flat, 0)
        place = (round(30 * self._scale), round(30 * self._scale))
        alpha.paste(255, (*place, place[0] + self._lake.width, place[1] + self._lake.height))
        planes = [Image.new("F", self._flat, 0.0) for _ in range(3)]
        for plane, lake in zip(planes, self._lake_planes, strict=True):
            plane.paste(lake, place)
        pen = ImageDraw.Draw(alpha)
        for (name, _, _), (text, y_mm, _), ink in zip(FACES, WORDS, self._inks, strict=True):
            at, font = (200 * self._scale, y_mm * self._scale), self._fonts[name]
            left, top, right, bottom = pen.textbbox(at, text, font=font, anchor="mm")
            box = (round(left), round(top), round(right), round(bottom))
            pen.text(at, text, font=font, fill=255, anchor="mm")
            mask = alpha.crop(box)
            for plane, light in zip(planes, ink, strict=True):
                plane.paste(float(light), box, mask)
        share = self._seen(alpha).convert("F")
        mixed = [
            ImageMath.lambda_eval(
                lambda known: known["below"]
                + (known["added"] - known["below"]) * (known["share"] * (1 / 255))
                + known["ink"] * known["kept"]
                + 0.5,
                below=below, added=added, share=share, ink=self._seen(plane), kept=kept,
            )
            for below, added, kept, plane in zip(
                self._below, self._added, self._kept, planes, strict=True
            )
        ]  # fmt: skip
        picture = self._photo.copy()
        shown = [plane.convert("I").point(self._table, "L") for plane in mixed]
        picture.paste(Image.merge("RGB", shown), self._box[:2])
        return picture

    def _seen(self, plane: Image.Image) -> Image.Image:
        return plane.transform(
            self._large, Image.Transform.PERSPECTIVE, self._coefficients, Image.Resampling.BICUBIC
        ).reduce(2)


def _planes(picture: Image.Image) -> list[Image.Image]:
    """Return red, green and blue as planes of linear light, 0 to 65535."""
    light = light_of_bytes()[np.asarray(picture)].astype(np.float32)
    return [Image.fromarray(np.ascontiguousarray(light[..., band])) for band in range(3)]


def _opened(name: str) -> Image.Image:
    return Image.open(PHOTOS / f"{name}.webp").convert("RGB")


def _inverse(corners: NDArray[np.float64], flat: tuple[int, int]) -> tuple[float, ...]:
    """Return the eight numbers of Pillow's PERSPECTIVE: from the seen place to the flat one."""
    width, height = flat
    rows, wanted = [], []
    for (x, y), (u, v) in zip(
        corners.tolist(), ((0, 0), (width, 0), (width, height), (0, height)), strict=True
    ):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return tuple(np.linalg.solve(np.array(rows), np.array(wanted, np.float64)).tolist())


_worker: list[Ours] = []


def _ready() -> None:
    _worker.append(Ours())
    _worker[0]()


def _many(count: int) -> int:
    return sum(len(_worker[0]()[0]) for _ in range(count))


def _in_two_processes() -> Measure:
    """Pictures a second by the clock: two processes against one."""
    rates = []
    for processes in (1, 2):
        with ProcessPoolExecutor(processes, get_context("spawn"), initializer=_ready) as pool:
            list(pool.map(_many, [2] * (2 * processes)))  # All of them are there and warm.
            start = time.perf_counter()
            list(pool.map(_many, [BATCH] * processes))
            rates.append(processes * BATCH / (time.perf_counter() - start))
    # The table's goals are upper bounds: seconds a picture of two by those of one, at most 1 / 1.8.
    one, two = (1000 / rate for rate in rates)
    return Measure("2D mock-up, two processes", two, "ms", "one process", one, 1 / 1.8, True)


def _beside_sharp(ours: Ours) -> Iterator[Measure]:
    """What sharp can do: a print laid on flat, and two WebPs."""
    folder, node = os.environ.get("LUNEO_BENCH_NODE"), shutil.which("node")
    if not folder or not node:
        return
    result = subprocess.run(
        [node, str(Path(__file__).with_name("mockup_sharp.mjs")), str(PHOTOS)],
        cwd=folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    theirs = float(result.stdout)
    (one,) = side_by_side([ours], runs=RUNS, clock=time.process_time)
    yield Measure("2D mock-up at 1024, WebP, thumbnail", one, "ms", "sharp, laid on flat", theirs)
