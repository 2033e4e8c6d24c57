"""A brand as the tests of the spec service use it: its callers, and short ways to call."""

from __future__ import annotations

import io
from typing import Any

from google.protobuf.message import Message
from google.rpc import status_pb2
from luneo.design.v1 import artwork_rules_pb2, design_pb2, ink_pb2, template_pb2, text_rules_pb2
from luneo.spec.v1 import (
    asset_pb2,
    asset_service_pb2,
    font_pb2,
    font_service_pb2,
    product_pb2,
    product_service_pb2,
    spec_pb2,
    spec_service_pb2,
)
from PIL import Image

from services.composition import Process
from services.runtime import errors, names
from services.runtime.calls import Caller, CallerKind, Deadline
from services.runtime.errors import ServiceError
from services.runtime.pipeline import CallFailed, Incoming
from tests.fonts import font_bytes

SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm" viewBox="0 0 10 10">'
MARK = SQUARE + b'<path d="M1 1H9V9H1Z" fill="#b00020"/></svg>'
OTHER_MARK = SQUARE + b'<circle cx="5" cy="5" r="4"/></svg>'

SCOPES = frozenset(
    f"{thing}.{right}"
    for thing in ("products", "fonts", "assets", "specs", "designs")
    for right in ("read", "write", "compose")
)


class Refused(Exception):
    """How a call ended that was refused."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(status.message)
        self.status = status
        self.error: ServiceError = errors.from_status(status)

    @property
    def reason(self) -> str:
        return self.error.public_reason

    @property
    def violations(self) -> dict[str, str]:
        """Reasons by field."""
        return {violation.field: violation.reason for violation in self.error.violations}


class Shop:
    """One brand."""

    def __init__(self, process: Process, brand: str | None = None) -> None:
        self.process = process
        self.brand = brand or f"b{names.new_id()}"
        self.name = f"brands/{self.brand}"
        self.staff = Caller(CallerKind.SERVER_KEY, "key:k1", self.brand, SCOPES)

    def guest(self, guest: str) -> Caller:
        return Caller(CallerKind.WIDGET_KEY, f"guest:{guest}", self.brand, SCOPES, key="w1")

    def service(self) -> Caller:
        return Caller(CallerKind.SERVICE, "service:snapshot", self.brand)

    def call(self, rpc: str, request: Message, caller: Caller | None = None) -> Any:
        """Make one call through the whole pipeline. rpc: "SpecService/GetSpec"."""
        incoming = Incoming(
            f"/luneo.spec.v1.{rpc}",
            request,
            {"user-agent": "tests"},
            Deadline.after(30.0),
            caller=caller or self.staff,
        )
        try:
            return self.process.pipeline.unary(incoming)
        except CallFailed as failed:
            raise Refused(failed.status) from failed

    def add_font(self, face: str = "sans", font_id: str = "") -> font_pb2.Font:
        return self.call(
            "FontService/CreateFont",
            font_service_pb2.CreateFontRequest(
                parent=self.name,
                font=font_pb2.Font(display_name=face),
                data=font_bytes(face),
                font_id=font_id,
            ),
        )

    def add_asset(
        self, data: bytes, asset_id: str = "", caller: Caller | None = None, name: str = "Picture"
    ) -> asset_pb2.Asset:
        return self.call(
            "AssetService/CreateAsset",
            asset_service_pb2.CreateAssetRequest(
                parent=self.name,
                asset=asset_pb2.Asset(display_name=name),
                data=data,
                asset_id=asset_id,
            ),
            caller,
        )

    def add_product(self, product: product_pb2.Product, product_id: str = "") -> Any:
        return self.call(
            "ProductService/CreateProduct",
            product_service_pb2.CreateProductRequest(
                parent=self.name, product=product, product_id=product_id
            ),
        )

    def publish(self, product: str, etag: str = "") -> product_pb2.ProductRevision:
        return self.call(
            "ProductService/PublishProduct",
            product_service_pb2.PublishProductRequest(name=product, etag=etag),
        )

    def published(self, product: product_pb2.Product) -> product_pb2.ProductRevision:
        return self.publish(self.add_product(product).name)

    def add_spec(
        self,
        design: design_pb2.Design,
        caller: Caller | None = None,
        provenance: spec_pb2.Provenance | None = None,
    ) -> spec_pb2.Spec:
        return self.call(
            "SpecService/CreateSpec",
            spec_service_pb2.CreateSpecRequest(
                parent=self.name, design=design, provenance=provenance
            ),
            caller,
        )


def text_zone(font: str, zone_id: str = "name", **changes: Any) -> template_pb2.Zone:
    """A zone of 60 × 20 mm for two lines."""
    rules = text_rules_pb2.TextRules(
        fonts=[font],
        min_size_centipoint=600,
        max_size_centipoint=3000,
        max_lines=2,
        max_graphemes=40,
    )
    zone = template_pb2.Zone(
        id=zone_id,
        display_name=zone_id.title(),
        surface="front",
        x_um=10_000,
        y_um=10_000,
        width_um=60_000,
        height_um=20_000,
        technique=ink_pb2.TECHNIQUE_ENGRAVE,
        inks=[ink_pb2.Ink(display_name="Dark", rgb_hex="#202020")],
        text=rules,
    )
    zone.MergeFrom(template_pb2.Zone(**changes))
    return zone


def artwork_zone(default: str = "", zone_id: str = "logo", **changes: Any) -> template_pb2.Zone:
    """A zone of 20 × 20 mm for vectors and photos."""
    zone = template_pb2.Zone(
        id=zone_id,
        display_name="Logo",
        surface="front",
        x_um=75_000,
        y_um=10_000,
        width_um=20_000,
        height_um=20_000,
        technique=ink_pb2.TECHNIQUE_PRINT,
        inks=[ink_pb2.Ink(display_name="Full colour", rgb_hex="#000000")],
        artwork=artwork_rules_pb2.ArtworkRules(
            allow_vector=True, allow_raster=True, default_asset=default
        ),
    )
    zone.MergeFrom(template_pb2.Zone(**changes))
    return zone


def product(*zones: template_pb2.Zone, **changes: Any) -> product_pb2.Product:
    """A plate of 100 × 40 mm at 19.00 EUR."""
    made = product_pb2.Product(
        display_name="Plate",
        description="A plate.",
        template=template_pb2.Template(
            surfaces=[template_pb2.Surface(id="front", width_um=100_000, height_um=40_000)],
            zones=zones,
        ),
    )
    made.price.currency_code = "EUR"
    made.price.amount_cents = 1900
    made.MergeFrom(product_pb2.Product(**changes))
    return made


def design(revision: str, **zones: Any) -> design_pb2.Design:
    """A design; a string fills a text zone, a ZoneValue any."""
    made = design_pb2.Design(product_revision=revision)
    for zone, value in zones.items():
        if isinstance(value, str):
            made.zones[zone].text.text = value
        else:
            made.zones[zone].CopyFrom(value)
    return made


def artwork(asset: str) -> design_pb2.ZoneValue:
    return design_pb2.ZoneValue(artwork=design_pb2.ArtworkValue(asset=asset))


def photograph() -> bytes:
    """A JPEG of 40 × 30 pixels."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (20, 90, 160)).save(out, "JPEG")
    return out.getvalue()
