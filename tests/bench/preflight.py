"""What preflight costs at a keystroke, beside the same composition without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count

from render_core.compose import compose
from render_core.design import ArtworkValue, Design, TextValue, ZoneSpec
from render_core.gamut import press_of
from render_core.geometry.gaps import measure
from render_core.geometry.outline_builder import OutlineBuilder
from render_core.layout import Ink, Operation, Outline
from tests.bench.table import Measure, median_ms, side_by_side, timed_ms
from tests.fonts import FontLibrary
from tests.profiles import cmyk_profile
from tests.render_core.composing import (
    artwork_zone,
    composed,
    design,
    drawing,
    items_of,
    sha,
    text_zone,
)

TEXT = "The Hartmann Family\nsince {}"


def measures() -> Iterator[Measure]:
    yield from _of_text()
    yield from _of_artwork()
    yield from _of_colours()


def _of_text() -> Iterator[Measure]:
    years = count(1000)
    plain = text_zone(100, 40, max_lines=2)
    checked = text_zone(
        100,
        40,
        max_lines=2,
        min_stroke_um=300,
        min_gap_um=250,
        forbidden_words=tuple(f"word{number}*" for number in range(200)),
    )

    thin = replace(checked, text=text_zone(min_stroke_um=3_000, min_gap_um=3_000).text)
    assert {p.code for p in composed(thin, "Emma").problems} >= {"STROKE_TOO_THIN"}

    def typed(zone: ZoneSpec) -> object:
        return composed(zone, TEXT.format(next(years)))

    peer_ms, checked_ms, thin_ms = side_by_side(
        [partial(typed, zone) for zone in (plain, checked, thin)], runs=100, warm=20
    )
    yield Measure(
        "compose, strokes, gaps, words", checked_ms, "ms", "unchecked", peer_ms, 2.0, True
    )
    yield Measure("compose, both too thin", thin_ms, "ms", "unchecked", peer_ms, 4.0, True)


def _of_artwork() -> Iterator[Measure]:
    side = 40
    data = "".join(
        f"M{x * 1000} {y * 1000}h600v600h-600Z" for x in range(side) for y in range(side)
    )
    art = drawing(40_000, 40_000, (data, (0, 0, 0)))
    zone = artwork_zone(40, 40, operation=Operation.ENGRAVE)
    (item,) = items_of(composed(zone, ArtworkValue(sha(art)), art))
    assert measure(item.outline, 300, 300).complete
    first_ms = timed_ms(lambda: measure(item.outline, 300, 300))
    zone = artwork_zone(40, 40, operation=Operation.ENGRAVE, min_stroke_um=300, min_gap_um=300)
    again_ms = median_ms(lambda: composed(zone, ArtworkValue(sha(art)), art), runs=20)
    yield Measure("measure 1,600 pieces of artwork, once", first_ms, "ms")
    comb = _comb(80)
    comb_ms = median_ms(lambda: measure(comb, 1000, 1000), runs=5, warm=1)
    yield Measure("measure a comb of 80 tines", comb_ms, "ms", "those pieces", first_ms, 2.0, True)
    yield Measure("compose with them, then", again_ms, "ms", "measuring them", first_ms, 0.5, True)


def _comb(tines: int) -> Outline:
    """Return a comb in which many chords cross several tines: 300 µm each, 300 µm apart."""
    out = OutlineBuilder()
    out.move((0, 20_000))
    for left in range(0, 600 * tines, 600):
        for corner in ((left, 0), (left + 300, 0), (left + 300, 18_000), (left + 600, 18_000)):
            out.line(corner)
    out.line((600 * tines, 20_000))
    out.close()
    return out.build()


def _of_colours() -> Iterator[Measure]:
    profile = cmyk_profile()
    library = FontLibrary(profile)
    shades = count()

    def colour() -> tuple[int, int, int]:
        number = next(shades)
        return (number % 256, number // 256 % 256, 90)

    zone = replace(text_zone(inks=(Ink((120, 90, 80)),)), operation=Operation.PRINT)
    made = design(zone, TextValue("Emma"))
    template = replace(made.template, output_profile=sha(profile))
    checked = Design(template, made.values)
    peer_ms, checked_ms = side_by_side(
        [partial(compose, one, library) for one in (made, checked)], runs=100, warm=20
    )
    yield Measure("compose, colours checked", checked_ms, "ms", "unchecked", peer_ms, 1.5, True)
    press = press_of(sha(profile), library)
    yield Measure(
        "a colour's way to the press and back",
        median_ms(lambda: press.difference(colour()), runs=200),
        "ms",
    )
