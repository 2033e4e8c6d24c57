"""One behaviour, three ways in: on a thread, through the event loop, through a gRPC server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import grpc
import pytest
from google.rpc import error_details_pb2

from services.runtime import calls, names
from services.runtime.calls import Deadline
from services.runtime.clock import FixedClock
from services.runtime.pipeline import CallFailed, Incoming, Record
from services.runtime.tokens import Tokens
from tests.protos import echo_pb2
from tests.runtime import echo
from tests.runtime.conftest import Call, Failed


def note(world: echo.World, call: Call, key: str | None = None, words: str = "hello") -> str:
    """Create a note of brand acme and return its name."""
    request = echo_pb2.CreateNoteRequest(parent="brands/acme", note=echo_pb2.Note(text=words))
    created: echo_pb2.Note = call("CreateNote", request, x_api_key=key or world.keys.server)
    return created.name


def refused(call: Call, rpc: str, request: object, **metadata: str) -> Failed:
    with pytest.raises(Failed) as caught:
        call(rpc, request, **metadata)  # type: ignore[arg-type]
    return caught.value


def test_anybody_may_call_a_public_method(call: Call) -> None:
    answer = call("Ping", echo_pb2.PingRequest(text="hi"))
    assert (answer.text, answer.kind, answer.caller) == ("hi", "anonymous", "anonymous")


def test_a_correlation_id_is_kept_and_an_odd_one_replaced(call: Call) -> None:
    kept = call("Ping", echo_pb2.PingRequest(), x_correlation_id="order-12345")
    made = call("Ping", echo_pb2.PingRequest(), x_correlation_id="a b")
    assert kept.correlation_id == "order-12345"
    assert len(made.correlation_id) == 32


def test_the_deadline_of_the_client_reaches_the_handler(call: Call) -> None:
    answer = call("Ping", echo_pb2.PingRequest(), timeout_s=30.0)
    assert 0 < answer.remaining_ms <= 30_100  # without one it would be a minute


def test_an_unknown_method_is_unimplemented(call: Call) -> None:
    failed = refused(call, "Nothing", echo_pb2.PingRequest())
    assert failed.error.code is grpc.StatusCode.UNIMPLEMENTED


def test_a_call_without_a_credential_is_unauthenticated(call: Call) -> None:
    failed = refused(call, "GetNote", echo_pb2.GetNoteRequest(name="brands/acme/notes/x"))
    assert failed.error.code is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    "metadata",
    [
        {"x_api_key": "lsk_" + "a" * 52},
        {"x_api_key": "lsk_short"},
        {"x_api_key": "lop_" + "a" * 52},
        {"authorization": "Bearer not.a.token"},
        {"authorization": "Basic dXNlcjpwYXNz"},
        {"authorization": "Bearer"},
        {"luneo_service": "x.y.z"},
    ],
)
def test_a_wrong_credential_is_unauthenticated_even_on_a_public_method(
    call: Call, metadata: dict[str, str]
) -> None:
    failed = refused(call, "Ping", echo_pb2.PingRequest(), **metadata)
    assert failed.error.code is grpc.StatusCode.UNAUTHENTICATED


def test_a_key_works_as_a_bearer_token(call: Call, world: echo.World) -> None:
    answer = call("Ping", echo_pb2.PingRequest(), authorization=f"Bearer {world.keys.server}")
    assert answer.kind == "server_key"


def test_another_brand_s_note_is_answered_like_an_unknown_one(
    call: Call, world: echo.World
) -> None:
    theirs = note(world, call)
    asked = [
        (theirs, world.keys.other_server),
        ("brands/acme/notes/unknown", world.keys.other_server),
        ("brands/no-such-brand/notes/unknown", world.keys.other_server),
        ("brands/rival/notes/" + theirs.rpartition("/")[2], world.keys.other_server),
        ("brands/acme/notes/unknown", world.keys.server),
    ]
    bodies = {
        refused(
            call,
            "GetNote",
            echo_pb2.GetNoteRequest(name=name),
            x_api_key=key,
            x_correlation_id="the-same-id",
        ).status.SerializeToString(deterministic=True)
        for name, key in asked
    }
    assert len(bodies) == 1


def test_another_brand_s_note_cannot_be_changed(call: Call, world: echo.World) -> None:
    theirs = note(world, call, words="untouched")
    change = echo_pb2.UpdateNoteRequest(note=echo_pb2.Note(name=theirs, text="touched"))
    failed = refused(call, "UpdateNote", change, x_api_key=world.keys.other_server)
    assert failed.error.code is grpc.StatusCode.NOT_FOUND
    found = call("GetNote", echo_pb2.GetNoteRequest(name=theirs), x_api_key=world.keys.server)
    assert found.text == "untouched"


def test_a_caller_of_a_kind_that_is_not_listed_is_denied_and_told_which_are(
    call: Call, world: echo.World
) -> None:
    change = echo_pb2.UpdateNoteRequest(note=echo_pb2.Note(name="brands/acme/notes/x", text="x"))
    failed = refused(call, "UpdateNote", change, x_api_key=world.keys.widget)
    assert failed.error.code is grpc.StatusCode.PERMISSION_DENIED
    assert failed.error.metadata == {"needed": "server_key, user"}


def test_a_key_without_the_scope_is_denied_and_told_which_it_is(
    call: Call, world: echo.World
) -> None:
    weak = echo.add_key(world.database, world.keyring, "acme", "secret", scopes=["notes.create"])
    failed = refused(
        call, "GetNote", echo_pb2.GetNoteRequest(name="brands/acme/notes/x"), x_api_key=weak
    )
    assert failed.error.public_reason == "SCOPE_MISSING"
    assert failed.error.metadata == {"needed": "notes.read"}


def test_a_person_may_do_what_the_role_in_the_brand_allows(call: Call, world: echo.World) -> None:
    user = names.new_id()
    echo.add_member(world.database, "acme", user, calls.Role.VIEWER)
    bearer = f"Bearer {world.tokens.access_token(user=user, email='v@example.org').token}"
    theirs = note(world, call)
    read = call("GetNote", echo_pb2.GetNoteRequest(name=theirs), authorization=bearer)
    change = echo_pb2.UpdateNoteRequest(note=echo_pb2.Note(name=theirs, text="x"))
    failed = refused(call, "UpdateNote", change, authorization=bearer)
    elsewhere = refused(
        call,
        "GetNote",
        echo_pb2.GetNoteRequest(name="brands/rival/notes/x"),
        authorization=bearer,
    )
    assert read.name == theirs
    assert failed.error.metadata == {"needed": "designer"}
    assert elsewhere.error.code is grpc.StatusCode.NOT_FOUND


def test_an_expired_token_is_refused(call: Call, world: echo.World) -> None:
    yesterday = FixedClock(datetime.now(UTC) - timedelta(days=1))
    old = Tokens(world.keyring, yesterday, issuer="http://luneo.test", audience="luneo")
    token = old.access_token(user="u1", email="u@example.org").token
    failed = refused(call, "Ping", echo_pb2.PingRequest(), authorization=f"Bearer {token}")
    assert failed.error.public_reason == "TOKEN_EXPIRED"


def test_a_guest_sees_only_its_own_note(call: Call, world: echo.World) -> None:
    mine, other = (world.tokens.guest_session(brand="acme", key="k").token for _ in range(2))
    request = echo_pb2.CreateNoteRequest(parent="brands/acme", note=echo_pb2.Note(text="mine"))
    made = call("CreateNote", request, x_api_key=world.keys.widget, luneo_session=mine)
    found = call(
        "GetNote",
        echo_pb2.GetNoteRequest(name=made.name),
        x_api_key=world.keys.widget,
        luneo_session=mine,
    )
    failed = refused(
        call,
        "GetNote",
        echo_pb2.GetNoteRequest(name=made.name),
        x_api_key=world.keys.widget,
        luneo_session=other,
    )
    assert made.owner.startswith("guest:")
    assert found.owner == made.owner
    assert failed.error.code is grpc.StatusCode.NOT_FOUND


def test_a_guest_session_of_another_brand_is_refused(call: Call, world: echo.World) -> None:
    session = world.tokens.guest_session(brand="rival", key="k").token
    failed = refused(
        call,
        "Ping",
        echo_pb2.PingRequest(),
        x_api_key=world.keys.widget,
        luneo_session=session,
    )
    assert failed.error.public_reason == "TOKEN_INVALID"


def test_a_publishable_key_works_only_from_its_origins(call: Call, world: echo.World) -> None:
    key = world.keys.widget
    allowed = call("Ping", echo_pb2.PingRequest(), x_api_key=key, origin="https://shop.example")
    failed = refused(
        call, "Ping", echo_pb2.PingRequest(), x_api_key=key, origin="https://evil.example"
    )
    assert allowed.kind == "widget_key"
    assert failed.error.public_reason == "ORIGIN_NOT_ALLOWED"


def test_every_violation_is_reported_with_field_rule_and_sentence(
    call: Call, world: echo.World
) -> None:
    broken = echo_pb2.PingRequest(text="x" * 21, number=float("nan"))
    broken.numbers["big"] = float("inf")
    failed = refused(call, "Ping", broken)
    found = {(one.field, one.reason) for one in failed.error.violations}
    assert found == {
        ("text", "STRING_MAX_LEN"),
        ("number", "NUMBER_NOT_FINITE"),
        ('numbers["big"]', "NUMBER_NOT_FINITE"),
    }
    assert all(one.sentence.endswith(".") for one in failed.error.violations)


def test_a_violation_in_a_list_names_its_place(call: Call, world: echo.World) -> None:
    parts = [echo_pb2.Note(text="fine"), echo_pb2.Note(text="nul \0")]
    request = echo_pb2.CreateNoteRequest(
        parent="brands/acme", note=echo_pb2.Note(text="x", parts=parts)
    )
    failed = refused(call, "CreateNote", request, x_api_key=world.keys.server)
    assert [(one.field, one.reason) for one in failed.error.violations] == [
        ("note.parts[1].text", "TEXT_HAS_NUL")
    ]


def test_a_name_that_is_none_is_an_invalid_argument_of_its_field(
    call: Call, world: echo.World
) -> None:
    change = echo_pb2.UpdateNoteRequest(note=echo_pb2.Note(name="acme/x", text="x"))
    failed = refused(call, "UpdateNote", change, x_api_key=world.keys.server)
    assert failed.error.violations[0].field == "note.name"


def test_an_error_of_a_service_arrives_whole(call: Call, world: echo.World) -> None:
    failed = refused(
        call, "Fail", echo_pb2.FailRequest(kind="own"), x_api_key=world.keyring.platform_key()
    )
    assert failed.status.message == "Write something first."
    assert (failed.error.public_reason, failed.error.metadata) == ("NOTE_EMPTY", {"note": "n1"})


def test_a_stale_etag_tells_the_current_one(call: Call, world: echo.World) -> None:
    failed = refused(
        call, "Fail", echo_pb2.FailRequest(kind="conflict"), x_api_key=world.keyring.platform_key()
    )
    assert failed.error.code is grpc.StatusCode.ABORTED
    assert failed.error.metadata == {"etag": "etag-now"}


@pytest.mark.parametrize("kind", ["bug", "nothing", "call in transaction"])
def test_a_fault_of_ours_says_nothing_but_the_correlation_id(
    call: Call, world: echo.World, kind: str
) -> None:
    failed = refused(
        call,
        "Fail",
        echo_pb2.FailRequest(kind=kind),
        x_api_key=world.keyring.platform_key(),
        x_correlation_id="fault-00001",
    )
    told = error_details_pb2.RequestInfo()
    assert failed.error.code is grpc.StatusCode.INTERNAL
    assert any(detail.Unpack(told) for detail in failed.status.details)
    assert told.request_id == "fault-00001"
    assert "secret-of-the-handler" not in str(failed.status)


def test_a_statement_ends_with_the_deadline_of_the_call(call: Call, world: echo.World) -> None:
    with pytest.raises(Failed) as caught:
        call(
            "Fail",
            echo_pb2.FailRequest(kind="slow statement"),
            timeout_s=0.3,
            x_api_key=world.keyring.platform_key(),
        )
    assert caught.value.error.code is grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_service_calls_another_as_itself(call: Call, world: echo.World) -> None:
    theirs = note(world, call, words="through two pipelines")
    found = call("FetchNote", echo_pb2.GetNoteRequest(name=theirs), x_api_key=world.keys.server)
    missing = refused(
        call,
        "FetchNote",
        echo_pb2.GetNoteRequest(name="brands/acme/notes/unknown"),
        x_api_key=world.keys.server,
    )
    assert found.text == "through two pipelines"
    assert missing.error.code is grpc.StatusCode.NOT_FOUND


def test_fields_of_a_later_release_are_dropped(world: echo.World) -> None:
    request = echo_pb2.PingRequest.FromString(b"\x0a\x02hi" + b"\xfa\x3e\x03new")
    deadline = Deadline.after(5)
    world.pipeline.unary(Incoming(f"/{echo.SERVICE}/Ping", request, {}, deadline))
    assert request.SerializeToString() == b"\x0a\x02hi"


def test_observers_see_how_a_call_ended(world: echo.World, keyring: object) -> None:
    class Seen:
        def __init__(self) -> None:
            self.records: list[Record] = []

        def begin(self, record: Record) -> str:
            return record.method

        def end(self, begun: str, record: Record) -> None:
            assert begun == record.method
            self.records.append(record)

    seen = Seen()
    pipeline = world.pipeline
    pipeline._observers = (seen,)
    try:
        request = echo_pb2.GetNoteRequest(name="brands/acme/notes/unknown")
        metadata = {"x-api-key": world.keys.server}
        path = f"/{echo.SERVICE}/GetNote"
        with pytest.raises(CallFailed):
            pipeline.unary(Incoming(path, request, metadata, Deadline.after(5)))
    finally:
        pipeline._observers = ()
    record = seen.records[0]
    assert (record.code, record.reason, record.brand) == ("NOT_FOUND", "NOT_FOUND", "acme")
    assert record.duration_s > 0
