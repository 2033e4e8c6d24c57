"""What happens when the server, the network or a signed address fails."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Route, expect

from tests.page.visits import Visit, text

UNAVAILABLE = {"error": {"code": 503, "message": "The database is being restarted.", "details": []}}


def test_without_a_network_it_is_said_and_the_last_word_is_caught_up(tag: Visit) -> None:
    tag.page.context.set_offline(True)
    tag.field("Name").fill("Emma")
    expect(tag.page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    expect(tag.page.get_by_text("does not show your last change")).to_be_visible()
    tag.page.context.set_offline(False)
    tag.shows(tag.shop.digest("steel-tag", {"name": text("Emma")}))
    expect(tag.page.get_by_role("alert")).to_have_count(0)
    tag.forgive("ERR_INTERNET_DISCONNECTED")


def test_problems_of_an_earlier_design_are_not_said_of_this_one(tag: Visit) -> None:
    tag.field("Name").fill("A" * 30)
    expect(tag.field("Name")).to_have_attribute("aria-invalid", "true")
    tag.page.context.set_offline(True)
    tag.field("Name").fill("Emma")
    expect(tag.page.get_by_role("alert")).to_be_visible()
    expect(tag.field("Name")).to_have_attribute("aria-invalid", "false")
    expect(tag.page.get_by_text("24 are allowed")).to_have_count(0)
    tag.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_server_that_restarts_is_asked_again_by_itself(tag: Visit) -> None:
    asked = 0

    def down_for_two_calls(route: Route) -> None:
        nonlocal asked
        asked += "Emma" in (route.request.post_data or "")  # not a sample of lettering
        if asked in (1, 2):
            route.fulfill(status=503, json=UNAVAILABLE)
        else:
            route.continue_()

    tag.page.route("**/designs:compose", down_for_two_calls)
    tag.field("Name").fill("Emma")
    expect(tag.page.get_by_role("alert")).to_contain_text("The database is being restarted.")
    tag.shows(tag.shop.digest("steel-tag", {"name": text("Emma")}))
    expect(tag.page.get_by_role("alert")).to_have_count(0)
    tag.forgive("503")


def test_a_product_that_does_not_load_can_be_tried_again(open_page: Any) -> None:
    visit = open_page()
    address = "**/products/steel-tag:published"
    visit.page.route(address, lambda route: route.fulfill(status=503, json=UNAVAILABLE))
    visit.page.goto(f"{visit.shop.page}/?product={visit.shop.product('steel-tag')}")
    expect(visit.page.get_by_role("alert")).to_contain_text("The database is being restarted.")
    visit.page.unroute(address)
    visit.button("Try again").click()
    visit.shows(visit.shop.digest("steel-tag", {}))
    visit.forgive("503")


def test_an_unknown_product_says_so(open_page: Any) -> None:
    visit = open_page()
    page = (
        f'<!doctype html><title>t</title><script type="module" src="/luneo.js"></script>'
        f'<luneo-product open product="{visit.shop.product("sword")}"'
        f' key="{visit.shop.key("publishable")}"></luneo-product>'
    )
    address = f"{visit.shop.page}/alone"
    visit.page.route(address, lambda route: route.fulfill(body=page, content_type="text/html"))
    visit.page.goto(address)
    expect(visit.page.get_by_role("alert")).to_contain_text("There is nothing by that name.")
    visit.forgive("404")


def test_a_keep_that_fails_says_so_and_can_be_repeated(tag: Visit) -> None:
    tag.field("Name").fill("Emma")
    tag.page.route("**/snapshots", lambda route: route.abort())
    tag.button("Keep this design").click()
    expect(tag.page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    tag.page.unroute("**/snapshots")
    tag.keep()
    expect(tag.page.get_by_role("alert")).to_have_count(0)
    tag.forgive("ERR_FAILED")


def test_a_picture_whose_address_has_expired_is_asked_for_anew(open_page: Any) -> None:
    visit = open_page()
    expired = 0

    def first_is_expired(route: Route) -> None:
        nonlocal expired
        expired += 1
        if expired == 1:
            route.fulfill(status=404, json={})
        else:
            route.continue_()

    visit.page.route("**/v1/objects/**", first_is_expired)
    visit.open("steel-tag", {"name": text("Emma")})
    assert expired == 2
    visit.forgive("404")


def test_a_photo_that_was_cut_off_comes_with_the_network(open_page: Any) -> None:
    visit = open_page()
    visit.page.route("**/v1/objects/**", lambda route: route.abort())
    visit.page.goto(f"{visit.shop.page}/?product={visit.shop.product('steel-tag')}")
    expect(visit.page.get_by_role("alert")).to_contain_text("A picture cannot be shown")
    visit.page.unroute("**/v1/objects/**")
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    visit.shows(visit.shop.digest("steel-tag", {}))
    visit.forgive("ERR_FAILED")


def test_a_picture_that_stays_away_is_said_and_can_be_tried_again(open_page: Any) -> None:
    visit = open_page()
    visit.page.route("**/v1/objects/**", lambda route: route.fulfill(status=404, json={}))
    visit.page.goto(f"{visit.shop.page}/?product={visit.shop.product('steel-tag')}")
    expect(visit.page.get_by_role("alert")).to_contain_text("A picture cannot be shown")
    visit.page.unroute("**/v1/objects/**")
    visit.button("Try again").click()
    visit.shows(visit.shop.digest("steel-tag", {}))
    expect(visit.page.get_by_role("alert")).to_have_count(0)
    visit.forgive("404")
