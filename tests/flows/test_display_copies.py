"""Pictures from before there were copies for screens get theirs when somebody looks at them."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from luneo.spec.v1 import asset_pb2
from PIL import Image

from services.runtime.clock import FixedClock
from services.spec import store
from services.spec.picture_uris import LOOKED_AT_AGAIN_AFTER, PictureUris
from tests.flows.chores import run, stored
from tests.flows.house import Brand
from tests.flows.making import erase

WITHIN_S = 30.0


@pytest.fixture
def old_photo(brand: Brand) -> asset_pb2.Asset:
    """A photo as a release without copies has kept it, still wanted by its brand."""
    out = io.BytesIO()
    Image.radial_gradient("L").resize((1900, 1000)).convert("RGB").save(out, "JPEG")
    asset = brand.add_asset(out.getvalue())
    runtime = brand.process.runtime
    with runtime.database.brand(brand.brand) as tx:
        copy = store.display_copies.of(tx, brand.brand, asset.sha256)
        assert copy is not None
        store.display_copies.forget(tx, brand.brand, asset.sha256)
    runtime.objects.delete(brand.brand, copy)
    return asset


def shown(brand: Brand, asset: asset_pb2.Asset) -> tuple[str, bytes]:
    """What somebody sees who comes now: media type and bytes."""
    objects = brand.process.runtime.objects
    uri = PictureUris(brand.process.runtime).shown(brand.brand, asset.sha256)
    ticket, data = objects.redeem(uri.rpartition("/")[2])
    return ticket.media_type, data


def test_a_picture_without_a_copy_is_shown_itself_until_a_worker_has_made_one(
    brand: Brand, old_photo: asset_pb2.Asset
) -> None:
    assert shown(brand, old_photo)[0] == "image/png"
    end = time.monotonic() + WITHIN_S
    while shown(brand, old_photo)[0] == "image/png":
        assert time.monotonic() < end
        time.sleep(0.05)
    media_type, data = shown(brand, old_photo)
    assert media_type == "image/webp"
    assert Image.open(io.BytesIO(data)).size == (1600, 842)


def test_who_looked_before_sees_the_copy_soon(brand: Brand, old_photo: asset_pb2.Asset) -> None:
    clock = FixedClock(datetime.now(UTC))
    uris = PictureUris(replace(brand.process.runtime, clock=clock))
    before = uris.shown(brand.brand, old_photo.sha256)
    run(brand, "spec.make_display_copy", sha256=old_photo.sha256)
    assert uris.shown(brand.brand, old_photo.sha256) == before
    clock.advance(LOOKED_AT_AGAIN_AFTER)
    assert uris.shown(brand.brand, old_photo.sha256) != before


def test_making_a_copy_twice_is_making_it_once(brand: Brand, old_photo: asset_pb2.Asset) -> None:
    run(brand, "spec.make_display_copy", sha256=old_photo.sha256)
    before = stored(brand)
    run(brand, "spec.make_display_copy", sha256=old_photo.sha256)
    assert stored(brand) == before
    assert len(before) == 2


def test_no_copy_is_left_of_an_erased_person(brand: Brand) -> None:
    out = io.BytesIO()
    Image.effect_mandelbrot((400, 300), (-2, -1, 1, 1), 40).convert("RGB").save(out, "PNG")
    brand.add_asset(out.getvalue(), caller=brand.guest("erika"))
    assert len(stored(brand)) == 2
    erase(brand, "guest:erika")
    assert stored(brand) == set()
