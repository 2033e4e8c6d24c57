"""The update mask that a PATCH means when it states none: the fields that its body names."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

_PRECONDITIONS = frozenset(("etag",))
_NOT_CHANGED = frozenset(
    (
        field_behavior_pb2.OUTPUT_ONLY,
        field_behavior_pb2.IMMUTABLE,
        field_behavior_pb2.IDENTIFIER,
    )
)


def of_body(resource: Descriptor, body: Any, identity: Collection[str]) -> list[str]:
    """Return the paths of the top-level fields in a JSON body, in the order of the proto.

    identity: names of fields that the path sets; they and the etag say what to change, and are not
    changed themselves. Output-only and immutable fields are left out as well, so that a resource can
    be read, edited and sent back whole (AIP-203).
    """
    if not isinstance(body, dict):
        return []
    return [
        field.name
        for field in resource.fields
        if (field.name in body or field.json_name in body)
        and field.name not in identity
        and field.name not in _PRECONDITIONS
        and _NOT_CHANGED.isdisjoint(behaviours(field))
    ]


def behaviours(field: FieldDescriptor) -> list[int]:
    """Return what google.api.field_behavior says of a field."""
    return list(field.GetOptions().Extensions[field_behavior_pb2.field_behavior])
