"""Tokens: whose they are, how long they count, and what does not pass for one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from services.runtime import egress
from services.runtime.calls import Caller, CallerKind
from services.runtime.clock import FixedClock
from services.runtime.errors import ServiceError
from services.runtime.jwks import IssuerUnreachable, KeyUnknown, OutsideKeys
from services.runtime.keyring import Keyring
from services.runtime.tokens import SignInElsewhere, TokenExpired, TokenRefused, Tokens

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ISSUER = "https://login.example"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def tokens(keyring: Keyring, clock: FixedClock) -> Tokens:
    return Tokens(keyring, clock, issuer="http://luneo.test", audience="luneo")


class Provider:
    """An outside identity provider: real keys behind a real HTTP server."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {"one": ec.generate_private_key(ec.SECP256R1())}
        self.fetched = 0
        self.status = 200
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.fetched += 1
                body = json.dumps({"keys": provider.published()}).encode()
                self.send_response(provider.status)
                self.send_header("Content-Length", str(len(body)))
                if provider.status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/jwks.json"

    def published(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [
            {"kty": "oct", "k": "AAAA", "kid": "symmetric"},
            {"kty": "odd", "kid": "odd"},
        ]
        for kid, key in self.keys.items():
            kind = jwt.algorithms.ECAlgorithm
            if isinstance(key, rsa.RSAPrivateKey):
                kind = jwt.algorithms.RSAAlgorithm  # type: ignore[assignment]
            found.append({**kind.to_jwk(key.public_key(), as_dict=True), "kid": kid})
        return found

    def token(self, kid: str = "one", algorithm: str = "ES256", **claims: Any) -> str:
        whole = {
            "iss": ISSUER,
            "aud": "luneo",
            "sub": "person-1",
            "iat": NOW,
            "exp": NOW + timedelta(minutes=5),
            "email": "p@example.org",
            **claims,
        }
        kept = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(kept, self.keys[kid], algorithm=algorithm, headers={"kid": kid})


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def outside(provider: Provider, keyring: Keyring, clock: FixedClock) -> Tokens:
    return Tokens(
        keyring,
        clock,
        issuer="http://luneo.test",
        audience="luneo",
        outside_issuer=ISSUER,
        outside_keys=OutsideKeys(provider.url),
    )


def test_an_access_token_names_its_user(tokens: Tokens) -> None:
    issued = tokens.access_token(user="u1", email="a@example.org")
    identity = tokens.identity_of(issued.token)
    assert (identity.user, identity.email) == ("u1", "a@example.org")
    assert issued.expires_at == NOW + timedelta(hours=1)


def test_anybody_can_verify_an_access_token_by_the_published_keys(tokens: Tokens) -> None:
    issued = tokens.access_token(user="u1", email="a@example.org")
    (published,) = tokens.jwks()["keys"]
    assert "d" not in published
    assert published["kid"] == jwt.get_unverified_header(issued.token)["kid"]
    claims = jwt.decode(
        issued.token,
        jwt.PyJWK.from_dict(published),
        algorithms=["ES256"],
        audience="luneo",
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    assert claims["sub"] == "u1"


def test_a_token_ends_with_its_time(tokens: Tokens, clock: FixedClock) -> None:
    issued = tokens.access_token(user="u1", email="")
    clock.advance(timedelta(hours=1, seconds=29))
    tokens.identity_of(issued.token)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        tokens.identity_of(issued.token)


def test_a_token_of_one_kind_does_not_pass_for_another(tokens: Tokens) -> None:
    guest = tokens.guest_session(brand="a", key="k").token
    service = tokens.service_token(Caller(CallerKind.SERVICE, "service:x", brand="a"))
    access = tokens.access_token(user="u1", email="").token
    for reads, wrong in (
        (lambda token: tokens.guest_of(token, brand="a"), (service, access)),
        (tokens.service_of, (guest, access)),
        (tokens.identity_of, (guest, service)),
    ):
        for token in wrong:
            with pytest.raises(TokenRefused):
                reads(token)


def test_the_public_key_does_not_sign_as_a_secret(tokens: Tokens) -> None:
    (published,) = tokens.jwks()["keys"]
    claims = {"iss": "http://luneo.test", "aud": "luneo", "sub": "u1", "iat": NOW, "exp": NOW}
    forged = jwt.encode(
        {**claims, "exp": NOW + timedelta(hours=1)}, json.dumps(published) * 2, algorithm="HS256"
    )
    unsigned = jwt.encode({**claims, "exp": NOW + timedelta(hours=1)}, None, algorithm="none")
    for token in (forged, unsigned):
        with pytest.raises(TokenRefused):
            tokens.identity_of(token)


def test_a_guest_session_is_of_one_brand_and_a_subject_of_its_own(tokens: Tokens) -> None:
    one, two = (tokens.guest_session(brand="a", key="k") for _ in range(2))
    assert one.subject != two.subject
    assert tokens.guest_of(one.token, brand="a") == one.subject
    with pytest.raises(TokenRefused):
        tokens.guest_of(one.token, brand="b")


def test_a_service_token_lives_for_a_minute(tokens: Tokens, clock: FixedClock) -> None:
    caller = Caller(CallerKind.SERVICE, "service:x", brand="a")
    token = tokens.service_token(caller)
    assert tokens.service_of(token) == caller
    clock.advance(timedelta(seconds=91))
    with pytest.raises(TokenExpired):
        tokens.service_of(token)


def test_an_outside_token_names_issuer_and_subject(outside: Tokens, provider: Provider) -> None:
    identity = outside.identity_of(provider.token(email_verified=True, name="Pat"))
    assert (identity.issuer, identity.subject, identity.user) == (ISSUER, "person-1", None)
    assert (identity.email, identity.display_name) == ("p@example.org", "Pat")


def test_an_email_that_the_issuer_has_not_verified_does_not_count(
    outside: Tokens, provider: Provider
) -> None:
    assert outside.identity_of(provider.token()).email == ""
    assert outside.identity_of(provider.token(email_verified="true")).email == ""


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"iat": None},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": NOW + timedelta(minutes=2)},
        {"iat": NOW + timedelta(minutes=2)},
    ],
)
def test_an_outside_token_with_wrong_claims_is_refused(
    outside: Tokens, provider: Provider, claims: dict[str, Any]
) -> None:
    with pytest.raises(TokenRefused):
        outside.identity_of(provider.token(**claims))


def test_a_key_signs_by_its_own_algorithm_only(outside: Tokens, provider: Provider) -> None:
    provider.keys["rsa"] = rsa.generate_private_key(65537, 2048)
    outside.identity_of(provider.token("rsa", "RS256"))
    forged = jwt.encode({"sub": "x"}, "k" * 64, algorithm="HS256", headers={"kid": "rsa"})
    with pytest.raises(TokenRefused):
        outside.identity_of(forged)


def test_with_an_outside_issuer_none_is_issued_or_accepted_here(
    outside: Tokens, tokens: Tokens
) -> None:
    with pytest.raises(SignInElsewhere):
        outside.access_token(user="u1", email="")
    with pytest.raises(ServiceError):
        outside.identity_of(tokens.access_token(user="u1", email="").token)


def test_a_new_key_of_the_issuer_is_found_but_not_asked_for_all_the_time(
    provider: Provider,
) -> None:
    seconds = [0.0]
    keys = OutsideKeys(provider.url, now_s=lambda: seconds[0])
    keys.key_of("one")
    provider.keys["two"] = ec.generate_private_key(ec.SECP256R1())
    for _ in range(50):
        with pytest.raises(KeyUnknown):
            keys.key_of("two")
    assert provider.fetched == 1
    seconds[0] = 11.0
    keys.key_of("two")
    assert provider.fetched == 2


def test_known_keys_go_on_counting_while_the_issuer_is_down(provider: Provider) -> None:
    seconds = [0.0]
    keys = OutsideKeys(provider.url, now_s=lambda: seconds[0])
    keys.key_of("one")
    provider.status = 500
    seconds[0] = 10_000.0
    keys.key_of("one")
    assert provider.fetched == 2


def test_an_issuer_that_never_answered_is_unavailable(provider: Provider) -> None:
    provider.status = 302
    with pytest.raises(IssuerUnreachable):
        OutsideKeys(provider.url).key_of("one")


def test_a_symmetric_key_of_a_key_set_is_never_used(provider: Provider) -> None:
    keys = OutsideKeys(provider.url)
    keys.key_of("one")
    with pytest.raises(KeyUnknown):
        keys.key_of("symmetric")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_of_our_own_network_is_not_public(address: str) -> None:
    assert not egress.is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert egress.is_public(address)


def test_a_name_that_leads_into_our_network_is_refused_before_a_byte_is_sent(
    provider: Provider,
) -> None:
    with pytest.raises(egress.EgressRefused, match="not a public address"):
        egress.fetch(provider.url)
    assert provider.fetched == 0


def test_an_answer_that_is_too_large_is_refused(provider: Provider) -> None:
    with pytest.raises(egress.EgressRefused, match="more than 10 bytes"):
        egress.fetch(provider.url, allow_private=True, limit_bytes=10)
