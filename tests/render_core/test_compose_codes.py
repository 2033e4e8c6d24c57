"""Codes in their zones: what a reader of others reads from what we draw, and what is reported."""

from __future__ import annotations

import random
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from render_core.artwork_rules import CodeCorrection, CodeRules, CodeSymbology
from render_core.codes.symbols import symbol
from render_core.compose import Composition, compose
from render_core.design import Shape, ZoneSpec
from render_core.geometry.polygons import difference, polygons_of
from render_core.layout import Outline, Verb
from render_core.outputs import OutputKind, render
from render_core.problems import Problem
from render_core.text.normalise import normalise
from tests.fonts import FontLibrary
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    artwork_zone,
    codes,
    composed,
    design,
    items_of,
)

QR, MATRIX = CodeSymbology.QR, CodeSymbology.DATA_MATRIX
FORMATS = {QR: "QRCode", MATRIX: "DataMatrix"}
_QUIET = {QR: 4, MATRIX: 1}


def code_zone(
    width_mm: int = 30,
    height_mm: int = 20,
    symbology: CodeSymbology = QR,
    *,
    shape: Shape | None = None,
    margin_um: int = 0,
    **rules: object,
) -> ZoneSpec:
    zone = artwork_zone(width_mm, height_mm, shape=shape, margin_um=margin_um)
    code = CodeRules(symbology=symbology, **rules)  # type: ignore[arg-type]
    return replace(zone, artwork=None, code=code)


def read(zone: ZoneSpec, text: str, dpi: int = 300) -> list[tuple[str, str]]:
    """Return what zxing-cpp reads from our print file, laid on white paper: texts and formats."""
    made = design(zone, text)
    layout = compose(made, FontLibrary()).layout
    output = render(OutputKind.FINAL, layout, made.template, FontLibrary(), {"dpi": dpi})
    with Image.open(BytesIO(output.data)) as opened:
        picture = opened.convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    grey = np.asarray(Image.alpha_composite(paper, picture).convert("L"))
    found = zxingcpp.read_barcodes(grey)
    return [(one.text, str(one.format).rpartition(".")[2].replace(" ", "")) for one in found]


_ALPHABETS = (
    "0123456789", "ABCDEFGHIJ $%*+-./:", "abcdefghijklmnop ?&=#_~", "äöüßéñçøåœ", "日本語のテキスト",
    "привет", "مرحبا", "🎉😀👍🏽🇨🇭", "हिन्दी", "\n;,\\\"",
)  # fmt: skip


def _texts(count: int) -> list[str]:
    """Return texts of mixed scripts in the form in which they are made."""
    rng = random.Random(18_004)
    texts: list[str] = []
    while len(texts) < count:
        letters = "".join(rng.sample(_ALPHABETS, rng.randint(1, 3)))
        length = rng.choice((1, 2, 3, 5, 8, 13, 21, 34, 55, 89))
        made = normalise("".join(rng.choice(letters) for _ in range(length)))
        if made.text and not made.refused:
            texts.append(made.text)
    return texts


@pytest.mark.parametrize("symbology", [QR, MATRIX])
def test_another_reader_reads_five_hundred_texts_from_what_is_drawn(
    symbology: CodeSymbology,
) -> None:
    zone = code_zone(30, 30, symbology)
    wrong = [text for text in _texts(250) if read(zone, text) != [(text, FORMATS[symbology])]]
    assert wrong == []


@pytest.mark.parametrize(
    ("correction", "side", "half"),
    [("low", 29, 3), ("medium", 29, 3), ("quartile", 33, 4), ("high", 37, 5)],
)
def test_a_code_is_as_large_and_survives_as_much_as_its_correction_says(
    correction: str, side: int, half: int
) -> None:
    modules = symbol("x" * 40, CodeRules(correction=CodeCorrection(correction)))
    assert modules is not None
    assert modules.shape == (side, side)
    damaged = modules.copy()
    hole = slice(side // 2 - half, side // 2 + half)
    damaged[hole, hole] ^= True
    large = np.kron(np.pad(damaged, 4), np.ones((5, 5), np.bool_))
    found = zxingcpp.read_barcodes(np.where(large, 0, 255).astype(np.uint8))
    assert [one.text for one in found] == ["x" * 40]


def _side(outline: Outline) -> int:
    left, top, right, bottom = outline.bounds_um()
    assert right - left == bottom - top
    return right - left


@pytest.mark.parametrize("symbology", [QR, MATRIX])
def test_modules_are_whole_micrometres_and_the_quiet_border_stays_free(
    symbology: CodeSymbology,
) -> None:
    (item,) = items_of(composed(code_zone(23, 17, symbology), "Luneo"))
    modules = {QR: 21, MATRIX: 12}[symbology]
    module = 17_000 // (modules + 2 * _QUIET[symbology])
    assert _side(item.outline) == modules * module
    left, top, right, bottom = item.outline.bounds_um()
    assert (left + right, top + bottom) == pytest.approx((23_000, 17_000), abs=1)
    assert top >= _QUIET[symbology] * module
    assert ((item.outline.points_um - [left, top]) % module == 0).all()


def test_a_wider_quiet_border_makes_smaller_modules() -> None:
    (item,) = items_of(composed(code_zone(20, 20, quiet_modules=10), "Luneo"))
    assert _side(item.outline) == 20_000 // 41 * 21


def test_the_outline_of_a_code_has_no_edge_twice() -> None:
    """Every piece and every hole is one contour, and contours meet at corners alone."""
    (item,) = items_of(composed(code_zone(), "The quick brown fox"))
    edges = _unit_edges(item.outline, 20_000 // 33)
    assert len(set(edges)) == len(edges)
    assert not {(b, a) for a, b in edges} & set(edges)


def _unit_edges(outline: Outline, module: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    left, top, _, _ = outline.bounds_um()
    corners = ((outline.points_um - [left, top]) // module).tolist()
    starts = np.flatnonzero(np.array([v for v in outline.verbs if v != Verb.CLOSE]) == Verb.MOVE)
    edges = []
    for first, last in zip(starts, [*starts[1:], len(corners)], strict=True):
        ring = corners[first:last]
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            steps = abs(bx - ax) + abs(by - ay)
            assert (ax == bx) != (ay == by)
            dx, dy = (bx - ax) // steps, (by - ay) // steps
            edges += [
                ((ax + n * dx, ay + n * dy), (ax + (n + 1) * dx, ay + (n + 1) * dy))
                for n in range(steps)
            ]
    return edges


@pytest.mark.parametrize("shape", [ELLIPSE, HEART_SHAPE, Shape(corner_um=8000)])
def test_a_code_lies_within_the_shape_of_its_zone(shape: Shape) -> None:
    made = composed(code_zone(40, 40, shape=shape, margin_um=500), "Luneo")
    (item,) = items_of(made)
    scene_shape = made.layout.surface("front").zone("name").shape
    assert difference(polygons_of(item.outline), polygons_of(scene_shape)).is_empty
    assert read(code_zone(40, 40, shape=shape, margin_um=500), "Luneo")[0][0] == "Luneo"


def problem_of(made: Composition, code: str) -> Problem:
    (problem,) = (problem for problem in made.problems if problem.code == code)
    return problem


def test_a_text_too_long_for_its_zone_is_told_how_much_fits() -> None:
    zone = code_zone(15, 15, min_module_um=400)
    made = composed(zone, "x" * 100)
    problem = problem_of(made, "CODE_TOO_LONG")
    limit = int(problem.required or 0)
    assert problem.corrected == "x" * limit
    assert (problem.start_utf16, problem.end_utf16) == (limit, 100)
    assert codes(composed(zone, "x" * limit)) == []
    assert codes(composed(zone, "x" * (limit + 1))) == ["CODE_TOO_LONG"]
    assert items_of(made) != ()


def test_a_zone_too_small_for_any_code_is_told_by_its_modules() -> None:
    problem = problem_of(
        composed(code_zone(5, 5, min_module_um=400), "abc"), "CODE_MODULE_TOO_SMALL"
    )
    assert problem.measured == pytest.approx(5000 // 29 / 1000)
    assert problem.required == 0.4


def test_a_text_that_no_symbol_holds_is_too_long() -> None:
    zone = code_zone(80, 80, correction=CodeCorrection.HIGH, max_graphemes=2000)
    made = composed(zone, "é" * 1900)
    assert codes(made) == ["CODE_TOO_LONG"]
    assert items_of(made) == ()
    corrected = made.problems[0].corrected
    assert corrected is not None
    assert codes(composed(zone, corrected)) == []


def test_a_text_is_never_cut_within_a_letter() -> None:
    family = "👩‍👩‍👧‍👦"
    made = composed(code_zone(12, 12, min_module_um=250), family * 10)
    corrected = problem_of(made, "CODE_TOO_LONG").corrected
    assert corrected
    assert corrected == family * (len(corrected) // len(family))


def test_characters_that_a_code_may_not_hold_are_reported_with_their_place() -> None:
    made = composed(code_zone(allowed="A-Z0-9"), "AB c")
    assert {problem.code for problem in made.problems} == {"CHARACTER_NOT_ALLOWED"}
    assert [(p.start_utf16, p.end_utf16) for p in made.problems] == [(2, 3), (3, 4)]


def test_more_characters_than_the_rules_allow_are_reported() -> None:
    assert codes(composed(code_zone(max_graphemes=3), "abcd")) == ["TEXT_TOO_LONG"]


def test_an_empty_code_draws_nothing() -> None:
    assert items_of(composed(code_zone(), "")) == ()
    zone = replace(code_zone(), required=True)
    assert codes(composed(zone, "")) == ["ZONE_REQUIRED"]


def test_half_of_a_character_is_refused_before_it_is_encoded() -> None:
    made = composed(code_zone(), "a\ud83d")
    assert codes(made) == ["LONE_SURROGATE"]
    assert items_of(made) == ()
