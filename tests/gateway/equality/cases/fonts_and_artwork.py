"""Cases of fonts and artwork."""

from __future__ import annotations

from luneo.spec.v1 import asset_pb2, font_pb2
from luneo.spec.v1 import asset_service_pb2 as assets
from luneo.spec.v1 import font_service_pb2 as fonts

from tests.fonts import font_bytes
from tests.gateway.equality.cases.registry import call, case, plain
from tests.gateway.equality.demo import BRAND, Demo

MARK = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm" viewBox="0 0 10 10">'
    b'<path d="M1 1H9V9H1Z" fill="#b00020"/></svg>'
)

plain("GetFont", fonts.GetFontRequest(name=f"{BRAND}/fonts/cinzel"))
plain("ListFonts", fonts.ListFontsRequest(parent=BRAND, page_size=3))
plain("GetAsset", assets.GetAssetRequest(name=f"{BRAND}/assets/hearth-oak-logo"))
plain("ListAssets", assets.ListAssetsRequest(parent=BRAND, page_size=3))


@case("CreateFont")
def _create_font(demo: Demo) -> fonts.CreateFontRequest:
    return fonts.CreateFontRequest(
        parent=BRAND,
        font=font_pb2.Font(display_name="House sans"),
        data=font_bytes("hebrew"),
        font_id=demo.fresh("house-sans"),
    )


@case("DeleteFont")
def _(demo: Demo) -> fonts.DeleteFontRequest:
    return fonts.DeleteFontRequest(name=call(demo, "CreateFont", _create_font(demo)).name)


@case("CreateAsset", "guestSession")
def _create_asset(demo: Demo) -> assets.CreateAssetRequest:
    return assets.CreateAssetRequest(
        parent=BRAND, asset=asset_pb2.Asset(display_name="My mark"), data=MARK
    )


@case("DeleteAsset", "guestSession")
def _(demo: Demo) -> assets.DeleteAssetRequest:
    made = call(demo, "CreateAsset", _create_asset(demo), "guestSession")
    return assets.DeleteAssetRequest(name=made.name)
