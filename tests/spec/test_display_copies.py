"""Copies of pictures for screens: what people are shown, and that they go with their picture."""

from __future__ import annotations

import io

import numpy as np
import pytest
from luneo.design.v1 import artwork_rules_pb2, layout_pb2, template_pb2
from luneo.spec.v1 import asset_pb2
from luneo.spec.v1.asset_service_pb2 import DeleteAssetRequest, GetAssetRequest, ListAssetsRequest
from luneo.spec.v1.design_service_pb2 import ComposeDesignRequest
from PIL import Image
from sqlalchemy import text

from services.runtime.objects import Ticket
from services.spec import store
from services.spec.picture_uris import PictureUris
from tests.spec.shop import Shop, artwork, artwork_zone, design, product, text_zone


def picture(width: int = 2400, height: int = 1800, dot: int = 0) -> bytes:
    """A PNG of a soft gradient with a grain like a photo's, with one pixel that may be another."""
    grain = np.random.default_rng(1).integers(0, 9, (height, width, 3))
    pixels = (np.linspace(0, 200, width)[None, :, None] + grain).astype(np.uint8)
    pixels[height // 2, width // 2] += dot
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()


def opened(shop: Shop, uri: str) -> tuple[Ticket, bytes]:
    return shop.process.runtime.objects.redeem(uri.rpartition("/")[2])


def copies(shop: Shop) -> dict[str, str]:
    with shop.process.runtime.database.brand(shop.brand) as tx:
        return {
            row.sha256: row.copy_sha256
            for row in tx.execute(text("SELECT sha256, copy_sha256 FROM display_copies"))
        }


def stored(shop: Shop) -> set[str]:
    return {found.sha256 for page in shop.process.runtime.objects.listed(shop.brand) for found in page}  # fmt: skip


def layout_of(shop: Shop, revision: str, photo: str) -> layout_pb2.Layout:
    request = ComposeDesignRequest(
        parent=shop.name, design=design(revision, name="Zoë", logo=artwork(photo))
    )
    layout: layout_pb2.Layout = shop.call("DesignService/ComposeDesign", request).layout
    return layout


@pytest.fixture
def photo(other: Shop) -> asset_pb2.Asset:
    return other.add_asset(picture(), "lake")


def test_screens_get_a_small_copy_and_programs_the_picture_itself(
    other: Shop, photo: asset_pb2.Asset
) -> None:
    kept, whole = opened(other, photo.uri)
    shown, small = opened(other, photo.display_uri)
    assert (kept.media_type, kept.sha256) == ("image/png", photo.sha256)
    assert shown.media_type == "image/jpeg"
    assert Image.open(io.BytesIO(small)).format == "JPEG"
    assert Image.open(io.BytesIO(small)).size == (1600, 1200)
    assert Image.open(io.BytesIO(whole)).size == (2400, 1800)
    assert len(small) < len(whole) / 5


def test_screens_are_told_which_kind_of_copy_it_is(other: Shop) -> None:
    out = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, "PNG")
    photo = other.add_asset(out.getvalue(), "moon")
    again = PictureUris(other.process.runtime).shown(other.brand, photo.sha256)
    for uri in (photo.display_uri, again):
        shown, data = opened(other, uri)
        assert (shown.media_type, Image.open(io.BytesIO(data)).format) == ("image/webp", "WEBP")


def test_every_answer_gives_the_same_address(other: Shop, photo: asset_pb2.Asset) -> None:
    again = other.call("AssetService/GetAsset", GetAssetRequest(name=photo.name))
    (listed,) = other.call("AssetService/ListAssets", ListAssetsRequest(parent=other.name)).assets
    assert photo.display_uri == again.display_uri == listed.display_uri


def test_a_drawing_has_no_copy(other: Shop) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><path d="M1 1H8V8Z"/></svg>'
    assert other.add_asset(svg).display_uri == ""
    assert copies(other) == {}


def plate_with(shop: Shop, view: asset_pb2.Asset) -> tuple[str, str]:
    """Publish a plate with a photo as its view; return its revision and the view's address."""
    font = shop.add_font("sans", "noto-sans").name
    zone = artwork_zone(artwork=artwork_rules_pb2.ArtworkRules(min_dpi=0))
    made = product(text_zone(font), zone)
    point = template_pb2.PhotoPoint
    corners = {
        "top_left": point(),
        "top_right": point(x_millipx=900_000),
        "bottom_left": point(y_millipx=360_000),
    }
    made.template.views.add(id="desk", photo=view.name).placements.add(surface="front", **corners)
    revision = shop.published(made)
    (uri,) = {pin.uri for pin in revision.assets if pin.asset == view.name}
    return revision.name, uri


def test_views_and_layouts_show_the_copy(other: Shop, photo: asset_pb2.Asset) -> None:
    revision, view = plate_with(other, photo)
    (image,) = (
        item.image
        for surface in layout_of(other, revision, photo.name).surfaces
        for item in surface.items
        if item.HasField("image")
    )
    assert view == image.uri == photo.display_uri


def test_a_layout_is_the_same_whether_or_not_there_are_copies(
    other: Shop, photo: asset_pb2.Asset
) -> None:
    revision, _ = plate_with(other, photo)
    with_copy = layout_of(other, revision, photo.name)
    runtime = other.process.runtime
    with runtime.database.brand(other.brand) as tx:
        store.display_copies.forget(tx, other.brand, photo.sha256)
    without = PictureUris(runtime).shown(other.brand, photo.sha256)
    assert opened(other, without)[0].sha256 == photo.sha256
    assert layout_of(other, revision, photo.name).digest == with_copy.digest


def test_a_copy_goes_with_its_picture_and_comes_back_with_it(
    other: Shop, photo: asset_pb2.Asset
) -> None:
    copy = copies(other)[photo.sha256]
    assert stored(other) == {photo.sha256, copy}
    other.call("AssetService/DeleteAsset", DeleteAssetRequest(name=photo.name))
    assert stored(other) == set()
    assert copies(other) == {}
    assert other.add_asset(picture(), "lake").sha256 == photo.sha256
    assert stored(other) == {photo.sha256, copy}


def test_a_copy_stays_while_a_revision_pins_its_picture(
    other: Shop, photo: asset_pb2.Asset
) -> None:
    _, view = plate_with(other, photo)
    other.call("AssetService/DeleteAsset", DeleteAssetRequest(name=photo.name))
    assert opened(other, view)[0].sha256 in stored(other)
    with other.process.runtime.database.brand(other.brand) as tx:
        held = store.contents.held(tx, sorted(stored(other)))
    assert held == stored(other)


def test_of_two_pictures_that_look_alike_neither_takes_the_others_copy(other: Shop) -> None:
    one, two = other.add_asset(picture()), other.add_asset(picture(dot=1))
    assert one.sha256 != two.sha256
    assert len(set(copies(other).values())) == 1
    other.call("AssetService/DeleteAsset", DeleteAssetRequest(name=one.name))
    opened(other, two.display_uri)
    other.call("AssetService/DeleteAsset", DeleteAssetRequest(name=two.name))
    assert stored(other) == set()


def test_a_copy_of_what_nothing_holds_is_an_orphan(other: Shop, photo: asset_pb2.Asset) -> None:
    copy = copies(other)[photo.sha256]
    with other.process.runtime.database.brand(other.brand) as tx:
        assert store.contents.held(tx, [copy, photo.sha256]) == {copy, photo.sha256}
        tx.execute(text("UPDATE assets SET deleted_at = now()"))
        assert store.contents.held(tx, [copy, photo.sha256]) == set()
