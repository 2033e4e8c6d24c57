"""Fonts and pictures: checked, kept once, seen by their owners, released when nothing needs them."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

import pytest
from luneo.spec.v1 import asset_pb2, font_pb2
from luneo.spec.v1.asset_service_pb2 import (
    CreateAssetRequest,
    DeleteAssetRequest,
    GetAssetRequest,
    ListAssetsRequest,
)
from luneo.spec.v1.font_service_pb2 import (
    CreateFontRequest,
    DeleteFontRequest,
    GetFontRequest,
    ListFontsRequest,
)

from services.composition import Process
from services.runtime.calls import Caller, CallerKind
from tests.fonts import font_bytes, font_hash
from tests.spec.shop import (
    MARK,
    OTHER_MARK,
    SCOPES,
    SQUARE,
    Refused,
    Shop,
    artwork,
    artwork_zone,
    design,
    photograph,
    product,
    text_zone,
)


def test_a_font_is_described_by_its_file(other: Shop) -> None:
    font = other.add_font("sans", "noto-sans")
    assert font.name == f"{other.name}/fonts/noto-sans"
    assert (font.family, font.subfamily) == ("Noto Sans", "Regular")
    assert font.sha256 == font_hash("sans")
    assert font.size_bytes == len(font_bytes("sans"))
    assert "Latn" in font.scripts
    assert "Open Font License" in font.license
    assert other.call("FontService/GetFont", GetFontRequest(name=font.name)) == font


def test_the_same_file_is_the_same_font(other: Shop) -> None:
    first = other.add_font("sans")
    assert other.add_font("sans", "another-id") == first
    assert len(other.call("FontService/ListFonts", ListFontsRequest(parent=other.name)).fonts) == 1


def test_another_file_under_a_taken_id_is_refused_and_leaves_nothing(other: Shop) -> None:
    other.add_font("sans", "face")
    with pytest.raises(Refused) as refused:
        other.add_font("serif", "face")
    assert refused.value.reason == "ID_TAKEN"
    assert len(other.call("FontService/ListFonts", ListFontsRequest(parent=other.name)).fonts) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"this is not a font", "FONT_NOT_A_FONT"),
        (b"\x00\x01\x00\x00" + b"\xff" * 200, None),
        (font_bytes("sans")[:5000], None),
    ],
    ids=["words", "noise", "cut off"],
)
def test_what_is_not_a_font_is_refused_and_leaves_nothing(
    other: Shop, data: bytes, reason: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        other.call(
            "FontService/CreateFont",
            CreateFontRequest(
                parent=other.name, font=font_pb2.Font(display_name="Font"), data=data
            ),
        )
    assert refused.value.status.code == 3
    assert reason is None or refused.value.reason == reason
    assert not other.call("FontService/ListFonts", ListFontsRequest(parent=other.name)).fonts
    assert not _objects(other)


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 5000 + b"</g>" * 5000 + b"</svg>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"\xff\xd8\xff\xe0 not a photo",
        b"GIF89a" + b"\0" * 100,
    ],
    ids=["entities", "script", "nesting", "empty PNG", "no JPEG", "GIF"],
)
def test_hostile_pictures_are_refused_and_leave_nothing(other: Shop, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        other.add_asset(data)
    assert refused.value.status.code == 3
    assert not other.call("AssetService/ListAssets", ListAssetsRequest(parent=other.name)).assets
    assert not _objects(other)


def test_a_picture_of_900_megapixels_is_refused_by_its_header(other: Shop) -> None:
    with pytest.raises(Refused) as refused:
        other.add_asset(_png_that_claims(30_000, 30_000))
    assert refused.value.status.code == 3
    assert not _objects(other)


def test_a_photo_is_kept_as_a_normalised_png_with_a_signed_address(other: Shop) -> None:
    asset = other.add_asset(photograph(), "lake")
    assert asset.kind == asset_pb2.ASSET_KIND_RASTER
    assert (asset.width_px, asset.height_px) == (40, 30)
    kept = other.process.runtime.objects.get(other.brand, asset.sha256)
    assert kept.startswith(b"\x89PNG")
    ticket, data = other.process.runtime.objects.redeem(asset.uri.rpartition("/")[2])
    assert (ticket.media_type, data) == ("image/png", kept)
    assert asset.sha256 not in asset.uri


def test_the_address_of_a_picture_stays_the_same_for_a_while(other: Shop) -> None:
    asset = other.add_asset(photograph())
    again = other.call("AssetService/GetAsset", GetAssetRequest(name=asset.name))
    assert again.uri == asset.uri


def test_a_drawing_is_kept_as_outlines_and_has_no_address(other: Shop) -> None:
    asset = other.add_asset(MARK)
    assert asset.kind == asset_pb2.ASSET_KIND_VECTOR
    assert (asset.width_um, asset.height_um) == (10_000, 10_000)
    assert asset.uri == ""


def test_the_same_picture_of_one_subject_is_one_asset(other: Shop) -> None:
    first = other.add_asset(MARK, caller=other.guest("g1"))
    assert other.add_asset(MARK, caller=other.guest("g1")) == first
    second = other.add_asset(MARK, caller=other.guest("g2"))
    assert second.name != first.name
    assert second.sha256 == first.sha256


def test_a_shopper_sees_their_own_pictures_only(other: Shop) -> None:
    own, foreign = (other.add_asset(MARK, caller=other.guest(guest)) for guest in ("g1", "g2"))
    other.add_asset(OTHER_MARK, "brand-mark")
    listed = other.call(
        "AssetService/ListAssets", ListAssetsRequest(parent=other.name), other.guest("g1")
    )
    assert [asset.name for asset in listed.assets] == [own.name]
    for name in (foreign.name, f"{other.name}/assets/brand-mark"):
        for rpc, request in (
            ("GetAsset", GetAssetRequest(name=name)),
            ("DeleteAsset", DeleteAssetRequest(name=name)),
        ):
            with pytest.raises(Refused) as refused:
                other.call(f"AssetService/{rpc}", request, other.guest("g1"))
            assert refused.value.reason == "NOT_FOUND"
    assert (
        len(other.call("AssetService/ListAssets", ListAssetsRequest(parent=other.name)).assets) == 3
    )


def test_a_shopper_neither_chooses_an_id_nor_uploads_without_a_session(other: Shop) -> None:
    with pytest.raises(Refused) as refused:
        other.add_asset(MARK, "mine", caller=other.guest("g1"))
    assert refused.value.violations == {"asset_id": "ID_NOT_YOURS_TO_CHOOSE"}
    keyed = Caller(CallerKind.WIDGET_KEY, "key:w1", other.brand, SCOPES, key="w1")
    with pytest.raises(Refused) as refused:
        other.add_asset(MARK, caller=keyed)
    assert refused.value.reason == "SESSION_REQUIRED"


def test_a_deleted_picture_goes_from_the_store_and_comes_back_with_a_new_upload(
    other: Shop,
) -> None:
    asset = other.add_asset(MARK)
    other.call("AssetService/DeleteAsset", DeleteAssetRequest(name=asset.name))
    assert not _objects(other)
    with pytest.raises(Refused) as refused:
        other.call("AssetService/GetAsset", GetAssetRequest(name=asset.name))
    assert refused.value.reason == "NOT_FOUND"
    assert other.add_asset(MARK) == asset
    assert _objects(other) == {asset.sha256}


def test_what_a_revision_pins_stays_when_its_font_and_picture_are_deleted(other: Shop) -> None:
    font, mark = other.add_font(), other.add_asset(MARK)
    revision = other.published(product(text_zone(font.name), artwork_zone(mark.name)))
    other.call("FontService/DeleteFont", DeleteFontRequest(name=font.name))
    other.call("AssetService/DeleteAsset", DeleteAssetRequest(name=mark.name))
    assert _objects(other) == {font.sha256, mark.sha256}
    spec = other.add_spec(design(revision.name, name="Emma"))
    assert font.sha256 in spec.document
    assert mark.sha256 in spec.document


def test_what_a_spec_pins_stays_when_the_shopper_deletes_the_upload(other: Shop) -> None:
    revision = other.published(product(artwork_zone()))
    mark = other.add_asset(MARK, caller=other.guest("g1"))
    other.add_spec(design(revision.name, logo=artwork(mark.name)), other.guest("g1"))
    other.call("AssetService/DeleteAsset", DeleteAssetRequest(name=mark.name), other.guest("g1"))
    assert _objects(other) == {mark.sha256}


def test_pictures_of_two_owners_keep_one_object_until_both_are_deleted(other: Shop) -> None:
    assets = [other.add_asset(MARK, caller=other.guest(guest)) for guest in ("g1", "g2")]
    other.call("AssetService/DeleteAsset", DeleteAssetRequest(name=assets[0].name))
    assert _objects(other) == {assets[0].sha256}
    other.call("AssetService/DeleteAsset", DeleteAssetRequest(name=assets[1].name))
    assert not _objects(other)


def test_two_brands_keep_their_own_copies(process: Process, other: Shop) -> None:
    neighbour = Shop(process)
    own, foreign = other.add_asset(MARK), neighbour.add_asset(MARK)
    neighbour.call("AssetService/DeleteAsset", DeleteAssetRequest(name=foreign.name))
    assert _objects(other) == {own.sha256}


def test_an_upload_has_a_name(other: Shop) -> None:
    with pytest.raises(Refused) as refused:
        other.add_asset(MARK, name="a\x1bb")
    assert refused.value.violations == {"asset.display_name": "CONTROL_CHARACTER"}
    with pytest.raises(Refused) as refused:
        other.call("AssetService/CreateAsset", CreateAssetRequest(parent=other.name, data=MARK))
    assert refused.value.status.code == 3


def _objects(shop: Shop) -> set[str]:
    """The SHA-256 of all objects of a brand, each proven to be whole."""
    folder = Path(shop.process.runtime.settings.data) / "objects" / "brands" / shop.brand
    found = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert all(hashlib.sha256(data).hexdigest() == name for name, data in found.items())
    return set(found)


def _png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def test_text_of_a_drawing_is_outlined_with_the_brands_fonts(shop: Shop, other: Shop) -> None:
    shop.add_font("sans")
    text = '<text x="1" y="7" font-family="Noto Sans" font-size="5">Zoë</text></svg>'.encode()
    asset = shop.add_asset(SQUARE + text)
    assert asset.width_um == 10_000
    with pytest.raises(Refused) as refused:
        other.add_asset(SQUARE + text)
    assert refused.value.reason == "SVG_TEXT_FONT_UNKNOWN"
    assert "Noto Sans" in refused.value.status.message
