"""The Python client against a demo that runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from luneo_client import (
    AlreadyExists,
    ConnectionFailed,
    InvalidArgument,
    Luneo,
    NotFound,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
    types,
)

from render_core.export.verify import verify_pack
from tests.gateway.equality.demo import BRAND, Demo

README = Path("gateway/clients/python/README.md").resolve()
TAG = f"{BRAND}/products/steel-tag"


@pytest.fixture(scope="module")
def server(demo: Demo) -> Iterator[Luneo]:
    """A client with a secret key."""
    with Luneo(demo.rest, key=demo.secret) as client:
        yield client


def tag(client: Luneo, text: str) -> types.Design:
    revision = client.get_published_revision(name=TAG)
    return types.Design(
        product_revision=revision.name,
        zones={"name": types.ZoneValue(text=types.TextValue(text=text))},
        options={"metal": "brass"},
    )


def test_a_name_typed_becomes_a_pack_on_disk(demo: Demo, server: Luneo, tmp_path: Path) -> None:
    with Luneo(demo.rest, key=demo.publishable) as page:
        design = tag(page, "Zoë & Łukasz")
        composed = page.compose_design(parent=BRAND, design=design)
        assert composed.valid
        assert composed.price is not None
        assert composed.price.total is not None
        assert composed.price.total.amount_cents == 2300
        guest = page.create_guest_session(parent=BRAND)
    with Luneo(demo.rest, key=demo.publishable, session=guest.token) as shopper:
        preview = shopper.create_preview(parent=BRAND, design=design, width_px=256)
        picture = shopper.get_preview(name=preview.name)
        assert picture.content_type == "image/webp"
        snapshot = shopper.create_snapshot(parent=BRAND, design=design)
        assert snapshot.owner == guest.subject
        assert isinstance(snapshot.create_time, datetime)
    started = server.create_export_pack(
        parent=BRAND, export_pack=types.ExportPack(snapshot=snapshot.name)
    )
    states = list(server.watch_operation(name=started.name))
    assert states[-1].operation is not None
    assert states[-1].operation.done
    pack = server.wait(started)
    assert isinstance(pack, types.ExportPack)
    assert pack.result is not None
    assert composed.layout is not None
    assert pack.result.layout_digest == snapshot.layout_digest == composed.layout.digest
    found = server.get_export_pack(name=pack.name)
    assert found.result is not None
    saved = server.download(found.result.uri).save(tmp_path / "pack.zip")
    assert verify_pack(saved.read_bytes()).ok
    assert any(file.path == "front.dxf" for file in found.result.files)


def test_what_the_readme_shows_runs(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = README.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    source = shown.replace("http://localhost:8400", demo.rest).replace("lsk_…", demo.secret)
    assert demo.rest in source
    assert demo.secret in source
    monkeypatch.chdir(tmp_path)
    made: dict[str, Luneo] = {}
    exec(compile(source, str(README), "exec"), made)
    made["luneo"].close()
    assert verify_pack((tmp_path / "pack.zip").read_bytes()).ok


def test_all_pages_are_one_list(server: Luneo, demo: Demo) -> None:
    whole = [font.name for font in server.list_fonts(parent=BRAND)]
    sent: list[str] = []
    counted = Counted(sent)
    with Luneo(demo.rest, key=demo.secret, transport=counted) as client:
        assert [font.name for font in client.list_fonts(parent=BRAND, page_size=2)] == whole
    assert len(whole) > 4
    assert len(sent) == -(-len(whole) // 2)


def test_a_change_is_made_with_the_state_that_was_read(server: Luneo, demo: Demo) -> None:
    old = server.get_product(name=TAG)
    made = server.create_product(
        parent=BRAND,
        product=types.Product(display_name="Tag", template=old.template, price=old.price),
        product_id=demo.fresh("client-tag"),
    )
    made.display_name = "Tag for dogs"
    changed = server.update_product(product=made, update_mask=["display_name"])
    assert changed.display_name == "Tag for dogs"
    assert changed.etag != made.etag
    with pytest.raises(Exception, match="ETAG_MISMATCH"):
        server.update_product(product=made, update_mask=["display_name"])
    server.delete_product(name=made.name, etag=changed.etag)


def test_refusals_are_typed_and_say_what_is_wrong(demo: Demo, server: Luneo) -> None:
    with pytest.raises(NotFound) as missing:
        server.get_product(name=f"{BRAND}/products/no-such-thing")
    assert missing.value.reason == "NOT_FOUND"
    assert missing.value.status == 404
    assert missing.value.correlation_id in str(missing.value)
    with pytest.raises(InvalidArgument) as wrong:
        server.compose_design(parent=BRAND, design=types.Design(product_revision="no name"))
    assert any("productRevision" in one.field for one in wrong.value.violations)
    product = server.get_product(name=TAG)
    with pytest.raises(AlreadyExists):
        server.create_product(parent=BRAND, product=product, product_id="steel-tag")
    with (
        Luneo(demo.rest, key=demo.publishable) as page,
        pytest.raises(PermissionDenied) as narrow,
    ):
        page.delete_product(name=TAG)
    assert narrow.value.reason == "CALLER_KIND_REFUSED"
    with Luneo(demo.rest) as nobody, pytest.raises(Unauthenticated):
        nobody.get_product(name=TAG)
    with Luneo("http://127.0.0.1:9", attempts=1) as nowhere, pytest.raises(ConnectionFailed):
        nowhere.get_jwks()


def test_a_name_that_is_empty_is_not_sent(server: Luneo) -> None:
    with pytest.raises(ValueError, match="name is missing"):
        server.get_product(name="")


class Counted(httpx.BaseTransport):
    """Sends requests on to the server and keeps their paths."""

    def __init__(self, sent: list[str]) -> None:
        self._sent = sent
        self._real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._sent.append(request.headers.get("idempotency-key", ""))
        answer = self._real.handle_request(request)
        answer.read()
        return answer

    def close(self) -> None:
        self._real.close()


class Deaf(Counted):
    """The server takes the first request, but its answer never arrives."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if len(self._sent) == 1:
            raise httpx.ReadError("the connection was cut", request=request)
        return answer


class Busy(Counted):
    """The first request is sent away by something in front of the server."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self._sent:
            self._sent.append("")
            return httpx.Response(503, headers={"retry-after": "0"}, text="busy")
        return super().handle_request(request)


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_made_twice(
    demo: Demo, server: Luneo
) -> None:
    sent: list[str] = []
    old = server.get_product(name=TAG)
    called = demo.fresh("Lost and found")
    product = types.Product(display_name=called, template=old.template, price=old.price)
    with Luneo(demo.rest, key=demo.secret, transport=Deaf(sent)) as client:
        made = client.create_product(parent=BRAND, product=product)
    assert len(sent) == 2
    assert sent[0] == sent[1] != ""
    kept = [one.name for one in server.list_products(parent=BRAND) if one.display_name == called]
    assert kept == [made.name]
    server.delete_product(name=made.name)


def test_what_must_not_be_repeated_is_not(demo: Demo) -> None:
    sent: list[str] = []
    with (
        Luneo(demo.rest, key=demo.publishable, transport=Deaf(sent)) as client,
        pytest.raises(ConnectionFailed),
    ):
        client.create_guest_session(parent=BRAND)
    assert len(sent) == 1


def test_a_server_that_is_busy_is_asked_again(demo: Demo) -> None:
    sent: list[str] = []
    with Luneo(demo.rest, key=demo.secret, transport=Busy(sent)) as client:
        assert client.get_product(name=TAG).name == TAG
    assert len(sent) == 2
    with (
        Luneo(demo.rest, key=demo.secret, transport=Busy([]), attempts=1) as client,
        pytest.raises(Unavailable),
    ):
        client.get_product(name=TAG)


def test_threads_share_a_client(server: Luneo) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(server.get_product(name=TAG).name))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [TAG] * 8
