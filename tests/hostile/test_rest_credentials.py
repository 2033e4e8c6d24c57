"""Wrong, old, foreign and missing credentials: what they get, and what they do not learn."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest

from services.runtime.calls import Caller, CallerKind
from tests.hostile.live import Live, long_ago, refusal

MINE, OTHER = "brands/hearth-oak", "brands/mugworks"
CORRELATION = {"x-correlation-id": "the-same-for-all"}


def get(live: Live, path: str, **headers: str) -> httpx.Response:
    return live.client(**headers).get(f"/v1/{path}")


@pytest.mark.usefixtures("unchanged")
class TestRefused:
    @pytest.mark.parametrize(
        "key",
        [
            "lsk_" + "a" * 52,
            "lpk_" + "a" * 52,
            "lop_" + "a" * 52,
            "lsk_short",
            "nonsense",
            "lsk_" + "a" * 5_000,
            "Ω",
            "' OR 1=1 --",
        ],
    )
    def test_a_wrong_key(self, live: Live, key: str) -> None:
        raw = key.encode()
        for header, value in ((b"x-api-key", raw), (b"authorization", b"Bearer " + raw)):
            refused = refusal(live.client().get(f"/v1/{MINE}", headers={header: value}))
            assert (refused.status, refused.code) == (401, "UNAUTHENTICATED")
            assert refused.reason in ("KEY_INVALID", "TOKEN_INVALID")

    def test_no_key(self, live: Live) -> None:
        refused = refusal(live.client().get(f"/v1/{MINE}"))
        assert (refused.status, refused.reason) == (401, "UNAUTHENTICATED")
        assert "API key" in refused.message

    def test_another_scheme(self, live: Live) -> None:
        for scheme in ("Basic YTpi", "Bearer", "Digest x", "Bearer x y"):
            answer = live.client().get(f"/v1/{MINE}", headers={"authorization": scheme})
            refused = refusal(answer)
            assert refused.status == 401
            assert "Bearer" in answer.headers["www-authenticate"]

    def test_an_expired_token_of_a_person(self, live: Live) -> None:
        tokens = live.tokens_of(long_ago())
        tokens._issuer = live.rest.replace("127.0.0.1", "localhost")
        token = tokens.access_token(user="u", email="a@b.example").token
        refused = refusal(live.client(authorization=f"Bearer {token}").get("/v1/users/me"))
        assert (refused.status, refused.reason) == (401, "TOKEN_EXPIRED")
        assert "Sign in again" in refused.message

    def test_an_expired_session_of_a_guest(self, live: Live) -> None:
        token = live.tokens_of(long_ago()).guest_session(brand="hearth-oak", key="k").token
        shopper = live.client(live.key("publishable"), token)
        refused = refusal(shopper.get(f"/v1/{MINE}/snapshots"))
        assert (refused.status, refused.reason) == (401, "TOKEN_EXPIRED")

    def test_a_session_of_another_brand(self, live: Live) -> None:
        shopper = live.client(live.key("publishable"), live.session(brand=1))
        refused = refusal(shopper.get(f"/v1/{MINE}/snapshots"))
        assert (refused.status, refused.reason) == (401, "TOKEN_INVALID")

    def test_a_session_with_a_server_s_key(self, live: Live) -> None:
        server = live.client(live.key("secret"), live.session())
        assert refusal(server.get(f"/v1/{MINE}/snapshots")).reason == "TOKEN_INVALID"

    @pytest.mark.parametrize("kind", ["unsigned", "signed by the session", "signed by its name"])
    def test_a_forged_token(self, live: Live, kind: str) -> None:
        now = datetime.now(UTC)
        claims = {
            "iss": live.rest.replace("127.0.0.1", "localhost"),
            "aud": "luneo",
            "sub": "u",
            "iat": now,
            "exp": now + timedelta(hours=1),
        }
        jwks = live.client().get("/.well-known/jwks.json").json()
        makers: dict[str, Callable[[], str]] = {
            "unsigned": lambda: jwt.encode(claims, "", algorithm="none"),
            "signed by the session": live.session,
            "signed by its name": lambda: jwt.encode(
                claims, jwks["keys"][0]["x"] + jwks["keys"][0]["y"], algorithm="HS256"
            ),
        }
        bearer = f"Bearer {makers[kind]()}"
        refused = refusal(live.client(authorization=bearer).get("/v1/users/me"))
        assert (refused.status, refused.reason) == (401, "TOKEN_INVALID")

    def test_a_service_from_outside(self, live: Live) -> None:
        token = live.tokens_of(datetime.now(UTC)).service_token(_service())
        refused = refusal(live.client(**{"luneo-service": token}).get(f"/v1/{MINE}"))
        assert (refused.status, refused.reason) == (401, "UNAUTHENTICATED")

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "http://localhost", "https://localhost:1", "x"]
    )
    def test_a_page_that_the_key_is_not_for(self, live: Live, origin: str) -> None:
        shopper = live.client(live.key("publishable"), live.session(), origin=origin)
        answer = shopper.get(f"/v1/{MINE}/products")
        refused = refusal(answer)
        assert (refused.status, refused.reason) == (403, "ORIGIN_NOT_ALLOWED")
        assert "Add the page's origin" in refused.message
        assert "access-control-allow-origin" not in answer.headers

    @pytest.mark.parametrize(
        ("kind", "method", "path"),
        [
            ("publishable", "POST", f"{MINE}/exportPacks"),
            ("publishable", "POST", f"{MINE}/renders"),
            ("publishable", "GET", f"{MINE}/fonts"),
            ("publishable", "POST", f"{MINE}/products"),
            ("publishable", "POST", f"{MINE}/apiKeys"),
            ("publishable", "POST", f"{MINE}:eraseSubject"),
            ("operator", "POST", f"{MINE}/products"),
            ("operator", "POST", f"{MINE}:eraseSubject"),
            ("secret", "POST", f"{MINE}/apiKeys"),
            ("secret", "POST", "brands"),
            ("secret", "PATCH", MINE),
            ("secret", "POST", f"{MINE}/memberships"),
        ],
    )
    def test_a_key_for_something_else(self, live: Live, kind: str, method: str, path: str) -> None:
        client = live.client(live.key(kind))
        refused = refusal(
            client.request(method, f"/v1/{path}", json={} if method != "GET" else None)
        )
        assert (refused.status, refused.code) == (403, "PERMISSION_DENIED")
        assert refused.reason in ("CALLER_KIND_REFUSED", "SCOPE_MISSING")


def _service() -> Caller:
    return Caller(CallerKind.SERVICE, "service:luneo", brand="hearth-oak")


@pytest.mark.usefixtures("unchanged")
def test_another_brand_s_things_answer_like_unknown_ones(live: Live) -> None:
    theirs = live.client(live.key("secret", 1), **CORRELATION)
    mine = live.client(live.key("secret"), **CORRELATION)
    compared = 0
    for collection in ("products", "fonts", "assets"):
        found = theirs.get(f"/v1/{OTHER}/{collection}").raise_for_status().json()[collection]
        for thing in found:
            under_mine = thing["name"].replace(OTHER, MINE)
            if mine.get(f"/v1/{under_mine}").status_code == 200:
                continue  # both brands use this id
            of_brands = [
                mine.get(f"/v1/{thing['name']}"),
                mine.get(f"/v1/brands/no-such-brand/{collection}/no-such-thing"),
            ]
            of_mine = [
                mine.get(f"/v1/{under_mine}"),
                mine.get(f"/v1/{MINE}/{collection}/no-such-thing"),
            ]
            answers = {_stated(answer) for answer in of_brands + of_mine}
            assert len(answers) == 1
            assert next(iter(answers))[0] == 404
            for alike in (of_brands, of_mine):
                assert len({answer.headers["ratelimit-policy"] for answer in alike}) == 1
            compared += 1
    assert compared >= 2


def _stated(answer: httpx.Response) -> tuple[int, str, str]:
    """Return all of an answer but the time, and the caller's limits: of their own brand they have one."""
    own = {"date", "ratelimit", "ratelimit-policy"}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in own)
    return answer.status_code, answer.text, str(headers)


def test_a_revoked_key_stops_working(live: Live) -> None:
    operator = live.client(live.platform_key())
    made = operator.post(
        f"/v1/{MINE}/apiKeys",
        json={"displayName": "k", "kind": "API_KEY_KIND_SECRET", "scopes": ["products.read"]},
    ).json()
    holder = live.client(made["secret"])
    assert holder.get(f"/v1/{MINE}/products").status_code == 200
    assert "secret" not in operator.get(f"/v1/{made['name']}").json()
    operator.post(f"/v1/{made['name']}:revoke").raise_for_status()
    answer = _eventually_refused(holder)
    assert refusal(answer).reason == "KEY_INVALID"


def _eventually_refused(holder: httpx.Client) -> httpx.Response:
    end = time.monotonic() + 20
    while (answer := holder.get(f"/v1/{MINE}/products")).status_code == 200:
        assert time.monotonic() < end, "the revoked key still works"
        time.sleep(0.1)
    return answer


@pytest.mark.usefixtures("unchanged")
def test_signing_in_wrongly_says_nothing_of_who_is_known(live: Live) -> None:
    answers = {
        live.client(**CORRELATION)
        .post("/v1/sessions:signIn", json={"email": email, "password": "guess-guess-guess"})
        .text
        for email in ("iris@hearth-oak.example", "nobody@nowhere.example")
    }
    assert len(answers) == 1
    assert "SIGN_IN_FAILED" in answers.pop()
