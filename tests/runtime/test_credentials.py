"""API keys, users and operators: who is found behind what is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.runtime import names
from services.runtime.calls import ANONYMOUS, PLATFORM, CallerKind, Role
from services.runtime.clock import FixedClock
from services.runtime.credentials import KEPT_S, Credentials, KeyRefused, OriginRefused
from services.runtime.database import Database
from services.runtime.directory import Directory
from services.runtime.errors import Unauthenticated
from services.runtime.tokens import Identity, TokenRefused
from tests.runtime import echo

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Counted(Directory):
    """The real directory, counting look-ups."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.looked_up = 0

    def key(self, key_hash: bytes) -> Any:
        self.looked_up += 1
        return super().key(key_hash)


class Bench:
    """Credentials over the real database, with clocks that the test moves."""

    def __init__(self, world: echo.World) -> None:
        self.world = world
        self.clock = FixedClock(NOW)
        self.seconds = 0.0
        self.directory = Counted(world.database)
        self.credentials = Credentials(
            self.directory, world.tokens, world.keyring, self.clock, now_s=lambda: self.seconds
        )

    def key(self, kind: str = "secret", **columns: Any) -> str:
        return echo.add_key(self.world.database, self.world.keyring, "acme", kind, **columns)

    def change(self, secret: str, assignment: str, **values: Any) -> None:
        with self.world.database.brand("acme") as tx:
            tx.execute(
                text(f"UPDATE api_keys SET {assignment} WHERE hash = :hash"),
                {"hash": self.world.keyring.hash_of_api_key(secret), **values},
            )


@pytest.fixture
def bench(world: echo.World) -> Bench:
    return Bench(world)


def test_no_credential_is_nobody(bench: Bench) -> None:
    assert bench.credentials.caller_of({}) is ANONYMOUS


def test_a_secret_key_is_a_server_of_its_brand(bench: Bench) -> None:
    caller = bench.credentials.caller_of({"x-api-key": bench.key(scopes=["a.b"])})
    assert (caller.kind, caller.brand) == (CallerKind.SERVER_KEY, "acme")
    assert caller.scopes == {"a.b"}
    assert caller.subject == f"key:{caller.key}"


def test_a_publishable_key_with_a_session_is_that_guest(bench: Bench) -> None:
    session = bench.world.tokens.guest_session(brand="acme", key="k")
    shown = {"x-api-key": bench.key("publishable"), "luneo-session": session.token}
    caller = bench.credentials.caller_of(shown)
    assert (caller.kind, caller.subject) == (CallerKind.WIDGET_KEY, session.subject)


def test_a_session_beside_a_secret_key_is_refused(bench: Bench) -> None:
    session = bench.world.tokens.guest_session(brand="acme", key="k").token
    with pytest.raises(TokenRefused):
        bench.credentials.caller_of({"x-api-key": bench.key(), "luneo-session": session})


def test_the_operator_s_key_is_the_platform(bench: Bench) -> None:
    shown = {"x-api-key": bench.world.keyring.platform_key()}
    assert bench.credentials.caller_of(shown) is PLATFORM


def test_a_revoked_key_stops_within_seconds(bench: Bench) -> None:
    secret = bench.key()
    shown = {"x-api-key": secret}
    bench.credentials.caller_of(shown)
    bench.change(secret, "revoked_at = now()")
    bench.seconds = KEPT_S
    with pytest.raises(KeyRefused):
        bench.credentials.caller_of(shown)


def test_a_key_ends_at_its_time_also_while_it_is_remembered(bench: Bench) -> None:
    shown = {"x-api-key": bench.key(expires_at=NOW + timedelta(hours=1))}
    bench.credentials.caller_of(shown)
    bench.clock.advance(timedelta(hours=1))
    with pytest.raises(KeyRefused):
        bench.credentials.caller_of(shown)


def test_the_secret_before_a_rotation_works_until_its_overlap_ends(bench: Bench) -> None:
    old = bench.key()
    bench.change(
        old,
        "hash = 'new', previous_hash = :hash, previous_expires_at = :until",
        until=NOW + timedelta(minutes=5),
    )
    shown = {"x-api-key": old}
    assert bench.credentials.caller_of(shown).kind is CallerKind.SERVER_KEY
    bench.clock.advance(timedelta(minutes=5))
    with pytest.raises(KeyRefused):
        bench.credentials.caller_of(shown)


def test_a_key_is_looked_up_once_in_a_while_known_or_not(bench: Bench) -> None:
    known = {"x-api-key": bench.key()}
    unknown = {"x-api-key": "lsk_" + "a" * 52}
    for _ in range(5):
        bench.credentials.caller_of(known)
        with pytest.raises(KeyRefused):
            bench.credentials.caller_of(unknown)
    assert bench.directory.looked_up == 2


def test_what_cannot_be_a_key_is_refused_without_a_look(bench: Bench) -> None:
    for shown in ("lsk_", "lpk_x", "lsk_" + "A" * 52, "lsk_" + "a" * 53):
        with pytest.raises(KeyRefused):
            bench.credentials.caller_of({"x-api-key": shown})
    assert bench.directory.looked_up == 0


def test_the_use_of_a_key_is_noted_to_the_minute(bench: Bench) -> None:
    secret = bench.key()

    def noted() -> Any:
        record = bench.world.database.read_one(
            "acme",
            "SELECT last_used_at FROM api_keys WHERE hash = %(hash)s",
            {"hash": bench.world.keyring.hash_of_api_key(secret)},
        )
        assert record is not None
        return record["last_used_at"]

    moments = []
    for after in (timedelta(), timedelta(seconds=59), timedelta(seconds=61)):
        bench.clock = bench.credentials._clock = FixedClock(NOW + after)  # type: ignore[assignment]
        bench.seconds += KEPT_S
        bench.credentials.caller_of({"x-api-key": secret})
        moments.append(noted())
    assert moments == [NOW, NOW, NOW + timedelta(seconds=61)]


@pytest.mark.parametrize(
    ("origin", "works"),
    [
        ("", True),
        ("https://shop.example", True),
        ("HTTPS://SHOP.example", True),
        ("http://shop.example", False),
        ("https://shop.example:8443", False),
        ("https://shop.example.evil.test", False),
        ("null", False),
    ],
)
def test_an_origin_must_be_one_of_a_publishable_key_s(
    bench: Bench, origin: str, works: bool
) -> None:
    shown = {"x-api-key": bench.key("publishable"), "origin": origin}
    if works:
        bench.credentials.caller_of(shown)
    else:
        with pytest.raises(OriginRefused):
            bench.credentials.caller_of(shown)


def test_a_key_without_origins_works_outside_of_pages_only(bench: Bench) -> None:
    key = bench.key("publishable", allowed_origins=[])
    bench.credentials.caller_of({"x-api-key": key})
    with pytest.raises(OriginRefused):
        bench.credentials.caller_of({"x-api-key": key, "origin": "https://shop.example"})


@pytest.mark.parametrize("scheme", ["Basic", "bearer", "Bearer  ", "Digest"])
def test_another_scheme_than_bearer_is_refused(bench: Bench, scheme: str) -> None:
    with pytest.raises(Unauthenticated):
        bench.credentials.caller_of({"authorization": scheme})


def test_a_person_has_a_role_in_each_brand_of_its_own(bench: Bench) -> None:
    user = names.new_id()
    echo.add_member(bench.world.database, "acme", user, Role.ADMIN)
    token = bench.world.tokens.access_token(user=user, email="").token
    person = bench.credentials.caller_of({"authorization": f"Bearer {token}"})
    here = bench.credentials.in_brand(person, "acme")
    there = bench.credentials.in_brand(person, "rival")
    assert (person.brand, person.role) == (None, None)
    assert (here.brand, here.role) == ("acme", Role.ADMIN)
    assert (there.brand, there.role) == (None, None)


def outside(subject: str, email: str = "") -> Identity:
    return Identity("https://login.example", subject, email, "Pat", user=None)


def test_a_user_is_made_when_it_is_first_seen_and_found_again(bench: Bench) -> None:
    subject = names.new_id()
    first = bench.directory.user_of(outside(subject), NOW)
    again = bench.directory.user_of(outside(subject, "late@example.org"), NOW)
    other = bench.directory.user_of(outside(names.new_id()), NOW)
    assert first == again
    assert first != other


def test_an_invited_person_becomes_the_user_who_was_invited(bench: Bench) -> None:
    user = names.new_id()
    echo.add_member(bench.world.database, "acme", user, Role.VIEWER)
    subject = names.new_id()
    seen = bench.directory.user_of(outside(subject, f"{user.upper()}@example.org"), NOW)
    stranger = bench.directory.user_of(outside(names.new_id(), f"{user}@example.org"), NOW)
    assert seen == user
    assert stranger != user
