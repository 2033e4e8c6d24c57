"""The same thing asked for by many at the same moment happens once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from luneo.spec.v1.product_service_pb2 import ListProductRevisionsRequest
from sqlalchemy import text

from tests.spec.shop import MARK, Refused, Shop, artwork_zone, design, product, text_zone

MANY = 8


def test_many_who_make_the_same_design_get_one_spec(shop: Shop, font: str) -> None:
    revision = shop.published(product(text_zone(font)))
    asked = design(revision.name, name="All at once")
    specs = _at_once(lambda number: shop.add_spec(asked, shop.guest(f"g{number}")))
    assert len({spec.name for spec in specs}) == 1
    with shop.process.runtime.database.brand(shop.brand) as tx:
        count = tx.execute(
            text("SELECT count(*) FROM specs WHERE spec_hash = :hash"),
            {"hash": specs[0].spec_hash},
        ).scalar_one()
    assert count == 1


def test_many_who_publish_get_one_revision(shop: Shop, font: str) -> None:
    name = shop.add_product(product(text_zone(font), artwork_zone())).name
    revisions = _at_once(lambda _: shop.publish(name))
    assert len({revision.name for revision in revisions}) == 1
    listed = shop.call(
        "ProductService/ListProductRevisions", ListProductRevisionsRequest(parent=name)
    )
    assert len(listed.product_revisions) == 1


def test_an_id_asked_for_by_many_is_given_to_one(shop: Shop, font: str) -> None:
    def attempt(number: int) -> str:
        try:
            return shop.add_product(product(text_zone(font)), "race").name
        except Refused as refused:
            return refused.reason

    assert sorted(_at_once(attempt)) == ["ID_TAKEN"] * (MANY - 1) + [f"{shop.name}/products/race"]


def test_the_same_picture_uploaded_twice_at_once_is_one_asset(other: Shop) -> None:
    assets = _at_once(lambda _: other.add_asset(MARK, caller=other.guest("g1")), 3)
    assert len({asset.name for asset in assets}) == 1


def _at_once(work: Callable[[int], Any], times: int = MANY) -> list[Any]:
    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(work, range(times)))
