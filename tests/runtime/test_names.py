"""Resource names and ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from luneo.spec.v1 import product_pb2

from services.runtime import names
from services.runtime.errors import InvalidArgument, NotFound
from services.runtime.names import Template

PRODUCT = Template("brands/{brand}/products/{product}")
IDS = st.from_regex(names.ID_PATTERN, fullmatch=True)


@given(brand=IDS, product=IDS)
def test_what_is_formatted_is_parsed_again(brand: str, product: str) -> None:
    name = PRODUCT.format(brand=brand, product=product)
    assert PRODUCT.parse(name) == {"brand": brand, "product": product}
    assert names.brand_of(name) == brand


@pytest.mark.parametrize(
    "name",
    [
        "",
        "brands/a",
        "brands/a/products/",
        "brands/a/products/b/",
        "brands/a/products/b\n",
        "brands/A/products/b",
        "brands/a/products/-b",
        "brands/a/products/b-",
        "brands/a/products/b/revisions/c",
        "/brands/a/products/b",
        "brands/a/products/é",
        "brands/a/products/" + "b" * 64,
        "brands/a/products/b%2Fc",
        "brands/../products/b",
    ],
)
def test_a_malformed_name_is_refused_with_its_field(name: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        PRODUCT.parse(name, field="product.name")
    violation = caught.value.violations[0]
    assert (violation.field, violation.reason) == ("product.name", "NAME_MALFORMED")
    assert PRODUCT.pattern in violation.sentence


def test_a_name_of_another_brand_is_not_found() -> None:
    with pytest.raises(NotFound):
        PRODUCT.parse("brands/b/products/x", brand="a")
    assert PRODUCT.parse_last("brands/a/products/x", brand="a") == "x"


def test_a_name_is_not_formatted_from_what_is_no_id() -> None:
    with pytest.raises(ValueError, match="not an id"):
        PRODUCT.format(brand="a", product="b/c")
    with pytest.raises(ValueError, match="takes"):
        PRODUCT.format(brand="a")


@pytest.mark.parametrize("name", ["", "brands", "brands/", "products/a", "xbrands/a", "brands/A/x"])
def test_a_text_that_is_no_brand_s_name_has_no_brand(name: str) -> None:
    assert names.brand_of(name) is None


def test_new_ids_are_ids_and_differ() -> None:
    made = {names.new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(names.is_id(one) and len(one) == 26 for one in made)


def test_the_shape_of_names_is_what_the_proto_states() -> None:
    assert names.of(product_pb2.ProductRevision).pattern == (
        "brands/{brand}/products/{product}/revisions/{revision}"
    )
