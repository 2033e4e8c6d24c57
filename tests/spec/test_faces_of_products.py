"""A product asks of its fonts only what they have, or it is not published."""

from __future__ import annotations

import pytest
from luneo.design.v1.text_rules_pb2 import TextRules

from tests.spec.shop import Refused, Shop, product, text_zone


def test_features_and_axes_that_the_fonts_lack_are_listed_when_a_product_is_published(
    other: Shop,
) -> None:
    sans, variable = other.add_font().name, other.add_font("variable").name
    asked = TextRules(
        fonts=[variable],
        features=["smcp", "tnum", "zzzz=0", "ss03=2"],
        variations={"wght": 950_000, "slnt": 0},
    )
    made = other.add_product(product(text_zone(sans, text=asked)))
    with pytest.raises(Refused) as refused:
        other.publish(made.name)
    assert refused.value.reason == "PRODUCT_NOT_PUBLISHABLE"
    rules = "product.template.zones[0].text"
    assert refused.value.violations == {
        f"{rules}.features[0]": "FEATURE_UNKNOWN",  # the variable face has no small capitals
        f"{rules}.features[3]": "FEATURE_UNKNOWN",
        f"{rules}.variations[slnt]": "AXIS_UNKNOWN",
        f"{rules}.variations[wght]": "AXIS_VALUE_OUT_OF_RANGE",
    }


def test_features_and_axes_that_the_fonts_have_are_published(other: Shop) -> None:
    sans, variable = other.add_font().name, other.add_font("variable").name
    asked = TextRules(fonts=[variable], features=["tnum"], variations={"wght": 650_000})
    assert other.published(product(text_zone(sans, text=asked))).name.endswith("/r1")
