"""A real installation with its samples, and a real browser that looks at it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import system
from tests.page.shared_demo import record_of, shared_demo
from tests.page.visits import Shop, Visit

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)
DESKTOP = {"width": 1280, "height": 900}

Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a demo that runs."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with shared_demo(shared / "page") as data:
        yield data


@pytest.fixture(scope="session")
def demo(demo_data: Path) -> dict[str, Any]:
    """What the demo says about itself."""
    return record_of(demo_data)


@pytest.fixture(scope="session")
def shops(demo: dict[str, Any]) -> dict[str, Shop]:
    """The sample brands by id."""
    return {brand["brand"]: Shop(demo["page"], brand) for brand in demo["brands"]}


@pytest.fixture(scope="module")  # not for longer: Playwright keeps an event loop in this thread
def browser() -> Iterator[Browser]:
    program = system.chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, shops: dict[str, Shop]) -> Iterator[Open]:
    """Open a page of its own for a brand; at the end nothing may have been complained about."""
    visits: list[Visit] = []

    def open_page(brand: str = "hearth-oak", **options: Any) -> Visit:
        context = browser.new_context(
            **{"viewport": DESKTOP, "reduced_motion": "reduce", **options}
        )
        context.set_default_timeout(15_000)
        visit = Visit(context.new_page(), shops[brand])
        visit.listen()
        visits.append(visit)
        return visit

    yield open_page
    for visit in visits:
        visit.page.context.close()
    assert [complaint for visit in visits for complaint in visit.verdict()] == []


@pytest.fixture
def tag(open_page: Open) -> Visit:
    """The steel tag, opened."""
    visit = open_page()
    visit.open("steel-tag")
    return visit


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.outside)
