"""Every rpc says who may call it, how it is reached and what its fields may hold."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from buf.validate import validate_pb2
from google.api import field_behavior_pb2
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

from services.runtime import policy
from services.runtime.calls import CallerKind
from services.tenant.domain import SHOPPER_SCOPES

GENERATED = Path(__file__).resolve().parents[2] / "protos/gen/python"


def services() -> Iterator[str]:
    for path in sorted(GENERATED.glob("luneo/*/v1/*_service_pb2.py")):
        module = importlib.import_module(
            ".".join(path.relative_to(GENERATED).with_suffix("").parts)
        )
        for service in module.DESCRIPTOR.services_by_name.values():
            yield service.full_name


TEXTS = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)
SERVICES = list(services())


def methods() -> Iterator[MethodDescriptor]:
    for name in SERVICES:
        yield from descriptor_pool.Default().FindServiceByName(name).methods


@pytest.mark.parametrize("service", SERVICES)
def test_every_method_says_who_may_call_it_and_by_which_route(service: str) -> None:
    assert policy.methods_of(service)


@pytest.mark.parametrize("service", SERVICES)
def test_only_methods_of_no_brand_lack_a_brand_field(service: str) -> None:
    wrong = [
        method.path
        for method in policy.methods_of(service)
        if not method.brand_path
        and not method.public
        and method.kinds - {CallerKind.PLATFORM, CallerKind.USER}
    ]
    assert wrong == []


def test_creates_can_be_repeated() -> None:
    wrong = [
        method.full_name
        for method in methods()
        if method.name.startswith("Create")
        and "request_id" not in method.input_type.fields_by_name
        and method.name != "CreateGuestSession"  # a session nobody holds harms nobody
    ]
    assert wrong == []


def test_texts_and_bytes_of_requests_have_a_limit() -> None:
    found = {name for method in methods() for name in unlimited(method.input_type, set())}
    assert found == set()


def unlimited(message: Descriptor, seen: set[str]) -> Iterator[str]:
    """Yield the fields that a caller may fill with as much as a request holds."""
    if message.full_name in seen or message.full_name.startswith("google."):
        return
    seen.add(message.full_name)
    for field in message.fields:
        if is_output_only(field):
            continue
        if field.message_type is not None:
            yield from unlimited(field.message_type, seen)
        # A resource's own name is matched against its template, whose ids are short.
        elif field.type in TEXTS and field.name != "name" and not is_limited(field):
            yield field.full_name


def is_limited(field: FieldDescriptor) -> bool:
    rules = rules_of(field)
    if field.is_repeated:
        if not rules.repeated.HasField("max_items"):
            return False
        rules = rules.repeated.items
    one = rules.bytes if field.type == FieldDescriptor.TYPE_BYTES else rules.string
    bounds = ("max_len", "len", "pattern", "const") + (
        () if field.type == FieldDescriptor.TYPE_BYTES else ("max_bytes", "len_bytes")
    )
    return any(one.HasField(name) for name in bounds) or len(getattr(one, "in")) > 0


def rules_of(field: FieldDescriptor) -> validate_pb2.FieldRules:
    """Return a field's rules; those of a map's keys and values stand beside the map."""
    entry = field.containing_type
    if not entry.GetOptions().map_entry:
        return field.GetOptions().Extensions[validate_pb2.field]
    places = [one for one in entry.containing_type.fields if one.message_type == entry]
    rules = places[0].GetOptions().Extensions[validate_pb2.field].map
    return rules.keys if field.name == "key" else rules.values


def is_output_only(field: FieldDescriptor) -> bool:
    behaviour = field.GetOptions().Extensions[field_behavior_pb2.field_behavior]
    return field_behavior_pb2.OUTPUT_ONLY in behaviour


def test_a_publishable_key_may_have_just_the_scopes_that_widgets_need() -> None:
    """What the protos let a widget do, and the scopes that its key may be given, are one set."""
    needed = {
        method.scope
        for service in SERVICES
        for method in policy.methods_of(service)
        if CallerKind.WIDGET_KEY in method.kinds
    }
    assert needed == SHOPPER_SCOPES
