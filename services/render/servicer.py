"""luneo.render.v1.RenderService."""

from __future__ import annotations

from dataclasses import replace

from google.api.httpbody_pb2 import HttpBody
from google.longrunning.operations_pb2 import Operation
from luneo.render.v1 import preview_pb2, render_pb2, render_service_pb2
from luneo.spec.v1 import spec_service_pb2, spec_service_pb2_grpc
from sqlalchemy import Connection

from services.designs.provenance import provenance_of
from services.render import convert, drawing, store
from services.render.content import Content, Contents
from services.render.domain import (
    Kind,
    Parameters,
    PreviewNotReady,
    Render,
    RenderFailed,
    Result,
    parameters_of,
)
from services.render.jobs import (
    CONVERT_MODEL,
    DRAW_FINAL,
    DRAW_MODEL,
    DRAW_PREVIEW,
    DRAW_TURNTABLE,
)
from services.runtime import http_bodies, operation_messages
from services.runtime.calls import Context
from services.runtime.errors import NotFound
from services.runtime.operations import OperationRow, OperationState
from services.runtime.service import Runtime

_MARGIN_S = 0.25  # what is left of the deadline for reading and sending the picture
_PUBLIC = (Kind.PREVIEW, Kind.PREVIEW_3D, Kind.GLB, Kind.USDZ)
_ACTORS = {
    Kind.FINAL: DRAW_FINAL,
    Kind.PREVIEW_3D: DRAW_MODEL,
    Kind.TURNTABLE: DRAW_TURNTABLE,
    Kind.GLB: CONVERT_MODEL,
    Kind.USDZ: CONVERT_MODEL,
}


class RenderServicer:
    """Makes pictures from specs and snapshots."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._objects = runtime.objects
        self._operations = runtime.operations
        self._clients = runtime.clients
        self._keyring = runtime.keyring
        self._contents = Contents(runtime.clients)

    def CreateRender(
        self, request: render_service_pb2.CreateRenderRequest, context: Context
    ) -> Operation:
        asked_for = request.render
        snapshot = ""
        if asked_for.snapshot:
            content = self._contents.of_snapshot(asked_for.snapshot, context)
            snapshot = convert.SNAPSHOT.parse_last(asked_for.snapshot, brand=context.brand)
        else:
            content = self._contents.of_spec(asked_for.spec, context)
        asked = parameters_of(
            convert.kind_of(asked_for),
            convert.asked_of(asked_for),
            content.offered(),
            field="render.",
        )
        render, operation = self._ask(content, asked, snapshot, context)
        return operation_messages.to_proto(
            operation, convert.render_to_proto(render, self._objects)
        )

    def GetRender(
        self, request: render_service_pb2.GetRenderRequest, context: Context
    ) -> render_pb2.Render:
        render = convert.RENDER.parse_last(request.name, brand=context.brand)
        found = store.read(self._database, context.brand, render)
        return convert.render_to_proto(found, self._objects)

    def ListRenders(
        self, request: render_service_pb2.ListRendersRequest, context: Context
    ) -> render_service_pb2.ListRendersResponse:
        page = self._pages.read(request, context)
        with self._database.brand(context.brand) as tx:
            found = store.newest(tx, context.brand, before=page.moment_and_id(), limit=page.limit)
        shown = page.cut(found, lambda item: (item.created_at.isoformat(), item.render))
        return render_service_pb2.ListRendersResponse(
            renders=[convert.render_to_proto(item, self._objects) for item in shown.items],
            next_page_token=shown.next_page_token,
        )

    def CreatePreview(
        self, request: render_service_pb2.CreatePreviewRequest, context: Context
    ) -> preview_pb2.Preview:
        stub = spec_service_pb2_grpc.SpecServiceStub(self._clients.channel(context))
        spec = stub.CreateSpec(
            spec_service_pb2.CreateSpecRequest(
                parent=request.parent, design=request.design, provenance=provenance_of(context)
            )
        )
        content = self._contents.of_message(spec, context)
        asked = parameters_of(
            convert.kind_of(request),
            convert.asked_of_preview(request),
            content.offered(),
            field="",
        )
        render, _ = self._ask(content, asked, "", context)
        return convert.preview_to_proto(render, spec=spec.name, layout_digest=content.layout_digest)

    def GetPreview(
        self, request: render_service_pb2.GetPreviewRequest, context: Context
    ) -> HttpBody:
        preview, extension = convert.preview_id(request.name, context.brand)
        render = store.read(self._database, context.brand, preview)
        if render.parameters.kind not in _PUBLIC or render.snapshot:
            raise NotFound
        if extension not in ("", convert.extension_of(render)):
            raise NotFound
        result = render.result or self._awaited(render, context)
        return http_bodies.of(
            self._objects.get(context.brand, result.sha256),
            result.media_type,
            cache_control=http_bodies.IMMUTABLE,
            etag=preview,
        )

    def _ask(
        self, content: Content, asked: Parameters, snapshot: str, context: Context
    ) -> tuple[Render, OperationRow]:
        """Return the render of this content, with work on it started unless it is done."""
        key = drawing.key_of(content, asked)
        render = Render(
            brand=context.brand,
            render=self._keyring.public_id(context.brand, "render", f"{key}:{snapshot}"),
            render_key=key,
            spec=content.spec,
            snapshot=snapshot,
            parameters=asked,
            operation="",
            created_at=self._clock.now(),
        )
        with self._database.brand(context.brand) as tx:
            operation = self._start(tx, render, context)
            stored = store.put(tx, replace(render, operation=operation.operation_id))
        return stored, operation

    def _start(self, tx: Connection, render: Render, context: Context) -> OperationRow:
        kind = render.parameters.kind
        return self._operations.start(
            tx,
            brand=context.brand,
            kind=f"render.{kind.value}",
            target=convert.name_of(render),
            content_key=f"render:{render.render}",
            queue=kind.queue,
            actor=_ACTORS.get(kind, DRAW_PREVIEW),
            actor_args={"render": render.render},
            requested_by=context.caller.subject,
        )

    def _awaited(self, render: Render, context: Context) -> Result:
        """Return the result once it is there; PreviewNotReady when the deadline comes first."""
        patience_s = max(0.0, context.deadline.remaining_s() - _MARGIN_S)
        operation = self._operations.wait(context.brand, render.operation, patience_s)
        if operation.state in (OperationState.FAILED, OperationState.CANCELLED):
            raise RenderFailed(cause=operation.error_reason or operation.state.value)
        found = store.read(self._database, context.brand, render.render)
        if found.result is None:
            raise PreviewNotReady
        return found.result
