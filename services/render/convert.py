"""Between the values of renders and their messages."""

from __future__ import annotations

from dataclasses import replace

from luneo.render.v1 import preview_pb2, render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_pb2
from luneo.spec.v1 import spec_pb2

from services.render.accepted import best_format
from services.render.domain import Asked, Background, Format, Kind, Proof, Render, Result
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
    Kind.PREVIEW_3D: render_pb2.RENDER_KIND_PREVIEW_3D,
    Kind.TURNTABLE: render_pb2.RENDER_KIND_TURNTABLE,
    Kind.GLB: render_pb2.RENDER_KIND_GLB,
    Kind.USDZ: render_pb2.RENDER_KIND_USDZ,
}
_FORMATS = {
    Format.WEBP: render_pb2.IMAGE_FORMAT_WEBP,
    Format.PNG: render_pb2.IMAGE_FORMAT_PNG,
    Format.JPEG: render_pb2.IMAGE_FORMAT_JPEG,
    Format.AVIF: render_pb2.IMAGE_FORMAT_AVIF,
    Format.MP4: render_pb2.IMAGE_FORMAT_MP4,
}
_PROOFS = {
    Proof.NONE: render_pb2.PROOF_UNSPECIFIED,
    Proof.PRESS: render_pb2.PROOF_PRESS,
    Proof.PAPER: render_pb2.PROOF_PAPER,
    Proof.GAMUT: render_pb2.PROOF_GAMUT,
}
_BACKGROUNDS = {
    Background.NONE: render_pb2.BACKGROUND_UNSPECIFIED,
    Background.STUDIO: render_pb2.BACKGROUND_STUDIO,
}
_ASSET_KINDS = {
    Kind.PREVIEW: snapshot_pb2.SNAPSHOT_ASSET_KIND_PREVIEW,
    Kind.THUMBNAIL: snapshot_pb2.SNAPSHOT_ASSET_KIND_THUMBNAIL,
    Kind.FINAL: snapshot_pb2.SNAPSHOT_ASSET_KIND_FINAL,
    Kind.PREVIEW_3D: snapshot_pb2.SNAPSHOT_ASSET_KIND_PREVIEW_3D,
    Kind.TURNTABLE: snapshot_pb2.SNAPSHOT_ASSET_KIND_TURNTABLE,
    Kind.GLB: snapshot_pb2.SNAPSHOT_ASSET_KIND_GLB,
    Kind.USDZ: snapshot_pb2.SNAPSHOT_ASSET_KIND_USDZ,
}


def kind_of(message: render_pb2.Render | render_service_pb2.CreatePreviewRequest) -> Kind:
    """Return the kind that was asked for, the photo where a preview states none."""
    kinds = (kind for kind, value in _KINDS.items() if value == message.kind)
    return next(kinds, Kind.PREVIEW)


def asked_of(message: render_pb2.Render) -> Asked:
    """Return what a render asks for."""
    return replace(
        _asked_of_both(message),
        view=message.view,
        surface=message.surface,
        frames=message.frames,
        dpi=message.dpi,
    )


def asked_of_preview(message: render_service_pb2.CreatePreviewRequest) -> Asked:
    """Return what a preview asks for."""
    asked = replace(_asked_of_both(message), view=message.view)
    return replace(asked, format=asked.format or best_format(kind_of(message), message.accept))


def _asked_of_both(
    message: render_pb2.Render | render_service_pb2.CreatePreviewRequest,
) -> Asked:
    """Return what both ask for."""
    return Asked(
        format=next((one for one, value in _FORMATS.items() if value == message.format), None),
        proof=next(one for one, value in _PROOFS.items() if value == message.proof),
        background=next(o for o, value in _BACKGROUNDS.items() if value == message.background),
        model=message.model,
        camera=message.camera,
        azimuth=message.azimuth_degrees if message.HasField("azimuth_degrees") else None,
        elevation=message.elevation_degrees if message.HasField("elevation_degrees") else None,
        distance_percent=message.distance_percent if message.HasField("distance_percent") else None,
        width_px=message.width_px,
    )


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
        format=_FORMATS.get(asked.format),
        model=asked.model,
        frames=asked.frames,
        proof=_PROOFS[asked.proof],
        background=_BACKGROUNDS[asked.background],
        operation=OPERATION.format(brand=render.brand, operation=render.operation),
        create_time=moments.to_message(render.created_at),
    )
    if asked.kind is Kind.PREVIEW_3D:
        message.azimuth_degrees = asked.azimuth
    if asked.kind in (Kind.PREVIEW_3D, Kind.TURNTABLE):
        message.elevation_degrees = asked.elevation
        message.distance_percent = asked.distance_percent or 100
    if render.snapshot:
        message.snapshot = SNAPSHOT.format(brand=render.brand, snapshot=render.snapshot)
    else:
        message.spec = SPEC.format(brand=render.brand, spec=render.spec)
    if render.result:
        message.result.CopyFrom(_result(render, render.result, objects))
    return message


def extension_of(render: Render) -> str:
    """Return how the address of a preview ends: ".glb" and ".usdz" for 3D files, else nothing."""
    kind = render.parameters.kind
    return f".{kind.value}" if kind in (Kind.GLB, Kind.USDZ) else ""


def preview_id(name: str, brand: str) -> tuple[str, str]:
    """Return the id of a preview by its name, and the extension that follows it (".glb") or ""."""
    at = name.rpartition("/")[2].find(".")
    extension = name[len(name.rpartition("/")[0]) + 1 + at :] if at > 0 else ""
    return PREVIEW.parse_last(name.removesuffix(extension), brand=brand), extension


def preview_to_proto(render: Render, *, spec: str, layout_digest: str) -> preview_pb2.Preview:
    name = PREVIEW.format(brand=render.brand, preview=render.render)
    return preview_pb2.Preview(
        name=name,
        uri=f"/v1/{name}{extension_of(render)}",
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
    format = render.parameters.format
    filename = f"{render.render}.{'jpg' if format is Format.JPEG else format.value}"
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
