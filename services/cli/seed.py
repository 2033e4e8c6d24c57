"""The sample brands of the demo, brought in through the same calls that a brand's server makes.

Safe to stop at any moment and to run again: what is there already is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

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

from services.cli import demo_workshop
from services.cli.accounts import OPERATOR_SCOPES, SERVER_SCOPES
from services.cli.remote import Remote, explained
from services.tenant.domain import SHOPPER_SCOPES

Step = Callable[[str], None]
Keys = dict[str, Any]
_FONT_FIELDS = ("fonts", "fallback_fonts")
# The keys of a sample brand, by the name under which they are kept.
_KEYS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "publishable": ("Widget of the demo", "PUBLISHABLE", tuple(sorted(SHOPPER_SCOPES))),
    "secret": ("Server of the demo", "SECRET", SERVER_SCOPES),
    "operator": ("Operator of the demo", "SECRET", OPERATOR_SCOPES),
}


class Seeder:
    """Brings in the brands that a description lists.

    folder: of the samples. origins: where their pages are served. keys: those that an earlier run
    kept. keep: called with all keys so far whenever one was made, which is when it is shown.
    """

    def __init__(
        self,
        remote: Remote,
        folder: Path,
        origins: list[str],
        keys: Keys,
        keep: Callable[[Keys], None],
    ) -> None:
        self._remote = remote
        self._folder = folder
        self._origins = origins
        self._keys = keys
        self._keep = keep
        self._described = json.loads((folder / "demo.json").read_text("utf-8"))["brands"]

    @property
    def steps(self) -> int:
        """How many steps a run has."""
        parts = ("fonts", "assets", "products")
        return sum(2 + sum(len(brand[part]) for part in parts) for brand in self._described)

    def run(self, step: Step) -> list[dict[str, Any]]:
        """Return a record of each brand: its keys, its people, its products and their zones."""
        return [self._brand(brand, step) for brand in self._described]

    def _brand(self, described: dict[str, Any], step: Step) -> dict[str, Any]:
        brand, shown = described["brand"], described["display_name"]
        step(f"{shown}: people and keys")
        request = brand_service_pb2.CreateBrandRequest(
            brand=brand_pb2.Brand(
                display_name=shown, currency_code="EUR", time_zone="Europe/Berlin"
            ),
            brand_id=brand,
        )
        self._unless_there(brand_service_pb2_grpc.BrandServiceStub, "CreateBrand", request)
        self._people(brand, described["users"])
        keys = self._keys_of(brand)
        server = self._remote.with_key(keys["secret"])
        files = _files(self._folder, described["products"])
        self._fonts(server, brand, described["fonts"], files["fonts"], step)
        self._assets(server, brand, described["assets"], files["assets"], step)
        products = [self._product(server, brand, path, step) for path in described["products"]]
        step(f"{shown}: machines and orders")
        demo_workshop.fill(server, brand, self._folder / described["orders"])
        return {
            "brand": brand,
            "name": f"brands/{brand}",
            "display_name": shown,
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

    def _keys_of(self, brand: str) -> dict[str, str]:
        """Return the secrets of a brand's keys; one that is lost or does not work is made anew."""
        kept = self._keys.setdefault(brand, {})
        for kind in _KEYS:
            if kind in kept and self._works(kept[kind]["name"]):
                continue
            made = self._key(brand, kind)
            kept[kind] = {"name": made.name, "secret": made.secret}
            self._keep(self._keys)
        return {kind: kept[kind]["secret"] for kind in _KEYS}

    def _key(self, brand: str, kind: str) -> api_key_pb2.ApiKey:
        display_name, proto_kind, scopes = _KEYS[kind]
        key = api_key_pb2.ApiKey(
            display_name=display_name,
            kind=f"API_KEY_KIND_{proto_kind}",
            scopes=scopes,
            allowed_origins=self._origins if kind == "publishable" else (),
        )
        request = api_key_service_pb2.CreateApiKeyRequest(parent=f"brands/{brand}", api_key=key)
        stub = api_key_service_pb2_grpc.ApiKeyServiceStub
        made: api_key_pb2.ApiKey = self._remote.call(stub, "CreateApiKey", request)
        return made

    def _works(self, name: str) -> bool:
        """Whether a kept key is one of this database and works; bring its origins up to date."""
        stub = api_key_service_pb2_grpc.ApiKeyServiceStub
        try:
            key = self._remote.attempt(
                stub, "GetApiKey", api_key_service_pb2.GetApiKeyRequest(name=name)
            )
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                return False
            raise explained(error) from error
        if key.HasField("revoke_time") or key.HasField("expire_time"):
            return False
        publishable = key.kind == api_key_pb2.API_KEY_KIND_PUBLISHABLE
        if publishable and set(key.allowed_origins) != set(self._origins):
            self._allow_origins(key)
        return True

    def _allow_origins(self, key: api_key_pb2.ApiKey) -> None:
        """The demo may be served at another port than last time."""
        changed = api_key_pb2.ApiKey(name=key.name, allowed_origins=self._origins)
        request = api_key_service_pb2.UpdateApiKeyRequest(api_key=changed)
        request.update_mask.paths.append("allowed_origins")
        self._remote.call(api_key_service_pb2_grpc.ApiKeyServiceStub, "UpdateApiKey", request)

    def _fonts(
        self,
        server: Remote,
        brand: str,
        fonts: list[dict[str, str]],
        files: Mapping[str, Path],
        step: Step,
    ) -> None:
        stub = font_service_pb2_grpc.FontServiceStub
        request = font_service_pb2.ListFontsRequest(parent=f"brands/{brand}", page_size=200)
        there = {font.name for font in server.call(stub, "ListFonts", request).fonts}
        for font in fonts:
            name = font["font"]
            step(f"{brand}: font {font['display_name']}")
            if f"brands/{brand}/fonts/{name}" in there:
                continue
            upload = font_service_pb2.CreateFontRequest(
                parent=f"brands/{brand}",
                font=font_pb2.Font(display_name=font["display_name"]),
                data=files[name].read_bytes(),
                font_id=name,
            )
            server.call(stub, "CreateFont", upload)

    def _assets(
        self,
        server: Remote,
        brand: str,
        assets: list[dict[str, str]],
        files: Mapping[str, Path],
        step: Step,
    ) -> None:
        stub = asset_service_pb2_grpc.AssetServiceStub
        request = asset_service_pb2.ListAssetsRequest(parent=f"brands/{brand}", page_size=200)
        there = {asset.name for asset in server.call(stub, "ListAssets", request).assets}
        for asset in assets:
            name = asset["asset"]
            step(f"{brand}: picture {asset['display_name']}")
            if f"brands/{brand}/assets/{name}" in there:
                continue
            upload = asset_service_pb2.CreateAssetRequest(
                parent=f"brands/{brand}",
                asset=asset_pb2.Asset(display_name=asset["display_name"]),
                data=files[name].read_bytes(),
                asset_id=name,
            )
            server.call(stub, "CreateAsset", upload)

    def _product(self, server: Remote, brand: str, path: str, step: Step) -> dict[str, Any]:
        described = json.loads((self._folder / path).read_text("utf-8"))
        step(f"{brand}: {described['display_name']}")
        name = f"brands/{brand}/products/{described['product']}"
        product = product_pb2.Product(
            display_name=described["display_name"],
            description=described["description"],
            state=product_pb2.PRODUCT_STATE_ACTIVE,
        )
        json_format.ParseDict(described["price"], product.price)
        json_format.ParseDict(with_resource_names(described["template"], brand), product.template)
        stub = product_service_pb2_grpc.ProductServiceStub
        request = product_service_pb2.CreateProductRequest(
            parent=f"brands/{brand}", product=product, product_id=described["product"]
        )
        self._unless_there(stub, "CreateProduct", request, server)
        there = server.call(stub, "GetProduct", product_service_pb2.GetProductRequest(name=name))
        if not there.published_revision:
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
    ) -> None:
        """Create something that may be there already."""
        try:
            (remote or self._remote).attempt(stub, method, request)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.ALREADY_EXISTS:
                raise explained(error) from error


def _files(folder: Path, products: list[str]) -> dict[str, dict[str, Path]]:
    """Return the files of fonts, pictures and meshes that products name, by kind and name."""
    found: dict[str, dict[str, Path]] = {"fonts": {}, "assets": {}}
    for product in products:
        path = folder / product
        for kind, files in json.loads(path.read_text("utf-8"))["files"].items():
            found[kind] |= {name: (path.parent / file).resolve() for name, file in files.items()}
    return found


def with_resource_names(template: dict[str, Any], brand: str) -> dict[str, Any]:
    """Return a template whose fonts, pictures, meshes and profile are resource names of the brand."""
    named: dict[str, Any] = json.loads(json.dumps(template))
    if named.get("output_profile"):
        named["output_profile"] = f"brands/{brand}/assets/{named['output_profile']}"
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
        light = view.get("light", {})
        for name in ("mask", "shading", "highlights", "displacement"):
            if name in light:
                light[name] = f"brands/{brand}/assets/{light[name]}"
    for model in named.get("models", []):
        model["mesh"] = f"brands/{brand}/assets/{model['mesh']}"
    return named
