"""Products: stored, changed, published."""

from __future__ import annotations

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from luneo.design.v1 import template_pb2, text_rules_pb2
from luneo.spec.v1 import product_pb2
from luneo.spec.v1.product_service_pb2 import (
    CreateProductRequest,
    DeleteProductRequest,
    GetProductRequest,
    GetProductRevisionRequest,
    GetPublishedRevisionRequest,
    ListProductRevisionsRequest,
    ListProductsRequest,
    UpdateProductRequest,
)

from services.runtime import names
from tests.spec.shop import Refused, Shop, artwork_zone, product, text_zone


def test_a_product_comes_back_as_it_was_stored(shop: Shop, font: str) -> None:
    made = shop.add_product(product(text_zone(font)), "plate")
    assert made.name == f"{shop.name}/products/plate"
    assert made.state == product_pb2.PRODUCT_STATE_DRAFT
    assert shop.call("ProductService/GetProduct", GetProductRequest(name=made.name)) == made


def test_an_id_is_taken_once(shop: Shop, font: str) -> None:
    shop.add_product(product(text_zone(font)), "taken")
    with pytest.raises(Refused) as refused:
        shop.add_product(product(text_zone(font)), "taken")
    assert refused.value.reason == "ID_TAKEN"


def test_every_mistake_of_a_template_is_listed_at_once(shop: Shop, font: str) -> None:
    zones = [
        text_zone(font, x_um=90_000),
        text_zone(f"{shop.name}/fonts/unknown"),
        text_zone(font, "margin", safe_margin_um=10_000),
        text_zone(font, "sizes", text=text_rules_pb2.TextRules(min_size_centipoint=9000)),
        text_zone(font, "letters", text=text_rules_pb2.TextRules(allowed_characters="z-a")),
        text_zone(font, "shape", shape=_path("M0 0 L10 10")),
        text_zone(font, "outside", shape=_path("M0 0H70V20H0Z")),
        text_zone(font, "elsewhere", surface="back"),
        artwork_zone(f"{shop.name}/assets/unknown"),
    ]
    wrong = product(*zones)
    wrong.template.views.add(id="photo", photo=f"{shop.name}/assets/unknown")
    with pytest.raises(Refused) as refused:
        shop.add_product(wrong)
    assert refused.value.reason == "PRODUCT_INVALID"
    zone = "product.template.zones"
    assert refused.value.violations == {
        f"{zone}[0].x_um": "ZONE_OFF_SURFACE",
        f"{zone}[1].id": "ID_REPEATED",
        f"{zone}[1].text.fonts[0]": "FONT_UNKNOWN",
        f"{zone}[2].safe_margin_um": "SAFE_MARGIN_TOO_LARGE",
        f"{zone}[3].text.min_size_centipoint": "SIZES_CROSSED",
        f"{zone}[4].text.allowed_characters": "ALLOWED_INVALID",
        f"{zone}[5].shape.path": "SHAPE_PATH_OPEN",
        f"{zone}[6].shape.path": "SHAPE_OUTSIDE_BOX",
        f"{zone}[7].surface": "SURFACE_UNKNOWN",
        f"{zone}[8].artwork.default_asset": "ASSET_UNKNOWN",
        "product.template.views[0].photo": "ASSET_UNKNOWN",
    }


def test_a_font_of_another_brand_is_unknown(shop: Shop, other: Shop, font: str) -> None:
    with pytest.raises(Refused) as refused:
        other.add_product(product(text_zone(font)))
    assert refused.value.violations == {"product.template.zones[0].text.fonts[0]": "FONT_UNKNOWN"}


def test_control_characters_and_a_negative_price_are_mistakes(shop: Shop, font: str) -> None:
    wrong = product(text_zone(font), display_name="Plate\x07")
    wrong.price.amount_cents = -1
    with pytest.raises(Refused) as refused:
        shop.add_product(wrong)
    assert refused.value.violations == {
        "product.display_name": "CONTROL_CHARACTER",
        "product.price.amount_cents": "AMOUNT_OUT_OF_RANGE",
    }


def test_a_field_mask_changes_what_it_names(shop: Shop, font: str) -> None:
    made = shop.add_product(product(text_zone(font)))
    changed = _update(shop, made.name, "display_name", display_name="Dish", description="Other")
    assert (changed.display_name, changed.description) == ("Dish", "A plate.")
    assert changed.etag != made.etag
    assert changed.template == made.template


def test_a_stale_etag_is_refused_with_the_current_one(shop: Shop, font: str) -> None:
    made = shop.add_product(product(text_zone(font)))
    changed = _update(shop, made.name, "display_name", display_name="Dish", etag=made.etag)
    with pytest.raises(Refused) as refused:
        _update(shop, made.name, "display_name", display_name="Bowl", etag=made.etag)
    assert refused.value.reason == "ETAG_MISMATCH"
    assert refused.value.error.metadata["etag"] == changed.etag


def test_an_update_is_held_to_the_limits_of_a_new_product(shop: Shop, font: str) -> None:
    made = shop.add_product(product(text_zone(font)))
    with pytest.raises(Refused) as refused:
        _update(shop, made.name, "display_name", display_name="")
    assert list(refused.value.violations) == ["product.display_name"]
    with pytest.raises(Refused) as refused:
        _update(shop, made.name, "template", template=template_pb2.Template())
    assert "product.template.zones" in refused.value.violations


def test_an_update_that_changes_nothing_keeps_the_etag(shop: Shop, font: str) -> None:
    made = shop.add_product(product(text_zone(font)))
    assert _update(shop, made.name, "display_name", display_name="Plate").etag == made.etag


def test_archived_products_leave_the_list_and_keep_their_revisions(shop: Shop, font: str) -> None:
    made = shop.add_product(product(text_zone(font)))
    revision = shop.publish(made.name)
    for _ in range(2):
        shop.call("ProductService/DeleteProduct", DeleteProductRequest(name=made.name))
    assert made.name not in _listed(shop, ListProductsRequest(parent=shop.name, page_size=200))
    assert made.name in _listed(
        shop, ListProductsRequest(parent=shop.name, page_size=200, show_archived=True)
    )
    assert _revision(shop, revision.name).revision_hash == revision.revision_hash
    with pytest.raises(Refused) as refused:
        shop.call(
            "ProductService/GetPublishedRevision", GetPublishedRevisionRequest(name=made.name)
        )
    assert refused.value.reason == "NOT_FOUND"
    with pytest.raises(Refused) as refused:
        shop.publish(made.name)
    assert refused.value.reason == "PRODUCT_ARCHIVED"


def test_pages_list_every_product_once(other: Shop) -> None:
    font = other.add_font().name
    made = {other.add_product(product(text_zone(font))).name for _ in range(5)}
    seen: list[str] = []
    request = ListProductsRequest(parent=other.name, page_size=2)
    while True:
        page = other.call("ProductService/ListProducts", request)
        seen += [item.name for item in page.products]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert len(seen) == 5
    assert set(seen) == made


def test_publishing_pins_fonts_and_artwork_by_hash(shop: Shop, font: str, logo: str) -> None:
    revision = shop.published(product(text_zone(font), artwork_zone(logo)))
    assert revision.name.endswith("/revisions/r1")
    assert [pin.font for pin in revision.fonts] == [font]
    assert [pin.asset for pin in revision.assets] == [logo]
    assert all(len(pin.sha256) == 64 for pin in (*revision.fonts, *revision.assets))


def test_publishing_unchanged_content_returns_the_revision_that_exists(
    shop: Shop, font: str
) -> None:
    made = shop.add_product(product(text_zone(font)))
    first = shop.publish(made.name)
    assert shop.publish(made.name) == first
    _update(shop, made.name, "display_name", display_name="Dish")
    second = shop.publish(made.name)
    assert second.name.endswith("/r2")
    assert second.revision_hash != first.revision_hash
    _update(shop, made.name, "display_name", display_name="Plate")
    assert shop.publish(made.name) == first
    current = shop.call(
        "ProductService/GetPublishedRevision",
        GetPublishedRevisionRequest(name=made.name),
        shop.guest("g1"),
    )
    assert current == first


def test_the_same_content_has_the_same_hash_in_two_products(shop: Shop, font: str) -> None:
    first = shop.published(product(text_zone(font)))
    second = shop.published(product(text_zone(font)))
    assert first.name != second.name
    assert first.revision_hash == second.revision_hash


def test_a_product_whose_font_is_gone_is_not_published(other: Shop) -> None:
    from luneo.spec.v1.font_service_pb2 import DeleteFontRequest

    font = other.add_font().name
    made = other.add_product(product(text_zone(font)))
    other.call("FontService/DeleteFont", DeleteFontRequest(name=font))
    with pytest.raises(Refused) as refused:
        other.publish(made.name)
    assert refused.value.reason == "PRODUCT_NOT_PUBLISHABLE"
    assert list(refused.value.violations.values()) == ["FONT_UNKNOWN"]


def test_revisions_are_listed_newest_first(shop: Shop, font: str) -> None:
    made = shop.add_product(product(text_zone(font)))
    for name in ("One", "Two", "Three"):
        _update(shop, made.name, "display_name", display_name=name)
        shop.publish(made.name)
    request = ListProductRevisionsRequest(parent=made.name, page_size=2)
    page = shop.call("ProductService/ListProductRevisions", request)
    request.page_token = page.next_page_token
    rest = shop.call("ProductService/ListProductRevisions", request)
    listed = [item.display_name for item in (*page.product_revisions, *rest.product_revisions)]
    assert listed == ["Three", "Two", "One"]


def test_another_brands_product_is_answered_as_an_unknown_one(
    shop: Shop, other: Shop, font: str
) -> None:
    revision = shop.published(product(text_zone(font)))
    answers = []
    for name in (revision.name, f"{shop.name}/products/none/revisions/r1"):
        with pytest.raises(Refused) as refused:
            other.call("ProductService/GetProductRevision", GetProductRevisionRequest(name=name))
        refused.value.status.details.pop()  # the correlation id
        answers.append(refused.value.status.SerializeToString(deterministic=True))
    assert answers[0] == answers[1]
    assert refused.value.reason == "NOT_FOUND"


def test_a_repeated_request_id_gives_the_first_product(shop: Shop, font: str) -> None:
    request = CreateProductRequest(
        parent=shop.name, product=product(text_zone(font)), request_id=names.new_id()
    )
    first = shop.call("ProductService/CreateProduct", request)
    assert shop.call("ProductService/CreateProduct", request) == first
    request.product.display_name = "Dish"
    with pytest.raises(Refused) as refused:
        shop.call("ProductService/CreateProduct", request)
    assert refused.value.reason == "REQUEST_ID_REUSED"


def _path(data: str) -> template_pb2.Shape:
    return template_pb2.Shape(kind=template_pb2.SHAPE_KIND_PATH, path=data)


def _update(shop: Shop, name: str, *paths: str, **fields: object) -> product_pb2.Product:
    return shop.call(
        "ProductService/UpdateProduct",
        UpdateProductRequest(
            product=product_pb2.Product(name=name, **fields), update_mask=FieldMask(paths=paths)
        ),
    )


def _listed(shop: Shop, request: ListProductsRequest) -> list[str]:
    return [item.name for item in shop.call("ProductService/ListProducts", request).products]


def _revision(shop: Shop, name: str) -> product_pb2.ProductRevision:
    return shop.call("ProductService/GetProductRevision", GetProductRevisionRequest(name=name))
