"""The workshop's side: what was kept, and the files to make it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.page.visits import Shop, Visit, text
from tests.platform.installation import luneo

NAME = f"Workshop {uuid.uuid4().hex[:6]}"  # test processes share one demo


def keep(shop: Shop, design: dict[str, Any]) -> str:
    """Keep a design as a shopper does; return the name of the snapshot."""
    session = shop.call("POST", f"/v1/{shop.brand}/guestSessions", json={})["token"]
    path = f"/v1/{shop.brand}/snapshots"
    made = shop.call("POST", path, json={"design": design}, headers={"luneo-session": session})
    name: str = made["name"]
    return name


@pytest.fixture(scope="module")
def kept(shops: dict[str, Shop]) -> str:
    """The name of a snapshot that a shopper has kept."""
    shop = shops["hearth-oak"]
    return keep(shop, shop.design("steel-tag", {"name": text(NAME)}))


@pytest.fixture
def door(open_page: Any) -> Visit:
    visit: Visit = open_page()
    visit.page.goto(f"{visit.shop.page}/operator#designs")
    return visit


def knock(visit: Visit, key: str) -> Page:
    visit.page.get_by_label("Brand").fill(visit.shop.record["brand"])
    visit.page.get_by_label("Operator key").fill(key)
    visit.button("Open").click()
    return visit.page


def test_a_wrong_key_is_refused_in_words(door: Visit) -> None:
    page = knock(door, "lsk_" + "a" * 52)
    expect(page.get_by_role("alert")).to_contain_text("This API key is not valid.")
    expect(page.get_by_label("Operator key")).to_have_attribute("aria-invalid", "true")
    door.forgive("401")


def test_a_shoppers_key_does_not_open_the_workshop(door: Visit) -> None:
    page = knock(door, door.shop.key("publishable"))
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Operator key")).to_be_visible()
    door.forgive("403")


def test_another_brands_key_does_not_open_it(door: Visit, shops: dict[str, Shop]) -> None:
    page = knock(door, shops["mugworks"].key("operator"))
    expect(page.get_by_role("alert")).to_contain_text("There is nothing by that name.")
    door.forgive("404")


def test_the_list_shows_what_was_kept_with_its_words_and_picture(door: Visit, kept: str) -> None:
    page = knock(door, door.shop.key("operator"))
    row = page.get_by_role("listitem").filter(has_text=kept.rpartition("/")[2])
    expect(row.get_by_text(NAME)).to_be_visible()
    expect(row.get_by_text("Engraved tag")).to_be_visible()
    expect(row.get_by_text("€19.00")).to_be_visible()
    expect(row.locator("img")).not_to_have_js_property("naturalWidth", 0)


def test_the_files_are_made_downloaded_and_verified(door: Visit, kept: str, tmp_path: Path) -> None:
    page = knock(door, door.shop.key("operator"))
    row = page.get_by_role("listitem").filter(has_text=kept.rpartition("/")[2])
    row.get_by_role("button", name="Make files").click()
    link = row.get_by_role("link", name="Download files")
    expect(link).to_be_visible(timeout=30_000)
    row.get_by_text("10 files").click()
    for file in ("front.svg", "front.dxf", "front.pdf", "front.png", "manifest.json"):
        expect(row.get_by_text(file, exact=True)).to_be_visible()
    with page.expect_download() as download:
        link.click()
    pack = tmp_path / "pack.zip"
    download.value.save_as(pack)
    verified = luneo("verify", str(pack))
    assert verified.returncode == 0, verified.stderr


def test_progress_is_shown_while_files_are_made(door: Visit, kept: str) -> None:
    operation = {"name": f"{door.shop.brand}/operations/o1"}
    half = '{"operation":{"name":"%s","metadata":{"progressPercent":40,"step":"Cutting"}}}'

    door.page.route("**/exportPacks", lambda route: route.fulfill(json=operation))
    door.page.route(
        "**/o1:watch",
        lambda route: route.fulfill(
            body=f"data: {half % operation['name']}\n\n", content_type="text/event-stream"
        ),
    )
    door.page.route("**/o1:wait", lambda route: None)  # is still being made
    page = knock(door, door.shop.key("operator"))
    row = page.get_by_role("listitem").filter(has_text=kept.rpartition("/")[2])
    row.get_by_role("button", name="Make files").click()
    expect(row.get_by_role("progressbar", name="Making the files")).to_have_js_property("value", 40)
    expect(row.get_by_role("status")).to_have_text("Cutting")


def test_what_cannot_be_made_says_why(door: Visit, kept: str) -> None:
    failed = {"name": "o1", "done": True, "error": {"message": "The font is gone."}}
    door.page.route("**/exportPacks", lambda route: route.fulfill(json=failed))
    page = knock(door, door.shop.key("operator"))
    row = page.get_by_role("listitem").filter(has_text=kept.rpartition("/")[2])
    row.get_by_role("button", name="Make files").click()
    expect(row.get_by_role("alert")).to_have_text("The font is gone.")
    expect(row.get_by_role("button", name="Try again")).to_be_visible()


def test_the_workshop_stays_open_over_a_reload_and_closes_for_good(door: Visit, kept: str) -> None:
    page = knock(door, door.shop.key("operator"))
    expect(page.get_by_text(NAME)).to_be_visible()
    page.reload()
    expect(page.get_by_text(NAME)).to_be_visible()
    door.button("Close").click()
    page.reload()
    expect(page.get_by_label("Operator key")).to_have_value("")


def test_a_design_is_listed_as_what_was_chosen(door: Visit) -> None:
    words = f"Brass {uuid.uuid4().hex[:8]}"
    design = {**door.shop.design("steel-tag", {"name": text(words)}), "options": {"metal": "brass"}}
    keep(door.shop, design)
    row = row_of(door, words)
    expect(row.locator("img")).not_to_have_js_property("naturalWidth", 0)


def test_the_words_are_shown_even_where_no_picture_can_be_made(door: Visit, fresh: str) -> None:
    failed = {"name": "o1", "done": True, "error": {"message": "The photo is gone."}}
    door.page.route("**/renders", lambda route: route.fulfill(json=failed))
    expect(row_of(door, fresh).get_by_text("No picture")).to_be_visible()


@pytest.fixture
def fresh(door: Visit) -> str:
    """A snapshot that nobody has validated, and the words on it."""
    words = f"Approve {uuid.uuid4().hex[:8]}"
    keep(door.shop, door.shop.design("steel-tag", {"name": text(words)}))
    return words


def row_of(door: Visit, words: str) -> Locator:
    page = knock(door, door.shop.key("operator"))
    row = page.locator(".kept-ones > li").filter(has_text=words)
    expect(row).to_be_visible()
    return row


def expect_state(row: Locator, *reached: str) -> None:
    """The states that a snapshot has reached, as they are shown."""
    states = row.get_by_role("list", name="State").locator("li:has(time) b")
    expect(states).to_have_text(list(reached))


def test_a_design_is_validated_then_locked_for_good(door: Visit, fresh: str) -> None:
    row = row_of(door, fresh)
    expect_state(row, "Kept")
    row.get_by_role("button", name=f"Validate {fresh}").click()
    lock = row.get_by_role("button", name=f"Lock… {fresh}")
    expect(lock).to_be_focused()
    expect_state(row, "Kept", "Validated")
    expect(door.page.get_by_text(f"{fresh} is validated.")).to_be_attached()
    lock.click()
    question = door.page.get_by_role("dialog", name="Lock this design for good?")
    expect(question).to_contain_text(fresh)
    question.get_by_role("button", name="Lock for good").click()
    expect(question).to_have_count(0)
    expect(row.get_by_role("button", name="Make files")).to_be_focused()
    expect_state(row, "Kept", "Validated", "Locked")
    expect(row.get_by_role("button", name="Lock")).to_have_count(0)
    door.page.reload()
    expect_state(row, "Kept", "Validated", "Locked")


def test_nothing_is_locked_by_who_is_not_sure(door: Visit, fresh: str) -> None:
    row = row_of(door, fresh)
    row.get_by_role("button", name="Validate").click()
    lock = row.get_by_role("button", name="Lock…")
    asked: list[str] = []
    door.page.on("request", lambda request: asked.append(request.url))
    for leave in ("Escape", "Enter"):  # the first answer, which has the focus, is "Not yet"
        lock.click()
        expect(door.page.get_by_role("button", name="Not yet")).to_be_focused()
        door.page.keyboard.press(leave)
        expect(door.page.get_by_role("dialog")).to_have_count(0)
        expect(lock).to_be_focused()
    assert not [url for url in asked if url.endswith(":lock")]
    expect_state(row, "Kept", "Validated")


def test_validating_and_locking_need_no_mouse(door: Visit, fresh: str) -> None:
    row = row_of(door, fresh)
    row.get_by_role("button", name="Validate").focus()
    for key in ("Enter", "Space"):  # validates, then asks
        door.page.keyboard.press(key)
        if key == "Enter":
            expect(row.get_by_role("button", name="Lock…")).to_be_focused()
    expect(door.page.get_by_role("button", name="Not yet")).to_be_focused()
    door.page.keyboard.press("Tab")
    door.page.keyboard.press("Enter")
    expect(row.get_by_role("button", name="Make files")).to_be_focused()
    expect_state(row, "Kept", "Validated", "Locked")


def test_a_step_that_is_refused_says_why_and_can_be_tried_again(door: Visit, fresh: str) -> None:
    refusal = {"error": {"code": 403, "message": "This key may not do that."}}
    door.page.route("**:validate", lambda route: route.fulfill(status=403, json=refusal))
    row = row_of(door, fresh)
    row.get_by_role("button", name="Validate").click()
    expect(row.get_by_role("alert")).to_have_text("This key may not do that.")
    expect(row.get_by_role("button", name="Validate")).to_be_focused()
    door.page.unroute("**:validate")
    row.get_by_role("button", name="Validate").click()
    expect(row.get_by_role("alert")).to_have_count(0)
    expect_state(row, "Kept", "Validated")
    door.forgive("403")
