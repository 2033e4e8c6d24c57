"""No glyph that stands for "no glyph" is ever placed: what no face of the chain has is told instead."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from render_core.text.face import face_of
from render_core.text.fallback import can_draw
from render_core.text.lines import Line, set_line
from render_core.text.normalise import normalise
from render_core.text.paragraphs import Paragraph, itemise
from render_core.text.setting import Setting
from render_core.text.ucd.properties import properties
from tests.fonts import FontLibrary, font_hash
from tests.render_core.text.ucd_files import rows_of

CHAIN = ("sans", "arabic", "hebrew", "devanagari", "thai", "emoji")
FACES = [face_of(font_hash(name), FontLibrary()) for name in CHAIN]
ASSIGNED = st.integers(0, 0x10FFFF).filter(
    lambda code: properties(code).category not in {"Cn", "Cs"}
)
COVERED = st.sampled_from("aZé1؟عחדकि็กี่😀👩🏽🇨🇭\u200d\u0301\u0323\ufe0f\u20e3").map(ord)


def lines_of(typed: str) -> list[tuple[Paragraph, Line]]:
    paragraphs = itemise(normalise(typed), FACES)
    return [(p, set_line(p, p.start, p.end, Setting())) for p in paragraphs]


def check(typed: str) -> None:
    for paragraph, line in lines_of(typed):
        told = {cluster.start for cluster in paragraph.clusters if cluster.missing}
        told |= {at for start, end in line.undrawn for at in range(start, end)}
        for glyph in line.glyphs:
            assert glyph.glyph_id != 0
            assert glyph.start not in told
        for cluster in paragraph.clusters:
            text = paragraph.code_points[
                cluster.start - paragraph.start : cluster.end - paragraph.start
            ]
            assert cluster.start in told or can_draw(cluster.face, "".join(map(chr, text)))


@given(st.lists(ASSIGNED | COVERED, max_size=12).map(lambda codes: "".join(map(chr, codes))))
@settings(max_examples=300)
def test_any_characters_are_drawn_or_told(typed: str) -> None:
    check(typed)


def test_every_emoji_of_the_test_file_is_drawn_by_one_glyph_or_told_whole() -> None:
    missing = 0
    for row in rows_of("emoji/emoji-test.txt"):
        text = "".join(chr(int(code, 16)) for code in row.split(";")[0].split())
        ((paragraph, line),) = lines_of(text)
        check(text)
        assert len(paragraph.clusters) == 1
        missing += paragraph.clusters[0].missing
        assert paragraph.clusters[0].missing or sum(g.x == 0 for g in line.glyphs) >= 1
    # The monochrome face knows fewer skin tones than colour faces do; what it lacks is told.
    assert missing < 4733 // 2
