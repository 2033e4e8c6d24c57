"""The built page: found by its exact path, kept by its hash, allowed to do little."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.app import create_app
from tests.gateway import serving
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING

SCRIPT = "export const answer = 42;\n" * 200


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("hidden") / ".checkout" / "page"
    folder.mkdir(parents=True)
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Luneo</title>")
    (folder / "operator.html").write_text("<!doctype html><title>Operator</title>")
    (folder / "luneo.js").write_text("import('/assets/editor-AB12CD34.js')")
    (folder / "assets" / "editor-AB12CD34.js").write_text(SCRIPT)
    (folder / ".secret").write_text("no")
    (folder.parent / "outside.txt").write_text("no")
    live = folder.parent / "samples.json"
    live.write_text('{"brands":[]}')
    app = create_app(
        Messaging(), [MESSAGING], static_dir=folder, live_files={"/samples.json": live}
    )
    with serving.running(app) as base, httpx.Client(base_url=base) as client:
        yield client


def test_the_page_is_served_with_a_strict_policy(page: httpx.Client) -> None:
    for path in ("/", "/index.html"):
        response = page.get(path)
        assert "<title>Luneo" in response.text
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert response.headers["cache-control"] == "public, no-cache"
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert "<title>Operator" in page.get("/operator").text


def test_a_hashed_asset_is_kept_for_ever_and_loads_in_any_shop(page: httpx.Client) -> None:
    response = page.get("/assets/editor-AB12CD34.js")
    assert response.text == SCRIPT
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_loader_is_asked_for_again_each_time(page: httpx.Client) -> None:
    first = page.get("/luneo.js")
    assert first.headers["cache-control"] == "public, no-cache"
    again = page.get("/luneo.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_assets_are_compressed_once_and_sent_as_asked(page: httpx.Client) -> None:
    sizes = {}
    for coding in ("br", "gzip", "identity"):
        headers = {"accept-encoding": coding}
        with page.stream("GET", "/assets/editor-AB12CD34.js", headers=headers) as response:
            raw = b"".join(response.iter_raw())
        sizes[coding] = len(raw)
        if coding == "gzip":
            assert gzip.decompress(raw).decode() == SCRIPT
    assert sizes["br"] <= sizes["gzip"] < sizes["identity"] / 10


@pytest.mark.parametrize(
    "path", ["/.secret", "/outside.txt", "/assets/", "/assets", "/INDEX.html", "/index.html/", "/x"]
)
def test_nothing_else_is_found(page: httpx.Client, path: str) -> None:
    assert page.get(path).status_code == 404


def test_the_page_is_only_read(page: httpx.Client) -> None:
    response = page.post("/")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert page.head("/").content == b""


def test_calls_still_reach_their_rpc_beside_the_page(page: httpx.Client) -> None:
    assert page.get("/v1/messages/1").status_code == 200


def test_a_page_that_was_not_built_is_404(tmp_path: Path) -> None:
    app = create_app(Messaging(), [MESSAGING], static_dir=tmp_path / "missing")
    with serving.running(app) as base:
        assert httpx.get(base).status_code == 404


def test_a_live_file_is_read_each_time_and_stays_on_this_site(page: httpx.Client) -> None:
    response = page.get("/samples.json")
    assert (response.status_code, response.json()) == (200, {"brands": []})
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in response.headers


def test_a_live_file_that_is_not_there_yet_is_404(tmp_path: Path) -> None:
    live = tmp_path / "samples.json"
    app = create_app(Messaging(), [MESSAGING], live_files={"/samples.json": live})
    with serving.running(app) as base:
        assert httpx.get(f"{base}/samples.json").status_code == 404
        live.write_text("{}")
        assert httpx.get(f"{base}/samples.json").json() == {}
