"""Between the values of renders and their messages."""

from __future__ import annotations

from luneo.render.v1 import preview_pb2, render_pb2
from luneo.snapshot.v1 import snapshot_pb2
from luneo.spec.v1 import spec_pb2

from services.render.domain import Format, Kind, Render, Result
from services.runtime import moments, names
from services.runtime.objects import Objects
from services.runtime.operations import OPERATION

RENDER = names.of(render_pb2.Render)
PREVIEW = names.of(preview_pb2.Preview)
SPEC = names.of(spec_pb2.Spec)
SNAPSHOT = names.of(snapshot_pb2.Snapshot)

_KINDS = {
    Kind.PREVIEW: render_pb2.RENDER_KIND_PREVIEW,
    Kind.THUMBNAIL: render_pb2.RENDER_KIND_THUMBNAIL,
    Kind.FINAL: render_pb2.RENDER_KIND_FINAL,
}
_FORMATS = {
    Format.WEBP: render_pb2.IMAGE_FORMAT_WEBP,
    Format.PNG: render_pb2.IMAGE_FORMAT_PNG,
}
_ASSET_KINDS = {
    Kind.PREVIEW: snapshot_pb2.SNAPSHOT_ASSET_KIND_PREVIEW,
    Kind.THUMBNAIL: snapshot_pb2.SNAPSHOT_ASSET_KIND_THUMBNAIL,
    Kind.FINAL: snapshot_pb2.SNAPSHOT_ASSET_KIND_FINAL,
}


def kind_of(message: render_pb2.Render) -> Kind:
    return next(kind for kind, value in _KINDS.items() if value == message.kind)


def format_of(message: render_pb2.Render) -> Format | None:
    """Return the format that was asked for, None for the kind's own."""
    return next((known for known, value in _FORMATS.items() if value == message.format), None)


def name_of(render: Render) -> str:
    return RENDER.format(brand=render.brand, render=render.render)


def render_to_proto(render: Render, objects: Objects | None = None) -> render_pb2.Render:
    """Return the message of a render; with `objects`, its result has a signed address."""
    asked = render.parameters
    message = render_pb2.Render(
        name=name_of(render),
        kind=_KINDS[asked.kind],
        view=asked.view,
        surface=asked.surface,
        width_px=asked.width_px,
        dpi=asked.dpi,
        format=_FORMATS[asked.format],
        operation=OPERATION.format(brand=render.brand, operation=render.operation),
        create_time=moments.to_message(render.created_at),
    )
    if render.snapshot:
        message.snapshot = SNAPSHOT.format(brand=render.brand, snapshot=render.snapshot)
    else:
        message.spec = SPEC.format(brand=render.brand, spec=render.spec)
    if render.result:
        message.result.CopyFrom(_result(render, render.result, objects))
    return message


def preview_to_proto(render: Render, *, spec: str, layout_digest: str) -> preview_pb2.Preview:
    name = PREVIEW.format(brand=render.brand, preview=render.render)
    return preview_pb2.Preview(
        name=name,
        uri=f"/v1/{name}",
        operation=OPERATION.format(brand=render.brand, operation=render.operation),
        ready=render.result is not None,
        spec=spec,
        layout_digest=layout_digest,
    )


def asset_to_proto(render: Render, result: Result) -> snapshot_pb2.SnapshotAsset:
    """Return what a finished render is to its snapshot."""
    return snapshot_pb2.SnapshotAsset(
        kind=_ASSET_KINDS[render.parameters.kind],
        media_type=result.media_type,
        sha256=result.sha256,
        size_bytes=result.size_bytes,
        renderer_version=result.renderer_version,
        source=name_of(render),
    )


def _result(render: Render, result: Result, objects: Objects | None) -> render_pb2.RenderResult:
    filename = f"{render.render}.{render.parameters.format.value}"
    uri = ""
    if objects is not None:
        uri = objects.signed_url(
            render.brand, result.sha256, media_type=result.media_type, filename=filename
        )
    return render_pb2.RenderResult(
        sha256=result.sha256,
        size_bytes=result.size_bytes,
        media_type=result.media_type,
        width_px=result.width_px,
        height_px=result.height_px,
        renderer_version=result.renderer_version,
        uri=uri,
    )
