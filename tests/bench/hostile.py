"""What people who mean harm cost: the costliest of their texts beside a plain one, and the walls
around the reader of a file beside a process for each file.
"""

from __future__ import annotations

import io
import random
import resource
import statistics
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psutil
from PIL import Image

from render_core.compose import compose
from services import composition
from services.runtime.confined import Confined
from tests.bench.table import Measure, median_ms, timed_ms
from tests.fonts import FontLibrary
from tests.hostile.texts.rows import LONGER, rows
from tests.render_core.composing import design, text_zone

CHAIN = ("sans", "arabic", "hebrew", "devanagari", "thai", "khmer", "emoji")
PLAIN = "Marie-Louise von Franz, the second of her name, and her dogs"
MOST_MS = 50.0
RUNS = 3
FILES = 9


def measures() -> Iterator[Measure]:
    yield from _texts()
    yield _upload()


def _texts() -> Iterator[Measure]:
    """Compose every text of the list in a zone for sixty characters on three lines."""
    library, zone = FontLibrary(), text_zone(max_lines=3, fallback=CHAIN)

    def work(typed: str) -> None:
        made = compose(design(zone, typed), library)
        assert len(made.layout.digest()) == 64

    peer = median_ms(lambda: work(PLAIN), runs=9)
    first, again = {}, {}
    for name, typed in (rows() | LONGER).items():
        first[name] = timed_ms(lambda typed=typed: work(typed))  # type: ignore[misc]
        again[name] = min(timed_ms(lambda typed=typed: work(typed)) for _ in range(RUNS))  # type: ignore[misc]
    worst, coldest = max(again, key=again.__getitem__), max(first, key=first.__getitem__)
    plain = "sixty plain letters"
    yield Measure(
        f"{len(again)} hostile texts, median", statistics.median(again.values()), "ms", plain, peer
    )
    yield Measure(f"the costliest: {worst}", again[worst], "ms", plain, peer, MOST_MS)
    yield Measure(f"the costliest with cold glyphs: {coldest}", first[coldest], "ms", plain, peer)


def _upload() -> Measure:
    """Read a photo, in turns: forked from a process that is kept, and in one started for it."""
    photo = _photo()
    with closing(_confined()) as kept, closing(_confined(ahead=False)) as new:
        _read(kept, photo)
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(FILES):
            for one, found in zip((kept, new), times, strict=True):
                before_s = _cpu_s()
                _read(one, photo)
                found.append((_cpu_s() - before_s) * 1e3)
    forked, started = map(statistics.median, times)
    return Measure(
        "reading a photo in a confined process, processor time", forked, "ms",
        "in one started for it", started, 0.4, True,
    )  # fmt: skip


def _confined(*, ahead: bool = True) -> Confined:
    return Confined((composition.INTAKE,), preload=composition.DECODERS, ahead=ahead)


def _read(confined: Confined, photo: bytes) -> None:
    made: Any = confined.run(composition.INTAKE, photo, kind="artwork", display=True, fonts=[])
    assert made[1], "nothing to keep"


def _photo() -> bytes:
    """A photo of a phone, made small by the page: 1,200 × 900."""
    noise = Image.frombytes("RGB", (120, 90), random.Random(1).randbytes(120 * 90 * 3))
    out = io.BytesIO()
    noise.resize((1200, 900), Image.Resampling.BICUBIC).save(out, "JPEG", quality=85)
    return out.getvalue()


def _cpu_s() -> float:
    """Return what the processes that ended took, and those that run, with their children."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = ended.ru_utime + ended.ru_stime
    for child in psutil.Process().children():
        times = child.cpu_times()
        spent += times.user + times.system + times.children_user + times.children_system
    return float(spent)
