"""Asks for pictures and packs, and for a person's erasure, as the flows do."""

from __future__ import annotations

import time

from google.api.httpbody_pb2 import HttpBody
from google.longrunning.operations_pb2 import Operation
from luneo.design.v1 import design_pb2
from luneo.manufacturing.v1 import export_pack_pb2, export_pack_service_pb2
from luneo.render.v1 import preview_pb2, render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_service_pb2
from sqlalchemy import text

from tests.flows.house import Brand

RENDERS = "luneo.render.v1.RenderService"
PACKS = "luneo.manufacturing.v1.ExportPackService"
SNAPSHOTS = "luneo.snapshot.v1.SnapshotService"


def preview_of(brand: Brand, design: design_pb2.Design, guest: str = "g1") -> preview_pb2.Preview:
    request = render_service_pb2.CreatePreviewRequest(
        parent=brand.name, design=design, width_px=256
    )
    made: preview_pb2.Preview = brand.rpc(f"{RENDERS}/CreatePreview", request, brand.guest(guest))
    return made


def picture(brand: Brand, preview: preview_pb2.Preview) -> bytes:
    request = render_service_pb2.GetPreviewRequest(name=preview.name)
    body: HttpBody = brand.rpc(f"{RENDERS}/GetPreview", request)
    return bytes(body.data)


def render(brand: Brand, **fields: object) -> Operation:
    request = render_service_pb2.CreateRenderRequest(
        parent=brand.name,
        render=render_pb2.Render(**fields),  # type: ignore[arg-type]
    )
    started: Operation = brand.rpc(f"{RENDERS}/CreateRender", request)
    return started


def made_by(brand: Brand, started: Operation) -> str:
    made = render_pb2.Render()
    assert brand.wait(started).response.Unpack(made)
    return made.result.sha256


def thumbnail(brand: Brand, snapshot: str) -> render_pb2.RenderResult:
    started = render(brand, kind=render_pb2.RENDER_KIND_THUMBNAIL, snapshot=snapshot)
    made = render_pb2.Render()
    assert brand.wait(started).response.Unpack(made)
    return made.result


def pack(brand: Brand, snapshot: str) -> Operation:
    request = export_pack_service_pb2.CreateExportPackRequest(
        parent=brand.name, export_pack=export_pack_pb2.ExportPack(snapshot=snapshot)
    )
    started: Operation = brand.rpc(f"{PACKS}/CreateExportPack", request)
    return started


def runs_of(brand: Brand, operation: str) -> int:
    """How often a worker took up an operation."""
    with brand.process.runtime.database.brand(brand.brand) as tx:
        attempts = tx.execute(
            text("SELECT sum(attempts) FROM outbox WHERE operation_id = :operation"),
            {"operation": operation.rpartition("/")[2]},
        )
        return int(attempts.scalar_one() or 0)


def erase(brand: Brand, subject: str) -> int:
    """Erase a person and wait until the workers have forgotten; return the files that went."""
    request = snapshot_service_pb2.EraseSubjectRequest(parent=brand.name, subject=subject)
    erased = brand.rpc(f"{SNAPSHOTS}/EraseSubject", request)
    deadline = time.monotonic() + 30
    while _is_under_way(brand):
        assert time.monotonic() < deadline, "the messages of the erasure were not worked off"
        time.sleep(0.05)
    return int(erased.assets)


def _is_under_way(brand: Brand) -> bool:
    with brand.process.runtime.database.brand(brand.brand) as tx:
        unfinished = text(
            "SELECT count(*) FROM outbox "
            "WHERE queue = 'cleanup' AND state NOT IN ('done', 'cancelled') "
            "AND available_time < now() + interval '1 minute'"
        )
        return bool(tx.execute(unfinished).scalar_one())
