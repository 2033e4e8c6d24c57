"""Cases of brands, people and keys."""

from __future__ import annotations

from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask
from luneo.tenant.v1 import api_key_pb2, brand_pb2, membership_pb2
from luneo.tenant.v1 import api_key_service_pb2 as keys
from luneo.tenant.v1 import brand_service_pb2 as brands
from luneo.tenant.v1 import membership_service_pb2 as members
from luneo.tenant.v1 import session_service_pb2 as sessions

from tests.gateway.equality.cases.registry import call, case, plain
from tests.gateway.equality.demo import BRAND, OWNER, PASSWORD, Demo

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
