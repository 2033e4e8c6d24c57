"""The sample brands of the demo, brought in through the same calls that a brand's server makes.

Safe to run again: what is there already is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from luneo.spec.v1 import (
    asset_pb2,
    asset_service_pb2,
    asset_service_pb2_grpc,
    font_pb2,
    font_service_pb2,
    font_service_pb2_grpc,
    product_pb2,
    product_service_pb2,
    product_service_pb2_grpc,
)
from luneo.tenant.v1 import (
    api_key_pb2,
    api_key_service_pb2,
    api_key_service_pb2_grpc,
    brand_pb2,
    brand_service_pb2,
    brand_service_pb2_grpc,
    membership_pb2,
    membership_service_pb2,
    membership_service_pb2_grpc,
)

from services.cli.accounts import OPERATOR_SCOPES, SERVER_SCOPES, SHOPPER_SCOPES
from services.cli.remote import Remote, explained

Report = Callable[[str], None]
_FONT_FIELDS = ("fonts", "fallback_fonts")


class Seeder:
    """Brings in the brands that a description lists.

    folder: of the samples. origins: where their pages are served. known: what an earlier run made,
    by brand id: its keys, which are shown only once.
    """

    def __init__(
        self,
        remote: Remote,
        folder: Path,
        origins: list[str],
        known: Mapping[str, Any],
        report: Report,
    ) -> None:
        self._remote = remote
        self._folder = folder
        self._origins = origins
        self._known = known
        self._report = report

    def run(self) -> list[dict[str, Any]]:
        """Return a record of each brand: its keys, its people, its products and their zones."""
        described = json.loads((self._folder / "demo.json").read_text("utf-8"))
        return [self._brand(brand) for brand in described["brands"]]

    def _brand(self, described: dict[str, Any]) -> dict[str, Any]:
        brand = described["brand"]
        self._report(f"{described['display_name']}: brand, people and keys")
        request = brand_service_pb2.CreateBrandRequest(
            brand=brand_pb2.Brand(display_name=described["display_name"], currency_code="EUR"),
            brand_id=brand,
        )
        self._unless_there(brand_service_pb2_grpc.BrandServiceStub, "CreateBrand", request)
        self._people(brand, described["users"])
        keys = self._keys(brand)
        server = self._remote.with_key(keys["secret"])
        files = _files(self._folder, described["products"])
        self._fonts(server, brand, described["fonts"], files["fonts"])
        self._assets(server, brand, described["assets"], files["assets"])
        products = [self._product(server, brand, path) for path in described["products"]]
        return {
            "brand": brand,
            "name": f"brands/{brand}",
            "display_name": described["display_name"],
            "keys": keys,
            "users": described["users"],
            "products": products,
        }

    def _people(self, brand: str, users: list[dict[str, str]]) -> None:
        for user in users:
            member = membership_pb2.Membership(email=user["email"], role=user["role"])
            request = membership_service_pb2.CreateMembershipRequest(
                parent=f"brands/{brand}", membership=member
            )
            stub = membership_service_pb2_grpc.MembershipServiceStub
            self._unless_there(stub, "CreateMembership", request)

    def _keys(self, brand: str) -> dict[str, Any]:
        known: dict[str, Any] = dict(self._known.get(brand, {}).get("keys", {}))
        if {"publishable", "secret", "operator", "names"} <= set(known):
            self._allow_origins(known["names"]["publishable"])
            return known
        made = {
            "publishable": self._key(brand, "Widget of the demo", "PUBLISHABLE", SHOPPER_SCOPES),
            "secret": self._key(brand, "Server of the demo", "SECRET", SERVER_SCOPES),
            "operator": self._key(brand, "Operator of the demo", "SECRET", OPERATOR_SCOPES),
        }
        secrets: dict[str, Any] = {kind: key.secret for kind, key in made.items()}
        return {**secrets, "names": {kind: key.name for kind, key in made.items()}}

    def _key(
        self, brand: str, display_name: str, kind: str, scopes: tuple[str, ...]
    ) -> api_key_pb2.ApiKey:
        key = api_key_pb2.ApiKey(
            display_name=display_name,
            kind=f"API_KEY_KIND_{kind}",
            scopes=scopes,
            allowed_origins=self._origins if kind == "PUBLISHABLE" else (),
        )
        request = api_key_service_pb2.CreateApiKeyRequest(parent=f"brands/{brand}", api_key=key)
        stub = api_key_service_pb2_grpc.ApiKeyServiceStub
        made: api_key_pb2.ApiKey = self._remote.call(stub, "CreateApiKey", request)
        return made

    def _allow_origins(self, name: str) -> None:
        """The demo may be served at another port than last time."""
        stub = api_key_service_pb2_grpc.ApiKeyServiceStub
        key = self._remote.call(stub, "GetApiKey", api_key_service_pb2.GetApiKeyRequest(name=name))
        if set(key.allowed_origins) == set(self._origins):
            return
        request = api_key_service_pb2.UpdateApiKeyRequest(
            api_key=api_key_pb2.ApiKey(name=name, allowed_origins=self._origins)
        )
        request.update_mask.paths.append("allowed_origins")
        # Only the fields of the mask count; the others are there to satisfy their limits.
        request.api_key.display_name, request.api_key.kind = key.display_name, key.kind
        request.api_key.scopes.extend(key.scopes)
        self._remote.call(stub, "UpdateApiKey", request)

    def _fonts(
        self, server: Remote, brand: str, fonts: list[dict[str, str]], files: Mapping[str, Path]
    ) -> None:
        stub = font_service_pb2_grpc.FontServiceStub
        request = font_service_pb2.ListFontsRequest(parent=f"brands/{brand}", page_size=200)
        there = {font.name for font in server.call(stub, "ListFonts", request).fonts}
        for font in fonts:
            name = font["font"]
            if f"brands/{brand}/fonts/{name}" in there:
                continue
            self._report(f"  font {font['display_name']}")
            upload = font_service_pb2.CreateFontRequest(
                parent=f"brands/{brand}",
                font=font_pb2.Font(display_name=font["display_name"]),
                data=files[name].read_bytes(),
                font_id=name,
            )
            server.call(stub, "CreateFont", upload)

    def _assets(
        self, server: Remote, brand: str, assets: list[dict[str, str]], files: Mapping[str, Path]
    ) -> None:
        stub = asset_service_pb2_grpc.AssetServiceStub
        request = asset_service_pb2.ListAssetsRequest(parent=f"brands/{brand}", page_size=200)
        there = {asset.name for asset in server.call(stub, "ListAssets", request).assets}
        for asset in assets:
            name = asset["asset"]
            if f"brands/{brand}/assets/{name}" in there:
                continue
            self._report(f"  picture {asset['display_name']}")
            upload = asset_service_pb2.CreateAssetRequest(
                parent=f"brands/{brand}",
                asset=asset_pb2.Asset(display_name=asset["display_name"]),
                data=files[name].read_bytes(),
                asset_id=name,
            )
            server.call(stub, "CreateAsset", upload)

    def _product(self, server: Remote, brand: str, path: str) -> dict[str, Any]:
        described = json.loads((self._folder / path).read_text("utf-8"))
        name = f"brands/{brand}/products/{described['product']}"
        product = product_pb2.Product(
            display_name=described["display_name"],
            description=described["description"],
            state=product_pb2.PRODUCT_STATE_ACTIVE,
        )
        json_format.ParseDict(described["price"], product.price)
        json_format.ParseDict(_named(described["template"], brand), product.template)
        stub = product_service_pb2_grpc.ProductServiceStub
        request = product_service_pb2.CreateProductRequest(
            parent=f"brands/{brand}", product=product, product_id=described["product"]
        )
        if self._unless_there(stub, "CreateProduct", request, server):
            self._report(f"  product {product.display_name}")
            publish = product_service_pb2.PublishProductRequest(name=name)
            server.call(stub, "PublishProduct", publish)
        return {
            "product": described["product"],
            "name": name,
            "display_name": described["display_name"],
            "zones": [zone["id"] for zone in described["template"]["zones"]],
        }

    def _unless_there(
        self, stub: Any, method: str, request: Any, remote: Remote | None = None
    ) -> bool:
        """Create something; return False if it was there already."""
        try:
            (remote or self._remote).attempt(stub, method, request)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.ALREADY_EXISTS:
                return False
            raise explained(error) from error
        return True


def _files(folder: Path, products: list[str]) -> dict[str, dict[str, Path]]:
    """Return the files of fonts and pictures that products name, by kind and name."""
    found: dict[str, dict[str, Path]] = {"fonts": {}, "assets": {}}
    for product in products:
        path = folder / product
        for kind, files in json.loads(path.read_text("utf-8"))["files"].items():
            found[kind] |= {name: (path.parent / file).resolve() for name, file in files.items()}
    return found


def _named(template: dict[str, Any], brand: str) -> dict[str, Any]:
    """Return a template whose fonts and pictures are resource names of the brand."""
    named: dict[str, Any] = json.loads(json.dumps(template))
    for zone in named["zones"]:
        text = zone.get("text", {})
        for field in _FONT_FIELDS:
            if field in text:
                text[field] = [f"brands/{brand}/fonts/{font}" for font in text[field]]
        artwork = zone.get("artwork", {})
        if artwork.get("default_asset"):
            artwork["default_asset"] = f"brands/{brand}/assets/{artwork['default_asset']}"
    for view in named.get("views", []):
        view["photo"] = f"brands/{brand}/assets/{view['photo']}"
    return named
