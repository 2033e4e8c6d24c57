"""A design is kept: a snapshot, and the server's picture of it beside one's own."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.page.visits import Visit, text


@pytest.fixture
def emma(open_page: Any) -> Visit:
    visit: Visit = open_page()
    visit.open("steel-tag", {"name": text("Emma")})
    return visit


def number(visit: Visit) -> str:
    """The design number on the card."""
    found = visit.kept.get_by_text("Design number").locator("code").text_content()
    assert found
    return found


def events(page: Page) -> Any:
    return page.evaluate("window.heard")


def test_what_is_kept_is_what_was_drawn(emma: Visit) -> None:
    digest = emma.shop.digest("steel-tag", {"name": text("Emma")})
    emma.keep()
    expect(emma.kept.get_by_text("Made from the very same outlines")).to_contain_text(digest[:16])
    expect(emma.kept.locator("canvas")).to_have_attribute("data-layout", digest)
    picture = emma.kept.get_by_role("img", name="As it will be made")
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    snapshot = f"/v1/{emma.shop.brand}/snapshots/{number(emma)}"
    assert emma.shop.call("GET", snapshot, "operator")["layoutDigest"] == digest


def test_the_focus_goes_to_what_was_kept(emma: Visit) -> None:
    emma.keep()
    heading = emma.kept.get_by_role("heading")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


def test_keeping_the_same_again_gives_the_same_snapshot(emma: Visit) -> None:
    emma.keep()
    first = number(emma)
    emma.field("Name").fill("Emmy")
    expect(emma.kept).to_have_count(0)
    emma.field("Name").fill("Emma")
    emma.keep()
    assert number(emma) == first


def test_the_picture_can_be_sent_on(emma: Visit) -> None:
    emma.keep()
    address = emma.kept.get_by_role("link", name="Open the picture").get_attribute("href")
    assert address
    picture = httpx.get(address)
    assert picture.headers["content-type"] == "image/webp"
    assert "immutable" in picture.headers["cache-control"]


def test_the_shop_hears_what_was_kept(emma: Visit) -> None:
    emma.page.evaluate(
        """addEventListener("luneo-kept", event => { window.heard = event.detail })"""
    )
    emma.keep()
    emma.page.wait_for_function("window.heard")
    heard = events(emma.page)
    assert heard["snapshot"] == f"{emma.shop.brand}/snapshots/{number(emma)}"
    assert heard["price"]["total"] == {"currencyCode": "EUR", "amountCents": "1900"}
    assert heard["design"] == {"name": text("Emma")}


def test_a_session_that_is_over_is_begun_anew(emma: Visit) -> None:
    emma.keep()
    first = number(emma)
    emma.page.evaluate(
        """for (const slot of Object.keys(localStorage)) {
          const known = JSON.parse(localStorage[slot]);
          localStorage[slot] = JSON.stringify({ ...known, token: `${known.token}x` });
        }"""
    )
    emma.page.reload()
    emma.shows(emma.shop.digest("steel-tag", {"name": text("Emma")}))
    emma.forgive("401")
    emma.keep()
    assert number(emma) != first  # another guest


def test_typing_on_and_enter_keep_the_last_word(emma: Visit) -> None:
    emma.field("Name").focus()
    emma.page.keyboard.press("End")
    emma.page.keyboard.type(" K")
    emma.page.keyboard.press("Enter")
    expect(emma.kept).to_be_visible()
    digest = emma.shop.digest("steel-tag", {"name": text("Emma K")})
    expect(emma.kept.locator("code").first).to_have_text(digest[:16])


def test_what_the_server_makes_differently_is_not_called_the_same(emma: Visit) -> None:
    def another(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(json={**answer.json(), "layoutDigest": "0" * 64})

    emma.page.route("**/previews", another)
    emma.keep()
    expect(emma.kept.get_by_role("alert")).to_contain_text("something else")
    assert emma.kept.get_by_text("Made from the very same outlines").count() == 0


def test_everything_can_be_done_with_the_keyboard(open_page: Any) -> None:
    visit = open_page()
    page = visit.page
    page.goto(visit.shop.page)
    expect(page.get_by_role("link", name=re.compile("Engraved tag"))).to_be_visible()

    def tab_to(target: Any) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if target.evaluate("node => node.getRootNode().activeElement === node"):
                return
        raise AssertionError(f"{target} cannot be reached")

    tab_to(page.get_by_role("link", name=re.compile("Engraved tag")))
    page.keyboard.press("Enter")
    tab_to(visit.field("Name"))
    page.keyboard.type("Emma")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    cinzel = page.get_by_role("radio", name="Cinzel")
    expect(cinzel).to_be_checked()
    tab_to(visit.button("Keep this design"))
    page.keyboard.press("Enter")
    expect(visit.kept.get_by_role("heading")).to_be_focused()
    tab_to(page.get_by_role("link", name="See it in the workshop"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Operator key")).to_be_visible()
