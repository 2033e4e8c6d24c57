"""The widget on somebody else's page."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Request, expect

from tests.page.visits import Shop, Visit, text
from tests.platform.installation import luneo


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The origin of another web server, and the folder that it serves."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=tmp_path)
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", tmp_path
        server.shutdown()
        thread.join()


@pytest.fixture
def key_for(shops: dict[str, Shop], demo_data: Path) -> Any:
    """Make a publishable key that an origin may use."""

    def key_for(origin: str) -> str:
        made = luneo(
            "key", "create", "hearth-oak", "--origin", origin, "--json", "--data", str(demo_data)
        )
        assert made.returncode == 0, made.stderr
        secret: str = json.loads(made.stdout)["secret"]
        return secret

    return key_for


def write(folder: Path, shop: Shop, *widgets: str) -> None:
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,">'
        f'<script type="module" src="{shop.page}/luneo.js"></script>' + "".join(widgets)
    )


def widget(shop: Shop, product: str, key: str, more: str = "") -> str:
    return f'<luneo-product product="{shop.product(product)}" key="{key}" {more}></luneo-product>'


def test_a_shop_of_another_origin_shows_personalises_and_keeps(
    open_page: Any, elsewhere: tuple[str, Path], key_for: Any
) -> None:
    origin, folder = elsewhere
    visit: Visit = open_page()
    write(folder, visit.shop, widget(visit.shop, "steel-tag", key_for(origin)))
    visit.page.goto(origin)
    visit.button("Personalise: Engraved tag").click()
    visit.field("Name").fill("Emma")
    visit.shows(visit.shop.digest("steel-tag", {"name": text("Emma")}))
    visit.keep()
    picture = visit.kept.get_by_role("img", name="As it will be made")
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def test_only_the_script_is_loaded_before_somebody_personalises(
    open_page: Any, elsewhere: tuple[str, Path], key_for: Any
) -> None:
    origin, folder = elsewhere
    visit: Visit = open_page()
    scripts: list[str] = []
    visit.page.on(
        "request", lambda asked: asked.resource_type == "script" and scripts.append(asked.url)
    )
    write(folder, visit.shop, widget(visit.shop, "steel-tag", key_for(origin)))
    visit.page.goto(origin)
    expect(visit.button("Personalise: Engraved tag")).to_be_visible()
    assert scripts == [f"{visit.shop.page}/luneo.js"]


def test_an_origin_that_the_key_does_not_allow_sees_no_product(
    open_page: Any, elsewhere: tuple[str, Path], key_for: Any
) -> None:
    origin, folder = elsewhere
    visit: Visit = open_page()
    write(folder, visit.shop, widget(visit.shop, "steel-tag", key_for("https://another.example")))
    visit.page.goto(origin)
    expect(visit.button("This product cannot be shown at the moment. Try again")).to_be_visible()
    visit.forgive("CORS|ERR_FAILED|403")


def test_two_widgets_on_one_page_are_two_designs_of_one_guest(
    open_page: Any, elsewhere: tuple[str, Path], key_for: Any
) -> None:
    origin, folder = elsewhere
    visit: Visit = open_page()
    key = key_for(origin)
    both = [widget(visit.shop, product, key, "open") for product in ("steel-tag", "walnut-plaque")]
    write(folder, visit.shop, *both)
    visit.page.goto(origin)
    sessions: list[str] = []
    visit.page.on(
        "request", lambda asked: asked.url.endswith("guestSessions") and sessions.append(asked.url)
    )
    visit.field("Name").fill("Emma")
    visit.field("Dedication").fill("Home")
    for digest in (
        visit.shop.digest("steel-tag", {"name": text("Emma")}),
        visit.shop.digest("walnut-plaque", {"dedication": text("Home")}),
    ):
        expect(visit.page.locator(f"canvas[data-layout='{digest}']")).to_have_count(1)
    buttons = visit.button("Keep this design")
    visit.page.evaluate(
        """[...document.querySelectorAll("luneo-product")].forEach(widget => widget.shadowRoot
          .querySelector("luneo-editor").shadowRoot.querySelector("button.main").click())"""
    )
    expect(buttons).to_have_count(2)
    expect(visit.page.get_by_role("region", name="Kept.")).to_have_count(2)
    assert len(sessions) == 1


def test_a_widget_that_is_moved_on_its_page_keeps_what_was_typed(
    open_page: Any, elsewhere: tuple[str, Path], key_for: Any
) -> None:
    origin, folder = elsewhere
    visit: Visit = open_page()
    write(folder, visit.shop, widget(visit.shop, "steel-tag", key_for(origin), "open"))
    visit.page.goto(origin)
    visit.field("Name").fill("Emma")
    digest = visit.shop.digest("steel-tag", {"name": text("Emma")})
    visit.shows(digest)
    visit.page.evaluate(
        """document.body.append(document.createElement("dialog"));
        document.querySelector("dialog").append(document.querySelector("luneo-product"));
        document.querySelector("dialog").showModal()"""
    )
    expect(visit.field("Name")).to_have_value("Emma")
    visit.shows(digest)
    visit.field("Name").fill("Emmy")
    visit.shows(visit.shop.digest("steel-tag", {"name": text("Emmy")}))


@pytest.mark.parametrize(("asks", "flag"), [("", "00"), ("trace", "01")])
def test_every_call_begins_a_trace_which_is_recorded_in_any_case_only_if_the_page_asks(
    open_page: Any, elsewhere: tuple[str, Path], key_for: Any, asks: str, flag: str
) -> None:
    origin, folder = elsewhere
    visit: Visit = open_page()
    calls: list[Request] = []

    def note(request: Request) -> None:
        if request.resource_type == "fetch" and "/v1/" in request.url:
            calls.append(request)

    visit.page.on("requestfinished", note)
    write(folder, visit.shop, widget(visit.shop, "steel-tag", key_for(origin), asks))
    visit.page.goto(origin)
    visit.button("Personalise: Engraved tag").click()
    visit.field("Name").fill("Emma")
    visit.shows(visit.shop.digest("steel-tag", {"name": text("Emma")}))
    visit.keep()
    sent = {call.url.rpartition("/")[2]: call.all_headers()["traceparent"] for call in calls}
    shape = re.compile(f"00-(?!0{{32}})[0-9a-f]{{32}}-(?!0{{16}})[0-9a-f]{{16}}-{flag}")
    assert [one for one in sent.values() if not shape.fullmatch(one)] == []
    traces = {name: one.split("-")[1] for name, one in sent.items()}
    assert traces["snapshots"] == traces["previews"] != traces["guestSessions"]
    ids = [call.all_headers()["traceparent"] for call in calls]
    assert len(set(ids)) == len(ids)
