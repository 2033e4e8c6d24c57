"""The codec and `google.protobuf.json_format` on random messages of every type.

Hypothesis tries some dozens and makes what fails small; `test_codec_seeds.py` tries a hundred thousand.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import orjson
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from luneo.design.v1 import template_pb2
from luneo.snapshot.v1 import snapshot_service_pb2

from gateway import codec
from gateway.json_options import JsonOptions
from gateway.wellknown import descriptor_of
from tests.gateway.random_messages import messages
from tests.gateway.schema import Everything

ALL = JsonOptions(nonfinite=True)
CHOICES = {
    "print_defaults": "always_print_fields_with_no_presence",
    "enum_numbers": "use_integers_for_enums",
    "proto_names": "preserving_proto_field_name",
}
TYPES: tuple[Descriptor, ...] = (
    Everything.DESCRIPTOR,
    descriptor_of(template_pb2.Template()),
    descriptor_of(snapshot_service_pb2.CreateSnapshotRequest()),
)
any_message = st.sampled_from(TYPES).flatmap(messages)
FAST = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def check_writing(message: Any) -> None:
    """What is written is what the reference writes, and reads back as the same message in both."""
    text = codec.encode(message, ALL)
    expected = json_format.MessageToJson(message, indent=None)
    assert orjson.loads(text) == json.loads(expected)
    for written in (text, expected.encode()):
        again = type(message)()
        codec.fill(again, json.loads(written), ALL)
        assert same(again, message)
    reference = json_format.Parse(text, type(message)())
    # The reference packs maps inside of an Any in any order.
    assert json_format.MessageToDict(reference) == json_format.MessageToDict(message)


def same(one: Any, other: Any) -> bool:
    """Whether two messages are the same in every bit, NaN included."""
    return bool(
        one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)
    )


def check_choices(message: Any, chosen: frozenset[str]) -> None:
    """What is written by choice is what the reference writes by the same choice."""
    text = codec.encode(message, options_of(chosen))
    names: Any = {CHOICES[choice]: True for choice in chosen}
    expected = json_format.MessageToJson(message, indent=None, **names)
    assert orjson.loads(text) == _null_is_null(json.loads(expected))


@cache
def options_of(chosen: frozenset[str]) -> JsonOptions:
    return JsonOptions(**dict.fromkeys(chosen, True))


def _null_is_null(value: Any) -> Any:
    """The reference writes NullValue as 0 where enums are numbers; the mapping says null."""
    if isinstance(value, list):
        return [_null_is_null(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: None if key == "nothing" and item == 0 else _null_is_null(item)
        for key, item in value.items()
    }


choices = st.frozensets(st.sampled_from(sorted(CHOICES)), min_size=1)


@given(any_message)
@FAST
def test_random_messages_are_written_and_read_as_by_the_reference(message: Any) -> None:
    check_writing(message)


@given(any_message, choices)
@FAST
def test_choices_of_writing_mean_what_those_of_the_reference_mean(
    message: Any, chosen: frozenset[str]
) -> None:
    check_choices(message, chosen)


def test_every_kind_of_field_is_among_the_types() -> None:
    kinds = {field.type for descriptor in TYPES for field in descriptor.fields}
    assert len(kinds) == 17  # all of FieldDescriptor.TYPE_* but groups
    own = {f.message_type.full_name for f in Everything.DESCRIPTOR.fields if f.message_type}
    assert {f"google.protobuf.{name}" for name in ("Any", "Struct", "Timestamp", "Empty")} <= own
    assert GetMessageClass(TYPES[0]) is Everything
