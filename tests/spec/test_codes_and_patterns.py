"""Zones of codes and patterns through the calls: published, composed, frozen, judged again."""

from __future__ import annotations

from typing import Any

import pytest
from luneo.design.v1 import artwork_rules_pb2, design_pb2, ink_pb2, template_pb2
from luneo.spec.v1 import spec_pb2, spec_service_pb2
from luneo.spec.v1.design_service_pb2 import ComposeDesignRequest

from tests.spec.shop import MARK, Refused, Shop, artwork_zone, design, product

QR = artwork_rules_pb2.CodeRules(
    symbology=artwork_rules_pb2.CODE_SYMBOLOGY_QR, min_module_um=350, max_graphemes=200
)


def code_zone(rules: artwork_rules_pb2.CodeRules = QR, **changes: Any) -> template_pb2.Zone:
    zone = template_pb2.Zone(
        id="link",
        display_name="Link",
        surface="front",
        x_um=10_000,
        y_um=10_000,
        width_um=20_000,
        height_um=20_000,
        technique=ink_pb2.TECHNIQUE_ENGRAVE,
        inks=[ink_pb2.Ink(display_name="Engraved", rgb_hex="#202020")],
        code=rules,
    )
    zone.MergeFrom(template_pb2.Zone(**changes))
    return zone


def filled(revision: str, text: str) -> design_pb2.Design:
    value = design_pb2.ZoneValue(text=design_pb2.TextValue(text=text))
    return design(revision, link=value)


def composed(shop: Shop, asked: design_pb2.Design) -> Any:
    request = ComposeDesignRequest(parent=shop.name, design=asked)
    return shop.call("DesignService/ComposeDesign", request)


def test_a_code_is_composed_frozen_and_judged_again(shop: Shop) -> None:
    revision = shop.published(product(code_zone())).name
    asked = filled(revision, "https://hearth-oak.example/é")
    answer = composed(shop, asked)
    assert answer.valid
    (item,) = answer.layout.surfaces[0].items
    assert item.operation == "engrave"
    assert item.path
    spec: spec_pb2.Spec = shop.add_spec(asked)
    assert spec.design.zones["link"].text == design_pb2.TextValue(
        text="https://hearth-oak.example/é"
    )
    judged = shop.call(
        "SpecService/ValidateSpec",
        spec_service_pb2.ValidateSpecRequest(parent=shop.name, document=spec.document),
    )
    assert judged.valid
    assert judged.spec_hash == spec.spec_hash


def test_a_code_has_no_font(shop: Shop, font: str) -> None:
    revision = shop.published(product(code_zone())).name
    asked = filled(revision, "abc")
    asked.zones["link"].text.font = font
    assert [problem.code for problem in composed(shop, asked).problems] == ["FONT_NOT_ALLOWED"]


def test_a_text_too_long_for_the_place_is_answered_with_what_fits(shop: Shop) -> None:
    revision = shop.published(product(code_zone())).name
    (problem,) = composed(shop, filled(revision, "x" * 190)).problems
    assert problem.code == "CODE_TOO_LONG"
    assert 0 < len(problem.corrected) < 190
    assert composed(shop, filled(revision, problem.corrected)).valid


def test_rules_that_no_text_and_no_artwork_could_meet_are_not_stored(shop: Shop) -> None:
    coarse = artwork_rules_pb2.CodeRules(min_module_um=800, max_graphemes=20)
    wrong = artwork_rules_pb2.CodeRules(max_graphemes=20, allowed_characters="z-a")
    fine = artwork_rules_pb2.ArtworkRules(
        allow_vector=True, pattern=artwork_rules_pb2.PatternRules(tile_width_um=500)
    )
    zones = (
        code_zone(coarse),
        code_zone(wrong, id="other"),
        artwork_zone(artwork=fine, zone_id="wrap", width_um=60_000, height_um=60_000),
    )
    with pytest.raises(Refused) as refused:
        shop.add_product(product(*zones))
    path = "product.template.zones"
    assert refused.value.violations == {
        f"{path}[0].code.min_module_um": "CODE_ZONE_TOO_SMALL",
        f"{path}[1].code.allowed_characters": "ALLOWED_INVALID",
        f"{path}[2].x_um": "ZONE_OFF_SURFACE",
        f"{path}[2].y_um": "ZONE_OFF_SURFACE",
        f"{path}[2].artwork.pattern.tile_width_um": "PATTERN_TOO_FINE",
    }


def test_a_pattern_of_the_default_artwork_is_composed_and_frozen(shop: Shop) -> None:
    mark = shop.add_asset(MARK)
    rules = artwork_rules_pb2.ArtworkRules(
        allow_vector=True,
        default_asset=mark.name,
        pattern=artwork_rules_pb2.PatternRules(
            kind=artwork_rules_pb2.PATTERN_KIND_BRICK, tile_width_um=4000, gap_um=1000
        ),
    )
    revision = shop.published(product(artwork_zone(artwork=rules))).name
    asked = design(revision)
    (item,) = composed(shop, asked).layout.surfaces[0].items
    assert item.path.count("M") > 12
    assert shop.add_spec(asked).document


def test_crop_and_turn_are_frozen_with_the_artwork(shop: Shop) -> None:
    mark = shop.add_asset(MARK)
    revision = shop.published(product(artwork_zone())).name
    value = design_pb2.ArtworkValue(
        asset=mark.name,
        crop=design_pb2.Crop(left=25_000, top=0, width=50_000, height=100_000),
        rotation_centidegrees=1234,
    )
    asked = design(revision, logo=design_pb2.ZoneValue(artwork=value))
    plain = design(
        revision, logo=design_pb2.ZoneValue(artwork=design_pb2.ArtworkValue(asset=mark.name))
    )
    spec = shop.add_spec(asked)
    assert spec.design.zones["logo"].artwork == value
    assert spec.spec_hash != shop.add_spec(plain).spec_hash


def test_a_part_beyond_the_artwork_is_a_problem_of_its_zone(shop: Shop) -> None:
    mark = shop.add_asset(MARK)
    revision = shop.published(product(artwork_zone())).name
    value = design_pb2.ArtworkValue(
        asset=mark.name, crop=design_pb2.Crop(left=60_000, top=0, width=50_000, height=100_000)
    )
    (problem,) = composed(shop, design(revision, logo=design_pb2.ZoneValue(artwork=value))).problems
    assert (problem.code, problem.zone) == ("ARTWORK_PART_OUTSIDE", "logo")
