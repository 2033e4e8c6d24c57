"""What people choose about a product besides words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.page.test_access import violations
from tests.page.visits import Visit, text


def metal(visit: Visit, name: str) -> Locator:
    return visit.page.get_by_role("radiogroup", name="Metal").get_by_role("radio", name=name)


def yellowness(visit: Visit) -> int:
    """How much more red than blue the middle of the picture is."""
    picture = visit.pixels()
    middle = picture.crop(tuple(side // 3 * n for n in (1, 2) for side in picture.size))  # type: ignore[arg-type]
    red, _, blue = middle.resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    return int(red - blue)


def test_the_first_choice_is_made_and_all_say_what_they_cost(tag: Visit) -> None:
    expect(metal(tag, "Stainless steel")).to_be_checked()
    expect(metal(tag, "Brass + €4.00")).not_to_be_checked()


def test_a_choice_shows_another_photo_and_its_price_line(tag: Visit) -> None:
    tag.field("Name").fill("Emma")
    tag.shows(tag.shop.digest("steel-tag", {"name": text("Emma")}))
    assert yellowness(tag) < 10
    metal(tag, "Brass").check(force=True)
    expect(tag.page.locator(".price")).to_have_text("Total€23.00")
    expect(tag.page.locator(".lines")).to_contain_text("Metal: Brass")
    expect(tag.canvas).to_have_attribute("aria-label", "Engraved tag with your design. Brass. Emma")
    tag.page.wait_for_function(
        "canvas => canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height * .45, 1, 1)"
        ".data.reduce((all, band, at) => all + [1, 0, -1, 0][at] * band, 0) > 20",
        arg=tag.canvas.element_handle(),
    )
    assert yellowness(tag) > 30


def test_what_was_chosen_is_kept_and_shown_by_the_server_too(tag: Visit) -> None:
    tag.field("Name").fill("Emma")
    metal(tag, "Brass").check(force=True)
    expect(tag.page.locator(".price")).to_contain_text("€23.00")
    with tag.page.expect_response("**/snapshots") as answer:
        tag.keep()
    content = tag.shop.call("GET", f"/v1/{answer.value.json()['name']}:content", "operator")
    assert content["design"]["options"] == {"metal": "brass"}
    expect(tag.kept.get_by_role("img", name="As it will be made")).not_to_have_js_property(
        "naturalWidth", 0
    )
    expect(tag.kept.get_by_text("Made from the very same outlines")).to_be_visible()
    metal(tag, "Stainless steel").check(force=True)
    expect(tag.kept).to_have_count(0)  # it is no longer what is shown


def test_a_choice_is_made_with_the_keyboard(tag: Visit) -> None:
    metal(tag, "Stainless steel").focus()
    tag.page.keyboard.press("ArrowRight")
    expect(metal(tag, "Brass")).to_be_checked()
    expect(tag.page.locator(".price")).to_contain_text("€23.00")


def test_a_choice_survives_a_reload_and_can_be_sent_on(tag: Visit) -> None:
    tag.field("Name").fill("Emma")
    metal(tag, "Brass").check(force=True)
    expect(tag.page.locator(".price")).to_contain_text("€23.00")
    tag.page.reload()
    expect(metal(tag, "Brass")).to_be_checked()
    expect(tag.field("Name")).to_have_value("Emma")


@pytest.mark.parametrize("options", ['{"metal": "brass"}', '{"metal": "gold"}'])
def test_a_shop_says_what_is_chosen_at_first(open_page: Any, options: str) -> None:
    visit: Visit = open_page()
    attributes = {"product": visit.shop.product("steel-tag"), "key": visit.shop.key("publishable")}
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    page = (
        '<!doctype html><title>t</title><script type="module" src="/luneo.js"></script>'
        f"<luneo-product{written} options='{options}'></luneo-product>"
    )
    address = f"{visit.shop.page}/alone"
    visit.page.route(address, lambda route: route.fulfill(body=page, content_type="text/html"))
    visit.page.goto(address)
    wanted = "brass" if json.loads(options)["metal"] == "brass" else "steel"
    revision = visit.shop.revision("steel-tag")
    photo = f"{visit.shop.brand}/assets/{wanted}-tag"
    uri = next(one["uri"] for one in revision["assets"] if one["asset"] == photo)
    button = visit.button("Personalise: Engraved tag")
    shown = uri.replace(uri.partition("/v1/")[0], visit.shop.page)
    expect(button.locator("img")).to_have_attribute("src", shown)
    button.click()
    expect(metal(visit, "Brass" if wanted == "brass" else "Stainless steel")).to_be_checked()


def test_options_are_accessible(tag: Visit) -> None:
    metal(tag, "Brass").check(force=True)
    assert violations(tag.page) == []
