"""Brands, people, roles and keys: with real credentials, as clients show them."""

from __future__ import annotations

import pytest
from google.protobuf.empty_pb2 import Empty
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
    user_pb2,
)
from sqlalchemy import text

from services.composition import Process
from services.runtime.calls import PLATFORM, Caller, Deadline, Role
from services.runtime.pipeline import CallFailed, Incoming
from services.tenant import people
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


def test_a_brands_id_is_taken_once_and_nobody_is_invited_to_it(brand: Brand) -> None:
    with pytest.raises(Refused) as refused:
        brand.rpc(
            f"{BRANDS}/CreateBrand",
            brand_service_pb2.CreateBrandRequest(
                brand=brand_pb2.Brand(display_name="Again", currency_code="EUR"),
                brand_id=brand.brand,
                owner_email="late@example.com",
            ),
            PLATFORM,
        )
    assert refused.value.reason == "BRAND_EXISTS"
    with brand.process.runtime.database.directory() as directory:
        assert people.by_email(directory, "late@example.com") is None


def test_a_stale_etag_is_refused_and_changes_nothing(brand: Brand) -> None:
    def rename(name: str, etag: str) -> brand_pb2.Brand:
        changed = brand_pb2.Brand(
            name=brand.name, display_name=name, currency_code="EUR", etag=etag
        )
        request = brand_service_pb2.UpdateBrandRequest(brand=changed)
        request.update_mask.paths.append("display_name")
        done: brand_pb2.Brand = brand.rpc(f"{BRANDS}/UpdateBrand", request, PLATFORM)
        return done

    first = rename("First", brand.created.etag)
    with pytest.raises(Refused) as refused:
        rename("Second", brand.created.etag)
    assert refused.value.reason == "ETAG_MISMATCH"
    assert rename("Third", first.etag).display_name == "Third"


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


def only_member(brand: Brand) -> membership_pb2.Membership:
    request = membership_service_pb2.ListMembershipsRequest(parent=brand.name)
    (member,) = brand.rpc(f"{MEMBERS}/ListMemberships", request, PLATFORM).memberships
    assert isinstance(member, membership_pb2.Membership)
    return member


def test_a_person_belongs_to_a_brand_once(brand: Brand) -> None:
    add_member(brand, "Iris@Example.com", Role.OWNER)
    with pytest.raises(Refused) as refused:
        add_member(brand, "iris@example.com", Role.VIEWER)
    assert refused.value.reason == "MEMBERSHIP_EXISTS"


def test_nobody_gives_or_changes_a_role_above_the_own(brand: Brand) -> None:
    owner = add_member(brand, "o@example.com", Role.OWNER)
    admin = brand.person(Role.ADMIN)
    for attempt in (
        lambda: add_member(brand, "new@example.com", Role.OWNER, admin),
        lambda: set_role(brand, owner, Role.VIEWER, admin),
        lambda: remove(brand, owner, admin),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.reason == "ROLE_TOO_HIGH"


def test_a_brand_keeps_an_owner(brand: Brand) -> None:
    boss = brand.person(Role.OWNER)
    owner = only_member(brand)
    for attempt in (
        lambda: set_role(brand, owner, Role.ADMIN, boss),
        lambda: remove(brand, owner, boss),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.reason == "LAST_OWNER"
    add_member(brand, "p@example.com", Role.OWNER)
    assert set_role(brand, owner, Role.ADMIN, boss).role == access_pb2.ROLE_ADMIN


def test_a_person_signs_in_and_acts_with_the_role_of_each_brand(
    house: Process, brand: Brand
) -> None:
    other = Brand(house)
    email = f"{brand.brand}@example.com"
    add_member(brand, email, Role.OWNER)
    add_member(other, email, Role.VIEWER)
    with house.runtime.database.directory() as directory:
        user = people.by_email(directory, email)
        assert user is not None
        people.set_password(directory, user.user, "correct horse")
    signed_in = shown(
        brand,
        f"{SESSIONS}/SignIn",
        session_service_pb2.SignInRequest(email=email.upper(), password="correct horse"),
    )
    assert isinstance(signed_in, session_service_pb2.SignInResponse)
    bearer = f"Bearer {signed_in.access_token}"
    me = shown(
        brand,
        f"{SESSIONS}/GetCurrentUser",
        session_service_pb2.GetCurrentUserRequest(),
        authorization=bearer,
    )
    assert isinstance(me, user_pb2.User)
    assert sorted(one.role for one in me.memberships) == [
        access_pb2.ROLE_VIEWER,
        access_pb2.ROLE_OWNER,
    ]
    listed = shown(
        brand, f"{BRANDS}/ListBrands", brand_service_pb2.ListBrandsRequest(), authorization=bearer
    )
    assert isinstance(listed, brand_service_pb2.ListBrandsResponse)
    assert {one.name for one in listed.brands} == {brand.name, other.name}
    change = brand_service_pb2.UpdateBrandRequest(
        brand=brand_pb2.Brand(name=other.name, display_name="Mine", currency_code="EUR")
    )
    with pytest.raises(Refused) as refused:
        shown(other, f"{BRANDS}/UpdateBrand", change, authorization=bearer)
    assert refused.value.reason == "ROLE_MISSING"


@pytest.mark.parametrize(("email", "password"), [("nobody@example.com", "x"), ("known", "wrong")])
def test_a_failed_sign_in_does_not_say_what_was_wrong(
    house: Process, brand: Brand, email: str, password: str
) -> None:
    if email == "known":
        email = f"{brand.brand}@example.com"
        add_member(brand, email, Role.OWNER)
        with house.runtime.database.directory() as directory:
            user = people.by_email(directory, email)
            assert user is not None
            people.set_password(directory, user.user, "right")
    request = session_service_pb2.SignInRequest(email=email, password=password)
    with pytest.raises(Refused) as refused:
        shown(brand, f"{SESSIONS}/SignIn", request)
    assert (refused.value.reason, str(refused.value)) == (
        "SIGN_IN_FAILED",
        "E-mail or password is wrong.",
    )
