"""Views: photos that previews can be made of."""

from __future__ import annotations

import io

import pytest
from luneo.design.v1 import template_pb2
from luneo.spec.v1 import product_pb2
from PIL import Image
from sqlalchemy import text

from tests.spec.shop import Refused, Shop, product, text_zone


def photo(shop: Shop, width: int, height: int, red: int = 120) -> str:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (red, 130, 140)).save(out, "PNG")
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


LIGHTS = ("mask", "shading", "highlights", "displacement")


def bent(shop: Shop, font: str) -> product_pb2.Product:
    """A plate of 40 × 16 mm on a photo of 80 × 40 pixels, seen by all kinds of placement in turn."""
    return seen_on(photo(shop, 80, 40), font)


def points(*places: tuple[int, int]) -> list[template_pb2.PhotoPoint]:
    return [template_pb2.PhotoPoint(x_millipx=x * 1000, y_millipx=y * 1000) for x, y in places]


def cylinder(*edge: tuple[int, int], diameter_um: int = 80_000) -> template_pb2.CylinderPlacement:
    return template_pb2.CylinderPlacement(points=points(*edge), diameter_um=diameter_um)


ROUND = ((10, 5), (40, 9), (70, 5), (12, 30), (40, 35), (68, 30))
NET = tuple((10 + 20 * column, 5 + 9 * row) for row in range(4) for column in range(4))


def test_surfaces_in_perspective_around_cylinders_and_over_nets_are_published(
    shop: Shop, font: str
) -> None:
    for number in range(3):
        made = bent(shop, font)
        (placement,) = made.template.views[0].placements
        if number == 0:
            placement.bottom_right.CopyFrom(points((36, 12))[0])
        elif number == 1:
            placement.cylinder.CopyFrom(cylinder(*ROUND))
        else:
            placement.net.CopyFrom(
                template_pb2.NetPlacement(columns=1, rows=1, points=points(*NET))
            )
        published = shop.published(made).template.views[0].placements[0]
        assert published == placement


@pytest.mark.parametrize(
    ("field", "word"), [("bottom_right", "crossing"), ("cylinder", "cross"), ("net", "folds")]
)
def test_what_no_camera_sees_is_refused_with_its_field(
    shop: Shop, font: str, field: str, word: str
) -> None:
    made = bent(shop, font)
    (placement,) = made.template.views[0].placements
    if field == "bottom_right":
        placement.bottom_right.CopyFrom(points((1, 1))[0])
    elif field == "cylinder":
        placement.cylinder.CopyFrom(cylinder(ROUND[3], *ROUND[1:3], ROUND[0], *ROUND[4:]))
    else:
        folded = (*NET[:5], (-60, 14), *NET[6:])
        net = template_pb2.NetPlacement(columns=1, rows=1, points=points(*folded))
        placement.net.CopyFrom(net)
    with pytest.raises(Refused) as refused:
        shop.add_product(made)
    path = f"product.template.views[0].placements[0].{field}"
    assert refused.value.violations == {path: "PLACEMENT_IMPOSSIBLE"}
    assert word in refused.value.error.violations[0].sentence


def test_a_mask_of_other_proportions_is_refused_with_its_field(shop: Shop, font: str) -> None:
    made = bent(shop, font)
    made.template.views[0].light.mask = photo(shop, 80, 41)
    made.template.views[0].light.shading = photo(shop, 160, 80)
    with pytest.raises(Refused) as refused:
        shop.add_product(made)
    assert refused.value.violations == {
        "product.template.views[0].light.mask": "LIGHT_OTHER_PROPORTIONS"
    }


def test_a_revision_pins_what_lies_between_a_design_and_the_eye(shop: Shop, font: str) -> None:
    made = bent(shop, font)
    greys = {name: photo(shop, 80, 40, level) for level, name in enumerate(LIGHTS, start=1)}
    for name, grey in greys.items():
        setattr(made.template.views[0].light, name, grey)
    pinned = {pin.asset for pin in shop.published(made).assets}
    assert set(greys.values()) <= pinned
