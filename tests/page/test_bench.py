"""The workshop at its machine: the board, one work order, the scanner, batches and orders."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from services.manufacturing.domain.work_orders import NEXT, WorkState
from tests.page.shared_demo import ROOT
from tests.page.test_access import SIDEWAYS, violations
from tests.page.visits import Shop, Visit, text

TABLET = {"width": 820, "height": 1180}
TYPED = "Ada Lou"
Work = dict[str, Any]
# The keys of a scanner, at its speed however busy this machine is.
SCANNER = """code => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const options = { bubbles: true, composed: true, cancelable: true };
  const press = key => at.dispatchEvent(new KeyboardEvent("keydown", { key, ...options }));
  for (const key of code) if (press(key)) document.execCommand("insertText", false, key);
  press("Enter");
}"""


def take(shop: Shop, words: str, *, quantity: int = 1, due_in_hours: int = 50) -> Work:
    """Take a paid order of one steel tag; return its work order."""
    design = shop.design("steel-tag", {"name": text(words, font=f"{shop.brand}/fonts/zilla-slab")})
    frozen = shop.call("POST", f"/v1/{shop.brand}/snapshots", "secret", json={"design": design})
    due = datetime.now(UTC) + timedelta(hours=due_in_hours)
    order = {
        "externalReference": f"T-{uuid.uuid4().hex[:8]}",
        "currencyCode": "EUR",
        "items": [{"snapshot": frozen["name"], "quantity": quantity}],
        "dueTime": due.isoformat(),
    }
    made = shop.call("POST", f"/v1/{shop.brand}/orders?paid=true", "secret", json=order)
    listed = f"/v1/{shop.brand}/workOrders?order={made['name']}"
    work: Work = shop.call("GET", listed, "operator")["workOrders"][0]
    return work


@pytest.fixture(scope="module")
def shop(shops: dict[str, Shop]) -> Shop:
    return shops["hearth-oak"]


@pytest.fixture
def at(open_page: Any) -> Callable[..., Visit]:
    """Open a place of the workshop's page, with its key."""

    def at(place: str = "", **options: Any) -> Visit:
        visit: Visit = open_page(**options)
        kept = json.dumps({"brand": visit.shop.brand, "key": visit.shop.key("operator")})
        visit.page.add_init_script(f"sessionStorage.setItem('luneo-operator', {json.dumps(kept)})")
        visit.page.goto(f"{visit.shop.page}/operator#{place}")
        return visit

    return at


def place_of(work: Work) -> str:
    return f"work/{work['name'].rpartition('/')[2]}"


def card_of(visit: Visit, work: Work) -> Locator:
    return visit.page.locator("a.card").filter(has_text=work["barcode"])


def scan(visit: Visit, barcode: str) -> Locator:
    """Type as a scanner does, wherever the cursor is; return what is said about it."""
    visit.page.evaluate(SCANNER, barcode)
    said = visit.page.locator(".told").filter(has_text=barcode)
    expect(said).to_be_visible()
    return said


def test_the_page_offers_the_steps_that_the_service_allows() -> None:
    source = (ROOT / "gateway/web/operator/states.ts").read_text("utf-8")
    offered = {
        WorkState(state.lower()): {WorkState(one.lower()) for one in re.findall(r"[A-Z_]+", steps)}
        for state, steps in re.findall(r"^  ([A-Z_]+): \[(.*)\],$", source, re.MULTILINE)
    }
    of_people = {state: set(steps) - {WorkState.CANCELLED} for state, steps in NEXT.items()}
    assert offered == of_people


def test_the_board_shows_what_is_late_and_can_be_narrowed(
    at: Callable[..., Visit], shop: Shop
) -> None:
    late, later = (take(shop, "Ida", due_in_hours=hours) for hours in (-30, 30))
    visit = at()
    expect(card_of(visit, late)).to_contain_text("Late by 30 h")
    expect(card_of(visit, late)).to_have_class(re.compile("late"))
    expect(card_of(visit, late).locator("img")).to_be_visible()
    expect(card_of(visit, later)).to_be_visible()
    assert violations(visit.page) == []
    visit.page.get_by_role("radio", name=re.compile("^Late")).check()
    expect(card_of(visit, later)).to_have_count(0)
    expect(card_of(visit, late)).to_be_visible()
    visit.page.get_by_role("radio", name="Any time").check()
    visit.page.get_by_label("Machine").select_option(label="In no batch")
    expect(card_of(visit, later)).to_be_visible()
    visit.page.get_by_role("radio", name="Done").check()
    expect(card_of(visit, late)).to_have_count(0)
    for viewport in (TABLET, {"width": 1280, "height": 800}):
        visit.page.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert visit.page.evaluate(SIDEWAYS) == 0


def expect_steps(visit: Visit, *names: str) -> None:
    expect(visit.page.locator(".steps button")).to_have_text(list(names))


def test_a_work_order_is_made_rejected_and_made_again(at: Callable[..., Visit], shop: Shop) -> None:
    work = take(shop, TYPED, quantity=3)
    visit = at(place_of(work))
    made = shop.compose("steel-tag", {"name": text(TYPED)})["layout"]["surfaces"][0]["zones"]
    words = visit.page.locator(".words")
    expect(words.locator("strong")).to_have_text(made[0]["text"]["textAsMade"])
    expect(visit.page.get_by_role("img", name="Engraved tag, as it is made")).to_be_visible()
    expect_steps(visit, "Start production")
    visit.button("Start production").click()
    expect_steps(visit, "To quality check", "Reject…", "Back to the queue")
    visit.page.get_by_label("New note").fill("Clamp it lightly.")
    visit.button("Add note").click()
    expect(visit.page.get_by_role("region", name="Notes")).to_contain_text("Clamp it lightly.")
    visit.button("Reject…").click()
    asked = visit.page.get_by_role("dialog", name="Reject this part?")
    assert violations(visit.page) == []
    asked.get_by_label("Why").fill("Scratched")
    asked.get_by_role("button", name="Reject").click()
    expect_steps(visit, "Make again…")
    expect(visit.page.get_by_role("region", name="History")).to_contain_text("Scratched")
    visit.button("Make again…").click()
    again = visit.page.get_by_role("dialog", name="Make this again?")
    again.get_by_label("Why").fill("Scratched")
    again.get_by_label("How many").fill("2")
    again.get_by_role("button", name="Make again").click()
    expect(visit.page.get_by_text("Made in place of")).to_be_visible()
    expect(visit.page.get_by_role("heading", name="2 × Engraved tag")).to_be_visible()
    expect_steps(visit, "Start production")


def test_a_step_that_somebody_took_before_is_refused_in_words(
    at: Callable[..., Visit], shop: Shop
) -> None:
    work = take(shop, "Otto")
    visit = at(place_of(work))
    expect_steps(visit, "Start production")
    moved = {"state": "WORK_ORDER_STATE_IN_PRODUCTION"}
    for state in ("IN_PRODUCTION", "QUALITY_CHECK", "DONE"):
        moved = {"state": f"WORK_ORDER_STATE_{state}"}
        shop.call("POST", f"/v1/{work['name']}:move", "operator", json=moved)
    visit.button("Start production").click()
    expect(visit.page.get_by_role("alert")).to_be_visible()
    visit.forgive("409|400")


def test_a_scan_is_heard_everywhere_and_moves_the_part_on(
    at: Callable[..., Visit], shop: Shop
) -> None:
    work = take(shop, "Ida")
    visit = at(place_of(work))
    note = visit.page.get_by_label("New note")
    note.fill("Half a sent")
    expect(scan(visit, work["barcode"])).to_contain_text("In production")
    expect(note).to_have_value("Half a sent")
    expect_steps(visit, "To quality check", "Reject…", "Back to the queue")
    visit.button("Add note").focus()
    visit.page.evaluate(SCANNER, work["barcode"].lower())
    expect(visit.page.locator(".told strong")).to_have_text("Quality check")
    expect(visit.page.get_by_role("region", name="Notes").get_by_role("listitem")).to_have_count(0)


def test_a_scan_that_is_refused_says_why_big(at: Callable[..., Visit], shop: Shop) -> None:
    work = take(shop, "Ida")
    visit = at()
    visit.page.get_by_label("A scan here").select_option(label="passes the check only")
    said = scan(visit, work["barcode"])
    expect(said).to_contain_text("This work order is queued, not quality check: it was not moved.")
    assert (
        float(said.locator("strong").evaluate("it => parseFloat(getComputedStyle(it).fontSize)"))
        >= 30
    )
    assert violations(visit.page) == []
    wrong = work["barcode"][:-1] + ("0" if work["barcode"][-1] != "0" else "1")
    expect(scan(visit, wrong)).to_contain_text("misread")
    visit.page.get_by_label("Scan", exact=True).fill("by hand")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".told")).to_contain_text("misread")
    kept = shop.call("GET", f"/v1/{work['name']}", "operator")
    assert kept["state"] == "WORK_ORDER_STATE_QUEUED"
    visit.forgive("400")


def test_due_dates_are_shown_and_written_by_the_clocks_of_the_workshop(
    at: Callable[..., Visit], shop: Shop
) -> None:
    """The workshop is in Berlin, the browser's own zone is another one."""
    assert shop.call("GET", f"/v1/{shop.brand}", "operator")["timeZone"] == "Europe/Berlin"
    work = take(shop, "Ida", due_in_hours=50)
    visit = at(place_of(work), timezone_id="Pacific/Auckland")
    field = visit.page.locator("#due")
    due = datetime.fromisoformat(work["dueTime"]).astimezone(ZoneInfo("Europe/Berlin"))
    expect(field).to_have_value(f"{due:%Y-%m-%dT%H:%M}")
    clock = f"{due:%I:%M %p}".lstrip("0")
    expect(visit.page.locator("time.due").first).to_contain_text(clock)
    # In Berlin clocks go back that night, in Auckland they do not.
    field.fill("2027-10-31T12:30")
    field.locator("xpath=..").get_by_role("button").click()
    expect(visit.page.locator("time.due").first).to_contain_text("Oct 31")
    kept = shop.call("GET", f"/v1/{work['name']}", "operator")
    assert datetime.fromisoformat(kept["dueTime"]) == datetime(2027, 10, 31, 11, 30, tzinfo=UTC)


@pytest.fixture
def waiting(shop: Shop) -> list[Work]:
    return [take(shop, words) for words in ("MIRA", "JONAS")]


def test_a_batch_is_chosen_made_shown_and_cancelled(
    at: Callable[..., Visit], waiting: list[Work]
) -> None:
    visit = at("batches/new")
    for work in waiting:
        pick = visit.page.locator("label.pick").filter(has_text=work["barcode"])
        pick.get_by_role("checkbox").check()
    visit.page.get_by_label("Machine", exact=True).select_option(
        label="CO₂ laser cutter, 900 × 600 mm"
    )
    visit.page.get_by_label("Sheet, width").fill("200")
    visit.page.get_by_label("Height of a sheet").fill("150")
    assert violations(visit.page) == []
    visit.button("Make batch of 2").click()
    sheet = visit.page.locator("figure.sheet")
    expect(sheet).to_contain_text("200 × 150 mm, 2 parts", timeout=60_000)
    for work in waiting:
        expect(sheet.get_by_role("link", name=re.compile(work["barcode"]))).to_be_visible()
    drawn = visit.page.request.get(str(sheet.locator("image").get_attribute("href")))
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="sheet-1.dxf").click()
    assert b"SECTION" in download.value.path().read_bytes()
    assert violations(visit.page) == []
    visit.button("Cancel…").click()
    visit.button("Cancel the batch").click()
    expect(visit.page.locator(".stand")).to_have_text(re.compile("Cancelled"))
    visit.page.get_by_role("link", name="Batches", exact=True).first.click()
    expect(visit.page.get_by_role("row").nth(1)).to_contain_text("Cancelled")


def test_sheets_that_go_through_two_machines_have_the_files_of_both(
    at: Callable[..., Visit], waiting: list[Work], shop: Shop
) -> None:
    laser = shop.call("GET", f"/v1/{shop.brand}/machineProfiles/co2-laser-cutter", "operator")
    named = []
    for does in ("ENGRAVE", "CUT"):
        operations = [
            one for one in laser["machine"]["operations"] if one["operation"].endswith(does)
        ]
        machine_id = f"{does.lower()}-{uuid.uuid4().hex[:8]}"
        machine = {**laser["machine"], "displayName": machine_id, "operations": operations}
        path = f"/v1/{shop.brand}/machineProfiles?machineProfileId={machine_id}"
        shop.call("POST", path, "secret", json={"machine": machine})
        named.append(machine_id)
    first, second = named
    visit = at("batches/new")
    for work in waiting:
        pick = visit.page.locator("label.pick").filter(has_text=work["barcode"])
        pick.get_by_role("checkbox").check()
    visit.page.get_by_label("Machine", exact=True).select_option(label=first)
    visit.page.get_by_label("Then on").select_option(label=second)
    visit.page.get_by_label("Sheet, width").fill("200")
    visit.page.get_by_label("Height of a sheet").fill("150")
    visit.page.get_by_label("Cut each product out").check()
    visit.button("Make batch of 2").click()
    expect(visit.page.locator("figure.sheet")).to_contain_text("2 parts", timeout=60_000)
    expect(visit.page.get_by_role("heading", name=f"{first} → {second}")).to_be_visible()
    files = visit.page.locator("section.files")
    for machine in named:
        expect(files.get_by_role("heading", name=machine)).to_be_visible()
        expect(files.get_by_role("link", name=f"sheet-1.{machine}.dxf")).to_be_visible()
    assert violations(visit.page) == []
    visit.button("Cancel…").click()
    visit.button("Cancel the batch").click()
    expect(visit.page.locator(".stand")).to_have_text(re.compile("Cancelled"))


def test_an_order_shows_its_items_and_takes_its_work_with_it(
    at: Callable[..., Visit], shop: Shop
) -> None:
    work = take(shop, "Ida", quantity=2)
    order = shop.call("GET", f"/v1/{work['order']}", "operator")
    visit = at("orders")
    visit.page.get_by_role("link", name=order["externalReference"]).click()
    item = visit.page.locator(".items > li")
    expect(item).to_contain_text("2 × Engraved tag · €38.00")
    expect(item.get_by_role("link", name=work["barcode"])).to_contain_text("Queued")
    assert violations(visit.page) == []
    visit.button("Cancel…").click()
    visit.button("Cancel the order").click()
    expect(item.get_by_role("link", name=work["barcode"])).to_contain_text("Cancelled")
    expect(visit.page.locator(".steps button")).to_have_count(0)
