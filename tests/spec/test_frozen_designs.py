"""What other services make of a spec: the layout that the shopper saw."""

from __future__ import annotations

import pytest
from luneo.spec.v1.product_service_pb2 import GetProductRevisionRequest

from render_core.compose import compose
from services.designs.frozen import RevisionMismatch, design_of
from services.designs.library import ObjectCache, ObjectLibrary
from services.runtime.objects import ObjectNotFound
from tests.flows.chores import run
from tests.spec.shop import MARK, Shop, artwork, artwork_zone, design, product, text_zone


def test_revision_and_document_compose_to_the_layout_of_the_spec(
    shop: Shop, font: str, logo: str
) -> None:
    revision = shop.published(product(text_zone(font), artwork_zone(logo)))
    spec = shop.add_spec(design(revision.name, name=" Zoe\u0308 & Noah "))
    received = shop.call(
        "ProductService/GetProductRevision",
        GetProductRevisionRequest(name=spec.product_revision),
        shop.service(),
    )
    library = ObjectLibrary(shop.process.runtime.objects, shop.brand)
    composition = compose(design_of(received, spec.document), library)
    assert composition.layout.digest() == spec.layout_digest
    assert composition.can_be_made


def test_a_document_of_another_revision_is_not_composed(shop: Shop, font: str) -> None:
    first = shop.published(product(text_zone(font)))
    second = shop.published(product(text_zone(font), display_name="Dish"))
    spec = shop.add_spec(design(first.name, name="Emma"))
    with pytest.raises(RevisionMismatch):
        design_of(second, spec.document)


def test_a_library_holds_the_objects_of_its_brand_only(shop: Shop, other: Shop) -> None:
    sha256 = shop.add_asset(MARK, "library-mark").sha256
    cache = ObjectCache(shop.process.runtime.objects)
    assert ObjectLibrary(cache, shop.brand).artwork(sha256)
    for brand, wanted in ((other.brand, sha256), (shop.brand, "0" * 64)):
        with pytest.raises(KeyError):
            ObjectLibrary(cache, brand).artwork(wanted)


def test_the_cache_of_objects_keeps_within_its_limit() -> None:
    class Store:
        reads = 0

        def get(self, brand: str, sha256: str) -> bytes:
            self.reads += 1
            return sha256.encode() * 10

    store = Store()
    cache = ObjectCache(store, max_bytes=25)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert cache.get("brand", name) == name.encode() * 10
    assert store.reads == 4  # "b" left when "c" came, "a" was used again in between
    for _ in range(2):
        assert cache.get("brand", "long") == b"long" * 10
    assert store.reads == 6  # what is longer than the limit is not kept
    cache.get("brand", "b")
    assert store.reads == 6  # and drives nothing out


def test_erasing_a_person_deletes_uploads_and_specs_and_nothing_else(other: Shop) -> None:
    revision = other.published(product(artwork_zone()))
    ours = other.add_asset(MARK.replace(b"H9", b"H6"), caller=other.guest("gone"))
    shared = other.add_asset(MARK, caller=other.guest("gone"))
    other.add_asset(MARK, caller=other.guest("stays"))
    spec = other.add_spec(design(revision.name, logo=artwork(ours.name)), other.guest("gone"))
    for _ in range(2):
        run(other, "spec.forget_subject", subject="guest:gone")
        run(other, "spec.forget_subject", specs=[spec.name.rpartition("/")[2]])
    objects = other.process.runtime.objects
    with pytest.raises(ObjectNotFound):
        objects.get(other.brand, ours.sha256)
    assert objects.get(other.brand, shared.sha256)
    with other.process.runtime.database.brand(other.brand) as tx:
        left = {
            table: tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("assets", "specs", "spec_provenance", "content_pins")
        }
    assert left == {"assets": 1, "specs": 0, "spec_provenance": 0, "content_pins": 0}
