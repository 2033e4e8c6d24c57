"""Spaces, features, indents and justified lines: measured on the clusters and outlines of layouts."""

from __future__ import annotations

from typing import Any

import pytest

from render_core.design import Align
from render_core.layout import Box, FittedText
from render_core.text.face import face_of
from render_core.text.lines import set_line, stretchable
from render_core.text.normalise import normalise
from render_core.text.paragraphs import itemise
from render_core.text.setting import Setting
from tests.fonts import FontLibrary, font_hash
from tests.render_core.composing import composed, items_of, text_of, text_zone

UM_PER_POINT = 25_400 / 72
SIZE = 2000
EM_UM = SIZE / 100 * UM_PER_POINT


def made(text: str, width: int = 120, height: int = 60, **rules: Any) -> FittedText:
    fixed = {"min_size_centipoint": SIZE, "max_size_centipoint": SIZE, "font": "serif", **rules}
    composition = composed(text_zone(width, height, **fixed), text)
    assert composition.can_be_made
    return text_of(composition)


def boxes(text: FittedText, line: int = 0) -> list[Box]:
    return [cluster.box for cluster in text.clusters if cluster.line == line]


def widths(text: FittedText) -> list[int]:
    return [box.right_um - box.left_um for box in boxes(text)]


def test_word_spacing_widens_spaces_and_nothing_else() -> None:
    plain, wide = widths(made("to be or")), widths(made("to be or", word_spacing_permille=400))
    for character, before, after in zip("to be or", plain, wide, strict=True):
        added = 0.4 * EM_UM if character == " " else 0
        assert after - before == pytest.approx(added, abs=2)


def test_spaces_are_widened_in_joining_scripts_too() -> None:
    rules = {"font": "arabic", "word_spacing_permille": 300}
    text = "مرحبا بالعالم"
    plain, wide = widths(made(text, font="arabic")), widths(made(text, **rules))
    differences = [after - before for before, after in zip(plain, wide, strict=True)]
    assert sorted(differences)[-1] == pytest.approx(0.3 * EM_UM, abs=2)
    assert sum(abs(d) > 2 for d in differences) == 1


def test_a_space_is_never_narrower_than_nothing() -> None:
    assert min(widths(made("a b", word_spacing_permille=-500))) == 0


def test_features_change_glyphs_and_may_be_turned_off() -> None:
    outlines = {
        features: items_of(
            composed(
                text_zone(font="serif", features=features, max_size_centipoint=SIZE), "fine 12"
            )
        )[0].outline.points_um.tolist()
        for features in [(), ("smcp",), ("lnum",), ("liga=0",), ("liga=1",)]
    }
    assert outlines[()] == outlines[("liga=1",)]
    assert len({str(points) for points in outlines.values()}) == 4


def test_a_feature_asked_for_by_name_is_kept_where_letters_are_spaced() -> None:
    """Tracking leaves out optional ligatures, unless the zone itself asks for them."""
    outlines = [
        items_of(composed(text_zone(font="serif", tracking_permille=100, features=features), "ffi"))
        for features in ((), ("liga",))
    ]
    first, second = (items[0].outline.points_um.tolist() for items in outlines)
    assert first != second


PARAGRAPH = "the quick brown fox jumps over the lazy dog and runs"


def test_justified_lines_end_where_the_widest_does_and_the_last_does_not() -> None:
    rules = {"align": Align.JUSTIFY, "max_lines": 4, "max_graphemes": 90}
    text = made(PARAGRAPH, width=60, **rules)
    assert text.lines == 3
    lines = inks(PARAGRAPH, 60, **rules)
    assert max(left for left, _ in lines) - min(left for left, _ in lines) <= 1
    rights = [right for _, right in lines]
    assert abs(rights[0] - rights[1]) <= 1
    assert rights[2] < rights[0] - 1000


def inks(text: str, width: int, **rules: Any) -> list[tuple[int, int]]:
    """Return left and right of the ink of each line."""
    fixed = {"min_size_centipoint": SIZE, "max_size_centipoint": SIZE, "font": "serif"}
    composition = composed(text_zone(width, 80, **{**fixed, **rules}), text)
    points = items_of(composition)[0].outline.points_um
    found = []
    for line in range(text_of(composition).lines):
        box = boxes(text_of(composition), line)[0]
        # Between the middle of the ascent and the baseline there is only this line's ink.
        middle = box.top_um + (box.bottom_um - box.top_um) * 0.55
        inside = abs(points[:, 1] - middle) < (box.bottom_um - box.top_um) * 0.3
        found.append((int(points[inside, 0].min()), int(points[inside, 0].max())))
    return found


def test_justifying_widens_spaces_and_leaves_letters_where_they_were() -> None:
    rules = {"max_lines": 4, "max_graphemes": 90}
    start = made(PARAGRAPH, width=60, align=Align.START, **rules)
    justified = made(PARAGRAPH, width=60, align=Align.JUSTIFY, **rules)
    for before, after in zip(start.clusters, justified.clusters, strict=True):
        narrow, wide = (c.box.right_um - c.box.left_um for c in (before, after))
        if start.text_as_made[before.start_utf16] == " ":
            assert wide >= narrow - 1
        else:
            assert abs(wide - narrow) <= 1


def test_a_line_ended_by_hand_is_not_stretched() -> None:
    rules = {"align": Align.JUSTIFY, "max_lines": 3}
    before = made("a b\nmuch wider than that", align=Align.START, max_lines=3)
    assert boxes(made("a b\nmuch wider than that", **rules)) == boxes(before)


def test_between_ideographs_a_justified_line_stretches_and_within_words_it_does_not() -> None:
    paragraph = itemise(normalise("漢字かな ab cd"), [face_of(font_hash("sans"), FontLibrary())])[0]
    assert sorted(stretchable(paragraph, 0, 10)) == [0, 1, 2, 4, 7]
    assert sorted(stretchable(paragraph, 5, 10)) == [7]
    wide = set_line(paragraph, 0, 10, Setting(), 0.5)
    assert wide.width == pytest.approx(set_line(paragraph, 0, 10, Setting()).width + 2.5)


def test_indents_move_lines_at_their_start() -> None:
    text = "first line\nsecond line"
    rules = {"align": Align.START, "max_lines": 2}
    plain, indented = made(text, **rules), made(text, start_indent_permille=500, **rules)
    for line in (0, 1):
        moved = boxes(indented, line)[0].left_um - boxes(plain, line)[0].left_um
        assert moved == pytest.approx(0.5 * EM_UM, abs=2)


def test_only_the_first_line_of_a_paragraph_has_the_first_indent() -> None:
    rules = {"align": Align.START, "max_lines": 4, "max_graphemes": 90, "width": 70}
    lines = made(PARAGRAPH, first_indent_permille=1000, **rules)
    starts = [boxes(lines, line)[0].left_um for line in range(lines.lines)]
    assert starts[0] - starts[1] > 0.9 * EM_UM
    assert abs(starts[2] - starts[1]) < 0.1 * EM_UM


def test_a_hanging_first_line_stays_in_the_zone() -> None:
    rules = {"align": Align.START, "max_lines": 4, "max_graphemes": 90, "width": 70}
    lines = made(PARAGRAPH, first_indent_permille=-1000, **rules)
    starts = [boxes(lines, line)[0].left_um for line in range(lines.lines)]
    assert starts[1] - starts[0] > 0.9 * EM_UM
    assert starts[0] > 0


def test_indents_are_at_the_right_for_right_to_left_text() -> None:
    rules = {"align": Align.START, "font": "hebrew"}
    plain, indented = made("שלום", **rules), made("שלום", start_indent_permille=500, **rules)
    moved = boxes(plain)[0].right_um - boxes(indented)[0].right_um
    assert moved == pytest.approx(0.5 * EM_UM, abs=2)


def test_indents_take_room_from_the_text() -> None:
    rules = {"align": Align.START, "font": "serif", "max_size_centipoint": 20_000}
    sizes = [
        text_of(composed(text_zone(60, 40, **rules, **indent), "Anna")).size_centipoint
        for indent in ({}, {"start_indent_permille": 1000}, {"end_indent_permille": 1000})
    ]
    assert sizes[1] == sizes[2] < sizes[0]


def test_everything_is_linear_in_the_size() -> None:
    """Twice the zone and twice the limit is twice the drawing, to the rounding of micrometres."""
    rules = {
        "font": "serif",
        "max_lines": 3,
        "align": Align.JUSTIFY,
        "tracking_permille": 40,
        "word_spacing_permille": 130,
        "first_indent_permille": 700,
        "start_indent_permille": 120,
        "end_indent_permille": 90,
        "max_graphemes": 90,
        "margin_um": 0,
    }
    small = composed(text_zone(60, 30, max_size_centipoint=1000, **rules), PARAGRAPH)
    large = composed(text_zone(120, 60, max_size_centipoint=2000, **rules), PARAGRAPH)
    assert text_of(large).size_centipoint == 2 * text_of(small).size_centipoint
    one, two = items_of(small)[0].outline.points_um, items_of(large)[0].outline.points_um
    assert abs(two - 2 * one).max() <= 2
