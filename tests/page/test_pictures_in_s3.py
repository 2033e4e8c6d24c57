"""Pictures that are kept in S3 are seen through the gateway, under the page's strict policy."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.page.shared_demo import build_page, record_of
from tests.page.visits import Shop, Visit, text
from tests.platform.installation import installation
from tests.s3_server import BUCKET, KEY, REGION, s3_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The endpoint of an S3 server."""
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def shop(bucket: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A sample brand of an installation that keeps its objects in a bucket."""
    build_page()
    data: Path = tmp_path_factory.mktemp("s3") / "data"
    settings = {
        "LUNEO_OBJECTS_URL": f"s3://{BUCKET}/demo",
        "AWS_ENDPOINT_URL": bucket,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
    }
    with installation(data, settings=settings) as made:
        made.start(subcommand="demo")
        made.seeded()
        record = record_of(data)
        yield Shop(record["page"], next(b for b in record["brands"] if b["brand"] == "mugworks"))
    assert not (data / "objects").exists()


def test_the_bucket_holds_the_pictures(bucket: str, shop: Shop) -> None:
    with urllib.request.urlopen(f"{bucket}/{BUCKET}?list-type=2", timeout=20) as answer:
        listing = answer.read().decode()
    assert f"<Key>demo/brands/{shop.record['brand']}/" in listing


def test_photo_upload_and_preview_are_shown_and_come_from_the_pages_own_origin(
    browser: Browser, shop: Shop
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    visit = Visit(context.new_page(), shop)
    visit.listen()
    asked: list[Request] = []
    visit.page.on("request", lambda request: asked.append(request))
    answer = visit.page.goto(shop.page)
    assert answer is not None
    assert "img-src 'self' data: blob:" in answer.headers["content-security-policy"]
    visit.open("mug", {"caption": text("Noah")})
    visit.page.locator("#input-photo").set_input_files("examples/photos/shopper-lake.webp")
    visit.button("Remove").wait_for()
    visit.keep()
    made = visit.kept.get_by_role("img", name="As it will be made")
    expect(made).not_to_have_js_property("naturalWidth", 0)
    pictures = [request for request in asked if "/v1/objects/" in request.url]
    kinds = [answer.headers["content-type"] for one in pictures if (answer := one.response())]
    context.close()
    assert {request.url.partition("/v1/")[0] for request in pictures} == {shop.page}
    assert set(kinds) == {"image/webp"}
    assert len({request.url for request in pictures}) >= 2  # the mug and what is on it
    assert visit.verdict() == []


def test_a_signed_address_is_whole_until_it_is_changed(shop: Shop) -> None:
    revision = shop.revision("mug")
    uri = revision["assets"][0]["uri"]
    with urllib.request.urlopen(uri, timeout=20) as answer:
        assert answer.read(4) == b"RIFF"
        assert answer.headers["content-type"] == "image/webp"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(uri[:-6] + "AAAAAA", timeout=20)
    assert refused.value.code == 404
    reason = json.loads(refused.value.read())["error"]["details"][0]["reason"]
    assert reason == "TICKET_INVALID"
