"""A browser's visit to the page, and what to ask of it."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from PIL import Image
from playwright.sync_api import Locator, Page, expect

EDITOR_CANVAS = "luneo-editor .stage canvas"


@dataclass(frozen=True)
class Shop:
    """One sample brand through its keys. page: origin of the installation."""

    page: str
    record: dict[str, Any]

    @property
    def brand(self) -> str:
        name: str = self.record["name"]
        return name

    def key(self, kind: str) -> str:
        key: str = self.record["keys"][kind]
        return key

    def product(self, product: str) -> str:
        return f"{self.brand}/products/{product}"

    def call(self, method: str, path: str, kind: str = "publishable", **options: Any) -> Any:
        """Call the REST API as a program does."""
        headers = {"x-api-key": self.key(kind), **options.pop("headers", {})}
        url = f"{self.page}{path}"
        answer = httpx.request(method, url, headers=headers, timeout=60, **options)
        answer.raise_for_status()
        return answer.json()

    def revision(self, product: str) -> Any:
        return self.call("GET", f"/v1/{self.product(product)}:published")

    def design(self, product: str, zones: dict[str, Any]) -> dict[str, Any]:
        return {"productRevision": self.revision(product)["name"], "zones": zones}

    def compose(self, product: str, zones: dict[str, Any]) -> Any:
        body = {"design": self.design(product, zones)}
        return self.call("POST", f"/v1/{self.brand}/designs:compose", json=body)

    def digest(self, product: str, zones: dict[str, Any]) -> str:
        digest: str = self.compose(product, zones)["layout"]["digest"]
        return digest

    def preview(self, product: str, zones: dict[str, Any], width_px: int) -> Image.Image:
        """The server's picture of a design, made by the worker."""
        body = {"design": self.design(product, zones), "widthPx": width_px}
        made = self.call("POST", f"/v1/{self.brand}/previews", json=body)
        picture = httpx.get(self.page + made["uri"], timeout=60).raise_for_status()
        return Image.open(io.BytesIO(picture.content)).convert("RGB")


def text(words: str, **more: Any) -> dict[str, Any]:
    """A zone's value with text in it."""
    return {"text": {"text": words, **more}}


@dataclass
class Visit:
    """A page, and everything it complained about."""

    page: Page
    shop: Shop
    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", lambda said: said.type == "error" and self._complain(said.text))
        self.page.on("pageerror", lambda error: self._complain(str(error)))

    def _complain(self, complaint: str) -> None:
        self.complaints.append(complaint)

    def forgive(self, pattern: str) -> None:
        """Say what the test provokes: it must be complained about, and may be more than once."""
        self.forgiven.append(pattern)

    def verdict(self) -> list[str]:
        """What was complained about without being provoked, or provoked without a complaint."""
        open_ones = [one for one in self.complaints if not self._is_forgiven(one)]
        silent = [
            pattern
            for pattern in self.forgiven
            if not any(re.search(pattern, one) for one in self.complaints)
        ]
        return open_ones + [f"nobody complained about {pattern}" for pattern in silent]

    def _is_forgiven(self, complaint: str) -> bool:
        return any(re.search(pattern, complaint) for pattern in self.forgiven)

    def open(self, product: str, zones: dict[str, Any] | None = None) -> None:
        """Open a product in the sample shop and wait for its picture."""
        query = {"product": self.shop.product(product)}
        if zones is not None:
            query["design"] = json.dumps(zones)
        self.page.goto(f"{self.shop.page}/?{urlencode(query)}")
        self.shows(self.shop.digest(product, zones or {}))

    def shows(self, digest: str) -> None:
        """Wait until the canvas shows a layout and all that is in it."""
        expect(self.canvas).to_have_attribute("data-layout", digest)

    @property
    def canvas(self) -> Locator:
        return self.page.locator(EDITOR_CANVAS)

    def field(self, name: str) -> Locator:
        return self.page.get_by_role("textbox", name=name)

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name)

    @property
    def kept(self) -> Locator:
        return self.page.get_by_role("region", name="Kept.")

    def keep(self) -> None:
        self.button("Keep this design").click()
        expect(self.kept).to_be_visible()

    def pixels(self) -> Image.Image:
        """The canvas as it is."""
        url: str = self.canvas.evaluate("canvas => canvas.toDataURL('image/png')")
        data = base64.b64decode(url.partition(",")[2])
        return Image.open(io.BytesIO(data)).convert("RGB")
