"""People of a brand: what roles they may give, and how they sign in."""

from __future__ import annotations

import pytest
from luneo.options.v1 import access_pb2
from luneo.tenant.v1 import (
    brand_pb2,
    brand_service_pb2,
    session_service_pb2,
    user_pb2,
)

from services.composition import Process
from services.runtime.calls import Role
from services.tenant import people
from tests.flows.house import Brand
from tests.flows.tenancy import (
    BRANDS,
    SESSIONS,
    add_member,
    only_member,
    remove,
    set_role,
    shown,
)
from tests.spec.shop import Refused


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
