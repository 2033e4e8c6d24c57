"""Every rpc answers over REST what it answers over gRPC, and refuses in the same words.

The list of rpcs, and the requests that are refused, are made from the descriptors.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from buf.validate import validate_pb2
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from gateway import api_examples, openapi_security
from gateway.routes import Binding
from gateway.wellknown import ANY, is_map
from tests.gateway.equality.cases import CASES
from tests.gateway.equality.demo import Demo, Failed, cut
from tests.gateway.equality.rpcs import RPCS
from tests.gateway.equality.same import refused, told

INTERNAL = [name for name, one in RPCS.items() if openapi_security.is_internal(one.rpc)]
OURS = [name for name in RPCS if name not in INTERNAL]
CLOSED = [name for name in RPCS if openapi_security.needs_credential(RPCS[name].rpc)]
TOO_LONG = "x" * 2_001


def limited(binding: Binding) -> FieldDescriptor | None:
    """A text of the request that has a longest length or a pattern, those outside the path first."""
    texts = [
        field
        for field in binding.input_type.fields
        if field.type == FieldDescriptor.TYPE_STRING and not field.is_repeated
    ]
    bound = {one.field_path[0] for one in binding.template.variables}
    for field in sorted(texts, key=lambda one: one.name in bound):
        rules = field.GetOptions().Extensions[validate_pb2.field].string
        if (rules.max_len and rules.max_len < len(TOO_LONG)) or rules.pattern:
            return field
    return None


LIMITED = [name for name in OURS if limited(RPCS[name]) is not None]
NAMED = [name for name in OURS if "name" in RPCS[name].input_type.fields_by_name]


def reads(binding: Binding) -> bool:
    level = binding.rpc.GetOptions().idempotency_level
    return bool(level == MethodOptions.NO_SIDE_EFFECTS)


def refusals(demo: Demo, name: str, request: Message, credential: str) -> list[dict[str, Any]]:
    """How both transports refuse a request."""
    found = []
    for call in (demo.by_rest, demo.by_grpc):
        with pytest.raises(Failed) as failed:
            call(RPCS[name], request, credential)
        found.append(refused(failed.value.status, RPCS[name]))
    return found


def test_every_rpc_has_a_case() -> None:
    assert set(CASES) == set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_the_answer_is_the_same(demo: Demo, name: str, rewrite_golden: bool) -> None:
    binding, case = RPCS[name], CASES[name]
    first = case.make(demo)
    by_rest = demo.by_rest(binding, first, case.credential)
    again = first if reads(binding) else case.make(demo)
    by_grpc = demo.by_grpc(binding, again, case.credential)
    one_thing = reads(binding)
    assert [told(one, same_thing=one_thing) for one in by_rest] == [
        told(one, same_thing=one_thing) for one in by_grpc
    ]
    assert by_rest
    if rewrite_golden:
        record(binding, first, by_rest, case.credential, demo.rest)
    else:
        check_example(binding, by_rest[0])


@pytest.mark.parametrize("name", CLOSED)
def test_without_a_credential_both_refuse_alike(demo: Demo, name: str) -> None:
    request = GetMessageClass(RPCS[name].input_type)()
    if name in CASES:
        request = prepared(demo, name)
    else:
        fill_path(name, request)
    by_rest, by_grpc = refusals(demo, name, request, "")
    assert by_rest == by_grpc
    assert by_rest["code"] == 16


@pytest.mark.parametrize("name", INTERNAL)
def test_what_only_services_call_is_refused_alike(demo: Demo, name: str) -> None:
    request = GetMessageClass(RPCS[name].input_type)()
    fill_path(name, request)
    by_rest, by_grpc = refusals(demo, name, request, "secretKey")
    assert by_rest == by_grpc
    assert by_rest["code"] in (3, 7)


@pytest.mark.parametrize("name", LIMITED)
def test_what_breaks_a_limit_is_refused_alike(demo: Demo, name: str) -> None:
    binding, case = RPCS[name], CASES[name]
    field = limited(binding)
    assert field is not None
    request = prepared(demo, name)
    whole = getattr(request, field.name)
    in_path = any(one.field_path == (field.name,) for one in binding.template.variables)
    setattr(request, field.name, whole + TOO_LONG if in_path else TOO_LONG)
    by_rest, by_grpc = refusals(demo, name, request, case.credential)
    assert by_rest == by_grpc
    assert by_rest["code"] in (3, 5)


@pytest.mark.parametrize("name", NAMED)
def test_what_is_not_there_is_not_found_alike(demo: Demo, name: str) -> None:
    request = prepared(demo, name)
    stem = request.name.rpartition("/")[0]  # type: ignore[attr-defined]
    request.name = f"{stem}/nosuchthing"  # type: ignore[attr-defined]
    by_rest, by_grpc = refusals(demo, name, request, CASES[name].credential)
    assert by_rest == by_grpc
    assert by_rest["code"] in (3, 5)


def prepared(demo: Demo, name: str) -> Any:
    """Return a request to be spoilt; what it needs is made once, since refused calls leave it."""
    if name not in demo.prepared:
        demo.prepared[name] = CASES[name].make(demo)
    request = demo.prepared[name]
    copy = type(request)()
    copy.CopyFrom(request)
    return copy


def fill_path(name: str, request: Any) -> None:
    """Name something for the path, of the kind that the path is for."""
    if "parent" in request.DESCRIPTOR.fields_by_name:
        request.parent = "brands/hearth-oak"
    if "name" in request.DESCRIPTOR.fields_by_name:
        collections = re.findall(r"name=brands/\*/(\w+)/\*", str(RPCS[name].rpc.GetOptions()))
        request.name = f"brands/hearth-oak/{collections[0]}/nosuchthing"


# Examples of the API document


def record(
    binding: Binding, request: Message, answers: list[Message], credential: str, base: str
) -> None:
    """Keep a call as the example of its rpc. base: what the demo's addresses begin with."""
    examples = json.loads(api_examples.FILE.read_text())
    found: dict[str, Any] = {"request": shown(request)}
    raw = binding.output_type.full_name == "google.api.HttpBody"
    if not raw and not binding.rpc.server_streaming:
        found["answer"] = shown(answers[0])
    if credential:
        found["credential"] = credential
    examples[binding.rpc.full_name] = found
    text = json.dumps(dict(sorted(examples.items())), ensure_ascii=False, indent=1)
    api_examples.FILE.write_text(f"{text}\n".replace(base, "http://localhost:8400"))


def shown(message: Message) -> Any:
    """Return a message in JSON as the document shows it: no secrets, nothing that is endless."""
    copy = type(message)()
    copy.CopyFrom(message)
    _redact(copy)
    return cut(json_format.MessageToDict(copy))


def _redact(message: Any) -> None:
    for field, value in message.ListFields():
        if field.GetOptions().debug_redact:
            setattr(message, field.name, value.split("_")[0][:6] + "…")
        elif field.type == FieldDescriptor.TYPE_BYTES and len(value) > 96:
            setattr(message, field.name, value[:96])
        elif (
            field.message_type is not None
            and field.message_type.full_name != ANY
            and not is_map(field)
        ):
            for one in value if field.is_repeated else [value]:
                _redact(one)


def check_example(binding: Binding, answer: Message) -> None:
    """The example of an rpc has the members that an answer has now."""
    example = api_examples.recorded()[binding.rpc.full_name]
    kind = GetMessageClass(binding.input_type)
    assert json_format.ParseDict(example.request, kind()).IsInitialized()
    if example.answer is not None:
        # Whether a list goes on is a matter of what else was made here.
        members = set(json_format.MessageToDict(answer)) - {"nextPageToken"}
        assert set(example.answer) - {"nextPageToken"} == members


def test_only_what_takes_nothing_from_anybody_has_no_refusal() -> None:
    assert set(RPCS) - {*CLOSED, *LIMITED, *NAMED} == {"GetJwks", "GetSpecSchema"}
