"""The API reference: found, read, and tried out, with nothing fetched from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.page.test_access import PHONE, SIDEWAYS, violations
from tests.page.visits import Visit

COMPOSE = "DesignService_ComposeDesign"


@pytest.fixture
def reference(open_page: Any) -> Visit:
    visit: Visit = open_page()
    visit.page.goto(f"{visit.shop.page}/api")
    expect(visit.page.get_by_role("heading", name="Luneo API")).to_be_visible()
    return visit


def show(visit: Visit, call: str) -> Page:
    visit.page.goto(f"{visit.shop.page}/api#{call}")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text(call.partition("_")[2])
    return visit.page


def test_every_call_of_the_document_is_listed_once(reference: Visit) -> None:
    document = reference.page.evaluate("fetch('/openapi.json').then((answer) => answer.json())")
    calls = [
        operation["operationId"].partition("_")[2]
        for item in document["paths"].values()
        for operation in item.values()
        if not operation.get("x-internal")
    ]
    listed = reference.page.locator("aside.wide nav a span").all_inner_texts()
    assert sorted(listed) == sorted(calls)


def test_a_search_finds_names_paths_and_fields(reference: Visit) -> None:
    search = reference.page.locator("aside.wide").get_by_role("searchbox")
    names = reference.page.locator("aside.wide nav a span")
    search.fill("lock snapshot")
    expect(names.first).to_be_visible()
    assert "LockSnapshot" in names.all_inner_texts()
    search.fill("displayName")
    assert "CreateProduct" in names.all_inner_texts()
    search.fill("no such thing at all")
    expect(reference.page.locator("aside.wide").get_by_text("No call has that")).to_be_visible()


def test_a_call_is_tried_with_the_key_of_the_demo(reference: Visit) -> None:
    page = show(reference, COMPOSE)
    page.get_by_role("button", name="Use the demo's publishable key").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".status")).to_have_text("200 OK")
    expect(page.locator("luneo-attempt pre").last).to_contain_text('"digest"')


def test_what_one_call_answered_is_not_shown_at_another(reference: Visit) -> None:
    page = show(reference, "SpecService_GetSpecSchema")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".status")).to_have_text("200 OK")
    show(reference, "SessionService_GetJwks")
    expect(page.locator(".status")).to_have_count(0)


def test_a_call_without_a_key_shows_why_it_was_refused(reference: Visit) -> None:
    page = show(reference, COMPOSE)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".status")).to_contain_text("401")
    expect(page.locator("luneo-attempt pre").last).to_contain_text("Send a valid API key")
    reference.forgive("401")


def test_samples_are_for_this_installation_and_stay_in_the_language_that_was_chosen(
    reference: Visit,
) -> None:
    page = show(reference, COMPOSE)
    code = page.locator(".code pre").first
    expect(code).to_contain_text("curl")
    expect(code).to_contain_text(f"{reference.shop.page}/v1/")
    page.get_by_role("button", name="Python").click()
    expect(code).to_contain_text("luneo.compose_design(")
    show(reference, "ProductService_GetProduct")
    expect(code).to_contain_text("luneo.get_product(")


def test_what_a_field_holds_is_opened_on_demand(reference: Visit) -> None:
    page = show(reference, COMPOSE)
    zones = page.locator(".fields .name", has_text="zones").first
    expect(zones).to_have_count(0)
    page.locator(".fields summary", has_text="Design").first.click()
    expect(zones).to_be_visible()


def test_the_reference_is_accessible_and_fits_a_phone(open_page: Any, reference: Visit) -> None:
    assert violations(reference.page) == []
    show(reference, "ProductService_CreateProduct")
    assert violations(reference.page) == []
    phone = open_page(**PHONE)
    for call in (COMPOSE, "SnapshotService_CreateSnapshot", "ApiKeyService_RotateApiKey"):
        show(phone, call)
        assert phone.page.evaluate(SIDEWAYS) <= 0
    phone.page.locator("details.menu > summary").click()
    phone.page.locator("details.menu").get_by_role("link", name="GetBrand").click()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("GetBrand")
    assert violations(phone.page) == []
