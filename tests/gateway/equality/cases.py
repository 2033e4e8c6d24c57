"""A call of every rpc that succeeds. A new rpc needs a line here: the test of equality asks for it.

Each case makes a request anew, with what it needs there first, since calls of both transports are
made with requests of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.longrunning.operations_pb2 import Operation
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from luneo.design.v1 import design_pb2
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.manufacturing.v1 import export_pack_service_pb2 as packs
from luneo.objects.v1 import object_service_pb2 as objects
from luneo.operations.v1 import operation_service_pb2 as operations
from luneo.render.v1 import render_pb2
from luneo.render.v1 import render_service_pb2 as renders
from luneo.snapshot.v1 import snapshot_service_pb2 as snapshots
from luneo.spec.v1 import asset_pb2, font_pb2, product_pb2
from luneo.spec.v1 import asset_service_pb2 as assets
from luneo.spec.v1 import design_service_pb2 as designs
from luneo.spec.v1 import font_service_pb2 as fonts
from luneo.spec.v1 import product_service_pb2 as products
from luneo.spec.v1 import spec_service_pb2 as specs
from luneo.tenant.v1 import api_key_pb2, brand_pb2, membership_pb2
from luneo.tenant.v1 import api_key_service_pb2 as keys
from luneo.tenant.v1 import brand_service_pb2 as brands
from luneo.tenant.v1 import membership_service_pb2 as members
from luneo.tenant.v1 import session_service_pb2 as sessions

from tests.fonts import font_bytes
from tests.gateway.equality.demo import BRAND, OWNER, PASSWORD, Demo
from tests.gateway.equality.rpcs import RPCS

TAG = f"{BRAND}/products/steel-tag"
MARK = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm" viewBox="0 0 10 10">'
    b'<path d="M1 1H9V9H1Z" fill="#b00020"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Case:
    """credential: a security scheme of the API document. make: the request, anew."""

    credential: str
    make: Callable[[Demo], Message]


CASES: dict[str, Case] = {}


def case(rpc: str, credential: str = "secretKey") -> Callable[[Any], Any]:
    """Let a function make the requests of an rpc."""

    def keep(make: Callable[[Demo], Message]) -> Callable[[Demo], Message]:
        assert rpc not in CASES
        CASES[rpc] = Case(credential, make)
        return make

    return keep


def plain(rpc: str, request: Message, credential: str = "secretKey") -> None:
    """Let the requests of an rpc be always the same."""
    CASES[rpc] = Case(credential, lambda _: request)


def call(demo: Demo, rpc: str, request: Message, credential: str = "secretKey") -> Any:
    """Make a call of which a case needs what comes of it."""
    return demo.by_grpc(RPCS[rpc], request, credential)[0]


def done(demo: Demo, started: Operation) -> Operation:
    request = operations.WaitOperationRequest(name=started.name, timeout_ms=30_000)
    ended: Operation = call(demo, "WaitOperation", request)
    assert ended.done, ended
    return ended


def design(text: str = "Zoë") -> design_pb2.Design:
    made = design_pb2.Design(product_revision=f"{TAG}/revisions/r1", options={"metal": "brass"})
    made.zones["name"].text.text = text
    if text != "Zoë":  # longer, so smaller, and only a bold font can then be engraved
        made.zones["name"].text.font = f"{BRAND}/fonts/noto-sans"
    return made


# Products and designs

plain("GetProduct", products.GetProductRequest(name=TAG))
plain("ListProducts", products.ListProductsRequest(parent=BRAND, page_size=2))
plain("GetPublishedRevision", products.GetPublishedRevisionRequest(name=TAG), "publishableKey")
plain(
    "GetProductRevision",
    products.GetProductRevisionRequest(name=f"{TAG}/revisions/r1"),
    "publishableKey",
)
plain("ListProductRevisions", products.ListProductRevisionsRequest(parent=TAG))
plain(
    "ComposeDesign",
    designs.ComposeDesignRequest(parent=BRAND, design=design()),
    "publishableKey",
)


def _product(demo: Demo) -> product_pb2.Product:
    made: product_pb2.Product = call(demo, "CreateProduct", _create_product(demo))
    return made


@case("CreateProduct")
def _create_product(demo: Demo) -> products.CreateProductRequest:
    template = call(demo, "GetProduct", products.GetProductRequest(name=TAG)).template
    product = product_pb2.Product(
        display_name="Engraved tag",
        description="Stainless steel, one line by laser.",
        template=template,
        price={"currency_code": "EUR", "amount_cents": 1900},
    )
    return products.CreateProductRequest(
        parent=BRAND, product=product, product_id=demo.fresh("engraved-tag")
    )


@case("UpdateProduct")
def _(demo: Demo) -> products.UpdateProductRequest:
    old = _product(demo)
    changed = product_pb2.Product(name=old.name, display_name="Engraved tag, new", etag=old.etag)
    return products.UpdateProductRequest(
        product=changed, update_mask=FieldMask(paths=["display_name"])
    )


@case("DeleteProduct")
def _(demo: Demo) -> products.DeleteProductRequest:
    return products.DeleteProductRequest(name=_product(demo).name)


@case("PublishProduct")
def _(demo: Demo) -> products.PublishProductRequest:
    return products.PublishProductRequest(name=_product(demo).name)


# Fonts and artwork

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


# Specs

plain("GetSpecSchema", specs.GetSpecSchemaRequest(), "")


def _spec(demo: Demo, text: str = "Zoë") -> Any:
    return call(demo, "CreateSpec", specs.CreateSpecRequest(parent=BRAND, design=design(text)))


@case("CreateSpec")
def _(_: Demo) -> specs.CreateSpecRequest:
    return specs.CreateSpecRequest(parent=BRAND, design=design())


@case("GetSpec")
def _(demo: Demo) -> specs.GetSpecRequest:
    return specs.GetSpecRequest(name=_spec(demo).name)


@case("LookupSpec")
def _(demo: Demo) -> specs.LookupSpecRequest:
    return specs.LookupSpecRequest(parent=BRAND, spec_hash=_spec(demo).spec_hash)


@case("ValidateSpec")
def _(demo: Demo) -> specs.ValidateSpecRequest:
    return specs.ValidateSpecRequest(parent=BRAND, document=_spec(demo).document)


@case("DiffSpecs")
def _(demo: Demo) -> specs.DiffSpecsRequest:
    return specs.DiffSpecsRequest(name=_spec(demo).name, other=_spec(demo, "Zoe").name)


# Snapshots


def _snapshot(demo: Demo, text: str = "Zoë") -> Any:
    request = snapshots.CreateSnapshotRequest(
        parent=BRAND, design=design(text), owner="customer:42"
    )
    return call(demo, "CreateSnapshot", request)


@case("CreateSnapshot", "guestSession")
def _(demo: Demo) -> snapshots.CreateSnapshotRequest:
    return snapshots.CreateSnapshotRequest(parent=BRAND, design=design(demo.fresh("Zoë")))


@case("GetSnapshot")
def _(demo: Demo) -> snapshots.GetSnapshotRequest:
    return snapshots.GetSnapshotRequest(name=_snapshot(demo).name)


@case("ListSnapshots")
def _(demo: Demo) -> snapshots.ListSnapshotsRequest:
    _snapshot(demo)
    return snapshots.ListSnapshotsRequest(parent=BRAND, owner="customer:42", page_size=2)


@case("GetSnapshotContent")
def _(demo: Demo) -> snapshots.GetSnapshotContentRequest:
    return snapshots.GetSnapshotContentRequest(name=_snapshot(demo).name)


@case("ValidateSnapshot")
def _(demo: Demo) -> snapshots.ValidateSnapshotRequest:
    return snapshots.ValidateSnapshotRequest(name=_snapshot(demo, demo.fresh("Zoë")).name)


@case("LockSnapshot")
def _(demo: Demo) -> snapshots.LockSnapshotRequest:
    name = _snapshot(demo, demo.fresh("Zoë")).name
    call(demo, "ValidateSnapshot", snapshots.ValidateSnapshotRequest(name=name))
    return snapshots.LockSnapshotRequest(name=name)


@case("EraseSubject")
def _(demo: Demo) -> snapshots.EraseSubjectRequest:
    person = demo.fresh("customer:7")
    request = snapshots.CreateSnapshotRequest(parent=BRAND, design=design(), owner=person)
    call(demo, "CreateSnapshot", request)
    return snapshots.EraseSubjectRequest(parent=BRAND, subject=person)


# Pictures, packs and their operations


def _render(demo: Demo) -> renders.CreateRenderRequest:
    render = render_pb2.Render(kind=render_pb2.RENDER_KIND_THUMBNAIL, snapshot=_snapshot(demo).name)
    return renders.CreateRenderRequest(parent=BRAND, render=render)


def _pack(demo: Demo, text: str = "Zoë") -> packs.CreateExportPackRequest:
    pack = export_pack_pb2.ExportPack(snapshot=_snapshot(demo, text).name)
    return packs.CreateExportPackRequest(parent=BRAND, export_pack=pack)


def _made(demo: Demo, rpc: str, request: Message, kind: Any) -> Any:
    made = kind()
    assert done(demo, call(demo, rpc, request)).response.Unpack(made)
    return made


@case("CreateRender")
def _(demo: Demo) -> renders.CreateRenderRequest:
    # Asked for once it is there, so that no worker is between the two calls.
    done(demo, call(demo, "CreateRender", _render(demo)))
    return _render(demo)


@case("GetRender")
def _(demo: Demo) -> renders.GetRenderRequest:
    made = _made(demo, "CreateRender", _render(demo), render_pb2.Render)
    return renders.GetRenderRequest(name=made.name)


@case("ListRenders")
def _(demo: Demo) -> renders.ListRendersRequest:
    done(demo, call(demo, "CreateRender", _render(demo)))
    return renders.ListRendersRequest(parent=BRAND, page_size=1)


def _preview(demo: Demo) -> Any:
    request = renders.CreatePreviewRequest(parent=BRAND, design=design(), width_px=256)
    made = call(demo, "CreatePreview", request, "guestSession")
    call(demo, "GetPreview", renders.GetPreviewRequest(name=made.name), "")
    return made


@case("CreatePreview", "guestSession")
def _(demo: Demo) -> renders.CreatePreviewRequest:
    _preview(demo)
    return renders.CreatePreviewRequest(parent=BRAND, design=design(), width_px=256)


@case("GetPreview", "")
def _(demo: Demo) -> renders.GetPreviewRequest:
    return renders.GetPreviewRequest(name=_preview(demo).name)


@case("CreateExportPack")
def _(demo: Demo) -> packs.CreateExportPackRequest:
    done(demo, call(demo, "CreateExportPack", _pack(demo)))
    return _pack(demo)


@case("GetExportPack")
def _(demo: Demo) -> packs.GetExportPackRequest:
    made = _made(demo, "CreateExportPack", _pack(demo), export_pack_pb2.ExportPack)
    return packs.GetExportPackRequest(name=made.name)


@case("ListExportPacks")
def _(demo: Demo) -> packs.ListExportPacksRequest:
    done(demo, call(demo, "CreateExportPack", _pack(demo)))
    return packs.ListExportPacksRequest(parent=BRAND, snapshot=_snapshot(demo).name)


def _operation(demo: Demo) -> Operation:
    return done(demo, call(demo, "CreateExportPack", _pack(demo)))


@case("GetOperation")
def _(demo: Demo) -> operations.GetOperationRequest:
    return operations.GetOperationRequest(name=_operation(demo).name)


@case("ListOperations")
def _(demo: Demo) -> operations.ListOperationsRequest:
    _operation(demo)
    return operations.ListOperationsRequest(parent=BRAND, page_size=1)


@case("WaitOperation")
def _(demo: Demo) -> operations.WaitOperationRequest:
    return operations.WaitOperationRequest(name=_operation(demo).name, timeout_ms=5_000)


@case("WatchOperation")
def _(demo: Demo) -> operations.WatchOperationRequest:
    return operations.WatchOperationRequest(name=_operation(demo).name)


@case("CancelOperation")
def _(demo: Demo) -> operations.CancelOperationRequest:
    return operations.CancelOperationRequest(name=_operation(demo).name)


@case("GetObject", "")
def _(demo: Demo) -> objects.GetObjectRequest:
    made = _made(demo, "CreateExportPack", _pack(demo), export_pack_pb2.ExportPack)
    found = call(demo, "GetExportPack", packs.GetExportPackRequest(name=made.name))
    return objects.GetObjectRequest(ticket=found.result.uri.rpartition("/")[2])


# Brands, people and keys

plain("GetBrand", brands.GetBrandRequest(name=BRAND), "publishableKey")
plain("ListBrands", brands.ListBrandsRequest(), "person")
plain("GetCurrentUser", sessions.GetCurrentUserRequest(), "person")
plain("GetJwks", sessions.GetJwksRequest(), "")
plain("CreateGuestSession", sessions.CreateGuestSessionRequest(parent=BRAND), "publishableKey")
plain("ListMemberships", members.ListMembershipsRequest(parent=BRAND, page_size=2), "person")


@case("SignIn", "")
def _(demo: Demo) -> sessions.SignInRequest:
    demo.set_password()
    return sessions.SignInRequest(email=OWNER, password=PASSWORD)


@case("CreateBrand", "platform")
def _create_brand(demo: Demo) -> brands.CreateBrandRequest:
    brand = brand_pb2.Brand(display_name="Elm Street Gifts", currency_code="EUR")
    return brands.CreateBrandRequest(brand=brand, brand_id=demo.fresh("elm-street"))


@case("UpdateBrand", "platform")
def _(demo: Demo) -> brands.UpdateBrandRequest:
    old = call(demo, "CreateBrand", _create_brand(demo), "platform")
    changed = brand_pb2.Brand(name=old.name, display_name="Elm Street", currency_code="EUR")
    return brands.UpdateBrandRequest(brand=changed, update_mask=FieldMask(paths=["display_name"]))


@case("CreateMembership", "person")
def _create_membership(demo: Demo) -> members.CreateMembershipRequest:
    member = membership_pb2.Membership(
        email=f"{demo.fresh('ada')}@hearth-oak.example", role="ROLE_DESIGNER"
    )
    return members.CreateMembershipRequest(parent=BRAND, membership=member)


def _membership(demo: Demo) -> Any:
    return call(demo, "CreateMembership", _create_membership(demo), "person")


@case("GetMembership", "person")
def _(demo: Demo) -> members.GetMembershipRequest:
    return members.GetMembershipRequest(name=_membership(demo).name)


@case("UpdateMembership", "person")
def _(demo: Demo) -> members.UpdateMembershipRequest:
    old = _membership(demo)
    changed = membership_pb2.Membership(name=old.name, email=old.email, role="ROLE_OPERATOR")
    return members.UpdateMembershipRequest(
        membership=changed, update_mask=FieldMask(paths=["role"])
    )


@case("DeleteMembership", "person")
def _(demo: Demo) -> members.DeleteMembershipRequest:
    return members.DeleteMembershipRequest(name=_membership(demo).name)


@case("CreateApiKey", "person")
def _create_key(demo: Demo) -> keys.CreateApiKeyRequest:
    key = api_key_pb2.ApiKey(
        display_name="Stock keeping", kind="API_KEY_KIND_SECRET", scopes=["products.read"]
    )
    return keys.CreateApiKeyRequest(parent=BRAND, api_key=key)


def _key(demo: Demo) -> Any:
    return call(demo, "CreateApiKey", _create_key(demo), "person")


@case("GetApiKey", "person")
def _(demo: Demo) -> keys.GetApiKeyRequest:
    return keys.GetApiKeyRequest(name=_key(demo).name)


@case("ListApiKeys", "person")
def _(demo: Demo) -> keys.ListApiKeysRequest:
    return keys.ListApiKeysRequest(parent=BRAND, page_size=2)


@case("UpdateApiKey", "person")
def _(demo: Demo) -> keys.UpdateApiKeyRequest:
    changed = api_key_pb2.ApiKey(name=_key(demo).name, display_name="Stock")
    return keys.UpdateApiKeyRequest(api_key=changed, update_mask=FieldMask(paths=["display_name"]))


@case("RotateApiKey", "person")
def _(demo: Demo) -> keys.RotateApiKeyRequest:
    return keys.RotateApiKeyRequest(name=_key(demo).name, overlap_s=3600)


@case("RevokeApiKey", "person")
def _(demo: Demo) -> keys.RevokeApiKeyRequest:
    return keys.RevokeApiKeyRequest(name=_key(demo).name)
