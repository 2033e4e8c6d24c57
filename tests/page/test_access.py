"""For everybody: screen readers, small screens, right to left, a strict browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.visits import text

AXE = Path("node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line for each element."""
    page.evaluate(AXE.read_text("utf-8"))
    run = "tags => axe.run(document, { runOnly: tags })"
    found = page.evaluate(run, RULES)["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def test_the_shop_is_accessible(open_page: Any) -> None:
    visit = open_page()
    visit.page.goto(visit.shop.page)
    expect(visit.page.get_by_role("link", name="Photo mug")).to_be_visible()
    assert violations(visit.page) == []


def test_the_editor_is_accessible_empty_wrong_right_and_kept(open_page: Any) -> None:
    visit = open_page()
    visit.open("walnut-plaque")
    expect(visit.page.get_by_text("only a sample")).to_be_visible()
    assert violations(visit.page) == []
    visit.field("Dedication").fill("A" * 80)
    expect(visit.field("Dedication")).to_have_attribute("aria-invalid", "true")
    assert violations(visit.page) == []
    visit.field("Dedication").fill("The Andersons")
    visit.keep()
    assert violations(visit.page) == []


def test_the_editor_is_accessible_with_artwork_and_without_a_server(open_page: Any) -> None:
    visit = open_page("mugworks")
    visit.open("mug")
    visit.page.locator("#input-photo").set_input_files("examples/artwork/mugworks-logo.svg")
    visit.button("Remove").wait_for()
    visit.page.context.set_offline(True)
    visit.field("Caption").fill("Good morning")
    expect(visit.page.get_by_role("alert")).to_be_visible()
    assert violations(visit.page) == []
    visit.forgive("ERR_INTERNET_DISCONNECTED")


def test_the_workshop_is_accessible_also_while_it_asks(open_page: Any) -> None:
    visit = open_page()
    kept = visit.shop.design("steel-tag", {"name": text("To be looked at")})
    session = visit.shop.call("POST", f"/v1/{visit.shop.brand}/guestSessions", json={})["token"]
    path = f"/v1/{visit.shop.brand}/snapshots"
    visit.shop.call("POST", path, json={"design": kept}, headers={"luneo-session": session})
    visit.page.goto(f"{visit.shop.page}/operator#designs")
    expect(visit.page.get_by_label("Operator key")).to_be_visible()
    assert violations(visit.page) == []
    visit.page.get_by_label("Brand").fill(visit.shop.record["brand"])
    visit.page.get_by_label("Operator key").fill(visit.shop.key("operator"))
    visit.button("Open").click()
    expect(visit.button("Refresh")).to_be_visible()
    assert violations(visit.page) == []
    row = visit.page.locator(".kept-ones > li").first
    if row.get_by_role("button", name="Validate").count():
        row.get_by_role("button", name="Validate").click()
    row.get_by_role("button", name="Lock…").click()
    expect(visit.page.get_by_role("dialog")).to_be_visible()
    assert violations(visit.page) == []


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_wider_than_a_phone(open_page: Any, width: int) -> None:
    visit = open_page("mugworks", **{**PHONE, "viewport": {"width": width, "height": 700}})
    visit.page.goto(visit.shop.page)
    expect(visit.page.get_by_role("link", name="Photo mug")).to_be_visible()
    assert visit.page.evaluate(SIDEWAYS) == 0
    visit.open("mug", {"caption": text("The summer we swam every day")})
    assert visit.page.evaluate(SIDEWAYS) == 0
    visit.keep()
    assert visit.page.evaluate(SIDEWAYS) == 0
    visit.page.goto(f"{visit.shop.page}/operator#designs")
    visit.page.get_by_label("Brand").fill(visit.shop.record["brand"])
    visit.page.get_by_label("Operator key").fill(visit.shop.key("operator"))
    visit.button("Open").click()
    expect(visit.button("Make files").first).to_be_visible()
    assert visit.page.evaluate(SIDEWAYS) == 0


def test_the_picture_stays_in_sight_while_one_types_on_a_phone(open_page: Any) -> None:
    visit = open_page("mugworks", **PHONE)
    visit.open("mug")
    visit.field("Caption").tap()
    visit.page.keyboard.type("Hello")
    visit.page.mouse.wheel(0, 200)
    expect(visit.canvas).to_be_in_viewport(ratio=0.9)
    expect(visit.field("Caption")).to_be_in_viewport()


def test_what_has_the_focus_is_not_hidden_behind_the_picture(open_page: Any) -> None:
    visit = open_page("mugworks", **PHONE)
    visit.open("mug")
    visit.button("Keep this design").focus()
    for _ in range(8):
        visit.page.keyboard.press("Shift+Tab")
        hidden = visit.page.evaluate(HIDDEN)
        assert not hidden, hidden


HIDDEN = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const canvas = at.getRootNode().querySelector(".stage canvas")?.getBoundingClientRect();
  const box = at.getBoundingClientRect();
  const label = at.id || at.textContent;
  return canvas && at.closest(".fields") && box.bottom <= canvas.bottom && box.bottom > canvas.top ? label : "";
}"""


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_page_runs_under_its_own_strict_policy(open_page: Any, host: str) -> None:
    visit = open_page()
    visit.shop = replace(visit.shop, page=visit.shop.page.replace("localhost", host))
    visit.page.add_init_script(
        "addEventListener('securitypolicyviolation', event => "
        "(window.broken ??= []).push(event.violatedDirective + ' ' + event.blockedURI))"
    )
    answer = visit.page.goto(visit.shop.page)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    visit.open("walnut-plaque", {"dedication": text("The Andersons")})
    visit.keep()
    picture = visit.kept.get_by_role("img", name="As it will be made")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    assert visit.page.evaluate("window.broken ?? []") == []


def test_a_photo_is_fetched_once(open_page: Any) -> None:
    visit = open_page()
    fetched = """performance.getEntriesByType("resource")
      .filter(entry => entry.name.includes("/v1/objects/")).map(entry => entry.transferSize > 0)"""
    visit.open("steel-tag")
    assert visit.page.evaluate(fetched) == [True]
    visit.page.reload()
    visit.shows(visit.shop.digest("steel-tag", {}))
    assert visit.page.evaluate(fetched) == [False]
