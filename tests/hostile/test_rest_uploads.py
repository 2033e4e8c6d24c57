"""Hostile files over REST: each is refused for its reason, in bounded time, and nothing is kept."""

from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.hostile.live import Live, refusal
from tests.hostile.test_uploads import HOSTILE
from tests.render_core.intake import making

QUICK_S = 20.0
BRAND = "brands/hearth-oak"


def upload(live: Live, kind: str, data: bytes, **more: Any) -> httpx.Response:
    """Upload as who may: a shopper a picture, a server a font."""
    client, place, name = (
        (live.server, "fonts", "font") if kind == "font" else (live.shopper, "assets", "asset")
    )
    body = {name: {"displayName": "File"}, "data": base64.b64encode(data).decode(), **more}
    return client.post(f"/v1/{BRAND}/{place}", json=body)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"no bytes"}))
def test_a_hostile_file_is_refused_and_leaves_nothing(live: Live, name: str) -> None:
    kind, make, reason = HOSTILE[name]
    data = make()
    began = time.monotonic()
    refused = refusal(upload(live, kind, data))
    assert time.monotonic() - began < QUICK_S
    assert refused.status == 400
    assert refused.fields == {"data": refused.reason}
    if kind != "artwork" or reason != "PICTURE_FORMAT":
        assert refused.reason == reason


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("kind", ["image", "font"])
def test_no_bytes_are_refused_before_anybody_reads_them(live: Live, kind: str) -> None:
    refused = refusal(upload(live, kind, b""))
    assert (refused.status, refused.reason) == (400, "INVALID_ARGUMENT")
    assert refused.fields == {"data": "BYTES_MIN_LEN"}


@pytest.mark.usefixtures("unchanged")
def test_what_is_no_base64_is_refused_with_its_field(live: Live) -> None:
    body = {"asset": {"displayName": "x"}, "data": "***"}
    refused = refusal(live.shopper.post(f"/v1/{BRAND}/assets", json=body))
    assert refused.fields.keys() == {"data"}


@pytest.mark.usefixtures("unchanged")
def test_an_empty_file_and_an_empty_name_are_refused_with_their_fields(live: Live) -> None:
    body = {"asset": {}, "data": ""}
    refused = refusal(live.shopper.post(f"/v1/{BRAND}/assets", json=body))
    assert refused.fields.keys() == {"data", "asset.displayName"}


@pytest.mark.usefixtures("unchanged")
def test_a_shopper_uploads_no_fonts_and_without_a_session_nothing(live: Live) -> None:
    data = base64.b64encode(making.font()).decode()
    answer = live.shopper.post(
        f"/v1/{BRAND}/fonts", json={"font": {"displayName": "x"}, "data": data}
    )
    assert refusal(answer).reason == "CALLER_KIND_REFUSED"
    picture = base64.b64encode(making.picture("PNG")).decode()
    alone = live.client(live.key("publishable"))
    answer = alone.post(
        f"/v1/{BRAND}/assets", json={"asset": {"displayName": "x"}, "data": picture}
    )
    refused = refusal(answer)
    assert (refused.status, refused.reason) == (401, "SESSION_REQUIRED")


@pytest.mark.usefixtures("unchanged")
def test_typing_goes_on_while_bombs_are_uploaded(live: Live) -> None:
    bomb = HOSTILE["a packed font that unpacks to gigabytes"][1]()
    design = {"design": {"productRevision": live.revision(), "zones": {"name": {"text": {}}}}}
    with ThreadPoolExecutor(8) as pool:
        bombs = [pool.submit(upload, live, "font", bomb) for _ in range(8)]
        for _ in range(10):
            began = time.monotonic()
            answer = live.shopper.post(f"/v1/{BRAND}/designs:compose", json=design)
            assert answer.status_code == 200
            assert time.monotonic() - began < QUICK_S
        assert {refusal(one.result()).reason for one in bombs} == {"FONT_UNPACKS_TOO_LARGE"}
