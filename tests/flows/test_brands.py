"""Brands: their ids and what changes of them."""

from __future__ import annotations

import pytest
from luneo.tenant.v1 import (
    brand_pb2,
    brand_service_pb2,
)

from services.runtime.calls import PLATFORM
from services.tenant import people
from tests.flows.house import Brand
from tests.flows.tenancy import (
    BRANDS,
)
from tests.spec.shop import Refused


def test_a_brands_id_is_taken_once_and_nobody_is_invited_to_it(brand: Brand) -> None:
    with pytest.raises(Refused) as refused:
        brand.rpc(
            f"{BRANDS}/CreateBrand",
            brand_service_pb2.CreateBrandRequest(
                brand=brand_pb2.Brand(display_name="Again", currency_code="EUR"),
                brand_id=brand.brand,
                owner_email="late@example.com",
            ),
            PLATFORM,
        )
    assert refused.value.reason == "BRAND_EXISTS"
    with brand.process.runtime.database.directory() as directory:
        assert people.by_email(directory, "late@example.com") is None


def test_a_stale_etag_is_refused_and_changes_nothing(brand: Brand) -> None:
    def rename(name: str, etag: str) -> brand_pb2.Brand:
        changed = brand_pb2.Brand(
            name=brand.name, display_name=name, currency_code="EUR", etag=etag
        )
        request = brand_service_pb2.UpdateBrandRequest(brand=changed)
        request.update_mask.paths.append("display_name")
        done: brand_pb2.Brand = brand.rpc(f"{BRANDS}/UpdateBrand", request, PLATFORM)
        return done

    first = rename("First", brand.created.etag)
    with pytest.raises(Refused) as refused:
        rename("Second", brand.created.etag)
    assert refused.value.reason == "ETAG_MISMATCH"
    assert rename("Third", first.etag).display_name == "Third"
