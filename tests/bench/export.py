"""What files of vectors cost: a text of 40 letters as PDF, and as DXF beside ezdxf writing the same."""

from __future__ import annotations

import time
from collections.abc import Iterator

from render_core.compose import compose
from render_core.design import Align, Design, SurfaceSpec, Template, TextRules, TextValue, ZoneSpec
from render_core.export.dxf import dxf
from render_core.export.pdf import pdf
from render_core.export.svg import svg
from render_core.layout import Ink, Operation, Surface
from tests.bench.table import Measure, side_by_side
from tests.fonts import FontLibrary, font_hash
from tests.profiles import cmyk_profile
from tests.render_core.export.dxf_by_ezdxf import content_of, written
from tests.render_core.export.samples import MemoryLibrary

TEXT = "Thequickbrownfoxjumpsoverthelazydogagain"
LETTERS = 40
RUNS = 41
PDF_MS = 5.0
SHARE_OF_EZDXF = 1 / 5


def measures() -> Iterator[Measure]:
    """Processor time of this thread, whoever else is at work."""
    surface, library = _surface(), MemoryLibrary()
    profile = library.add(cmyk_profile())
    content = content_of(dxf(surface))
    assert written(content) == dxf(surface)  # The same entities: the same file.
    pdf_ms, press_ms, svg_ms = side_by_side(
        [
            lambda: pdf([surface], library),
            lambda: pdf([surface], library, output_profile=profile),
            lambda: svg(surface, library),
        ],
        runs=RUNS,
        clock=time.thread_time,
    )
    yield Measure(f"PDF, {LETTERS} letters", pdf_ms, "ms", "SVG", svg_ms, goal=PDF_MS)
    yield Measure(f"PDF for a press, {LETTERS} letters", press_ms, "ms", "PDF", pdf_ms)
    dxf_ms, ezdxf_ms = side_by_side(
        [lambda: dxf(surface), lambda: written(content)], runs=RUNS, clock=time.thread_time
    )
    yield Measure(
        f"DXF, {LETTERS} letters", dxf_ms, "ms", "ezdxf, writing alone", ezdxf_ms,
        goal=SHARE_OF_EZDXF, goal_of_ratio=True,
    )  # fmt: skip


def _surface() -> Surface:
    rules = TextRules(
        fonts=(font_hash("sans"),), fallback=(), min_size_centipoint=100,
        max_size_centipoint=3600, max_lines=1, max_graphemes=LETTERS, align=Align.CENTRE,
    )  # fmt: skip
    zone = ZoneSpec(
        "zone", "Zone", "page", 1_000, 1_000, 200_000, 40_000, Operation.ENGRAVE, Ink((0, 0, 0)),
        text=rules,
    )  # fmt: skip
    template = Template((SurfaceSpec("page", "Page", 202_000, 42_000),), (zone,))
    composed = compose(Design(template, {"zone": TextValue(TEXT)}), FontLibrary())
    assert not composed.problems
    assert len(TEXT) == LETTERS
    return composed.layout.surfaces[0]
