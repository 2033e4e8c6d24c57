"""The render core alone: compose, preview, flat print, and what each costs beside Pillow."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from render_core.compose import compose
from render_core.design import Design, TextValue
from render_core.files import LoadedDesign, load_design
from render_core.output_keys import OutputKind
from render_core.outputs import render
from tests.bench import plain
from tests.bench.table import Measure, median_ms

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "designs"
TEXT = "The Hartmann Family\nsince {}"


def measures() -> Iterator[Measure]:
    loaded = load_design(EXAMPLES / "plaque-two-lines.json")
    years = count(1000)

    def fresh() -> Design:
        return _renamed(loaded, TEXT.format(next(years)))

    composed = compose(fresh(), loaded.library)
    assert not composed.problems
    compose_ms = median_ms(lambda: compose(fresh(), loaded.library), runs=60, warm=10)
    peer_ms = median_ms(lambda: plain.fit(TEXT.format(next(years))), runs=10)
    yield Measure("compose, two lines", compose_ms, "ms", "Pillow's fit by trying", peer_ms, 5.0)

    def preview() -> bytes:
        design = fresh()
        layout = compose(design, loaded.library).layout
        return render(OutputKind.PREVIEW, layout, design.template, loaded.library, {}).data

    peer_ms = median_ms(lambda: plain.mockup(TEXT.format(next(years))), runs=6)
    assert preview().startswith(b"RIFF")
    yield Measure(
        "preview, 1024 px", median_ms(preview, runs=15), "ms", "Pillow", peer_ms, 0.8, True
    )

    layout = composed.layout
    template = loaded.design.template
    final = {"dpi": 1200}
    flat_ms = median_ms(
        lambda: render(OutputKind.FINAL, layout, template, loaded.library, final), runs=2, warm=0
    )
    yield Measure("flat print, 1,200 dpi", flat_ms, "ms")
    pack_ms = median_ms(
        lambda: render(OutputKind.PACK, layout, template, loaded.library, {}), runs=3, warm=1
    )
    yield Measure("export pack", pack_ms, "ms")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Measure("peak memory of the core", peak_mb, "MB")


def _renamed(loaded: LoadedDesign, text: str) -> Design:
    values = {
        zone: replace(value, text=text) if isinstance(value, TextValue) else value
        for zone, value in loaded.design.values.items()
    }
    return Design(loaded.design.template, values)
