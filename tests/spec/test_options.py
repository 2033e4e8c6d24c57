"""Options: what a shopper chooses beside what is written in zones."""

from __future__ import annotations

import json

import pytest
from luneo.design.v1 import design_pb2, ink_pb2, template_pb2
from luneo.spec.v1 import product_pb2
from luneo.spec.v1.design_service_pb2 import ComposeDesignRequest, ComposeDesignResponse
from luneo.spec.v1.product_service_pb2 import GetProductRevisionRequest
from luneo.spec.v1.spec_service_pb2 import ValidateSpecRequest

from services.designs.documents import parse
from services.designs.frozen import design_of
from services.designs.options import chosen_names
from tests.spec.shop import Refused, Shop, design, photograph, product, text_zone


def option(option_id: str, **surcharges: int) -> template_pb2.Option:
    """An option with a choice for each surcharge."""
    choices = [
        template_pb2.Choice(id=choice, display_name=choice.title(), surcharge_cents=cents)
        for choice, cents in surcharges.items()
    ]
    return template_pb2.Option(id=option_id, display_name=option_id.title(), choices=choices)


def with_options(font: str, *options: template_pb2.Option) -> product_pb2.Product:
    made = product(text_zone(font, surcharge_cents=250))
    made.template.options.extend(options)
    return made


@pytest.fixture(scope="module")
def tag(shop: Shop, font: str) -> str:
    """A tag of steel or brass (4.00 more), large or small (1.00 less)."""
    options = (option("metal", steel=0, brass=400), option("size", large=0, small=-100))
    return shop.published(with_options(font, *options)).name


def chosen(revision: str, name: str = "Emma", **options: str) -> design_pb2.Design:
    made = design(revision, name=name)
    made.options.update(options)
    return made


def composed(shop: Shop, asked: design_pb2.Design) -> ComposeDesignResponse:
    request = ComposeDesignRequest(parent=shop.name, design=asked)
    answer: ComposeDesignResponse = shop.call("DesignService/ComposeDesign", request)
    return answer


def test_choices_change_the_price_and_not_the_layout(shop: Shop, tag: str) -> None:
    plain, other = composed(shop, chosen(tag)), composed(shop, chosen(tag, metal="brass"))
    assert plain.layout.digest == other.layout.digest
    assert [(line.option, line.amount_cents) for line in plain.price.lines] == [
        ("", 1900),
        ("", 250),
    ]
    added = [(line.option, line.zone, line.amount_cents) for line in other.price.lines]
    assert added == [("", "", 1900), ("metal", "", 400), ("", "name", 250)]
    assert other.price.total.amount_cents == 2550
    assert other.price.lines[1].description == "Metal: Brass"
    small = composed(shop, chosen(tag, size="small"))
    assert small.price.total.amount_cents == 2050


def test_a_choice_left_out_is_the_first_and_the_same_spec(shop: Shop, tag: str) -> None:
    implied, stated = shop.add_spec(chosen(tag)), shop.add_spec(chosen(tag, metal="steel"))
    assert implied.name == stated.name
    assert parse(implied.document).options == {"metal": "steel", "size": "large"}
    brass = shop.add_spec(chosen(tag, metal="brass"))
    assert brass.spec_hash != implied.spec_hash
    assert dict(brass.design.options) == {"metal": "brass", "size": "large"}


@pytest.mark.parametrize(
    ("options", "code"),
    [({"metal": "gold"}, "CHOICE_UNKNOWN"), ({"wood": "oak"}, "OPTION_UNKNOWN")],
)
def test_what_is_not_offered_is_a_problem_and_makes_no_spec(
    shop: Shop, tag: str, options: dict[str, str], code: str
) -> None:
    answer = composed(shop, chosen(tag, **options))
    assert [problem.code for problem in answer.problems] == [code]
    assert not answer.valid
    assert answer.layout.digest
    with pytest.raises(Refused) as refused:
        shop.add_spec(chosen(tag, **options))
    assert refused.value.violations == {"design.options": code}


def test_a_document_without_a_choice_is_told_so(shop: Shop, tag: str) -> None:
    document = json.loads(shop.add_spec(chosen(tag)).document)
    del document["options"]["metal"]
    answer = shop.call(
        "SpecService/ValidateSpec",
        ValidateSpecRequest(parent=shop.name, document=json.dumps(document)),
    )
    assert [problem.code for problem in answer.problems] == ["OPTION_MISSING"]
    assert not answer.valid


def test_documents_from_before_options_are_read(shop: Shop, font: str) -> None:
    revision = shop.published(product(text_zone(font)))
    document = json.loads(shop.add_spec(design(revision.name, name="Emma")).document)
    older = {key: value for key, value in document.items() if key != "options"}
    older["spec_version"] = "1.0"
    read = parse(json.dumps(older))
    assert read == parse(json.dumps(document))
    answer = shop.call(
        "SpecService/ValidateSpec",
        ValidateSpecRequest(parent=shop.name, document=json.dumps(older)),
    )
    assert answer.valid


def test_views_are_offered_for_what_is_chosen(shop: Shop, font: str) -> None:
    photo = shop.add_asset(photograph(), "tag-photo").name
    made = with_options(font, option("metal", steel=0, brass=400))
    for metal in ("steel", "brass"):
        made.template.views.add(id=metal, photo=photo, shown_for={"metal": metal})
    made.template.views.add(id="box", photo=photo)
    revision = shop.published(made)
    spec = shop.add_spec(chosen(revision.name, metal="brass"))
    received = shop.call(
        "ProductService/GetProductRevision",
        GetProductRevisionRequest(name=revision.name),
        shop.service(),
    )
    rebuilt = design_of(received, spec.document)
    assert [view.id for view in rebuilt.template.views] == ["brass", "box"]
    assert chosen_names(received.template, rebuilt.options) == {"Metal": "Brass"}


def test_every_mistake_of_options_is_listed_at_once(shop: Shop, font: str) -> None:
    photo = shop.add_asset(photograph(), "wrong-photo").name
    wrong = with_options(font, option("metal", steel=0, brass=-1000), option("metal", steel=-1000))
    wrong.template.options[0].choices.add(id="steel")
    wrong.template.views.add(id="gold", photo=photo, shown_for={"metal": "gold", "wood": "oak"})
    with pytest.raises(Refused) as refused:
        shop.add_product(wrong)
    assert refused.value.violations == {
        "product.template.options": "PRICE_BELOW_ZERO",
        "product.template.options[0].choices[2].id": "ID_REPEATED",
        "product.template.options[1].id": "ID_REPEATED",
        "product.template.views[0].shown_for['metal']": "CHOICE_UNKNOWN",
        "product.template.views[0].shown_for['wood']": "CHOICE_UNKNOWN",
    }


def test_a_combination_that_no_view_shows_is_named(shop: Shop, font: str) -> None:
    photo = shop.add_asset(photograph(), "one-metal").name
    made = with_options(font, option("metal", steel=0, brass=0))
    made.template.views.add(id="steel", photo=photo, shown_for={"metal": "steel"})
    with pytest.raises(Refused) as refused:
        shop.add_product(made)
    (violation,) = refused.value.error.violations
    assert (violation.field, violation.reason) == ("product.template.views", "VIEW_MISSING")
    assert "metal 'brass'" in violation.sentence


def test_a_zone_of_colour_is_filled_with_the_chosen_ink(shop: Shop, font: str) -> None:
    inks = [ink_pb2.Ink(rgb_hex="#ff0000"), ink_pb2.Ink(rgb_hex="#00ff00")]
    ground = template_pb2.Zone(
        id="ground",
        surface="front",
        width_um=100_000,
        height_um=40_000,
        technique=ink_pb2.TECHNIQUE_PRINT,
        inks=inks,
    )
    ground.colour.SetInParent()
    revision = shop.published(product(ground, text_zone(font)))
    asked = design(revision.name, name="Emma")
    asked.zones["ground"].colour.ink = 1
    item = composed(shop, asked).layout.surfaces[0].items[0]
    assert (item.zone, item.rgb_hex) == ("ground", "#00ff00")
    spec = shop.add_spec(asked)
    assert spec.design.zones["ground"].colour.ink == 1
    asked.zones["ground"].colour.ink = 2
    assert [problem.code for problem in composed(shop, asked).problems] == ["INK_UNKNOWN"]
