"""Operations and objects as callers reach them: by rpc, each seeing what it may."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from google.longrunning.operations_pb2 import Operation
from luneo.objects.v1 import object_service_pb2
from luneo.operations.v1 import operation_service_pb2 as messages

from services import composition
from services.runtime import servicer
from services.runtime.calls import Caller, CallerKind, Deadline
from services.runtime.config import Settings
from services.runtime.credentials import Credentials
from services.runtime.directory import Directory
from services.runtime.http_bodies import PRIVATE
from services.runtime.pipeline import CallFailed, Incoming, Pipeline
from services.runtime.requests import Requests
from services.runtime.service import Runtime
from tests.runtime.workshop import Workshop

SERVICE = "/luneo.operations.v1.OperationService/"


@pytest.fixture(scope="module")
def runtime(one_shop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    data: Path = tmp_path_factory.mktemp("data")
    settings = Settings.from_environment(
        {}, data=data, database_url=one_shop.url, redis_url=one_shop.redis_url
    )
    made = composition.build_runtime(settings)
    yield made
    made.operations.close()
    made.database.close()


@pytest.fixture(scope="module")
def pipeline(runtime: Runtime) -> Pipeline:
    """The runtime's own services, as every server process has them."""
    credentials = Credentials(
        Directory(runtime.database), runtime.tokens, runtime.keyring, runtime.clock
    )
    return Pipeline(servicer.build(runtime), credentials, Requests(runtime.database))


class Calls:
    """Calls of the operations service, as a service of ours or as a shopper."""

    def __init__(self, pipeline: Pipeline, brand: str, guest: str = "") -> None:
        self._pipeline = pipeline
        scopes = frozenset({"operations.read", "operations.cancel"})
        kind = CallerKind.WIDGET_KEY if guest else CallerKind.SERVICE
        self._caller = Caller(kind, guest or "service:test", brand, scopes)

    def __call__(self, rpc: str, request: Any) -> Any:
        return self._pipeline.unary(self.incoming(rpc, request))

    def incoming(self, rpc: str, request: Any) -> Incoming:
        return Incoming(SERVICE + rpc, request, {}, Deadline.after(10), caller=self._caller)


def test_an_operation_is_got_waited_for_and_cancelled_by_rpc(
    shop: Workshop, pipeline: Pipeline
) -> None:
    brand = shop.brand()
    name = shop.start(brand).name
    call = Calls(pipeline, brand)
    got = call("GetOperation", messages.GetOperationRequest(name=name))
    waited = call("WaitOperation", messages.WaitOperationRequest(name=name, timeout_ms=50))
    cancelled = call("CancelOperation", messages.CancelOperationRequest(name=name))
    assert (got.name, got.done, waited.done) == (name, False, False)
    assert (cancelled.done, cancelled.error.code) == (True, 1)


def test_operations_are_listed_page_by_page(shop: Workshop, pipeline: Pipeline) -> None:
    brand = shop.brand()
    made = [shop.start(brand, f"content-{number}").name for number in range(5)]
    call = Calls(pipeline, brand)
    seen: list[Operation] = []
    token = ""
    while True:
        request = messages.ListOperationsRequest(
            parent=f"brands/{brand}", page_size=2, page_token=token
        )
        page = call("ListOperations", request)
        assert len(page.operations) <= 2
        seen += page.operations
        token = page.next_page_token
        if not token:
            break
    assert [operation.name for operation in seen] == made[::-1]


@pytest.mark.parametrize("rpc", ["GetOperation", "WaitOperation"])
def test_a_shopper_is_told_nothing_of_what_others_asked_for(
    shop: Workshop, pipeline: Pipeline, rpc: str
) -> None:
    brand = shop.brand()
    name = shop.start(brand, requested_by="guest:one").name
    request = getattr(messages, f"{rpc}Request")(name=name)
    assert (
        Calls(pipeline, brand, "guest:one")(
            "GetOperation", messages.GetOperationRequest(name=name)
        ).name
        == name
    )
    with pytest.raises(CallFailed) as failed:
        Calls(pipeline, brand, "guest:two")(rpc, request)
    assert failed.value.status.code == 5


def test_an_operation_is_watched_by_rpc(shop: Workshop, pipeline: Pipeline) -> None:
    brand = shop.brand()
    operation = shop.start(brand)
    incoming = Calls(pipeline, brand).incoming(
        "WatchOperation", messages.WatchOperationRequest(name=operation.name)
    )

    async def watch() -> list[bool]:
        seen: list[bool] = []
        with ThreadPoolExecutor(1) as threads:
            async for response in pipeline.stream(incoming, threads):
                if not seen:
                    await asyncio.to_thread(
                        shop.deliver, brand, shop.message_of(operation), shop.succeed
                    )
                seen.append(response.operation.done)
        return seen

    seen = asyncio.run(watch())
    assert (seen[0], seen[-1]) == (False, True)


def test_an_object_is_fetched_by_rpc_with_its_ticket_alone(
    runtime: Runtime, pipeline: Pipeline
) -> None:
    objects = runtime.objects
    url = objects.signed_url(
        "acme", objects.put("acme", b"PK"), media_type="application/zip", filename="pack.zip"
    )
    request = object_service_pb2.GetObjectRequest(ticket=url.rpartition("/")[2])
    incoming = Incoming(
        "/luneo.objects.v1.ObjectService/GetObject", request, {}, Deadline.after(10)
    )
    body: Any = pipeline.unary(incoming)
    assert (body.content_type, body.data) == ("application/zip", b"PK")
    assert PRIVATE.encode() in body.extensions[0].value
    assert b"pack.zip" in body.extensions[0].value
