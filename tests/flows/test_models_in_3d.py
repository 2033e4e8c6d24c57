"""A product's 3D model with a shopper's design: pictures, a turn, files for AR; the bytes of `luneo render`."""

from __future__ import annotations

import time
from typing import Any, Final

import protovalidate
import pytest
from google.api.httpbody_pb2 import HttpBody
from google.longrunning.operations_pb2 import Operation
from luneo.design.v1 import design_pb2, template_pb2
from luneo.operations.v1 import operation_service_pb2
from luneo.render.v1 import preview_pb2, render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from luneo.spec.v1.asset_service_pb2 import GetAssetRequest

from render_core.models import MAX_DISTANCE_PERCENT, MIN_DISTANCE_PERCENT
from render_core.output_keys import OutputKind
from render_core.scene import of_product
from render_core.scene.camera import MAX_SIDE_PX, MIN_SIDE_PX
from services.render import domain
from services.runtime.http_bodies import IMMUTABLE
from services.runtime.objects import ObjectNotFound
from tests.flows.house import Brand, named
from tests.flows.making import RENDERS, SNAPSHOTS, render
from tests.flows.mug import mug_design, offline, publish_mug
from tests.spec.meshes import PLATE, with_model
from tests.spec.shop import Refused

PATIENCE_S: Final = 150.0
CAMERA = {"azimuth_degrees": -40, "elevation_degrees": 30}
# Kind of render, what is asked for, the same for the render core, media type, kind of asset.
KINDS: tuple[Any, ...] = (
    (
        render_pb2.RENDER_KIND_PREVIEW_3D,
        {"width_px": 200, **CAMERA},
        (OutputKind.PREVIEW_3D, {"width": 200, "azimuth": -40, "elevation": 30}),
        "image/webp",
        snapshot_pb2.SNAPSHOT_ASSET_KIND_PREVIEW_3D,
    ),
    (
        render_pb2.RENDER_KIND_PREVIEW_3D,
        {"width_px": 120, "background": render_pb2.BACKGROUND_STUDIO},
        (OutputKind.PREVIEW_3D, {"width": 120, "background": "studio"}),
        "image/webp",
        snapshot_pb2.SNAPSHOT_ASSET_KIND_PREVIEW_3D,
    ),
    (
        render_pb2.RENDER_KIND_TURNTABLE,
        {"width_px": 96, "frames": 4},
        (OutputKind.TURNTABLE, {"width": 96, "frames": 4}),
        "image/webp",
        snapshot_pb2.SNAPSHOT_ASSET_KIND_TURNTABLE,
    ),
    (
        render_pb2.RENDER_KIND_TURNTABLE,
        {"width_px": 96, "frames": 4, "format": render_pb2.IMAGE_FORMAT_MP4},
        (OutputKind.TURNTABLE, {"width": 96, "frames": 4, "format": "mp4"}),
        "video/mp4",
        snapshot_pb2.SNAPSHOT_ASSET_KIND_TURNTABLE,
    ),
    (
        render_pb2.RENDER_KIND_GLB,
        {},
        (OutputKind.GLB, {}),
        "model/gltf-binary",
        snapshot_pb2.SNAPSHOT_ASSET_KIND_GLB,
    ),
    (
        render_pb2.RENDER_KIND_USDZ,
        {},
        (OutputKind.USDZ, {}),
        "model/vnd.usdz+zip",
        snapshot_pb2.SNAPSHOT_ASSET_KIND_USDZ,
    ),
)


@pytest.fixture(scope="module")
def mug(acme: Brand) -> design_pb2.Design:
    return mug_design(acme, publish_mug(acme))


@pytest.fixture(scope="module")
def snapshot(acme: Brand, mug: design_pb2.Design) -> snapshot_pb2.Snapshot:
    return acme.keep(mug)


def until_done(brand: Brand, operation: str) -> Operation:
    """Return an operation once it is done: sides are prepared by a machine that others use, too."""
    wait = operation_service_pb2.WaitOperationRequest(name=operation, timeout_ms=20_000)
    end = time.monotonic() + PATIENCE_S
    done = Operation()
    while not done.done and time.monotonic() < end:
        done = brand.rpc("luneo.operations.v1.OperationService/WaitOperation", wait)
    assert done.done, done
    return done


def made(brand: Brand, **fields: object) -> render_pb2.Render:
    done = render_pb2.Render()
    finished = until_done(brand, render(brand, **fields).name)
    assert finished.response.Unpack(done), finished
    return done


def shown(brand: Brand, design: design_pb2.Design, **fields: object) -> preview_pb2.Preview:
    request = render_service_pb2.CreatePreviewRequest(
        parent=brand.name,
        design=design,
        **fields,  # type: ignore[arg-type]
    )
    preview: preview_pb2.Preview = brand.rpc(f"{RENDERS}/CreatePreview", request)
    return preview


def body_of(brand: Brand, name: str) -> HttpBody:
    body: HttpBody = brand.rpc(
        f"{RENDERS}/GetPreview", render_service_pb2.GetPreviewRequest(name=name)
    )
    return body


def file_of(brand: Brand, preview: preview_pb2.Preview) -> HttpBody:
    """The picture or file of a preview once it is made."""
    until_done(brand, preview.operation)
    return body_of(brand, preview.name)


@pytest.mark.parametrize(("kind", "asked", "same", "media_type", "asset"), KINDS)
def test_every_3d_kind_is_made_with_the_bytes_of_the_command_line_and_attached(
    acme: Brand,
    snapshot: snapshot_pb2.Snapshot,
    kind: render_pb2.RenderKind,
    asked: dict[str, int],
    same: tuple[OutputKind, dict[str, int]],
    media_type: str,
    asset: snapshot_pb2.SnapshotAssetKind,
) -> None:
    done = made(acme, kind=kind, snapshot=snapshot.name, **asked)
    assert done.result.media_type == media_type
    data = acme.process.runtime.objects.get(acme.brand, done.result.sha256)
    assert data == offline(same[0], **same[1])
    kept = acme.rpc(
        f"{SNAPSHOTS}/GetSnapshot", snapshot_service_pb2.GetSnapshotRequest(name=snapshot.name)
    )
    assert (asset, done.result.sha256) in [(one.kind, one.sha256) for one in kept.assets]


def test_a_render_says_from_where_it_is_seen_and_takes_the_model_s_camera_by_name(
    acme: Brand, snapshot: snapshot_pb2.Snapshot
) -> None:
    seen = {"kind": render_pb2.RENDER_KIND_PREVIEW_3D, "spec": snapshot.spec, "width_px": 64}
    first = made(acme, **seen)
    assert (first.model, first.azimuth_degrees, first.elevation_degrees) == ("mug", 20, 14)
    above = made(acme, camera="above", **seen)
    assert (above.azimuth_degrees, above.elevation_degrees) == (335, 40)
    turned = made(acme, camera="above", azimuth_degrees=90, **seen)
    assert (turned.azimuth_degrees, turned.elevation_degrees) == (90, 40)


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"kind": render_pb2.RENDER_KIND_GLB, "model": "cup"}, "model", "MODEL_UNKNOWN"),
        ({"kind": render_pb2.RENDER_KIND_PREVIEW_3D, "camera": "x"}, "camera", "CAMERA_UNKNOWN"),
        (
            {"kind": render_pb2.RENDER_KIND_PREVIEW_3D, "width_px": 4000},
            "width_px",
            "WIDTH_OUT_OF_RANGE",
        ),
        (
            {"kind": render_pb2.RENDER_KIND_TURNTABLE, "width_px": 1024},
            "width_px",
            "WIDTH_OUT_OF_RANGE",
        ),
        ({"kind": render_pb2.RENDER_KIND_TURNTABLE, "frames": 7}, "frames", "TURNTABLE_FRAMES"),
        (
            {"kind": render_pb2.RENDER_KIND_USDZ, "format": render_pb2.IMAGE_FORMAT_PNG},
            "format",
            "FORMAT_UNKNOWN",
        ),
        *(
            (
                {"kind": kind, "background": render_pb2.BACKGROUND_STUDIO},
                "background",
                "BACKGROUND_UNKNOWN",
            )
            for kind in render_pb2.RenderKind.values()
            if kind not in (0, render_pb2.RENDER_KIND_PREVIEW_3D)
        ),
        *(
            ({"kind": kind, "format": render_pb2.IMAGE_FORMAT_MP4}, "format", "FORMAT_UNKNOWN")
            for kind in (
                render_pb2.RENDER_KIND_PREVIEW,
                render_pb2.RENDER_KIND_THUMBNAIL,
                render_pb2.RENDER_KIND_PREVIEW_3D,
            )
        ),
    ],
)
def test_what_a_model_does_not_have_is_refused_by_its_field(
    acme: Brand, snapshot: snapshot_pb2.Snapshot, fields: dict[str, object], field: str, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        render(acme, spec=snapshot.spec, **fields)
    assert refused.value.violations == {f"render.{field}": reason}


def test_a_picture_is_taken_from_the_distance_of_its_camera_or_the_one_asked_for(
    brand: Brand,
) -> None:
    font = brand.add_font("sans", "noto-sans").name
    mesh = brand.add_asset(PLATE, "near-mesh").name
    cameras = [template_pb2.ModelCamera(id="near", distance_percent=50)]
    revision = brand.published(with_model(font, mesh=mesh, cameras=cameras)).name
    seen = {
        "kind": render_pb2.RENDER_KIND_PREVIEW_3D,
        "spec": brand.add_spec(named(revision)).name,
        "width_px": 48,
    }
    near = made(brand, **seen)
    assert near.distance_percent == 50
    assert made(brand, **seen, distance_percent=50).name == near.name
    far = made(brand, **seen, distance_percent=100)
    assert far.distance_percent == 100
    assert far.result.sha256 != near.result.sha256


@pytest.mark.parametrize("distance", [39, 401])
def test_a_camera_is_neither_in_the_product_nor_out_of_sight(distance: int) -> None:
    for message in (
        template_pb2.ModelCamera(id="a", distance_percent=distance),
        render_pb2.Render(distance_percent=distance),
    ):
        with pytest.raises(protovalidate.ValidationError) as refused:
            protovalidate.validate(message)
        assert "distance_percent" in str(refused.value.to_proto())
    assert (MIN_DISTANCE_PERCENT, MAX_DISTANCE_PERCENT) == (40, 400)


def test_a_photo_has_no_background_to_choose(acme: Brand, mug: design_pb2.Design) -> None:
    with pytest.raises(Refused) as refused:
        shown(acme, mug, background=render_pb2.BACKGROUND_STUDIO)
    assert refused.value.violations == {"background": "BACKGROUND_UNKNOWN"}


def test_a_product_without_a_model_has_nothing_in_3d(brand: Brand) -> None:
    with pytest.raises(Refused) as refused:
        shown(brand, named(brand.plate()), kind=render_pb2.RENDER_KIND_PREVIEW_3D)
    assert refused.value.violations == {"model": "MODEL_UNKNOWN"}


def test_the_service_takes_what_the_render_core_takes() -> None:
    assert (domain.MIN_SCENE_PX, domain.MAX_SCENE_PX) == (MIN_SIDE_PX, MAX_SIDE_PX)
    assert domain.MAX_TURNTABLE_PX == of_product.MAX_TURNTABLE_PX
    for elevation in (of_product.MIN_ELEVATION - 1, of_product.MAX_ELEVATION + 1):
        with pytest.raises(protovalidate.ValidationError):
            protovalidate.validate(template_pb2.ModelCamera(id="a", elevation_degrees=elevation))
    for elevation in (of_product.MIN_ELEVATION, of_product.MAX_ELEVATION):
        protovalidate.validate(template_pb2.ModelCamera(id="a", elevation_degrees=elevation))


def test_a_live_design_is_shown_in_3d_under_an_address_that_never_changes(
    acme: Brand, mug: design_pb2.Design
) -> None:
    seen = {"kind": render_pb2.RENDER_KIND_PREVIEW_3D, "width_px": 128, "azimuth_degrees": 60}
    preview = shown(acme, mug, **seen)
    body = file_of(acme, preview)
    assert body.content_type == "image/webp"
    assert IMMUTABLE.encode() in body.extensions[0].value
    assert body.data == offline(OutputKind.PREVIEW_3D, width=128, azimuth=60)
    again = shown(acme, mug, **seen)
    assert (again.name, again.ready) == (preview.name, True)
    turned = shown(acme, mug, **{**seen, "azimuth_degrees": 61})
    assert turned.name != preview.name


@pytest.mark.parametrize("kind", [OutputKind.GLB, OutputKind.USDZ])
def test_a_file_for_ar_has_an_address_with_its_extension(
    acme: Brand, mug: design_pb2.Design, kind: OutputKind
) -> None:
    wanted = render_pb2.RenderKind.Value(f"RENDER_KIND_{kind.name}")
    preview = shown(acme, mug, kind=wanted)
    assert preview.uri == f"/v1/{preview.name}.{kind.value}"
    file_of(acme, preview)
    for name in (preview.name, f"{preview.name}.{kind.value}"):
        assert body_of(acme, name).data == offline(kind)
    for name in (f"{preview.name}.webp", f"{preview.name}.glb.usdz", f"{preview.name}."):
        with pytest.raises(Refused) as refused:
            body_of(acme, name)
        assert refused.value.status.code in (3, 5)


def test_a_turntable_tells_how_far_it_is_and_stops_when_it_is_cancelled(
    acme: Brand, mug: design_pb2.Design, snapshot: snapshot_pb2.Snapshot
) -> None:
    started = render(
        acme, kind=render_pb2.RENDER_KIND_TURNTABLE, spec=snapshot.spec, width_px=640, frames=72
    )
    runtime, identity = acme.process.runtime, started.name.rpartition("/")[2]
    steps: set[tuple[int, str]] = set()
    while len(steps) < 2:
        time.sleep(0.02)
        row = runtime.operations.get(acme.brand, identity)
        assert not row.state.is_done
        if row.step:
            steps.add((row.progress_percent, row.step))
    assert all(step.endswith("of 72 pictures") for _, step in steps)
    assert len({percent for percent, _ in steps}) == 2
    acme.rpc(
        "luneo.operations.v1.OperationService/CancelOperation",
        operation_service_pb2.CancelOperationRequest(name=started.name),
    )
    # The one thread of finals is free again long before the other pictures could be made.
    done = made(acme, kind=render_pb2.RENDER_KIND_FINAL, spec=snapshot.spec, dpi=72)
    assert done.result.media_type == "image/png"
    found = acme.rpc(
        f"{RENDERS}/ListRenders", render_service_pb2.ListRendersRequest(parent=acme.name)
    )
    (turn,) = [one for one in found.renders if one.frames == 72]
    assert not turn.HasField("result")


def test_what_prepares_a_mesh_of_a_million_triangles_has_more_time_than_it_takes(
    acme: Brand,
) -> None:
    """Measured alone on a core: 21 s for a side of 2048 pixels, 54 s for a file."""
    limits = {one.name: one.limit_s for part in acme.process.services for one in part.actors}
    assert limits["render.draw_model"] > 2 * 21
    assert limits["render.convert_model"] > 2 * 54


def test_another_brand_sees_nothing_of_it(
    acme: Brand, brand: Brand, mug: design_pb2.Design, snapshot: snapshot_pb2.Snapshot
) -> None:
    preview = shown(acme, mug, kind=render_pb2.RENDER_KIND_GLB)
    own = f"{brand.name}/previews/{preview.name.rpartition('/')[2]}"
    with pytest.raises(Refused) as refused:
        body_of(brand, own)
    assert refused.value.status.code == 5
    with pytest.raises(Refused) as refused:
        render(brand, kind=render_pb2.RENDER_KIND_GLB, snapshot=snapshot.name)
    assert refused.value.status.code == 5
    mesh = acme.call("AssetService/GetAsset", GetAssetRequest(name=f"{acme.name}/assets/mug-mesh"))
    with pytest.raises(ObjectNotFound):
        brand.process.runtime.objects.get(brand.brand, mesh.sha256)
