"""SVG fonts: read as single lines, kept as a face that HarfBuzz shapes; others refused."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from render_core.errors import RefusedFile
from render_core.intake.fonts import check_font, normalise_font
from render_core.layout import Verb
from render_core.text.centre_lines import CentreLines, write_table
from render_core.text.face import Face, face_of
from render_core.text.shaping import shape
from tests.fonts import fonts_dir

FOLDER = fonts_dir() / "../hersheytext/svg_fonts"
GLYPHS = """
<glyph unicode="A" glyph-name="A" horiz-adv-x="600" d="M0 0L300 700L600 0M100 300H500"/>
<glyph unicode="V" glyph-name="V" horiz-adv-x="600" d="M0 700L300 0L600 700"/>
<glyph unicode="O" horiz-adv-x="700" d="M100 100L600 100L600 600L100 600Z"/>
<glyph unicode="C" horiz-adv-x="700" d="M600 600C400 800 100 700 100 350Q100 0 600 100"/>
<glyph unicode="o" d="M100 200A100 100 0 0 1 300 200"/>
<glyph unicode=" " horiz-adv-x="300"/>
<glyph unicode="f" horiz-adv-x="200" d="M0 0V700"/><glyph unicode="i" d="M0 0V400"/>
<glyph unicode="fi" horiz-adv-x="350" d="M0 0V700M200 0V400"/>
"""


def svg_font(
    body: str = GLYPHS, *, units: str = "1000", before: str = "", advance: int = 500
) -> bytes:
    return f"""<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg">
<metadata>Drawn by hand. Licence: SIL Open Font License 1.1</metadata><defs>
<font id="f" horiz-adv-x="{advance}"><font-face font-family="'Hand', serif" units-per-em="{units}"
ascent="800" descent="-200"/><missing-glyph horiz-adv-x="500"/>{body}</font></defs></svg>""".encode()


def kept(data: bytes) -> Face:
    normalised = normalise_font(data)[1]

    class Library:
        def font(self, sha256: str) -> bytes:
            return normalised

        def artwork(self, sha256: str) -> bytes:
            raise KeyError(sha256)

    return face_of(hashlib.sha256(normalised).hexdigest(), Library())


def advances(face: Face, text: str) -> list[float]:
    glyphs = shape(face, [ord(c) for c in text], 0, len(text), script="Latn", rtl=False)
    return [round(glyph.advance, 4) for glyph in glyphs]


def refusal(data: bytes) -> str:
    with pytest.raises(RefusedFile) as refused:
        normalise_font(data)
    assert refused.value.message.endswith(".")
    return refused.value.reason


def test_facts_are_read_with_the_licence() -> None:
    facts, data = normalise_font(svg_font())
    assert facts.single_line
    assert facts.family == "Hand"
    assert facts.licence == "Drawn by hand. Licence: SIL Open Font License 1.1"
    assert facts.has_outlines
    assert facts.coverage == (
        (32, 32),
        (65, 65),
        (67, 67),
        (79, 79),
        (86, 86),
        (102, 102),
        (105, 105),
        (111, 111),
    )
    assert facts.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_engraving_fonts_of_the_trade_are_taken(path: Path) -> None:
    facts, _ = normalise_font(path.read_bytes())
    assert facts.single_line
    assert facts.glyph_count > 180
    assert facts.licence


def test_the_same_file_gives_the_same_bytes_and_those_give_themselves() -> None:
    facts, data = normalise_font(svg_font())
    assert normalise_font(svg_font()) == (facts, data)
    assert normalise_font(data) == (facts, data)


def test_lines_stay_open_and_where_they_were() -> None:
    face = kept(svg_font())
    path = face.glyph(face.font.get_nominal_glyph(ord("A"))).path
    assert path.verbs.tolist() == [Verb.MOVE, Verb.LINE, Verb.LINE, Verb.MOVE, Verb.LINE]
    points = (path.points / face.upem * 1000).tolist()
    assert points == [[0, 0], [300, -700], [600, 0], [100, -300], [500, -300]]


def test_a_line_that_is_closed_returns_to_its_start_and_ends_there() -> None:
    face = kept(svg_font())
    path = face.glyph(face.font.get_nominal_glyph(ord("O"))).path
    assert path.verbs.tolist() == [Verb.MOVE, *[Verb.LINE] * 4]
    assert path.points[0].tolist() == path.points[-1].tolist()


def test_curves_stay_curves_and_arcs_become_short_lines() -> None:
    face = kept(svg_font())
    curve = face.glyph(face.font.get_nominal_glyph(ord("C"))).path
    assert curve.verbs.tolist() == [Verb.MOVE, Verb.CUBIC, Verb.QUAD]
    arc = face.glyph(face.font.get_nominal_glyph(ord("o")))
    assert arc.bounds is not None
    width = (arc.bounds.right - arc.bounds.left) / face.upem
    assert width == pytest.approx(0.2, abs=0.001)
    assert (arc.bounds.bottom - arc.bounds.top) / face.upem == pytest.approx(0.1, abs=0.001)


def test_advances_kerning_and_ligatures_are_shaped() -> None:
    body = GLYPHS + '<hkern u1="A" g2="V" k="120"/><hkern g1="A,f" u2="A,o" k="-30"/>'
    face = kept(svg_font(body))
    assert advances(face, "AV") == [0.48, 0.6]
    assert advances(face, "AA") == [0.63, 0.6]
    assert advances(face, "oi") == [0.5, 0.5]
    assert advances(face, "fi") == [0.35]


def test_coordinates_far_out_make_the_units_coarser() -> None:
    body = '<glyph unicode="a" d="M0 0L9000 20"/><glyph unicode="b" d="M1 2L3 4"/>'
    facts, _ = normalise_font(svg_font(body))
    assert facts.units_per_em == 3000


FILLED = (
    '<glyph unicode="a" d="M0 0L10 0L10 10Z M2 2L5 2L5 5Z"/><glyph unicode="b" d="M0 0L9 9L0 9z"/>'
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (svg_font(FILLED), "FONT_NOT_SINGLE_LINE"),
        (svg_font('<glyph unicode="a"/>'), "FONT_HAS_NO_OUTLINES"),
        (svg_font('<glyph unicode="ab" d="M0 0L1 1"/>'), "FONT_MAPS_NO_CHARACTERS"),
        (svg_font(units="0"), "FONT_DAMAGED"),
        (svg_font(units="nan"), "FONT_DAMAGED"),
        (svg_font(units="1e400"), "FONT_DAMAGED"),
        (svg_font('<glyph unicode="a" d="M0 0L1e9 1"/>'), "FONT_DAMAGED"),
        (svg_font('<glyph unicode="a" d="M0 0 boom"/>'), "FONT_DAMAGED"),
        (svg_font('<glyph unicode="a" d="M0 0' + "L1 1L0 0" * 5000 + '"/>'), "FONT_TOO_COMPLEX"),
        (svg_font(GLYPHS + "<g/>" * 21_000), "FONT_TOO_COMPLEX"),
        (svg_font("<g>" * 100), "FONT_TOO_COMPLEX"),
        (
            svg_font(
                GLYPHS + f'<hkern u1="{",".join("ab" * 200)}" u2="{",".join("cd" * 200)}" k="1"/>'
            ),
            "FONT_TOO_COMPLEX",
        ),
        (svg_font(before='<!DOCTYPE svg [<!ENTITY a "aaaa">]>'), "FONT_DAMAGED"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "FONT_NOT_A_FONT"),
        (b"<html>", "FONT_DAMAGED"),
        (b"<" + b"x" * (5 << 20), "FONT_TOO_LARGE"),
    ],
)
def test_what_is_not_a_sound_single_line_font_is_refused(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


def tables(data: bytes, change: bytes) -> bytes:
    """Return a kept face whose table of lines is another one."""
    font = TTFont(BytesIO(data), recalcTimestamp=False)
    font["CLIN"].data = change
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def test_a_kept_face_with_a_broken_table_is_refused() -> None:
    """Somebody may upload what we made after changing it."""
    _, data = normalise_font(svg_font())
    count = check_font(data).glyph_count
    face = Face("0" * 64, data)
    whole = face.font.face.reference_table("CLIN").data
    at = 4 + 4 * (count + 1)
    broken = [
        b"",
        whole[:10],
        whole[:-1],
        b"\0\2" + whole[2:],
        whole[:6] + b"\xff\xff" + whole[8:],
        whole[:at] + b"\x05" + whole[at + 1 :],  # CLOSE
        whole[:at] + b"\x01" + whole[at + 1 :],  # does not begin with MOVE
        whole[:at] + b"\xff" + whole[at + 1 :],
        whole[: at + 1] + b"\x03" + whole[at + 2 :],  # more points than there are
    ]
    for table in broken:
        with pytest.raises(RefusedFile) as refused:
            check_font(tables(data, table))
        assert refused.value.reason == "FONT_DAMAGED"


def test_tables_are_read_as_they_were_written() -> None:
    face = kept(svg_font())
    glyphs = [face.glyph(index).path for index in range(face.font.face.glyph_count)]
    flipped = [path._replace(points=path.points * [1, -1]) for path in glyphs]
    again = CentreLines(write_table(flipped), len(glyphs))
    for index, path in enumerate(glyphs):
        assert again.glyph(index).verbs.tolist() == path.verbs.tolist()
        assert again.glyph(index).points.tolist() == path.points.tolist()
