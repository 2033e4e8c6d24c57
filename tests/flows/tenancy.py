"""Makes keys and members, and calls with real credentials."""

from __future__ import annotations

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from luneo.options.v1 import access_pb2
from luneo.tenant.v1 import (
    api_key_pb2,
    api_key_service_pb2,
    brand_service_pb2,
    membership_pb2,
    membership_service_pb2,
)

from services.runtime.calls import PLATFORM, Caller, Deadline, Role
from services.runtime.pipeline import CallFailed, Incoming
from tests.flows.house import Brand
from tests.spec.shop import Refused

BRANDS = "luneo.tenant.v1.BrandService"
KEYS = "luneo.tenant.v1.ApiKeyService"
MEMBERS = "luneo.tenant.v1.MembershipService"
SESSIONS = "luneo.tenant.v1.SessionService"


def add_key(
    brand: Brand,
    kind: str = "SECRET",
    scopes: tuple[str, ...] = ("fonts.read", "brands.read"),
    **fields: object,
) -> api_key_pb2.ApiKey:
    key = api_key_pb2.ApiKey(
        display_name="Key",
        kind=f"API_KEY_KIND_{kind}",
        scopes=scopes,
        **fields,  # type: ignore[arg-type]
    )
    request = api_key_service_pb2.CreateApiKeyRequest(parent=brand.name, api_key=key)
    made: api_key_pb2.ApiKey = brand.rpc(f"{KEYS}/CreateApiKey", request, PLATFORM)
    return made


def shown(brand: Brand, path: str, request: Message, **metadata: str) -> Message:
    """Make a call with a credential in its metadata, as from outside."""
    headers = {name.replace("_", "-"): value for name, value in metadata.items()}
    try:
        return brand.process.pipeline.unary(
            Incoming(f"/{path}", request, headers, Deadline.after(20))
        )
    except CallFailed as failed:
        raise Refused(failed.status) from failed


def get_brand(brand: Brand, **metadata: str) -> Message:
    return shown(
        brand, f"{BRANDS}/GetBrand", brand_service_pb2.GetBrandRequest(name=brand.name), **metadata
    )


def add_member(
    brand: Brand, email: str, role: Role, caller: Caller = PLATFORM
) -> membership_pb2.Membership:
    member = membership_pb2.Membership(email=email, role=access_pb2.Role.Name(role))
    request = membership_service_pb2.CreateMembershipRequest(parent=brand.name, membership=member)
    made: membership_pb2.Membership = brand.rpc(f"{MEMBERS}/CreateMembership", request, caller)
    return made


def set_role(
    brand: Brand, member: membership_pb2.Membership, role: Role, caller: Caller, etag: str = ""
) -> membership_pb2.Membership:
    changed = membership_pb2.Membership(
        name=member.name, email=member.email, role=access_pb2.Role.Name(role), etag=etag
    )
    request = membership_service_pb2.UpdateMembershipRequest(membership=changed)
    request.update_mask.paths.append("role")
    done: membership_pb2.Membership = brand.rpc(f"{MEMBERS}/UpdateMembership", request, caller)
    return done


def remove(brand: Brand, member: membership_pb2.Membership, caller: Caller) -> Empty:
    request = membership_service_pb2.DeleteMembershipRequest(name=member.name)
    done: Empty = brand.rpc(f"{MEMBERS}/DeleteMembership", request, caller)
    return done


def only_member(brand: Brand) -> membership_pb2.Membership:
    request = membership_service_pb2.ListMembershipsRequest(parent=brand.name)
    (member,) = brand.rpc(f"{MEMBERS}/ListMemberships", request, PLATFORM).memberships
    assert isinstance(member, membership_pb2.Membership)
    return member
