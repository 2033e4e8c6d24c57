"""Repeating a call: the same answer, once the effect, also when things break in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import psycopg
import pytest

from services.runtime import names
from services.runtime.calls import Deadline
from services.runtime.pipeline import CallFailed, Incoming
from tests.protos import echo_pb2
from tests.runtime import echo
from tests.runtime.conftest import Call, Failed


@pytest.fixture
def request_id() -> str:
    return names.new_id()


@pytest.fixture
def held(world: echo.World) -> Iterator[threading.Event]:
    """Handlers of CreateNote wait for this event, after they have inserted."""
    event = threading.Event()
    world.servicer.hold = event
    while world.servicer.entered.acquire(blocking=False):
        pass
    yield event
    event.set()
    world.servicer.hold = None


def create(request_id: str, words: str = "once") -> echo_pb2.CreateNoteRequest:
    return echo_pb2.CreateNoteRequest(
        parent="brands/acme", note=echo_pb2.Note(text=words), request_id=request_id
    )


def directly(world: echo.World, request: echo_pb2.CreateNoteRequest, key: str) -> echo_pb2.Note:
    path = f"/{echo.SERVICE}/CreateNote"
    incoming = Incoming(path, request, {"x-api-key": key}, Deadline.after(20))
    answer = world.pipeline.unary(incoming)
    assert isinstance(answer, echo_pb2.Note)
    return answer


def notes_with(world: echo.World, words: str) -> int:
    found = world.database.read_one(
        "acme", "SELECT count(*) AS n FROM notes WHERE words = %(words)s", {"words": words}
    )
    assert found is not None
    return int(found["n"])


def test_a_repeated_request_gets_the_first_answer_without_its_secrets(
    call: Call, world: echo.World, request_id: str
) -> None:
    first = call("CreateNote", create(request_id), x_api_key=world.keys.server)
    again = call("CreateNote", create(request_id), x_api_key=world.keys.server)
    assert (first.secret, first.parts[0].secret) == ("shown-once", "also-once")
    assert (again.secret, again.parts[0].secret) == ("", "")
    first.secret = first.parts[0].secret = ""
    assert again == first


def test_a_request_id_with_another_request_is_refused(
    call: Call, world: echo.World, request_id: str
) -> None:
    call("CreateNote", create(request_id), x_api_key=world.keys.server)
    with pytest.raises(Failed) as caught:
        call("CreateNote", create(request_id, "different"), x_api_key=world.keys.server)
    assert caught.value.error.public_reason == "REQUEST_ID_REUSED"
    assert caught.value.error.violations[0].field == "request_id"


def test_request_ids_of_two_callers_are_apart(call: Call, world: echo.World) -> None:
    request_id = names.new_id()
    first = call("CreateNote", create(request_id), x_api_key=world.keys.server)
    second = call("CreateNote", create(request_id), x_api_key=world.keys.widget)
    assert first.name != second.name


def test_secrets_are_not_in_the_table(world: echo.World, request_id: str) -> None:
    directly(world, create(request_id), world.keys.server)
    row = world.database.read_one(
        "acme",
        "SELECT response FROM request_ids WHERE request_id = %(id)s",
        {"id": request_id},
    )
    assert row is not None
    assert b"once" in bytes(row["response"])
    assert b"shown-once" not in bytes(row["response"])


def test_of_equal_requests_at_once_one_takes_effect(
    world: echo.World, held: threading.Event, request_id: str
) -> None:
    words = f"at once {request_id}"
    with ThreadPoolExecutor(6) as threads:
        answers = [
            threads.submit(directly, world, create(request_id, words), world.keys.server)
            for _ in range(6)
        ]
        assert world.servicer.entered.acquire(timeout=10)
        held.set()
        made = {answer.result().name for answer in answers}
    assert len(made) == 1
    assert notes_with(world, words) == 1


def test_an_equal_request_that_waits_too_long_is_told_to_try_again(
    world: echo.World, held: threading.Event, request_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.runtime.requests.WAIT_MS", 50)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(directly, world, create(request_id), world.keys.server)
        assert world.servicer.entered.acquire(timeout=10)
        wait_until_claimed(world, request_id)
        with pytest.raises(CallFailed) as caught:
            directly(world, create(request_id), world.keys.server)
        held.set()
        first.result()
    assert caught.value.error.code is grpc.StatusCode.ABORTED
    assert caught.value.error.retry_after_s is not None


def wait_until_claimed(world: echo.World, request_id: str) -> None:
    """Return when a transaction holds the row of this id, seen by not being able to insert it."""
    statement = (
        "INSERT INTO request_ids SELECT brand_id, principal, rpc, request_id, '', NULL, now() "
        "FROM (VALUES ('acme', %s, %s, %s)) AS row (brand_id, principal, rpc, request_id)"
    )
    found = world.database.directory_all("SELECT brand_id, key_id FROM api_keys")
    principals = [f"key:{row['key_id']}" for row in found if row["brand_id"] == "acme"]
    rpc = f"/{echo.SERVICE}/CreateNote"
    for _ in range(200):
        for principal in principals:
            with psycopg.connect(world.url) as connection:
                connection.execute("SELECT set_config('app.brand_id', 'acme', false)")
                connection.execute("SET lock_timeout = '20ms'")
                try:
                    connection.execute(statement, (principal, rpc, request_id))
                except psycopg.errors.LockNotAvailable:
                    return
                connection.rollback()
    raise AssertionError("nobody claimed the request id")


def test_a_call_that_fails_leaves_neither_rows_nor_a_claim(
    world: echo.World, request_id: str
) -> None:
    words = f"never {request_id}"
    world.servicer.crash_after_insert = True
    try:
        with pytest.raises(CallFailed):
            directly(world, create(request_id, words), world.keys.server)
    finally:
        world.servicer.crash_after_insert = False
    assert notes_with(world, words) == 0
    directly(world, create(request_id, words), world.keys.server)
    assert notes_with(world, words) == 1


def test_a_connection_lost_before_the_commit_leaves_nothing(
    world: echo.World, held: threading.Event, request_id: str, postgres_superuser_url: str
) -> None:
    words = f"killed {request_id}"
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(directly, world, create(request_id, words), world.keys.server)
        assert world.servicer.entered.acquire(timeout=10)
        wait_until_claimed(world, request_id)
        echo.cut_connections(postgres_superuser_url, world.url)
        held.set()
        with pytest.raises(CallFailed) as caught:
            first.result()
    assert caught.value.error.code is grpc.StatusCode.UNAVAILABLE
    assert notes_with(world, words) == 0
    directly(world, create(request_id, words), world.keys.server)
    assert notes_with(world, words) == 1


def test_an_answer_is_forgotten_after_its_time(world: echo.World, request_id: str) -> None:
    first = directly(world, create(request_id), world.keys.server)
    with psycopg.connect(world.url) as connection:
        connection.execute("SELECT set_config('app.brand_id', 'acme', false)")
        connection.execute(
            "UPDATE request_ids SET expires_at = now() - interval '1 s' WHERE request_id = %s",
            (request_id,),
        )
    second = directly(world, create(request_id, "another body"), world.keys.server)
    assert first.name != second.name


def test_expired_answers_are_deleted_on_the_way(world: echo.World) -> None:
    old = names.new_id()
    directly(world, create(old), world.keys.server)
    with psycopg.connect(world.url) as connection:
        connection.execute("SELECT set_config('app.brand_id', 'acme', false)")
        connection.execute("UPDATE request_ids SET expires_at = now() - interval '1 s'")
    for _ in range(40):
        directly(world, create(names.new_id()), world.keys.server)
    left = world.database.read_one(
        "acme", "SELECT count(*) AS n FROM request_ids WHERE expires_at < now()"
    )
    assert left == {"n": 0}
