"""Lines typed before are remembered, and stay what they are."""

from __future__ import annotations

import pytest

from render_core.text.face import face_of
from render_core.text.lines import set_line
from render_core.text.normalise import normalise
from render_core.text.paragraphs import MAX_SETTINGS, itemise
from render_core.text.runs import runs_of
from render_core.text.setting import Setting
from tests.fonts import FontLibrary, font_hash

LIBRARY = FontLibrary()
FACES = tuple(face_of(font_hash(name), LIBRARY) for name in ("sans", "hebrew"))


def test_a_keystroke_leaves_the_other_lines_as_they_were() -> None:
    first, _ = itemise(normalise("Anna Maria\nsince 198"), FACES)
    again, changed = itemise(normalise("Anna Maria\nsince 1987"), FACES)
    assert again is first
    assert (changed.start, changed.end) == (11, 21)


def test_the_same_line_elsewhere_has_places_of_its_own() -> None:
    paragraphs = itemise(normalise("ab\nab\n\n\nab"), FACES)
    assert [(p.start, p.end) for p in paragraphs] == [(0, 2), (3, 5), (6, 6), (7, 7), (8, 10)]
    assert [p.clusters[0].start for p in paragraphs if p.clusters] == [0, 3, 8]


def test_the_same_line_in_other_faces_is_another() -> None:
    (with_hebrew,) = itemise(normalise("שלום"), FACES)
    (without,) = itemise(normalise("שלום"), FACES[:1])
    assert not any(cluster.missing for cluster in with_hebrew.clusters)
    assert all(cluster.missing for cluster in without.clusters)


def test_a_remembered_line_is_the_line_set_anew() -> None:
    (paragraph,) = itemise(normalise("Anna שלום"), FACES)
    lines = [
        set_line(paragraph, paragraph.start, paragraph.end, Setting(tracking))
        for tracking in (0.0, 0.1, 0.2, 0.0)
    ]
    assert lines[0] is not lines[3]  # Forgotten for the two after it.
    assert (lines[0].width, lines[0].boxes, lines[0].glyphs) == (
        lines[3].width,
        lines[3].boxes,
        lines[3].glyphs,
    )
    assert lines[0].width < lines[1].width < lines[2].width
    assert len(paragraph.whole) <= MAX_SETTINGS
    assert len(paragraph.shaped) <= MAX_SETTINGS


def test_a_keystroke_leaves_the_other_runs_of_its_line_as_they_were() -> None:
    (first,) = itemise(normalise("Anna שלום and Mary 1"), FACES)
    (again,) = itemise(normalise("Anna שלום and Mary 12"), FACES)
    assert again is not first
    runs = [runs_of(p, p.start, p.end, Setting()) for p in (first, again)]
    assert [one is other for one, other in zip(*runs, strict=True)] == [True, True, True, False]


@pytest.mark.parametrize("before", ["\u0886", "\u08b3\u0651\u0651\u0651"])
def test_a_letter_that_joins_another_one_is_not_the_remembered_one(before: str) -> None:
    """Letters of Arabic join their neighbours, also one that another face draws, or none."""
    faces = tuple(face_of(font_hash(name), LIBRARY) for name in ("sans", "arabic"))
    drawn = []
    for text in ("a" * len(before) + "ب", before + "ب", "a" * len(before) + "ب"):
        (paragraph,) = itemise(normalise(text), faces)
        assert not paragraph.clusters[-1].missing
        line = set_line(paragraph, paragraph.start, paragraph.end, Setting())
        drawn.append({glyph.glyph_id for glyph in line.glyphs if glyph.face is faces[1]})
    assert drawn[0] == drawn[2] != drawn[1]
