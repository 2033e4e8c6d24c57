"""Paths in violations: the fields as the client named them, the keys of maps in quotes."""

from __future__ import annotations

import pytest
from luneo.snapshot.v1 import snapshot_service_pb2

from gateway import codec, wellknown
from gateway.field_paths import to_json_names
from gateway.refusals import Refusal

REQUEST = wellknown.descriptor_of(snapshot_service_pb2.CreateSnapshotRequest())


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("design.product_revision", "design.productRevision"),
        ('design.zones["a.b"].text.font', 'design.zones["a.b"].text.font'),
        (r'design.zones["a\"].x"].text', r'design.zones["a\"].x"].text'),
        ("design.nothing.product_revision", "design.nothing.product_revision"),
        ("design.zones[", "design.zones["),
        ("", ""),
    ],
)
def test_paths_are_shown_in_json_names(path: str, shown: str) -> None:
    assert to_json_names(REQUEST, path) == shown


@pytest.mark.parametrize(
    ("key", "path"), [("name", '["name"]'), ('a"]."b', r'["a\"].\"b"]'), ("é\n", r'["é\n"]')]
)
def test_a_wrong_value_in_a_map_is_named_by_its_key(key: str, path: str) -> None:
    with pytest.raises(Refusal) as refused:
        codec.fill(snapshot_service_pb2.CreateSnapshotRequest(), {"design": {"zones": {key: 1}}})
    assert refused.value.violations[0].field == f"design.zones{path}"
