"""The product's 3D model in the widget: turned by hand and by keys, the server's own pictures, and a way into the room."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Locator, Route, expect

from tests.page.test_access import violations
from tests.page.visits import Visit, text

CAPTION = {"caption": text("Morning at the lake")}
ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)
SLOW_MS = 60_000  # a side that nobody has looked at before is prepared first

# Another product on a page that does not open its editor by itself.
OTHER_PRODUCT = """([product, design]) => {
  const widget = document.querySelector("luneo-product");
  widget.removeAttribute("open");
  widget.setAttribute("design", design);
  widget.setAttribute("product", product);
}"""


def model_of(visit: Visit) -> Locator:
    return visit.page.get_by_role("slider", name=re.compile("Photo mug in 3D"))


def look(visit: Visit) -> Locator:
    """Turn to the 3D view and wait for its picture."""
    visit.page.get_by_role("radio", name="3D").check(force=True)
    model = model_of(visit)
    expect(model).to_have_attribute("aria-busy", "false", timeout=SLOW_MS)
    return model


@pytest.fixture
def mug(open_page: Any) -> Visit:
    visit: Visit = open_page("mugworks")
    visit.open("mug", CAPTION)
    return visit


def test_the_model_is_asked_for_when_somebody_wants_to_see_it(mug: Visit) -> None:
    asked: list[str] = []
    mug.page.on("request", lambda request: asked.append(request.url))
    mug.field("Caption").fill("Evening at the lake")
    mug.shows(mug.shop.digest("mug", {"caption": text("Evening at the lake")}))
    assert not [url for url in asked if "/previews" in url]
    model = look(mug)
    assert [url for url in asked if "/previews" in url]
    picture = model.locator("img")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    address = picture.get_attribute("src") or ""
    shown = Image.open(io.BytesIO(httpx.get(address, timeout=60).content))
    assert (shown.format, shown.size) == ("WEBP", (640, 640))
    assert violations(mug.page) == []


def test_it_is_turned_with_the_arrow_keys_and_says_how_far(mug: Visit) -> None:
    model = look(mug)
    expect(model).to_have_attribute("aria-valuetext", "Turned by 20 degrees")
    before = model.locator("img").get_attribute("src")
    model.focus()
    mug.page.keyboard.press("ArrowRight")
    expect(model).to_have_attribute("aria-valuenow", "50")
    expect(model).to_have_attribute("aria-busy", "false", timeout=SLOW_MS)
    assert model.locator("img").get_attribute("src") != before
    mug.page.keyboard.press("Home")
    expect(model).to_have_attribute("aria-valuenow", "20")
    mug.page.keyboard.press("ArrowLeft")
    expect(model).to_have_attribute("aria-valuenow", "350")


def test_it_is_turned_by_dragging(mug: Visit) -> None:
    model = look(mug)
    box = model.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mug.page.mouse.move(x, y)
    mug.page.mouse.down()
    mug.page.mouse.move(x - 40, y, steps=4)
    mug.page.mouse.up()
    expect(model).to_have_attribute("aria-valuenow", "50")
    mug.page.mouse.move(x + 40, y)
    expect(model).to_have_attribute("aria-valuenow", "50")


def test_a_hint_says_that_a_hand_turns_it_until_one_did(mug: Visit) -> None:
    model = look(mug)
    hint = model.get_by_text("Drag to turn")
    expect(hint).to_be_visible()
    expect(hint).to_have_css("opacity", "1")
    expect(hint).to_have_attribute("aria-hidden", "true")  # its label says so to who cannot see it
    expect(model).to_have_attribute("aria-label", re.compile("arrow keys or by dragging"))
    box = model.bounding_box()
    assert box
    mug.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    mug.page.mouse.down()
    mug.page.mouse.move(box["x"] + box["width"] / 2 - 40, box["y"] + 60, steps=4)
    mug.page.mouse.up()
    expect(hint).to_have_css("opacity", "0")
    assert violations(mug.page) == []


@pytest.mark.parametrize(("reduced", "lasts"), [("reduce", "0s"), ("no-preference", "0.4s")])
def test_the_hint_fades_only_for_who_likes_things_to_move(
    open_page: Any, reduced: str, lasts: str
) -> None:
    visit: Visit = open_page("mugworks", reduced_motion=reduced)
    visit.open("mug", CAPTION)
    hint = look(visit).get_by_text("Drag to turn")
    expect(hint).to_have_css("transition-duration", lasts)


def test_a_product_without_photos_is_seen_in_3d_at_once(open_page: Any) -> None:
    visit: Visit = open_page("mugworks")
    shop = visit.shop
    mug = shop.call("GET", f"/v1/{shop.product('mug')}", "secret")
    bare = {"displayName": mug["displayName"], "price": mug["price"], "template": mug["template"]}
    del bare["template"]["views"]
    name = shop.call("POST", f"/v1/{shop.brand}/products", "secret", json=bare)["name"]
    try:
        shop.call("POST", f"/v1/{name}:publish", "secret", json={})
        visit.open("mug")
        visit.page.evaluate(OTHER_PRODUCT, [name, json.dumps(CAPTION)])
        model = model_of(visit)
        expect(model).to_have_attribute("aria-busy", "false", timeout=SLOW_MS)
        expect(model.get_by_text("Drag to turn")).to_be_visible()
        expect(visit.page.get_by_role("radiogroup", name="View")).to_have_count(0)
        visit.keep()
        picture = visit.kept.get_by_role("img", name="As it will be made")
        expect(picture).not_to_have_js_property("naturalWidth", 0, timeout=SLOW_MS)
        assert picture.evaluate("one => one.naturalWidth === one.naturalHeight")
        expect(visit.kept.locator("canvas")).to_have_count(0)
        assert violations(visit.page) == []
    finally:
        etag = shop.call("GET", f"/v1/{name}", "secret")["etag"]
        shop.call("DELETE", f"/v1/{name}", "secret", params={"etag": etag})


def test_it_follows_what_is_typed_and_shows_the_photo_again(mug: Visit) -> None:
    model = look(mug)
    before = model.locator("img").get_attribute("src")
    mug.field("Caption").fill("Night at the lake")
    expect(model).to_have_attribute("aria-busy", "true")
    expect(model).to_have_attribute("aria-busy", "false", timeout=SLOW_MS)
    assert model.locator("img").get_attribute("src") != before
    mug.page.get_by_role("radiogroup", name="View").get_by_role("radio").first.check(force=True)
    expect(model).to_have_count(0)
    expect(mug.canvas).to_be_visible()


def test_without_a_picture_a_sentence_says_so_and_the_flat_one_stays(mug: Visit) -> None:
    mug.forgive("503|Failed to load resource")

    def refuse(route: Route) -> None:
        body = {"error": {"code": 503, "message": "Nobody draws at the moment.", "details": []}}
        route.fulfill(status=503, json=body)

    mug.page.route("**/previews", refuse)
    mug.page.get_by_role("radio", name="3D").check(force=True)
    alert = mug.page.get_by_role("alert").filter(has_text="Nobody draws at the moment.")
    expect(alert).to_be_visible()
    expect(model_of(mug)).to_have_count(0)
    expect(mug.canvas).to_be_visible()
    mug.page.unroute("**/previews")
    alert.get_by_role("button", name="Try again").click()
    expect(model_of(mug)).to_have_attribute("aria-busy", "false", timeout=SLOW_MS)


def test_a_design_that_cannot_be_made_is_shown_flat_until_it_can(mug: Visit) -> None:
    mug.field("Caption").fill("far too long " * 20)
    expect(mug.field("Caption")).to_have_attribute("aria-invalid", "true")
    mug.page.get_by_role("radio", name="3D").check(force=True)
    waits = mug.page.get_by_text("The 3D view follows once the design can be made.")
    expect(waits).to_be_visible()
    expect(model_of(mug)).to_have_count(0)
    assert violations(mug.page) == []
    mug.field("Caption").fill("Morning at the lake")
    expect(model_of(mug)).to_have_attribute("aria-busy", "false", timeout=SLOW_MS)
    expect(waits).to_have_count(0)


def test_a_product_without_a_model_offers_no_3d(tag: Visit) -> None:
    expect(tag.page.get_by_role("radio", name="3D")).to_have_count(0)


def test_a_phone_shows_it_in_the_room(open_page: Any) -> None:
    visit: Visit = open_page("mugworks", user_agent=ANDROID, viewport={"width": 400, "height": 800})
    visit.open("mug", CAPTION)
    look(visit)
    link = visit.page.get_by_role("link", name="View in your room")
    expect(link).to_be_visible()
    intent = link.get_attribute("href") or ""
    assert intent.startswith("intent://arvr.google.com/scene-viewer/1.0?file=http")
    file = httpx.URL(intent.partition("#")[0].replace("intent:", "https:", 1)).params["file"]
    assert file.endswith(".glb")
    answer = httpx.get(file, timeout=60, headers={"origin": "https://shop.example"})
    assert answer.content[:4] == b"glTF"
    assert answer.headers["content-type"] == "model/gltf-binary"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert violations(visit.page) == []


def test_an_iphone_opens_quick_look(open_page: Any) -> None:
    """Safari says so by `relList.supports("ar")`, which Chromium does not know."""
    visit: Visit = open_page("mugworks", viewport={"width": 400, "height": 800})
    visit.page.add_init_script(
        "const supports = DOMTokenList.prototype.supports;"
        "DOMTokenList.prototype.supports = function (token) {"
        " return token === 'ar' || supports.call(this, token); };"
    )
    visit.open("mug", CAPTION)
    look(visit)
    link = visit.page.get_by_role("link", name="View in your room")
    expect(link).to_have_attribute("rel", "ar")
    expect(link.locator(":scope > :first-child")).to_have_js_property("tagName", "IMG")
    answer = httpx.get(link.get_attribute("href") or "", timeout=60)
    assert answer.headers["content-type"] == "model/vnd.usdz+zip"
    assert answer.content[:2] == b"PK"
