"""The Python client for event loops against a demo that runs: what it does is what the other does."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest
from luneo_client import (
    AsyncLuneo,
    ConnectionFailed,
    DeadlineExceeded,
    InvalidArgument,
    Luneo,
    NotFound,
    Unauthenticated,
    types,
)

from gateway.clients.catalogue import catalogue, snake
from render_core.export.verify import verify_pack
from tests.gateway.equality.demo import BRAND, Demo

TAG = f"{BRAND}/products/steel-tag"
README = Path("gateway/clients/python/README.md").resolve()


def run(demo: Demo, work: Callable[[AsyncLuneo], Awaitable[None]], **options: Any) -> None:
    """Do work with a client that holds a secret key."""

    async def worked() -> None:
        async with AsyncLuneo(demo.rest, **{"key": demo.secret, **options}) as client:
            await work(client)

    asyncio.run(worked())


async def all_of(found: AsyncIterator[Any]) -> list[Any]:
    return [one async for one in found]


def hints(client: type, name: str) -> tuple[dict[str, Any], str]:
    """Return what a method takes, and what it returns without the words for waiting."""
    method = getattr(client, name)
    taken = get_type_hints(method)
    return taken, str(taken.pop("return")).replace("AsyncIterator", "Iterator")


@pytest.mark.parametrize("name", [snake(one.rpc.name) for one in catalogue().bindings])
def test_every_rpc_is_a_method_that_takes_and_returns_the_same(name: str) -> None:
    assert hints(AsyncLuneo, name) == hints(Luneo, name)
    defaults = [
        {
            one.name: one.default
            for one in inspect.signature(getattr(client, name)).parameters.values()
        }
        for client in (AsyncLuneo, Luneo)
    ]
    assert defaults[0] == defaults[1]


def test_a_name_typed_becomes_a_pack_on_disk(demo: Demo, tmp_path: Path) -> None:
    async def order(client: AsyncLuneo) -> None:
        revision = await client.get_published_revision(name=TAG)
        design = types.Design(
            product_revision=revision.name,
            zones={"name": types.ZoneValue(text=types.TextValue(text="Zoë & Łukasz"))},
        )
        composed, snapshot = await asyncio.gather(
            client.compose_design(parent=BRAND, design=design),
            client.create_snapshot(parent=BRAND, design=design, owner="customer:42"),
        )
        assert composed.layout is not None
        assert snapshot.layout_digest == composed.layout.digest
        started = await client.create_export_pack(
            parent=BRAND, export_pack=types.ExportPack(snapshot=snapshot.name)
        )
        states = await all_of(client.watch_operation(name=started.name))
        assert states[-1].operation.done
        pack = await client.wait(started)
        assert isinstance(pack, types.ExportPack)
        found = await client.get_export_pack(name=pack.name)
        assert found.result is not None
        saved = (await client.download(found.result.uri)).save(tmp_path / "pack.zip")
        assert verify_pack(saved.read_bytes()).ok
        preview = await client.create_preview(parent=BRAND, design=design, width_px=256)
        assert (await client.get_preview(name=preview.name)).content_type == "image/webp"

    run(demo, order)


def test_what_the_readme_shows_runs(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = README.read_text("utf-8").rpartition("```python\n")[2].partition("```")[0]
    source = shown.replace("http://localhost:8400", demo.rest).replace("lsk_…", demo.secret)
    assert demo.secret in source
    monkeypatch.chdir(tmp_path)
    exec(compile(source, str(README), "exec"), {})
    assert f"{BRAND}/products/" in capsys.readouterr().out


def test_all_pages_are_one_list(demo: Demo) -> None:
    sent: list[str] = []

    async def read(client: AsyncLuneo) -> None:
        whole = [one.name for one in await all_of(client.list_fonts(parent=BRAND))]
        sent.clear()
        pages = await all_of(client.list_fonts(parent=BRAND, page_size=2))
        assert [one.name for one in pages] == whole
        assert len(sent) == -(-len(whole) // 2) > 2

    run(demo, read, transport=Real(sent))


def test_refusals_are_typed_and_streams_are_refused_alike(demo: Demo) -> None:
    async def ask(client: AsyncLuneo) -> None:
        with pytest.raises(NotFound) as missing:
            await client.get_product(name=f"{BRAND}/products/no-such-thing")
        assert (missing.value.reason, missing.value.status) == ("NOT_FOUND", 404)
        with pytest.raises(NotFound):
            await all_of(client.watch_operation(name=f"{BRAND}/operations/none"))
        with pytest.raises(InvalidArgument) as wrong:
            await client.compose_design(parent=BRAND, design=types.Design(product_revision="x"))
        assert any("productRevision" in one.field for one in wrong.value.violations)
        with pytest.raises(ValueError, match="name is missing"):
            await client.get_product(name="")
        with pytest.raises(NotFound):
            await client.download("/v1/objects/nothing")
        with pytest.raises(DeadlineExceeded, match="not done in 0 s"):
            await client.wait(types.Operation(name=f"{BRAND}/operations/x"), timeout_s=0)
        with pytest.raises(ConnectionFailed):
            await client.download("http://127.0.0.1:9/")

    async def nobody(client: AsyncLuneo) -> None:
        with pytest.raises(Unauthenticated):
            await client.get_product(name=TAG)

    async def nowhere(client: AsyncLuneo) -> None:
        with pytest.raises(ConnectionFailed):
            await client.get_jwks()
        with pytest.raises(ConnectionFailed):
            await all_of(client.watch_operation(name=f"{BRAND}/operations/none"))

    run(demo, ask)
    run(demo, nobody, key="")
    run(demo, partial(nowhere), transport=Gone(), attempts=1)


class Real(httpx.AsyncBaseTransport):
    """Sends requests on to the server and keeps their keys."""

    def __init__(self, sent: list[str]) -> None:
        self._sent = sent
        self._real = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._sent.append(request.headers.get("idempotency-key", ""))
        answer = await self._real.handle_async_request(request)
        await answer.aread()
        return answer

    async def aclose(self) -> None:
        await self._real.aclose()


class Deaf(Real):
    """The server takes the first request, but its answer never arrives."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if len(self._sent) == 1:
            raise httpx.ReadError("the connection was cut", request=request)
        return answer


class Gone(httpx.AsyncBaseTransport):
    """There is nobody."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)


@pytest.fixture
def template(demo: Demo) -> Iterator[types.Product]:
    with Luneo(demo.rest, key=demo.secret) as client:
        yield client.get_product(name=TAG)


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_made_twice(
    demo: Demo, template: types.Product
) -> None:
    sent: list[str] = []
    called = demo.fresh("Lost and found again")

    async def create(client: AsyncLuneo) -> None:
        made = await client.create_product(
            parent=BRAND,
            product=types.Product(
                display_name=called, template=template.template, price=template.price
            ),
        )
        assert sent[0] == sent[1] != ""
        kept = [one.name async for one in client.list_products(parent=BRAND)
                if one.display_name == called]  # fmt: skip
        assert kept == [made.name]
        await client.delete_product(name=made.name)

    async def once(client: AsyncLuneo) -> None:
        with pytest.raises(ConnectionFailed):
            await client.create_guest_session(parent=BRAND)

    run(demo, create, transport=Deaf(sent))
    sent.clear()
    run(demo, once, transport=Deaf(sent), key=demo.publishable)
    assert len(sent) == 1  # it makes a token, so it is not made again
