"""From a design to its layout: what is promised of fit, problems, places and artwork."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from render_core.compose import compose
from render_core.design import (
    Align,
    ArtworkValue,
    Design,
    Overflow,
    Shape,
    ShapeKind,
    SurfaceSpec,
    Template,
    TextValue,
)
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.geometry.boolean import simplify
from render_core.geometry.paths import Path
from render_core.layout import Ink, Operation, Verb
from render_core.problems import Severity
from tests.fonts import FontLibrary, font_bytes, font_hash
from tests.render_core.composing import (
    area_mm2,
    artwork_zone,
    codes,
    composed,
    design,
    items_of,
    sha,
    text_of,
    text_zone,
)

RED, GOLD = Ink((200, 0, 0)), Ink((180, 140, 80), "Gold")


# Text


def test_a_name_becomes_one_outline_with_its_zones_operation_and_ink() -> None:
    made = composed(text_zone(font="script"), "Emma")
    (item,) = items_of(made)
    assert (item.operation, item.ink.rgb, item.line_width_um) == (Operation.ENGRAVE, (0, 0, 0), 0)
    assert item.outline.verbs.tolist().count(Verb.MOVE) == item.outline.verbs.tolist().count(
        Verb.CLOSE
    )
    assert made.can_be_made
    assert made.layout.unicode_version == "15.0"


def test_overlapping_letters_are_cut_once() -> None:
    """A script face joins its letters by overlap; the outline must not cross itself."""
    (item,) = items_of(composed(text_zone(font="script"), "lllll"))
    whole = Path(item.outline.verbs, item.outline.points_um.astype(np.float64))
    again = simplify(whole).outline()
    assert area_mm2(again) == pytest.approx(area_mm2(item.outline), rel=1e-3)
    # One outline around all five, and the loop in each.
    assert item.outline.verbs.tolist().count(Verb.MOVE) == 6


def test_two_zones_on_two_surfaces_keep_to_their_own() -> None:
    first = text_zone()
    second = replace(first, id="back-name", surface="back")
    surfaces = (
        SurfaceSpec("front", "Front", 70_000, 30_000),
        SurfaceSpec("back", "Back", 70_000, 30_000),
    )
    values = {"name": TextValue("Emma"), "back-name": TextValue("Louis")}
    layout = compose(Design(Template(surfaces, (first, second)), values), FontLibrary()).layout
    assert [len(surface.items) for surface in layout.surfaces] == [1, 1]
    assert layout.surface("back").items[0].zone == "back-name"
    assert layout.surface("back").zone("back-name").text.text_as_made == "Louis"  # type: ignore[union-attr]


def test_the_ink_that_is_chosen_is_used() -> None:
    zone = text_zone(inks=(RED, GOLD))
    assert items_of(composed(zone, TextValue("Emma", ink=1)))[0].ink == GOLD
    assert items_of(composed(zone, TextValue("Emma")))[0].ink == RED


@pytest.mark.parametrize("ink", [2, -1, 99])
def test_an_ink_that_is_not_offered_is_reported_and_the_first_one_used(ink: int) -> None:
    made = composed(text_zone(inks=(RED, GOLD)), TextValue("Emma", ink=ink))
    assert codes(made) == ["INK_UNKNOWN"]
    assert items_of(made)[0].ink == RED


def test_a_font_that_is_not_offered_is_reported_and_the_default_used() -> None:
    made = composed(text_zone(), TextValue("Emma", font=font_hash("serif")))
    assert codes(made) == ["FONT_NOT_ALLOWED"]
    assert text_of(made).font_sha256 == (font_hash("sans"),)


def test_clusters_without_a_glyph_come_from_the_fallback_chain() -> None:
    text = text_of(composed(text_zone(font="script"), "Emma שלום 😀"))
    assert text.font_sha256 == tuple(font_hash(name) for name in ("script", "hebrew", "emoji"))


def test_a_missing_glyph_is_a_problem_with_its_place_and_never_a_box() -> None:
    made = composed(text_zone(fallback=()), "ab漢c")
    (problem,) = made.problems
    assert (problem.code, problem.severity) == ("MISSING_GLYPH", Severity.ERROR)
    assert (problem.start_utf16, problem.end_utf16) == (2, 3)
    assert "U+6F22" in problem.message
    assert problem.corrected == "abc"
    assert problem.box == text_of(made).clusters[2].box
    plain = items_of(composed(text_zone(fallback=()), "abc"))[0].outline
    assert len(items_of(made)[0].outline.verbs) == len(plain.verbs)


def test_an_emoji_sequence_is_drawn_whole_or_not_at_all() -> None:
    family = "👩‍👩‍👧‍👦"
    whole = composed(text_zone(), family)
    assert codes(whole) == []
    assert len(text_of(whole).clusters) == 1
    unknown = composed(text_zone(), "🐈‍🚀")  # Both are there; together they are no sequence.
    assert codes(unknown) == ["MISSING_GLYPH"]
    assert items_of(unknown) == ()


def test_the_fallbacks_place_is_counted_in_utf16_as_typed() -> None:
    made = composed(text_zone(fallback=("emoji",)), "  😀\u200b漢")
    problems = {problem.code: problem for problem in made.problems}
    assert (problems["MISSING_GLYPH"].start_utf16, problems["MISSING_GLYPH"].end_utf16) == (5, 6)
    assert (
        problems["INVISIBLE_CHARACTER"].start_utf16,
        problems["INVISIBLE_CHARACTER"].end_utf16,
    ) == (4, 5)


# Clusters and carets


def test_cluster_boxes_cover_the_text_in_its_order() -> None:
    text = text_of(composed(text_zone(max_lines=2), "Zoë 😀\nשלום"))
    ends = [cluster.end_utf16 for cluster in text.clusters]
    starts = [cluster.start_utf16 for cluster in text.clusters]
    assert starts == [0, *ends[:-1]]
    assert ends[-1] == len(text.text_as_made.encode("utf-16-le")) // 2
    assert [cluster.line for cluster in text.clusters] == [0] * 6 + [1] * 4
    assert [cluster.level for cluster in text.clusters[6:]] == [1] * 4
    hebrew = [cluster.box.left_um for cluster in text.clusters[6:]]
    assert hebrew == sorted(hebrew, reverse=True)


def test_a_ligature_is_shared_out_among_its_letters() -> None:
    text = text_of(composed(text_zone(font="serif"), "fi"))
    f, i = text.clusters
    assert f.box.right_um == i.box.left_um
    assert f.box.right_um - f.box.left_um == pytest.approx(i.box.right_um - i.box.left_um, abs=1)


def test_the_space_at_a_soft_break_has_a_box_without_width() -> None:
    text = text_of(composed(text_zone(20, 20, max_lines=2), "Anna Marie"))
    assert text.lines == 2
    space = text.clusters[4]
    assert (space.line, space.box.left_um) == (0, space.box.right_um)


# Lines and alignment


def test_a_text_without_line_breaks_is_broken_where_that_makes_it_larger() -> None:
    one = text_of(composed(text_zone(40, 20, max_lines=1), "Anna and Benjamin"))
    two = text_of(composed(text_zone(40, 20, max_lines=2), "Anna and Benjamin"))
    assert (one.lines, two.lines) == (1, 2)
    assert two.size_centipoint > one.size_centipoint
    assert [c.line for c in two.clusters] == [0] * 9 + [1] * 8


def test_lines_are_balanced_not_filled_from_the_top() -> None:
    zone = text_zone(60, 60, max_lines=2)
    text = text_of(composed(zone, "one two three four five six"))
    lines = [
        "".join(
            text.text_as_made[c.start_utf16 : c.end_utf16] for c in text.clusters if c.line == line
        )
        for line in range(text.lines)
    ]
    assert lines == ["one two three ", "four five six"]


def test_hard_breaks_are_kept_and_empty_lines_take_room() -> None:
    close = text_of(composed(text_zone(60, 40, max_lines=3), "a\nb"))
    apart = text_of(composed(text_zone(60, 40, max_lines=3), "a\n\nb"))
    assert (close.lines, apart.lines) == (2, 3)
    assert apart.size_centipoint < close.size_centipoint


@pytest.mark.parametrize(
    ("align", "text", "edge"),
    [
        (Align.START, "Emma", "left"),
        (Align.END, "Emma", "right"),
        (Align.CENTRE, "Emma", "middle"),
        (Align.START, "שלום", "right"),
        (Align.END, "שלום", "left"),
        (Align.START, "123 שלום", "right"),
    ],
)
def test_alignment_follows_the_paragraphs_direction(align: Align, text: str, edge: str) -> None:
    made = composed(text_zone(align=align, max_size_centipoint=1200), text)
    left, _, right, _ = items_of(made)[0].outline.bounds_um()
    distances = {"left": left - 1000, "right": 59_000 - right, "middle": left + right - 60_000}
    assert abs(distances[edge]) <= 2


def test_tracking_opens_letters_and_keeps_joined_scripts_whole() -> None:
    rules = {"max_size_centipoint": 1200, "min_size_centipoint": 1200}
    plain = items_of(composed(text_zone(**rules), "ab"))[0].outline.bounds_um()
    spaced = items_of(composed(text_zone(tracking_permille=500, **rules), "ab"))[
        0
    ].outline.bounds_um()
    em = 1200 * 127 / 36
    assert (spaced[2] - spaced[0]) - (plain[2] - plain[0]) == pytest.approx(em / 2, abs=2)
    joined = items_of(composed(text_zone(font="arabic", **rules), "محمد"))[0].outline
    open_ = items_of(composed(text_zone(font="arabic", tracking_permille=500, **rules), "محمد"))[
        0
    ].outline
    assert joined.bounds_um() == open_.bounds_um()


# Rules


def test_every_broken_rule_is_reported_at_once() -> None:
    zone = text_zone(max_graphemes=6, allowed="A-Za-z\\-", inks=(RED,))
    made = composed(zone, TextValue("Émma\x07!\nLouis\u202e", font="0" * 64, ink=7))
    assert sorted(codes(made)) == [
        "BIDI_CONTROL",
        "CHARACTER_NOT_ALLOWED",
        "CHARACTER_NOT_ALLOWED",
        "CONTROL_CHARACTER",
        "FONT_NOT_ALLOWED",
        "INK_UNKNOWN",
        "TEXT_TOO_LONG",
        "TOO_MANY_LINES",
    ]
    by_code = {problem.code: problem for problem in made.problems}
    assert by_code["TEXT_TOO_LONG"].measured == 10
    assert by_code["TEXT_TOO_LONG"].required == 6
    assert by_code["TOO_MANY_LINES"].corrected == "Émma! Louis"
    assert by_code["CHARACTER_NOT_ALLOWED"].corrected == "mma\nLouis"
    assert not made.can_be_made


def test_graphemes_are_counted_not_code_points() -> None:
    assert codes(composed(text_zone(max_graphemes=2), "👩‍👩‍👧‍👦e\u0301")) == []
    assert codes(composed(text_zone(min_graphemes=2), "👩‍👩‍👧‍👦")) == ["TEXT_TOO_SHORT"]


def test_an_empty_zone_is_a_problem_only_where_it_is_required() -> None:
    assert codes(composed(text_zone(), None)) == []
    assert codes(composed(text_zone(), " \n ")) == []
    assert codes(composed(text_zone(required=True), None)) == ["ZONE_REQUIRED"]
    assert codes(composed(text_zone(required=True), " \u200b ")) == [
        "ZONE_REQUIRED",
        "INVISIBLE_CHARACTER",
    ]
    assert codes(composed(artwork_zone(), None)) == []


def test_values_for_unknown_zones_and_of_the_wrong_kind_are_reported() -> None:
    made = design(text_zone(required=True), ArtworkValue("0" * 64))
    values = {**made.values, "nome": TextValue("Emma")}
    composition = compose(replace(made, values=values), FontLibrary())
    assert codes(composition) == ["VALUE_KIND_WRONG", "ZONE_UNKNOWN"]
    assert composition.problems[1].zone == "nome"
    assert codes(composed(artwork_zone(), "Emma")) == ["VALUE_KIND_WRONG"]


def test_what_cannot_be_encoded_is_refused_and_the_layout_still_has_a_digest() -> None:
    made = composed(text_zone(), "Em\ud800ma\U0001fadc")
    assert codes(made) == ["LONE_SURROGATE", "UNASSIGNED_CHARACTER"]
    assert [(p.start_utf16, p.end_utf16) for p in made.problems] == [(2, 3), (5, 7)]
    assert made.problems[0].corrected == "Emma"
    assert items_of(made) == ()
    assert len(made.layout.digest()) == 64


def test_a_hundred_thousand_characters_are_refused_at_once() -> None:
    typed = "Emma\ud800\x00" * 16_667
    composed(text_zone(), "Emma")
    started = time.perf_counter()
    made = composed(text_zone(), typed)
    assert codes(made) == ["TEXT_TOO_LONG"]
    assert made.problems[0].measured == len(typed)
    # Looking at each character would take a second; a tenth allows for a busy machine.
    assert time.perf_counter() - started < 0.1


def test_a_character_under_a_heap_of_marks_is_refused() -> None:
    assert "TOO_MANY_MARKS" in codes(composed(text_zone(), "Z" + "\u0301\u0302" * 30))


def test_a_text_that_does_not_fit_says_by_how_much() -> None:
    made = composed(text_zone(20, 5, min_size_centipoint=800), "Wolfeschlegelsteinhausen")
    (problem,) = made.problems
    assert problem.code == "DOES_NOT_FIT"
    assert problem.required == 8.0
    assert problem.measured is not None
    left, _, right, _ = items_of(made)[0].outline.bounds_um()
    assert problem.measured == pytest.approx(8.0 * 18_000 / (right - left), abs=0.02)


def test_text_that_must_not_shrink_is_reported_at_its_size() -> None:
    zone = text_zone(20, 10, overflow=Overflow.REPORT, max_size_centipoint=2000)
    made = composed(zone, "Maximilian")
    assert codes(made) == ["DOES_NOT_FIT"]
    assert text_of(made).size_centipoint == 2000


# Templates and libraries that are broken


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"surface": "nowhere"}, "SURFACE_UNKNOWN"),
        ({"text": None}, "ZONE_KIND_UNCLEAR"),
        ({"width_um": 0}, "SHAPE_EMPTY"),
        ({"width_um": 2**31}, "LENGTH_OUT_OF_RANGE"),
        ({"shape": Shape(ShapeKind.PATH, path="M0 0L1 1L2 2")}, "SHAPE_PATH_OPEN"),
        ({"shape": Shape(corner_um=50_000)}, "SHAPE_CORNER_TOO_LARGE"),
    ],
)
def test_a_template_that_contradicts_itself_is_refused(
    change: dict[str, object], reason: str
) -> None:
    zone = replace(text_zone(), **change)  # type: ignore[arg-type]
    with pytest.raises(UnsupportedDesign) as refused:
        compose(
            replace(
                design(text_zone(), "Emma"),
                template=Template(design(text_zone(), None).template.surfaces, (zone,)),
            ),
            FontLibrary(),
        )
    assert refused.value.reason == reason


class OneFont:
    """A library that gives the same bytes for every hash."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def font(self, sha256: str) -> bytes:
        return self._data

    def artwork(self, sha256: str) -> bytes:
        return self._data


def test_a_font_that_the_library_lacks_is_named() -> None:
    zone = text_zone()
    assert zone.text is not None
    zone = replace(zone, text=replace(zone.text, fonts=("f" * 64,), fallback=()))
    with pytest.raises(MissingInput) as missing:
        composed(zone, "Emma")
    assert missing.value.reason == "FONT_MISSING"
    with pytest.raises(MissingInput) as changed:
        compose(design(zone, "Emma"), OneFont(font_bytes("sans")))
    assert changed.value.reason == "FONT_CHANGED"


def test_bytes_that_are_no_font_are_refused() -> None:
    data = b"not a font at all"
    zone = text_zone()
    assert zone.text is not None
    zone = replace(zone, text=replace(zone.text, fonts=(sha(data),), fallback=()))
    with pytest.raises(UnsupportedDesign) as refused:
        compose(design(zone, "Emma"), OneFont(data))
    assert refused.value.reason == "FONT_UNREADABLE"


# Artwork
