"""What bad input gets over REST: a typed error that says what to do, quickly, and nothing is left.

Designs, names and bodies; uploads and credentials have modules of their own.
"""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from tests.hostile.live import Live, refusal

pytestmark = pytest.mark.usefixtures("unchanged")

QUICK_S = 20.0
MINE, OTHER = "brands/hearth-oak", "brands/mugworks"


@pytest.fixture(scope="module")
def revision(live: Live) -> str:
    return live.revision()


def designed(revision: str, **zones: Any) -> dict[str, Any]:
    return {"design": {"productRevision": revision, "zones": zones}}


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"text": {"text": value, **more}}


def send(client: httpx.Client, path: str, body: Any, **headers: str) -> httpx.Response:
    """POST, as JSON or as the bytes given; fail if it takes long."""
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    began = time.monotonic()
    answer = client.post(
        f"/v1/{path}", content=content, headers={"content-type": "application/json", **headers}
    )
    assert time.monotonic() - began < QUICK_S
    return answer


def problems(answer: httpx.Response) -> set[tuple[str, str]]:
    """Return zone and code of the problems that a composed design has, each with a sentence."""
    found = answer.raise_for_status().json()
    assert found.get("valid", False) is False
    assert all(one["message"].endswith(".") for one in found["problems"])
    return {(one.get("zone", ""), one["code"]) for one in found["problems"]}


# Names


@pytest.mark.parametrize(
    "unknown",
    [
        f"{MINE}/products/no-such/revisions/r1",
        f"{MINE}/products/steel-tag/revisions/r999",
        f"{OTHER}/products/mug/revisions/r1",
        "brands/no-such-brand/products/mug/revisions/r1",
    ],
)
@pytest.mark.parametrize("rpc", ["designs:compose", "snapshots", "previews", "specs"])
def test_an_unknown_product_is_not_found(live: Live, rpc: str, unknown: str) -> None:
    refused = refusal(send(live.shopper, f"{MINE}/{rpc}", designed(unknown, name=text("Emma"))))
    assert (refused.status, refused.code, refused.reason) == (404, "NOT_FOUND", "NOT_FOUND")
    assert "Check the name" in refused.message


def test_a_revision_that_is_no_name_is_refused_with_its_field(live: Live) -> None:
    for name in ("x", "../../etc/passwd", f"{MINE}/products/steel-tag", "brands/A/products/b"):
        refused = refusal(
            send(live.shopper, f"{MINE}/designs:compose", designed(name, name=text("A")))
        )
        assert refused.status == 400
        assert refused.fields == {"design.productRevision": "NAME_MALFORMED"}


WRONG_ZONES = {
    "an unknown zone": ({"nope": text("Emma")}, ("nope", "ZONE_UNKNOWN")),
    "an unknown font": (
        {"name": text("Emma", font=f"{MINE}/fonts/no-such")},
        ("name", "FONT_NOT_ALLOWED"),
    ),
    "another brand's font": (
        {"name": text("Emma", font=f"{OTHER}/fonts/noto-sans")},
        ("name", "FONT_NOT_ALLOWED"),
    ),
    "a font that is no name": ({"name": text("Emma", font="..")}, ("name", "FONT_NOT_ALLOWED")),
    "an unknown ink": ({"name": text("Emma", ink=39)}, ("name", "INK_UNKNOWN")),
    "artwork for a name": (
        {"name": {"artwork": {"asset": f"{MINE}/assets/no-such"}}},
        ("name", "VALUE_KIND_WRONG"),
    ),
    "control characters": ({"name": text("a\x07\x1b[31mb")}, ("name", "CONTROL_CHARACTER")),
    "no character": ({"name": text("a\uffffb")}, ("name", "UNASSIGNED_CHARACTER")),
    "a character of the future": (
        {"name": text("a\U000e1fffb")},
        ("name", "UNASSIGNED_CHARACTER"),
    ),
    "20,000 letters": ({"name": text("A" * 20_000)}, ("name", "TEXT_TOO_LONG")),
    "9,000 accents on one letter": (
        {"name": text("a" + "\u0301" * 9_000)},
        ("name", "TEXT_TOO_LONG"),
    ),
    "6,000 changes of direction": ({"name": text("\u2067\u2066" * 3_000)}, None),
}


@pytest.mark.parametrize("wrong", WRONG_ZONES)
def test_what_is_wrong_with_a_design_is_said_of_its_zone(
    live: Live, revision: str, wrong: str
) -> None:
    zones, problem = WRONG_ZONES[wrong]
    body = designed(revision, **zones)
    found = problems(send(live.shopper, f"{MINE}/designs:compose", body))
    refused = refusal(send(live.shopper, f"{MINE}/snapshots", body))
    assert (refused.status, refused.reason) == (400, "SPEC_INVALID")
    if problem:
        zone, code = problem
        assert (zone, code) in found
        assert f'design.zones["{zone}"]' in refused.fields


# Texts and numbers


def test_100_000_characters_are_refused_with_their_field(live: Live, revision: str) -> None:
    body = designed(revision, name=text("A" * 100_000))
    for rpc in ("designs:compose", "snapshots", "previews"):
        refused = refusal(send(live.shopper, f"{MINE}/{rpc}", body))
        assert refused.status == 400
        assert refused.fields == {'design.zones["name"].text.text': "STRING_MAX_BYTES"}


def test_the_character_zero_is_refused_with_its_field(live: Live, revision: str) -> None:
    body = designed(revision, name=text("a\0b"))
    refused = refusal(send(live.shopper, f"{MINE}/snapshots", body))
    assert refused.fields == {'design.zones["name"].text.text': "TEXT_HAS_NUL"}


@pytest.mark.parametrize("half", [r"\ud800", r"\udfff", r"a\udbffb", r"\ud800\ud800"])
def test_half_a_surrogate_pair_is_refused_with_its_place(
    live: Live, revision: str, half: str
) -> None:
    body = json.dumps(designed(revision, name=text("HERE"))).replace("HERE", half)
    refused = refusal(send(live.shopper, f"{MINE}/designs:compose", body))
    assert (refused.status, refused.reason) == (400, "MALFORMED_JSON")
    assert "column" in refused.message


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("NaN", "MALFORMED_JSON"),
        ("Infinity", "MALFORMED_JSON"),
        ("-Infinity", "MALFORMED_JSON"),
        ("1e999", "MALFORMED_JSON"),
        ("9" * 5_000, "MALFORMED_JSON"),
        ('"NaN"', "INVALID_JSON"),
        ('"Infinity"', "INVALID_JSON"),
        ("1.5", "INVALID_JSON"),
        ("1e300", "INVALID_JSON"),
        ("2147483648", "INVALID_JSON"),
        ("true", "INVALID_JSON"),
        ("[]", "INVALID_JSON"),
    ],
)
def test_numbers_that_are_none_are_refused(
    live: Live, revision: str, number: str, reason: str
) -> None:
    body = json.dumps(designed(revision, name=text("A", ink=4711))).replace("4711", number)
    refused = refusal(send(live.shopper, f"{MINE}/designs:compose", body))
    assert (refused.status, refused.reason) == (400, reason)
    if reason == "INVALID_JSON":
        assert set(refused.fields) == {'design.zones["name"].text.ink'}


def test_lengths_and_prices_out_of_range_are_refused_with_their_fields(live: Live) -> None:
    surface = {"id": "front", "displayName": "F", "widthUm": 2**31 - 1, "heightUm": -5}
    product = {
        "displayName": "P",
        "template": {"surfaces": [surface], "zones": []},
        "price": {"currencyCode": "€", "amountCents": "-1"},
    }
    refused = refusal(send(live.server, f"{MINE}/products", product))
    assert refused.status == 400
    assert {
        "product.template.surfaces[0].widthUm",
        "product.template.surfaces[0].heightUm",
        "product.template.zones",
        "product.price.currencyCode",
    } <= set(refused.fields)


# Bodies


@pytest.mark.parametrize(
    "body",
    ["", "{", "[" * 500_000, '{"design":' * 50_000, "{}{}", "\x00", "nul", '{"a":1,"a":2}', "[1]"],
)
def test_a_body_that_is_no_request_is_refused(live: Live, body: str) -> None:
    refused = refusal(send(live.shopper, f"{MINE}/snapshots", body))
    assert refused.status == 400


def test_bytes_that_are_no_text_are_refused(live: Live) -> None:
    refused = refusal(send(live.shopper, f"{MINE}/snapshots", b'{"owner":"\xff\xfe"}'))
    assert (refused.status, refused.reason) == (400, "MALFORMED_JSON")


def test_a_field_nobody_knows_is_refused_by_its_path(live: Live, revision: str) -> None:
    body = designed(revision, name=text("Emma", weight=3)) | {"discount": 100}
    refused = refusal(send(live.shopper, f"{MINE}/snapshots", body))
    assert refused.fields == {
        'design.zones["name"].text.weight': "UNKNOWN_FIELD",
        "discount": "UNKNOWN_FIELD",
    }


def test_a_body_that_is_too_large_is_refused(live: Live) -> None:
    refused = refusal(send(live.shopper, f"{MINE}/snapshots", b'"' + b"x" * 1_000_001 + b'"'))
    assert (refused.status, refused.reason) == (413, "BODY_TOO_LARGE")
    assert "1,000,000 bytes" in refused.message


def test_an_upload_that_is_too_large_is_refused(live: Live) -> None:
    body = b'{"asset":{"displayName":"x"},"data":"' + b"A" * 44_000_000 + b'"}'
    refused = refusal(send(live.shopper, f"{MINE}/assets", body))
    assert (refused.status, refused.reason) == (413, "BODY_TOO_LARGE")


# Paths


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/v1/{MINE}/products/..%2f..%2fmugworks", 400),
        (f"/v1/{MINE}/products/%00", 400),
        (f"/v1/{MINE}/products/UPPER", 400),
        (f"/v1/{MINE}/products/{'a' * 5_000}", 400),
        (f"/v1/{MINE}/nothing", 404),
        ("/v1/brands/hearth-oak%2Fproducts/x", 404),
        ("/v1/objects/..%2f..%2fkeys%2finstallation.json", 404),
        ("/v1/objects/" + "A" * 300, 404),
        ("/assets/..%2f..%2fkeys", 404),
        ("/.git/config", 404),
    ],
)
def test_paths_that_lead_elsewhere_lead_nowhere(live: Live, path: str, status: int) -> None:
    request = live.server.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    assert refusal(live.server.send(request)).status == status


@pytest.mark.parametrize(
    "query", ["?pageSize=-1", "?pageSize=x", "?pageSize=1e9", "?pageToken=forged", "?nothing=1"]
)
def test_queries_that_make_no_sense_are_refused(live: Live, query: str) -> None:
    refused = refusal(live.server.get(f"/v1/{MINE}/products{query}"))
    assert refused.status == 400
    assert len(refused.fields) == 1


def test_a_page_token_of_another_list_or_brand_is_refused(live: Live) -> None:
    first = live.server.get(f"/v1/{MINE}/fonts?pageSize=1").json()["nextPageToken"]
    other = live.client(live.key("secret", 1))
    for answer in (
        live.server.get(f"/v1/{MINE}/products?pageToken={first}"),
        live.server.get(f"/v1/{MINE}/assets?pageToken={first}"),
        other.get(f"/v1/{OTHER}/fonts?pageToken={first}"),
    ):
        assert refusal(answer).status == 400
