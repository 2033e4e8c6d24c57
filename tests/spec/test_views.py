"""Views: photos that previews can be made of."""

from __future__ import annotations

import io

import pytest
from luneo.design.v1 import template_pb2
from luneo.spec.v1 import product_pb2
from PIL import Image
from sqlalchemy import text

from tests.spec.shop import Refused, Shop, product, text_zone


def photo(shop: Shop, width: int, height: int) -> str:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (120, 130, 140)).save(out, "PNG")
    return shop.add_asset(out.getvalue()).name


def seen_on(photo: str, font: str) -> product_pb2.Product:
    """A plate that is seen on a photo."""
    made = product(text_zone(font))
    point = template_pb2.PhotoPoint
    corners = {
        "top_left": point(),
        "top_right": point(x_millipx=40_000),
        "bottom_left": point(y_millipx=16_000),
    }
    made.template.views.add(id="desk", photo=photo).placements.add(surface="front", **corners)
    return made


def test_a_photo_more_than_four_times_as_tall_as_wide_is_refused_with_its_field(
    shop: Shop, font: str
) -> None:
    with pytest.raises(Refused) as refused:
        shop.add_product(seen_on(photo(shop, 40, 161), font))
    assert refused.value.reason == "PRODUCT_INVALID"
    assert refused.value.violations == {"product.template.views[0].photo": "PHOTO_TOO_TALL"}
    (violation,) = refused.value.error.violations
    assert "40 × 161 pixels" in violation.sentence
    assert violation.sentence.endswith("Crop it and upload it again.")


def test_a_photo_just_as_tall_as_allowed_is_published(shop: Shop, font: str) -> None:
    assert shop.published(seen_on(photo(shop, 40, 160), font)).template.views[0].id == "desk"


def test_a_product_from_before_this_was_looked_at_is_not_published(shop: Shop, font: str) -> None:
    fine, tall = photo(shop, 41, 160), photo(shop, 40, 190)
    stored = shop.add_product(seen_on(fine, font))
    with shop.process.runtime.database.brand(shop.brand) as tx:
        tx.execute(
            text(
                "UPDATE products SET document = replace(document::text, :fine, :tall)::jsonb "
                "WHERE product_id = :product"
            ),
            {"fine": fine, "tall": tall, "product": stored.name.rpartition("/")[2]},
        )
    with pytest.raises(Refused) as refused:
        shop.publish(stored.name)
    assert refused.value.reason == "PRODUCT_NOT_PUBLISHABLE"
    assert refused.value.violations == {"product.template.views[0].photo": "PHOTO_TOO_TALL"}
