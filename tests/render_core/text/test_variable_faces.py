"""Faces with axes, as WOFF2: each place of the axes is a face of its own. fontTools is the judge."""

from __future__ import annotations

import io
from functools import cache

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from render_core.text.face import Face, face_of
from tests.fonts import FontLibrary, font_bytes, font_hash
from tests.render_core.composing import codes, composed, items_of, text_of, text_zone

PLACES = [
    {"wght": 100_000},
    {"wght": 650_000},
    {"wght": 900_000, "opsz": 32_000},
    {"opsz": 20_500},
]


def variable(**axes: int) -> Face:
    return face_of(font_hash("variable"), FontLibrary(), tuple(axes.items()))


@cache
def judged(place: tuple[tuple[str, int], ...]) -> TTFont:
    """Return the static face that fontTools makes of a place."""
    font = TTFont(io.BytesIO(font_bytes("variable")))
    axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
    location = {**axes, **{tag: value / 1000 for tag, value in place}}
    return instantiateVariableFont(font, location)


@pytest.mark.parametrize("place", PLACES)
def test_outlines_and_advances_are_those_of_the_static_face(place: dict[str, int]) -> None:
    face, font = variable(**place), judged(tuple(place.items()))
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    for character in "AgQ&eßÅ1":
        glyph_id = face.font.get_nominal_glyph(ord(character))
        name = cmap[ord(character)]
        pen = BoundsPen(glyphs)
        glyphs[name].draw(pen)
        left, low, right, high = pen.bounds
        box = face.glyph(glyph_id).bounds
        assert box == pytest.approx((left, -high, right, -low), abs=1.5)
        assert face.font.get_glyph_h_advance(glyph_id) == pytest.approx(
            font["hmtx"][name][0], abs=1
        )


def test_a_place_is_one_face_however_it_is_named() -> None:
    assert variable(wght=650_000) is variable(wght=650_000)
    assert variable(wght=650_000, opsz=20_000) is variable(opsz=20_000, wght=650_000)
    assert variable(wght=400_000, opsz=14_000) is variable()


def test_values_beyond_an_axis_stop_at_its_end() -> None:
    assert variable(wght=5_000_000) is variable(wght=900_000)


def test_axes_that_a_face_lacks_are_left_out() -> None:
    assert variable(slnt=-10_000) is variable()
    static = face_of(font_hash("sans"), FontLibrary())
    assert face_of(font_hash("sans"), FontLibrary(), (("wght", 700_000),)) is static


def test_each_place_remembers_its_own_outlines() -> None:
    light, heavy = variable(wght=100_000), variable(wght=900_000)
    glyph_id = light.font.get_nominal_glyph(ord("l"))
    first = light.glyph(glyph_id).bounds, heavy.glyph(glyph_id).bounds
    assert first == (light.glyph(glyph_id).bounds, heavy.glyph(glyph_id).bounds)
    assert first[0] is not None
    assert first[1] is not None
    assert first[1].right - first[1].left > 2 * (first[0].right - first[0].left)
    pieces = ((glyph_id, 0, 0),)
    assert light.joined(pieces).points.tolist() != heavy.joined(pieces).points.tolist()
    # A light stem is thinner than 400 units, a heavy one is not.
    assert light.chords(pieces, 400.0).width.size > 0
    assert heavy.chords(pieces, 400.0).width.size == 0


def test_a_zone_sets_its_text_at_its_place() -> None:
    """The same text at the same size: heavier letters cover more."""
    rules = {"font": "variable", "max_size_centipoint": 2400}
    light = composed(text_zone(variations=(("wght", 100_000),), **rules), "Emma")
    heavy = composed(text_zone(variations=(("wght", 900_000),), **rules), "Emma")
    assert codes(light) == codes(heavy) == []
    assert text_of(light).size_centipoint == text_of(heavy).size_centipoint == 2400
    assert items_of(light)[0].outline.bounds_um() != items_of(heavy)[0].outline.bounds_um()
    assert text_of(light).font_sha256 == (font_hash("variable"),)


def test_a_thin_place_is_found_too_thin() -> None:
    rules = {"font": "variable", "max_size_centipoint": 2400, "min_stroke_um": 600}
    assert codes(composed(text_zone(variations=(("wght", 100_000),), **rules), "ill")) == [
        "STROKE_TOO_THIN"
    ]
    assert codes(composed(text_zone(variations=(("wght", 900_000),), **rules), "ill")) == []
