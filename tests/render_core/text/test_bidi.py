"""UAX #9, held to every row of its conformance files."""

from __future__ import annotations

import pytest

from render_core.text.bidi import line_levels, resolve_classes, resolve_text, visual_order
from render_core.text.bidi_explicit import REMOVED_BY_X9
from render_core.text.ucd.properties import properties
from tests.render_core.text.ucd_files import ucd_file

# BidiCharacterTest names bases 0 and 1, and 2 for "from the first strong character".
BASES = {"0": 0, "1": 1, "2": None}


def _without_removed(levels: list[int], classes: list[str] | tuple[str, ...]) -> list[str]:
    return [
        "x" if kind in REMOVED_BY_X9 else str(level)
        for level, kind in zip(levels, classes, strict=True)
    ]


def _order_without_removed(levels: list[int], classes: list[str] | tuple[str, ...]) -> list[int]:
    kept = [index for index, kind in enumerate(classes) if kind not in REMOVED_BY_X9]
    return [kept[at] for at in visual_order([levels[index] for index in kept])]


@pytest.mark.slow
def test_every_row_of_the_character_test_resolves_and_orders_as_it_says() -> None:
    wrong = []
    rows = 0
    for line in ucd_file("BidiCharacterTest.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        rows += 1
        codes, base, expected_base, expected_levels, order = line.split(";")
        text = "".join(chr(int(code, 16)) for code in codes.split())
        paragraph = resolve_text(text, BASES[base])
        levels = line_levels(paragraph, 0, len(text))
        if (
            paragraph.base != int(expected_base)
            or _without_removed(levels, paragraph.classes) != expected_levels.split()
            or _order_without_removed(levels, paragraph.classes) != [int(n) for n in order.split()]
        ):
            wrong.append(line)
    assert rows > 90_000
    assert wrong == []


@pytest.mark.slow
def test_every_row_of_the_class_test_resolves_and_orders_as_it_says() -> None:
    wrong = []
    cases = 0
    expected_levels: list[str] = []
    expected_order: list[int] = []
    for line in ucd_file("BidiTest.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("@Levels:"):
            expected_levels = line.removeprefix("@Levels:").split()
        elif line.startswith("@Reorder:"):
            expected_order = [int(word) for word in line.removeprefix("@Reorder:").split()]
        elif line and line[0] not in "#@":
            words, bits = line.split(";")
            classes = words.split()
            for bit, base in ((1, None), (2, 0), (4, 1)):
                if not int(bits, 16) & bit:
                    continue
                cases += 1
                paragraph = resolve_classes(classes, [None] * len(classes), base)
                levels = line_levels(paragraph, 0, len(classes))
                if (
                    _without_removed(levels, classes) != expected_levels
                    or _order_without_removed(levels, classes) != expected_order
                ):
                    wrong.append((line, base))
    assert cases > 700_000
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "base", "levels"),
    [
        ("abc", 0, [0, 0, 0]),
        ("אבג", 1, [1, 1, 1]),
        ("אב 12", 1, [1, 1, 1, 2, 2]),
        ("ab אב", 0, [0, 0, 0, 1, 1]),
        ("אב (ab)", 1, [1, 1, 1, 1, 2, 2, 1]),
        ("12", 0, [0, 0]),
    ],
)
def test_the_first_strong_character_decides_the_paragraph(
    text: str, base: int, levels: list[int]
) -> None:
    paragraph = resolve_text(text)
    assert paragraph.base == base
    assert list(paragraph.levels) == levels


def test_spaces_at_the_end_of_a_line_take_the_level_of_the_paragraph() -> None:
    paragraph = resolve_text("ab אב גד")
    assert line_levels(paragraph, 0, 6) == [0, 0, 0, 1, 1, 0]
    assert line_levels(paragraph, 0, 8) == [0, 0, 0, 1, 1, 1, 1, 1]


def test_too_many_open_brackets_pair_nothing() -> None:
    deep = resolve_text("a" + "(" * 64 + "א" + ")" * 64, 1)
    assert deep.levels[1] == 1
    assert properties(ord("(")).bidi == "ON"
