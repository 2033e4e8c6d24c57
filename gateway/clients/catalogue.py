"""What clients are made from: every message and enum that a call can carry, and how each is called.

Names of messages and enums are unique without their package, so clients use them bare.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast

import luneo
from google.protobuf.descriptor import (
    Descriptor,
    EnumDescriptor,
    FieldDescriptor,
    MethodDescriptor,
    ServiceDescriptor,
)
from luneo.operations.v1 import operation_pb2

from gateway import openapi_security
from gateway.routes import Binding, RouteTable
from gateway.wellknown import OWN_FORMS, is_map, map_fields

# Travels inside `Operation.metadata`, so no field names it.
_PACKED: Final = cast(Descriptor, operation_pb2.OperationMetadata.DESCRIPTOR)
# Have a form of their own in clients.
OWN: Final = OWN_FORMS | {"google.protobuf.Empty", "google.api.HttpBody"}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """bindings: one for each rpc that clients may call. messages, enums: by name, sorted."""

    bindings: tuple[Binding, ...]
    messages: dict[str, Descriptor]
    enums: dict[str, EnumDescriptor]


@cache
def catalogue() -> Catalogue:
    """Return what the protos hold."""
    messages: dict[str, Descriptor] = {}
    enums: dict[str, EnumDescriptor] = {}
    table = RouteTable(services())
    first: dict[MethodDescriptor, Binding] = {}
    for binding in table.bindings:
        if not openapi_security.is_internal(binding.rpc):
            first.setdefault(binding.rpc, binding)
    for binding in first.values():
        _collect([binding.input_type, binding.output_type], messages, enums)
    _collect([_PACKED], messages, enums)
    return Catalogue(
        tuple(first.values()), dict(sorted(messages.items())), dict(sorted(enums.items()))
    )


def services() -> Iterator[ServiceDescriptor]:
    """Yield the services of all protos, from their generated modules."""
    root = Path(next(iter(luneo.__path__)))
    for path in sorted(root.rglob("*_service_pb2.py")):
        name = ".".join(["luneo", *path.relative_to(root).with_suffix("").parts])
        module = importlib.import_module(name)
        yield from module.DESCRIPTOR.services_by_name.values()


def _collect(
    descriptors: Iterable[Descriptor],
    messages: dict[str, Descriptor],
    enums: dict[str, EnumDescriptor],
) -> None:
    for descriptor in descriptors:
        if descriptor.full_name in OWN or messages.get(descriptor.name) is descriptor:
            continue
        if messages.setdefault(descriptor.name, descriptor) is not descriptor:
            raise ValueError(f"{descriptor.full_name}: another message has that name")
        for field in descriptor.fields:
            value = map_fields(field)[1] if is_map(field) else field
            if value.enum_type is not None:
                enums[value.enum_type.name] = value.enum_type
            if value.message_type is not None:
                _collect([value.message_type], messages, enums)


def snake(name: str) -> str:
    """Return a name of an rpc as Python calls methods: "CreateApiKey" is "create_api_key"."""
    return _HUMP.sub("_", name).lower()


def member(enum: EnumDescriptor, value: str) -> str:
    """Return the name of an enum's value without that of the enum: "TECHNIQUE_PRINT" is "PRINT"."""
    return value.removeprefix(_HUMP.sub("_", enum.name).upper() + "_")


def items_of(rpc: MethodDescriptor) -> FieldDescriptor | None:
    """Return the field that holds the items of a page, None if the rpc does not answer in pages."""
    if "page_token" not in rpc.input_type.fields_by_name:
        return None
    lists = [field for field in rpc.output_type.fields if field.is_repeated]
    return lists[0] if len(lists) == 1 else None
