"""Keys of a brand, with real credentials, as clients show them."""

from __future__ import annotations

import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from luneo.options.v1 import access_pb2
from luneo.spec.v1 import font_service_pb2
from luneo.tenant.v1 import (
    api_key_pb2,
    api_key_service_pb2,
    brand_pb2,
    brand_service_pb2,
    membership_pb2,
    membership_service_pb2,
    session_service_pb2,
)
from sqlalchemy import text

from services.composition import Process
from services.runtime.calls import PLATFORM, Role
from tests.flows.house import Brand
from tests.flows.tenancy import (
    BRANDS,
    KEYS,
    MEMBERS,
    SESSIONS,
    add_key,
    add_member,
    get_brand,
    shown,
)
from tests.spec.shop import Refused


def test_a_key_works_is_shown_once_and_is_stored_only_as_a_hash(brand: Brand) -> None:
    key = add_key(brand)
    assert get_brand(brand, x_api_key=key.secret)
    request = api_key_service_pb2.GetApiKeyRequest(name=key.name)
    assert brand.rpc(f"{KEYS}/GetApiKey", request, PLATFORM).secret == ""
    with brand.process.runtime.database.brand(brand.brand) as tx:
        rows = tx.execute(text("SELECT api_keys::text FROM api_keys")).scalars().all()
    assert key.secret[10:] not in str(rows)


def test_a_replayed_creation_answers_without_the_secret(brand: Brand) -> None:
    request = api_key_service_pb2.CreateApiKeyRequest(
        parent=brand.name,
        api_key=api_key_pb2.ApiKey(
            display_name="Once", kind=api_key_pb2.API_KEY_KIND_SECRET, scopes=["fonts.read"]
        ),
        request_id="only-once",
    )
    first = brand.rpc(f"{KEYS}/CreateApiKey", request, PLATFORM)
    again = brand.rpc(f"{KEYS}/CreateApiKey", request, PLATFORM)
    assert first.secret
    assert (again.name, again.secret) == (first.name, "")


def test_a_key_without_the_scope_is_told_which_one_it_needs(brand: Brand) -> None:
    key = add_key(brand, scopes=("brands.read",))
    with pytest.raises(Refused) as refused:
        shown(
            brand,
            "luneo.spec.v1.FontService/ListFonts",
            font_service_pb2.ListFontsRequest(parent=brand.name),
            x_api_key=key.secret,
        )
    assert refused.value.reason == "SCOPE_MISSING"
    assert "fonts.read" in str(refused.value)


def test_an_update_needs_only_what_it_changes_and_holds_the_limits(brand: Brand) -> None:
    key = add_key(brand)
    member = add_member(brand, "part@example.com", Role.VIEWER)
    update = api_key_service_pb2.UpdateApiKeyRequest(
        api_key=api_key_pb2.ApiKey(name=key.name, display_name="New name")
    )
    changed = brand.rpc(f"{KEYS}/UpdateApiKey", update, PLATFORM)
    assert (changed.display_name, changed.scopes) == ("New name", key.scopes)
    renamed = brand_service_pb2.UpdateBrandRequest(
        brand=brand_pb2.Brand(name=brand.name, display_name="New brand")
    )
    assert brand.rpc(f"{BRANDS}/UpdateBrand", renamed, PLATFORM).currency_code == "EUR"
    promoted = membership_service_pb2.UpdateMembershipRequest(
        membership=membership_pb2.Membership(name=member.name, role=access_pb2.ROLE_DESIGNER)
    )
    assert brand.rpc(f"{MEMBERS}/UpdateMembership", promoted, PLATFORM).email == member.email

    update.api_key.display_name = "x" * 200
    renamed.brand.display_name = ""
    renamed.update_mask.paths.append("display_name")
    promoted.membership.role = 77  # type: ignore[assignment]
    for rpc, request, field in (
        (f"{KEYS}/UpdateApiKey", update, "api_key.display_name"),
        (f"{BRANDS}/UpdateBrand", renamed, "brand.display_name"),
        (f"{MEMBERS}/UpdateMembership", promoted, "membership.role"),
    ):
        with pytest.raises(Refused) as refused:
            brand.rpc(rpc, request, PLATFORM)
        assert refused.value.violations.keys() == {field}


@pytest.mark.parametrize("seconds", [10**15, -(10**15), 2**63 - 1])
def test_a_moment_that_no_calendar_has_is_refused(brand: Brand, seconds: int) -> None:
    with pytest.raises(Refused) as refused:
        add_key(brand, expire_time=Timestamp(seconds=seconds))
    assert refused.value.violations == {"api_key.expire_time": "TIME_OUT_OF_RANGE"}


def test_a_key_does_not_get_at_rights_beyond_its_own(brand: Brand) -> None:
    strong = add_key(brand, scopes=("fonts.write", "subjects.erase"))
    scopes = ("api_keys.write", "fonts.read")
    clerk = add_key(brand, scopes=scopes).secret
    wanted = api_key_pb2.ApiKey(display_name="New", kind="API_KEY_KIND_SECRET")
    attempts: list[tuple[str, Message]] = []
    for scope in ("subjects.erase", "products.write"):
        create = api_key_service_pb2.CreateApiKeyRequest(parent=brand.name, api_key=wanted)
        create.api_key.scopes.append(scope)
        attempts.append(("CreateApiKey", create))
    update = api_key_service_pb2.UpdateApiKeyRequest(
        api_key=api_key_pb2.ApiKey(name=strong.name, scopes=["fonts.read"])
    )
    update.update_mask.paths.append("scopes")
    attempts.append(("UpdateApiKey", update))
    attempts.append(("RotateApiKey", api_key_service_pb2.RotateApiKeyRequest(name=strong.name)))
    for rpc, request in attempts:
        with pytest.raises(Refused) as refused:
            shown(brand, f"{KEYS}/{rpc}", request, x_api_key=clerk)
        assert refused.value.reason == "SCOPES_NOT_HELD"
    widget = api_key_service_pb2.CreateApiKeyRequest(
        parent=brand.name,
        api_key=api_key_pb2.ApiKey(
            display_name="Widget", kind="API_KEY_KIND_PUBLISHABLE", scopes=["sessions.create"]
        ),
    )
    assert shown(brand, f"{KEYS}/CreateApiKey", widget, x_api_key=clerk)


def test_a_publishable_key_cannot_be_given_a_servers_rights(brand: Brand) -> None:
    with pytest.raises(Refused) as refused:
        add_key(brand, "PUBLISHABLE", ("designs.compose", "export_packs.create"))
    assert refused.value.violations == {"api_key.scopes": "SCOPE_NOT_FOR_SHOPPERS"}


@pytest.mark.parametrize(
    "origin", ["shop.example", "https://shop.example/", "https://SHOP.example", "null", "ftp://x"]
)
def test_what_is_not_an_origin_is_refused(brand: Brand, origin: str) -> None:
    with pytest.raises(Refused) as refused:
        add_key(brand, "PUBLISHABLE", ("designs.compose",), allowed_origins=[origin])
    assert refused.value.violations == {"api_key.allowed_origins[0]": "ORIGIN_MALFORMED"}


def test_a_publishable_key_works_from_its_origins_only(brand: Brand) -> None:
    key = add_key(brand, "PUBLISHABLE", ("brands.read",), allowed_origins=["https://shop.example"])
    assert get_brand(brand, x_api_key=key.secret, origin="https://shop.example")
    with pytest.raises(Refused) as refused:
        get_brand(brand, x_api_key=key.secret, origin="https://evil.example")
    assert refused.value.reason == "ORIGIN_NOT_ALLOWED"


def test_a_rotated_key_works_beside_its_successor_for_the_overlap(brand: Brand) -> None:
    key = add_key(brand)
    request = api_key_service_pb2.RotateApiKeyRequest(name=key.name, overlap_s=3600)
    successor = brand.rpc(f"{KEYS}/RotateApiKey", request, PLATFORM)
    for secret in (key.secret, successor.secret):
        assert get_brand(brand, x_api_key=secret)


def test_a_key_rotated_without_overlap_stops_at_once_for_who_has_not_used_it(brand: Brand) -> None:
    key = add_key(brand)
    request = api_key_service_pb2.RotateApiKeyRequest(name=key.name)
    brand.rpc(f"{KEYS}/RotateApiKey", request, PLATFORM)
    with pytest.raises(Refused) as refused:
        get_brand(brand, x_api_key=key.secret)
    assert refused.value.reason == "KEY_INVALID"


def test_a_revoked_key_is_refused_and_cannot_come_back(brand: Brand) -> None:
    key = add_key(brand)
    revoke = api_key_service_pb2.RevokeApiKeyRequest(name=key.name)
    revoked = brand.rpc(f"{KEYS}/RevokeApiKey", revoke, PLATFORM)
    assert brand.rpc(f"{KEYS}/RevokeApiKey", revoke, PLATFORM) == revoked
    with pytest.raises(Refused) as refused:
        get_brand(brand, x_api_key=key.secret)
    assert refused.value.reason == "KEY_INVALID"
    with pytest.raises(Refused) as refused:
        brand.rpc(
            f"{KEYS}/RotateApiKey",
            api_key_service_pb2.RotateApiKeyRequest(name=key.name),
            PLATFORM,
        )
    assert refused.value.reason == "API_KEY_REVOKED"


def test_an_expired_key_is_refused(brand: Brand) -> None:
    key = api_key_pb2.ApiKey(
        display_name="Old", kind=api_key_pb2.API_KEY_KIND_SECRET, scopes=["brands.read"]
    )
    key.expire_time.FromSeconds(1_000_000_000)
    request = api_key_service_pb2.CreateApiKeyRequest(parent=brand.name, api_key=key)
    made = brand.rpc(f"{KEYS}/CreateApiKey", request, PLATFORM)
    with pytest.raises(Refused) as refused:
        get_brand(brand, x_api_key=made.secret)
    assert refused.value.reason == "KEY_INVALID"


def test_a_guest_session_goes_with_the_publishable_key_of_its_brand(
    house: Process, brand: Brand
) -> None:
    key = add_key(brand, "PUBLISHABLE", ("sessions.create", "brands.read"))
    begin = session_service_pb2.CreateGuestSessionRequest(parent=brand.name)
    session = shown(brand, f"{SESSIONS}/CreateGuestSession", begin, x_api_key=key.secret)
    assert isinstance(session, session_service_pb2.GuestSession)
    assert session.subject.startswith("guest:")
    assert get_brand(brand, x_api_key=key.secret, luneo_session=session.token)
    other = Brand(house)
    foreign = add_key(other, "PUBLISHABLE", ("brands.read",))
    with pytest.raises(Refused) as refused:
        get_brand(other, x_api_key=foreign.secret, luneo_session=session.token)
    assert refused.value.reason == "TOKEN_INVALID"
