"""Cases of pictures, packs and their operations."""

from __future__ import annotations

from typing import Any

from google.longrunning.operations_pb2 import Operation
from google.protobuf.message import Message
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.manufacturing.v1 import export_pack_service_pb2 as packs
from luneo.objects.v1 import object_service_pb2 as objects
from luneo.operations.v1 import operation_service_pb2 as operations
from luneo.render.v1 import render_pb2
from luneo.render.v1 import render_service_pb2 as renders

from tests.gateway.equality.cases.orders import ordered
from tests.gateway.equality.cases.registry import call, case, done
from tests.gateway.equality.cases.snapshots import snapshot_of
from tests.gateway.equality.cases.steel_tag import design
from tests.gateway.equality.demo import BRAND, Demo


def _render(demo: Demo) -> renders.CreateRenderRequest:
    render = render_pb2.Render(
        kind=render_pb2.RENDER_KIND_THUMBNAIL, snapshot=snapshot_of(demo).name
    )
    return renders.CreateRenderRequest(parent=BRAND, render=render)


def _pack(demo: Demo) -> packs.CreateExportPackRequest:
    pack = export_pack_pb2.ExportPack(snapshot=snapshot_of(demo).name)
    return packs.CreateExportPackRequest(parent=BRAND, export_pack=pack)


def _made(demo: Demo, rpc: str, request: Message, kind: Any) -> Any:
    made = kind()
    assert done(demo, call(demo, rpc, request)).response.Unpack(made)
    return made


@case("CreateRender")
def _(demo: Demo) -> renders.CreateRenderRequest:
    # Asked for once it is there, so that no worker is between the two calls.
    done(demo, call(demo, "CreateRender", _render(demo)))
    return _render(demo)


@case("GetRender")
def _(demo: Demo) -> renders.GetRenderRequest:
    made = _made(demo, "CreateRender", _render(demo), render_pb2.Render)
    return renders.GetRenderRequest(name=made.name)


@case("ListRenders")
def _(demo: Demo) -> renders.ListRendersRequest:
    done(demo, call(demo, "CreateRender", _render(demo)))
    return renders.ListRendersRequest(parent=BRAND, page_size=1)


@case("MakeOrderPacks")
def _(demo: Demo) -> packs.MakeOrderPacksRequest:
    request = packs.MakeOrderPacksRequest(
        name=ordered(demo, paid=True).name, formats=[export_pack_pb2.DRAWING_FORMAT_SVG]
    )
    done(demo, call(demo, "MakeOrderPacks", request))
    return request


@case("RemakeExportPack")
def _(demo: Demo) -> packs.RemakeExportPackRequest:
    made = _made(demo, "CreateExportPack", _pack(demo), export_pack_pb2.ExportPack)
    return packs.RemakeExportPackRequest(name=made.name)


def _preview(demo: Demo) -> Any:
    request = renders.CreatePreviewRequest(parent=BRAND, design=design(), width_px=256)
    made = call(demo, "CreatePreview", request, "guestSession")
    call(demo, "GetPreview", renders.GetPreviewRequest(name=made.name), "")
    return made


@case("CreatePreview", "guestSession")
def _(demo: Demo) -> renders.CreatePreviewRequest:
    _preview(demo)
    return renders.CreatePreviewRequest(parent=BRAND, design=design(), width_px=256)


@case("GetPreview", "")
def _(demo: Demo) -> renders.GetPreviewRequest:
    return renders.GetPreviewRequest(name=_preview(demo).name)


@case("CreateExportPack")
def _(demo: Demo) -> packs.CreateExportPackRequest:
    done(demo, call(demo, "CreateExportPack", _pack(demo)))
    return _pack(demo)


@case("GetExportPack")
def _(demo: Demo) -> packs.GetExportPackRequest:
    made = _made(demo, "CreateExportPack", _pack(demo), export_pack_pb2.ExportPack)
    return packs.GetExportPackRequest(name=made.name)


@case("ListExportPacks")
def _(demo: Demo) -> packs.ListExportPacksRequest:
    done(demo, call(demo, "CreateExportPack", _pack(demo)))
    return packs.ListExportPacksRequest(parent=BRAND, snapshot=snapshot_of(demo).name)


def _operation(demo: Demo) -> Operation:
    return done(demo, call(demo, "CreateExportPack", _pack(demo)))


@case("GetOperation")
def _(demo: Demo) -> operations.GetOperationRequest:
    return operations.GetOperationRequest(name=_operation(demo).name)


@case("ListOperations")
def _(demo: Demo) -> operations.ListOperationsRequest:
    _operation(demo)
    return operations.ListOperationsRequest(parent=BRAND, page_size=1)


@case("WaitOperation")
def _(demo: Demo) -> operations.WaitOperationRequest:
    return operations.WaitOperationRequest(name=_operation(demo).name, timeout_ms=5_000)


@case("WatchOperation")
def _(demo: Demo) -> operations.WatchOperationRequest:
    return operations.WatchOperationRequest(name=_operation(demo).name)


@case("CancelOperation")
def _(demo: Demo) -> operations.CancelOperationRequest:
    return operations.CancelOperationRequest(name=_operation(demo).name)


@case("GetObject", "")
def _(demo: Demo) -> objects.GetObjectRequest:
    made = _made(demo, "CreateExportPack", _pack(demo), export_pack_pb2.ExportPack)
    found = call(demo, "GetExportPack", packs.GetExportPackRequest(name=made.name))
    return objects.GetObjectRequest(ticket=found.result.uri.rpartition("/")[2])
