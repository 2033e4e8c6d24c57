"""ComposeDesign: outlines, problems and price, at every keystroke."""

from __future__ import annotations

import pytest
from luneo.design.v1 import artwork_rules_pb2, design_pb2
from luneo.spec.v1.design_service_pb2 import ComposeDesignRequest, ComposeDesignResponse

from render_core.geometry.svg_path import parse_path_mm
from services.runtime.calls import Caller
from tests.spec.shop import (
    MARK,
    OTHER_MARK,
    Refused,
    Shop,
    artwork,
    artwork_zone,
    design,
    photograph,
    product,
    text_zone,
)


@pytest.fixture(scope="module")
def plate(shop: Shop, font: str, logo: str) -> str:
    """A product with a text zone (surcharge 2.50) and a logo zone with a default."""
    zones = (
        text_zone(font, surcharge_cents=250),
        artwork_zone(logo, surcharge_cents=400),
    )
    return shop.published(product(*zones)).name


def test_two_lines_come_back_as_outlines_in_millimetres(shop: Shop, plate: str) -> None:
    answer = _composed(shop, design(plate, name="Emma\n& Noah"))
    assert answer.valid
    assert not answer.problems
    (surface,) = answer.layout.surfaces
    items = [item for item in surface.items if item.zone == "name"]
    left, top, right, bottom = parse_path_mm(items[0].path).bounds_um()
    assert 10_000 <= left < right <= 70_000
    assert 10_000 <= top < bottom <= 30_000
    assert items[0].operation == "engrave"
    assert items[0].rgb_hex == "#202020"
    text = next(zone.text for zone in surface.zones if zone.zone == "name")
    assert (text.lines, text.text_as_made) == (2, "Emma\n& Noah")
    assert len(text.clusters) >= 10


def test_the_price_counts_the_zones_that_the_shopper_fills(
    shop: Shop, plate: str, logo: str
) -> None:
    def lines(**zones: object) -> list[tuple[str, int]]:
        price = _composed(shop, design(plate, **zones)).price
        assert price.total.currency_code == "EUR"
        assert price.total.amount_cents == sum(line.amount_cents for line in price.lines)
        return [(line.zone, line.amount_cents) for line in price.lines]

    assert lines() == [("", 1900)]
    assert lines(name="Emma") == [("", 1900), ("name", 250)]
    assert lines(name="  ") == [("", 1900)]
    assert lines(logo=artwork(logo)) == [("", 1900)]
    other = shop.add_asset(OTHER_MARK)
    assert lines(logo=artwork(other.name)) == [("", 1900), ("logo", 400)]


def test_a_zone_left_out_holds_its_default_artwork(shop: Shop, plate: str, logo: str) -> None:
    left_out, named = (
        _composed(shop, design(plate, **zones)) for zones in ({}, {"logo": artwork(logo)})
    )
    assert any(item.zone == "logo" for item in left_out.layout.surfaces[0].items)
    assert left_out.layout.digest == named.layout.digest


def test_all_problems_come_at_once_and_what_can_be_drawn_is(shop: Shop, plate: str) -> None:
    wrong = design(plate, name="x" * 60, back="hello", logo="words")
    wrong.zones["name"].text.font = f"{shop.name}/fonts/another"
    wrong.zones["name"].text.ink = 7
    answer = _composed(shop, wrong)
    assert not answer.valid
    assert {(problem.zone, problem.code) for problem in answer.problems} >= {
        ("name", "TEXT_TOO_LONG"),
        ("name", "FONT_NOT_ALLOWED"),
        ("name", "INK_UNKNOWN"),
        ("back", "ZONE_UNKNOWN"),
        ("logo", "VALUE_KIND_WRONG"),
    }
    assert all(problem.message for problem in answer.problems)
    assert any(item.zone == "name" for item in answer.layout.surfaces[0].items)


def test_artwork_of_another_shopper_or_brand_is_unknown(
    shop: Shop, other: Shop, plate: str
) -> None:
    own = shop.add_asset(MARK.replace(b"#b00020", b"#102030"), caller=shop.guest("g1"))
    foreign = other.add_asset(MARK)
    assert _codes(shop, design(plate, logo=artwork(own.name)), shop.guest("g1")) == []
    for name in (own.name, foreign.name, f"{shop.name}/assets/none", "nonsense"):
        codes = _codes(shop, design(plate, logo=artwork(name)), shop.guest("g2"))
        assert codes == ["ARTWORK_UNKNOWN"]


def test_a_shopper_may_name_the_artwork_that_a_product_offers(
    shop: Shop, plate: str, logo: str
) -> None:
    assert _codes(shop, design(plate, logo=artwork(logo)), shop.guest("g1")) == []


def test_controls_and_unassigned_characters_are_problems_with_their_place(
    shop: Shop, plate: str
) -> None:
    answer = _composed(shop, design(plate, name="Em\x07ma\u0378"))
    found = {problem.code: (problem.start_utf16, problem.end_utf16) for problem in answer.problems}
    assert found == {"CONTROL_CHARACTER": (2, 3), "UNASSIGNED_CHARACTER": (5, 6)}


@pytest.mark.parametrize("text", ["x" * 100_000, "नमस्ते" * 20_000, "a\0b"])
def test_more_than_any_zone_takes_is_an_error_of_the_call(
    shop: Shop, plate: str, text: str
) -> None:
    with pytest.raises(Refused) as refused:
        _composed(shop, design(plate, name=text))
    assert refused.value.status.code == 3
    assert any('zones["name"]' in field for field in refused.value.violations)


def test_twenty_kilobytes_of_marks_are_a_problem_not_a_burden(shop: Shop, plate: str) -> None:
    answer = _composed(shop, design(plate, name="a" + "\u0301" * 1900))
    assert "TOO_MANY_MARKS" in [problem.code for problem in answer.problems]


@pytest.mark.parametrize(
    ("revision", "reason"),
    [
        ("{shop}/products/none/revisions/r1", "NOT_FOUND"),
        ("{other}/products/none/revisions/r1", "NOT_FOUND"),
        ("{plate}0", "NOT_FOUND"),
        ("{shop}/products/none", "INVALID_ARGUMENT"),
    ],
)
def test_an_unknown_revision_is_an_error_of_the_call(
    shop: Shop, other: Shop, plate: str, revision: str, reason: str
) -> None:
    name = revision.format(shop=shop.name, other=other.name, plate=plate)
    with pytest.raises(Refused) as refused:
        _composed(shop, design(name, name="Emma"))
    assert refused.value.reason == reason


def test_a_brand_does_not_compose_on_another_brands_revision(
    shop: Shop, other: Shop, plate: str
) -> None:
    assert _composed(shop, design(plate, name="Emma")).valid
    with pytest.raises(Refused) as refused:
        other.call(
            "DesignService/ComposeDesign",
            ComposeDesignRequest(parent=other.name, design=design(plate, name="Emma")),
        )
    assert refused.value.reason == "NOT_FOUND"


def test_a_value_without_a_kind_is_refused(shop: Shop, plate: str) -> None:
    with pytest.raises(Refused) as refused:
        _composed(shop, design(plate, name=design_pb2.ZoneValue()))
    assert refused.value.status.code == 3


def test_composing_twice_gives_the_same_answer(shop: Shop, plate: str) -> None:
    asked = design(plate, name="Zoë 🎈 مرحبا")
    assert _composed(shop, asked) == _composed(shop, asked)


def test_a_photo_is_placed_with_its_name_and_address(shop: Shop, font: str) -> None:
    zone = artwork_zone(artwork=artwork_rules_pb2.ArtworkRules(min_dpi=0))
    revision = shop.published(product(text_zone(font), zone))
    photo = shop.add_asset(photograph(), caller=shop.guest("g1"))
    answer = _composed(shop, design(revision.name, logo=artwork(photo.name)))
    (image,) = (item.image for item in answer.layout.surfaces[0].items if item.zone == "logo")
    assert (image.asset, image.uri) == (photo.name, photo.display_uri)
    a, b, c, d, x, y = image.matrix_um
    assert (a, b, c, d) == (20_000, 0, 0, 15_000)
    assert (x, y) == (75_000, 12_500)


def _composed(
    shop: Shop, asked: design_pb2.Design, caller: Caller | None = None
) -> ComposeDesignResponse:
    return shop.call(
        "DesignService/ComposeDesign",
        ComposeDesignRequest(parent=shop.name, design=asked),
        caller or shop.guest("g1"),
    )


def _codes(shop: Shop, asked: design_pb2.Design, caller: Caller) -> list[str]:
    return [problem.code for problem in _composed(shop, asked, caller).problems]
