"""Faces, fallback and shaping on real fonts."""

from __future__ import annotations

import hashlib
import io

import pytest
from fontTools.ttLib import TTFont

from render_core.text.face import Face, face_of
from render_core.text.fallback import can_draw, choose_face, is_emoji
from render_core.text.lines import set_line
from render_core.text.normalise import normalise
from render_core.text.paragraphs import itemise
from render_core.text.setting import Setting
from render_core.text.shaping import shape
from tests.fonts import FontLibrary, font_bytes, font_hash


def face(name: str) -> Face:
    return face_of(font_hash(name), FontLibrary())


def glyph_ids(name: str, text: str, **options: bool) -> list[int]:
    code_points = [ord(character) for character in text]
    script = options.pop("script", None) or "Latn"
    glyphs = shape(face(name), code_points, 0, len(text), script=str(script), rtl=False, **options)
    return [glyph.glyph_id for glyph in glyphs]


def test_a_face_is_parsed_once() -> None:
    assert face("sans") is face("sans")


def test_a_woff2_face_draws_what_its_plain_face_draws() -> None:
    font = TTFont(io.BytesIO(font_bytes("hebrew")))
    font.flavor = "woff2"
    packed = io.BytesIO()
    font.save(packed)
    data = packed.getvalue()

    class Packed:
        def font(self, sha256: str) -> bytes:
            return data

        def artwork(self, sha256: str) -> bytes:
            raise KeyError(sha256)

    unpacked = face_of(hashlib.sha256(data).hexdigest(), Packed())
    glyph = unpacked.font.get_nominal_glyph(ord("ש"))
    assert unpacked.glyph(glyph).bounds == face("hebrew").glyph(glyph).bounds


def test_glyphs_have_outlines_with_y_down_and_spaces_have_none() -> None:
    sans = face("sans")
    capital = sans.glyph(sans.font.get_nominal_glyph(ord("H")))
    assert capital.bounds is not None
    assert capital.bounds.top == -sans.upem * 0.714
    assert capital.bounds.bottom == 0
    assert sans.glyph(sans.font.get_nominal_glyph(ord(" "))).bounds is None


def test_ligatures_and_kerning_are_applied_and_ligatures_left_out_when_letters_are_spaced() -> None:
    assert len(glyph_ids("serif", "fi")) == 1
    assert len(glyph_ids("serif", "fi", spaced=True)) == 2
    serif = face("serif")
    together = shape(serif, [ord("A"), ord("V")], 0, 2, script="Latn", rtl=False)
    alone = shape(serif, [ord("A")], 0, 1, script="Latn", rtl=False)
    assert together[0].advance < alone[0].advance


def test_arabic_letters_join_across_a_run_boundary() -> None:
    """A run that ends inside a word still knows its neighbours."""
    word = [ord(character) for character in "بب"]
    arabic = face("arabic")
    joined = shape(arabic, word, 0, 1, script="Arab", rtl=True)
    alone = shape(arabic, word[:1], 0, 1, script="Arab", rtl=True)
    assert joined[0].glyph_id != alone[0].glyph_id


def test_a_lone_mark_is_drawn_without_a_dotted_circle() -> None:
    devanagari = face("devanagari")
    circle = devanagari.font.get_nominal_glyph(0x25CC)
    glyphs = shape(devanagari, [0x093F], 0, 1, script="Deva", rtl=False)
    assert circle not in [glyph.glyph_id for glyph in glyphs]


@pytest.mark.parametrize(
    ("cluster", "emoji"),
    [
        ("a", False),
        ("1", False),
        ("1️⃣", True),
        ("©", False),
        ("😀", True),
        ("🇨🇭", True),
        ("é", False),
        ("❤️", True),
    ],
)
def test_pictographs_are_told_from_letters(cluster: str, emoji: bool) -> None:
    assert is_emoji(cluster) is emoji


def test_the_first_face_that_has_a_whole_cluster_is_chosen() -> None:
    faces = [face("script"), face("devanagari"), face("emoji")]
    assert choose_face(faces, "a", None) is face("script")
    assert choose_face(faces, "क्षि", None) is face("devanagari")
    assert choose_face(faces, "👍🏽", None) is face("emoji")
    assert choose_face(faces, "1️⃣", None) is face("emoji")
    assert choose_face(faces, "漢", None) is None


def test_a_space_stays_with_the_word_before_it() -> None:
    faces = [face("script"), face("hebrew")]
    assert choose_face(faces, " ", face("hebrew")) is face("hebrew")
    assert choose_face(faces, " ", None) is face("script")


def test_a_letter_that_a_face_has_only_in_parts_counts_as_had() -> None:
    composed = "\u1e9f\u0323"  # No precomposed form with this mark.
    assert can_draw(face("sans"), composed) == can_draw(face("sans"), "\u1e9f")
    assert not can_draw(face("hebrew"), "漢")


def test_an_emoji_sequence_without_a_glyph_of_its_own_cannot_be_drawn() -> None:
    assert can_draw(face("emoji"), "👩‍🚀")
    assert not can_draw(face("emoji"), "🐈‍🚀")


def test_every_cluster_has_a_box_also_where_glyphs_are_fewer_or_more() -> None:
    for name, text in [
        ("serif", "office fi"),
        ("devanagari", "क्षत्रिय"),
        ("arabic", "السلام"),
        ("emoji", "👍🏽1️⃣"),
    ]:
        made = normalise(text)
        (paragraph,) = itemise(made, (face(name), face("sans"), face("emoji")))
        line = set_line(paragraph, 0, len(made.text), Setting())
        assert [box.start for box in line.boxes] == list(made.starts)
        assert sum(box.right - box.left for box in line.boxes) == pytest.approx(line.width)
