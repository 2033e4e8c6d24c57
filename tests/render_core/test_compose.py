"""From a design to its layout: what is promised of fit, problems, places and artwork."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace

import numpy as np
import pytest

from render_core.compose import compose
from render_core.design import (
    Align,
    ArtworkValue,
    Design,
    ImageFit,
    Overflow,
    Shape,
    ShapeKind,
    SurfaceSpec,
    Template,
    TextValue,
)
from render_core.errors import MissingInput, UnsupportedDesign
from render_core.geometry.boolean import intersection, simplify
from render_core.geometry.paths import Path
from render_core.layout import Ink, Operation, Outline, Verb
from render_core.problems import Severity
from tests.fonts import FontLibrary, font_bytes, font_hash
from tests.render_core.composing import (
    ELLIPSE,
    HEART_SHAPE,
    artwork_zone,
    codes,
    composed,
    design,
    drawing,
    items_of,
    png,
    text_of,
    text_zone,
)

RED, GOLD = Ink((200, 0, 0)), Ink((180, 140, 80), "Gold")


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def area_mm2(outline: Outline) -> float:
    from render_core.geometry.flatten import flatten

    total = 0.0
    for contour in flatten(outline, 1.0):
        x, y = contour.points_um.T / 1000
        total += float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2
    return abs(total)


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
        "INVISIBLE_CHARACTER",
        "ZONE_REQUIRED",
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

SQUARE = ("M0 0L10000 0L10000 10000L0 10000Z", (10, 20, 30))


def test_a_drawing_is_contained_in_its_zone_and_keeps_its_colours_in_print() -> None:
    data = drawing(
        10_000, 10_000, SQUARE, ("M2000 2000L8000 2000L8000 8000L2000 8000Z", (200, 0, 0))
    )
    made = composed(artwork_zone(30, 20, margin_um=1000), ArtworkValue(sha(data)), data)
    back, front = items_of(made)
    assert back.outline.bounds_um() == (6000, 1000, 24_000, 19_000)
    assert front.outline.bounds_um() == (9600, 4600, 20_400, 15_400)
    assert (back.ink.rgb, front.ink.rgb) == ((10, 20, 30), (200, 0, 0))


def test_an_engraved_drawing_leaves_out_what_is_white() -> None:
    data = drawing(
        10_000, 10_000, SQUARE, ("M2000 2000L8000 2000L8000 8000L2000 8000Z", (255, 255, 255))
    )
    zone = artwork_zone(10, 10, operation=Operation.ENGRAVE)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert item.ink.rgb == (0, 0, 0)
    assert area_mm2(item.outline) == pytest.approx(100 - 36, abs=0.01)


def test_a_covering_drawing_is_cut_at_the_edge_with_its_bleed() -> None:
    data = drawing(10_000, 10_000, SQUARE)
    zone = artwork_zone(30, 20, bleed_um=500, fit=ImageFit.COVER)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert item.outline.bounds_um() == (-500, -500, 30_500, 20_500)
    assert item.clip is None


def test_a_drawing_in_an_ellipse_stays_within_it() -> None:
    data = drawing(10_000, 10_000, SQUARE)
    (item,) = items_of(composed(artwork_zone(20, 20, shape=ELLIPSE), ArtworkValue(sha(data)), data))
    left, top, right, bottom = item.outline.bounds_um()
    assert right - left == pytest.approx(20_000 * 0.5**0.5, abs=3)
    assert (left + right, top + bottom) == pytest.approx((20_000, 20_000), abs=1)


def test_a_picture_covers_its_zone_and_is_clipped_to_its_shape() -> None:
    data = png(600, 300)
    zone = artwork_zone(20, 20, shape=ELLIPSE, fit=ImageFit.COVER)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    assert item.image is not None
    assert item.image.matrix_um == (40_000, 0, 0, 20_000, -10_000, 0)
    assert item.clip is not None
    assert item.clip.bounds_um() == (0, 0, 20_000, 20_000)


@pytest.mark.parametrize(("pixels", "expected"), [(118, ["IMAGE_RESOLUTION_LOW"]), (120, [])])
def test_a_picture_with_too_few_pixels_for_its_size_is_reported(
    pixels: int, expected: list[str]
) -> None:
    data = png(pixels, pixels)
    made = composed(artwork_zone(20, 20), ArtworkValue(sha(data)), data)
    assert codes(made) == expected
    if expected:
        assert made.problems[0].measured == pytest.approx(118 / 20 * 25.4, abs=0.1)


def test_artwork_that_is_unknown_or_of_a_kind_not_taken_is_reported() -> None:
    picture, vector = png(200, 200), drawing(10_000, 10_000, SQUARE)
    assert codes(composed(artwork_zone(), ArtworkValue("0" * 64))) == ["ARTWORK_UNKNOWN"]
    for data, rule in ((picture, "allow_raster"), (vector, "allow_vector")):
        made = composed(artwork_zone(**{rule: False}), ArtworkValue(sha(data)), data)
        assert codes(made) == ["ARTWORK_KIND_NOT_ALLOWED"]
        assert items_of(made) == ()


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\x89PNG\r\n\x1a\n", b'{"kind":"vector"}', b"GIF89a"]
)
def test_a_store_that_holds_something_else_is_an_error(data: bytes) -> None:
    with pytest.raises(UnsupportedDesign) as refused:
        composed(artwork_zone(), ArtworkValue(sha(data)), data)
    assert refused.value.reason == "ARTWORK_UNREADABLE"


def test_intersecting_with_a_shape_keeps_what_is_inside() -> None:
    square = Path(
        np.array([0, 1, 1, 1, 5], np.uint8), np.array([[0, 0], [10, 0], [10, 10], [0, 10]], float)
    )
    half = Path(square.verbs, square.points + np.array([5.0, 0.0]))
    assert area_mm2(
        Path(square.verbs, intersection(simplify(square), simplify(half)).points * 1000).outline()
    ) == pytest.approx(50)


def test_artwork_in_a_heart_stays_clear_of_its_dent() -> None:
    data = drawing(10_000, 10_000, SQUARE)
    zone = artwork_zone(40, 40, shape=HEART_SHAPE, margin_um=1000)
    (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
    left, top, right, bottom = item.outline.bounds_um()
    assert right - left == bottom - top
    assert top >= 12_000 + 1000 - 1  # The dent's tip, less the margin.
    picture = png(900, 900)
    (use,) = items_of(composed(zone, ArtworkValue(sha(picture)), picture))
    assert use.image is not None
    assert use.image.matrix_um[0] == pytest.approx(right - left, abs=4)


def test_the_clip_of_a_covering_picture_takes_in_the_bleed() -> None:
    data = png(900, 900)
    for shape in (Shape(), Shape(corner_um=2000), ELLIPSE):
        zone = artwork_zone(20, 20, shape=shape, bleed_um=700, fit=ImageFit.COVER)
        (item,) = items_of(composed(zone, ArtworkValue(sha(data)), data))
        assert item.clip is not None
        assert item.clip.bounds_um() == (-700, -700, 20_700, 20_700)
        assert item.image is not None
        assert item.image.matrix_um == (21_400, 0, 0, 21_400, -700, -700)
