"""A shop's page with the widget on it, in a real browser: what a shopper's calls carry, and when they ran."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from luneo.spec.v1 import (
    asset_pb2,
    asset_service_pb2,
    asset_service_pb2_grpc,
    product_pb2,
    product_service_pb2,
    product_service_pb2_grpc,
)
from PIL import Image
from playwright.sync_api import Page, Request, expect, sync_playwright

from tests import system
from tests.fleet.brand import OverGrpc
from tests.runtime.collector import Span
from tests.spec.shop import product, text_zone

_QUIET = ("--disable-background-networking", "--disable-gpu", "--no-first-run", "--no-sandbox")
_PATIENCE_MS = 120_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A call of the page as the browser saw it. traceparent: "" where it carried none."""

    method: str
    path: str
    traceparent: str
    began_ns: int
    ended_ns: int

    @property
    def trace(self) -> str:
        return self.traceparent.split("-")[1]

    def as_span(self, name: str) -> Span:
        """Return it as the span that the next process names as its parent."""
        _, trace, span, _ = self.traceparent.split("-")
        times = (self.began_ns, self.ended_ns)
        return Span("browser", name, "CLIENT", trace, span, "", *times, False, "", {})


def photographed_plate(acme: OverGrpc, font: str) -> str:
    """Publish a plate with a photo, on which its one surface falls; return the product's name."""
    picture = BytesIO()
    Image.new("RGB", (600, 400), "#c8beb0").save(picture, "PNG")
    upload = asset_service_pb2.CreateAssetRequest(
        parent=acme.name, asset=asset_pb2.Asset(display_name="Desk"), data=picture.getvalue()
    )
    asset = acme.call("spec", asset_service_pb2_grpc.AssetServiceStub, "CreateAsset", upload)
    made = product(text_zone(font), state=product_pb2.PRODUCT_STATE_ACTIVE)
    view = made.template.views.add(id="desk", display_name="Desk", photo=asset.name)
    corners = {"top_left": (50, 100), "top_right": (550, 100), "bottom_left": (50, 300)}
    placement = view.placements.add(surface="front")
    for corner, (x, y) in corners.items():
        point = getattr(placement, corner)
        point.x_millipx, point.y_millipx = x * 1000, y * 1000
    products = product_service_pb2_grpc.ProductServiceStub
    created = acme.call(
        "spec", products, "CreateProduct",
        product_service_pb2.CreateProductRequest(parent=acme.name, product=made),
    )  # fmt: skip
    publish = product_service_pb2.PublishProductRequest(name=created.name)
    acme.call("spec", products, "PublishProduct", publish)
    return str(created.name)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder as a shop's web server does; yield its origin."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    handler = partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def browser_page() -> Iterator[Page]:
    """Open a page in Chromium."""
    program = system.chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        page = browser.new_page(reduced_motion="reduce")
        page.set_default_timeout(_PATIENCE_MS)
        yield page
        browser.close()


def keep_designs(page: Page, address: str, texts: list[str]) -> list[Sent]:
    """Type and keep one design after another as a shopper does; return the calls of its scripts."""
    requests: list[Request] = []

    def note(finished: Request) -> None:
        requests.append(finished)

    page.on("requestfinished", note)
    page.goto(address)
    page.get_by_role("button", name="Personalise: Plate").click()
    for text in texts:
        page.get_by_role("textbox", name="Name").fill(text)
        page.get_by_role("button", name="Keep this design").click()
        kept = page.get_by_role("region", name="Kept.")
        expect(kept).to_be_visible(timeout=_PATIENCE_MS)
    return [_sent(one) for one in requests if "/v1/" in one.url and one.resource_type == "fetch"]


def write_page(folder: Path, api: str, product_name: str, key: str) -> None:
    """Write a shop's page that asks for its traces to be recorded."""
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,">'
        f'<script type="module" src="{api}/luneo.js"></script>'
        f'<luneo-product product="{product_name}" key="{key}" trace></luneo-product>'
    )


def _sent(request: Request) -> Sent:
    timing = request.timing
    began = timing["startTime"]  # milliseconds since 1970; the others since then
    return Sent(
        request.method,
        request.url.partition("/v1/")[2],
        request.all_headers().get("traceparent", ""),
        int(began * 1e6),
        int((began + timing["responseEnd"]) * 1e6),
    )
