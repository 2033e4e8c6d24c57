"""Strokes too thin to be made: told by the micrometre, with their place, at every size."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from render_core.compose import Composition, compose
from render_core.design import Overflow, TextValue
from render_core.problems import Problem, Severity
from tests.fonts import FontLibrary, font_hash
from tests.render_core.composing import codes, composed, design, text_of, text_zone

# At 36 pt a unit of this face is a micrometre.
UPEM = 12_700
SIZE = 3_600
WIDTHS_UM = tuple(range(100, 1001, 10))
FIRST = ord("一")


def combs() -> bytes:
    """Return a face whose letters are combs with tines of WIDTHS_UM."""
    glyphs = {".notdef": _comb(500), "space": TTGlyphPen(None).glyph()}
    characters = {ord(" "): "space"}
    for index, width in enumerate(WIDTHS_UM):
        glyphs[f"comb{width}"] = _comb(width)
        characters[FIRST + index] = f"comb{width}"
    builder = FontBuilder(UPEM, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(characters)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (9_000, 0)))
    builder.setupHorizontalHeader(ascent=8_000, descent=-2_000)
    builder.setupNameTable({"familyName": "Combs", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=8_000)
    builder.setupPost()
    file = BytesIO()
    builder.font.save(file)
    return file.getvalue()


def _comb(width: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 6_000))
    x = 0
    for _ in range(4):
        for point in ((x, 0), (x + width, 0), (x + width, 4_000), (x + width + 500, 4_000)):
            pen.lineTo(point)
        x += width + 500
    pen.lineTo((x, 6_000))
    pen.closePath()
    return pen.glyph()


COMBS = combs()
COMBS_HASH = hashlib.sha256(COMBS).hexdigest()


class CombLibrary(FontLibrary):
    def font(self, sha256: str) -> bytes:
        return COMBS if sha256 == COMBS_HASH else super().font(sha256)


def comb_of(width_um: int) -> str:
    return chr(FIRST + WIDTHS_UM.index(width_um))


def set_in_combs(text: str, min_stroke_um: int, size: int = SIZE) -> Composition:
    zone = text_zone(
        200, 60, max_size_centipoint=size, overflow=Overflow.REPORT, min_stroke_um=min_stroke_um
    )
    assert zone.text is not None
    zone = replace(zone, text=replace(zone.text, fonts=(COMBS_HASH,)))
    return compose(design(zone, TextValue(text, COMBS_HASH)), CombLibrary())


def too_thin(composition: Composition) -> Problem:
    (problem,) = [p for p in composition.problems if p.code == "STROKE_TOO_THIN"]
    return problem


@pytest.mark.parametrize("width_um", WIDTHS_UM)
def test_the_threshold_is_right_to_a_fiftieth_of_a_millimetre(width_um: int) -> None:
    assert codes(set_in_combs(comb_of(width_um), width_um)) == []
    assert codes(set_in_combs(comb_of(width_um), width_um - 20)) == []
    composition = set_in_combs(comb_of(width_um), width_um + 20)
    assert codes(composition) == ["STROKE_TOO_THIN"]
    problem = too_thin(composition)
    assert problem.measured == pytest.approx(width_um / 1000, abs=0.002)
    assert problem.required == (width_um + 20) / 1000


def test_the_thinnest_of_a_text_is_reported_with_its_character_and_box() -> None:
    problem = too_thin(set_in_combs(comb_of(400) + comb_of(160) + comb_of(700), 500))
    assert problem.severity is Severity.ERROR
    assert (problem.start_utf16, problem.end_utf16) == (1, 2)
    assert problem.box is not None
    width_um = problem.box.right_um - problem.box.left_um
    assert 160 <= width_um <= 162
    assert "0.16 mm" in problem.message
    assert "0.5 mm" in problem.message
    assert problem.suggestion


def test_half_the_size_is_half_as_thick() -> None:
    problem = too_thin(set_in_combs(comb_of(400), 250, size=SIZE // 2))
    assert problem.measured == pytest.approx(0.2, abs=0.002)


def test_a_zone_that_asks_for_nothing_is_not_measured() -> None:
    assert codes(set_in_combs(comb_of(100), 0)) == []


def test_empty_and_unusable_texts_are_not_measured() -> None:
    for text in ("", "   ", "\ud800"):
        zone = text_zone(min_stroke_um=500)
        assert "STROKE_TOO_THIN" not in codes(composed(zone, TextValue(text)))


def test_letters_that_join_are_measured_as_one_drawing() -> None:
    """The exit stroke of one letter runs into the next: its thin end alone is not there."""
    zone = text_zone(60, 20, font="script", min_stroke_um=5_000)
    alone = too_thin(composed(zone, "m"))
    joined = too_thin(composed(zone, "mm"))
    assert alone.measured is not None
    assert joined.measured is not None
    em_alone, em_joined = (text_of(composed(zone, text)).size_centipoint for text in ("m", "mm"))
    assert joined.measured / em_joined == pytest.approx(alone.measured / em_alone, rel=0.3)


@pytest.mark.parametrize("font", ["sans", "serif", "script", "arabic"])
def test_a_stroke_grows_with_its_letter(font: str) -> None:
    text = "سمك" if font == "arabic" else "Image"
    thin = []
    for size in (2_000, 4_000):
        zone = text_zone(
            150, 50, font=font, max_size_centipoint=size, overflow=Overflow.REPORT,
            min_stroke_um=10_000,
        )  # fmt: skip
        measured = too_thin(composed(zone, TextValue(text, font_hash(font)))).measured
        assert measured is not None
        thin.append(measured)
    # A point that tapers off is judged at a distance that does not grow with it.
    assert 1.4 * thin[0] < thin[1] <= 2 * thin[0] + 0.003
