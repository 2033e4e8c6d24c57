"""Cases of snapshots."""

from __future__ import annotations

from typing import Any

from luneo.render.v1 import render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_service_pb2 as snapshots

from tests.gateway.equality.cases.registry import call, case, done
from tests.gateway.equality.cases.steel_tag import design
from tests.gateway.equality.demo import BRAND, Demo


def snapshot_of(demo: Demo, text: str = "Zoë") -> Any:
    request = snapshots.CreateSnapshotRequest(
        parent=BRAND, design=design(text), owner="customer:42"
    )
    return call(demo, "CreateSnapshot", request)


@case("CreateSnapshot", "guestSession")
def _(demo: Demo) -> snapshots.CreateSnapshotRequest:
    return snapshots.CreateSnapshotRequest(parent=BRAND, design=design(demo.fresh("Zoë")))


@case("GetSnapshot")
def _(demo: Demo) -> snapshots.GetSnapshotRequest:
    name = snapshot_of(demo).name
    thumbnail = render_pb2.Render(kind=render_pb2.RENDER_KIND_THUMBNAIL, snapshot=name)
    request = render_service_pb2.CreateRenderRequest(parent=BRAND, render=thumbnail)
    done(demo, call(demo, "CreateRender", request))  # so that it has something made from it
    return snapshots.GetSnapshotRequest(name=name)


@case("ListSnapshots")
def _(demo: Demo) -> snapshots.ListSnapshotsRequest:
    snapshot_of(demo)
    return snapshots.ListSnapshotsRequest(parent=BRAND, owner="customer:42", page_size=2)


@case("GetSnapshotContent")
def _(demo: Demo) -> snapshots.GetSnapshotContentRequest:
    return snapshots.GetSnapshotContentRequest(name=snapshot_of(demo).name)


@case("ValidateSnapshot")
def _(demo: Demo) -> snapshots.ValidateSnapshotRequest:
    return snapshots.ValidateSnapshotRequest(name=snapshot_of(demo, demo.fresh("Zoë")).name)


@case("LockSnapshot")
def _(demo: Demo) -> snapshots.LockSnapshotRequest:
    name = snapshot_of(demo, demo.fresh("Zoë")).name
    call(demo, "ValidateSnapshot", snapshots.ValidateSnapshotRequest(name=name))
    return snapshots.LockSnapshotRequest(name=name)


@case("EraseSubject")
def _(demo: Demo) -> snapshots.EraseSubjectRequest:
    person = demo.fresh("customer:7")
    request = snapshots.CreateSnapshotRequest(parent=BRAND, design=design(), owner=person)
    call(demo, "CreateSnapshot", request)
    return snapshots.EraseSubjectRequest(parent=BRAND, subject=person)
