"""From a name typed to a file the workshop can cut, through every service and the real queue."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.api.httpbody_pb2 import HttpBody
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.render.v1 import render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from luneo.spec.v1 import design_service_pb2
from PIL import Image

from render_core.export.verify import verify_pack
from services.runtime.http_bodies import IMMUTABLE
from tests.flows.house import Brand, named
from tests.flows.making import (
    RENDERS,
    SNAPSHOTS,
    pack,
    preview_of,
    render,
    runs_of,
)
from tests.spec.shop import Refused


def test_what_is_composed_previewed_frozen_and_packed_has_one_layout(
    acme: Brand, plate: str
) -> None:
    design = named(plate, "Zoë & Łukasz")
    composed = acme.rpc(
        "luneo.spec.v1.DesignService/ComposeDesign",
        design_service_pb2.ComposeDesignRequest(parent=acme.name, design=design),
        acme.guest("g1"),
    )
    snapshot = acme.keep(design, acme.guest("g1"))
    preview = preview_of(acme, design)
    done = acme.wait(pack(acme, snapshot.name))
    made = export_pack_pb2.ExportPack()
    assert done.response.Unpack(made)
    assert (
        composed.layout.digest
        == snapshot.layout_digest
        == preview.layout_digest
        == made.result.layout_digest
    )


def test_a_pack_holds_every_file_and_proves_itself(acme: Brand, plate: str) -> None:
    snapshot = acme.keep(named(plate, "Pack"))
    made = export_pack_pb2.ExportPack()
    acme.wait(pack(acme, snapshot.name)).response.Unpack(made)
    data = acme.process.runtime.objects.get(acme.brand, made.result.sha256)
    assert verify_pack(data).ok
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
    assert {"manifest.json", "front.svg", "front.dxf", "front.pdf", "front.png"} <= names
    assert names == {file.path for file in made.result.files}


def test_the_same_pack_is_asked_for_twice_and_made_once(acme: Brand, plate: str) -> None:
    snapshot = acme.keep(named(plate, "Twice"))
    first = acme.wait(pack(acme, snapshot.name))
    again = pack(acme, snapshot.name)
    assert again.done
    assert again.name == first.name
    assert runs_of(acme, first.name) == 1


def test_a_preview_waits_for_its_picture_and_is_then_kept_for_ever(acme: Brand, plate: str) -> None:
    preview = preview_of(acme, named(plate, "Wait"))
    request = render_service_pb2.GetPreviewRequest(name=preview.name)
    body: HttpBody = acme.rpc(f"{RENDERS}/GetPreview", request)
    picture = Image.open(io.BytesIO(body.data))
    assert (picture.format, picture.width, body.content_type) == ("WEBP", 256, "image/webp")
    assert IMMUTABLE.encode() in body.extensions[0].value


def test_200_equal_previews_at_once_are_one_render(acme: Brand, plate: str) -> None:
    design = named(plate, "Everybody wants this")
    with ThreadPoolExecutor(16) as pool:
        previews = list(pool.map(lambda n: preview_of(acme, design, f"g{n}"), range(200)))
    assert len({preview.name for preview in previews}) == 1
    request = render_service_pb2.GetPreviewRequest(name=previews[0].name)
    acme.rpc(f"{RENDERS}/GetPreview", request)
    assert runs_of(acme, previews[0].operation) == 1


def test_two_shoppers_share_a_picture_but_never_a_snapshot(acme: Brand, plate: str) -> None:
    design = named(plate, "Shared")
    one, two = (acme.keep(design, acme.guest(guest)) for guest in ("one", "two"))
    assert one.spec == two.spec
    assert one.name != two.name
    assert preview_of(acme, design, "one").name == preview_of(acme, design, "two").name


def test_a_final_render_is_flat_at_print_resolution_and_attached(acme: Brand, plate: str) -> None:
    snapshot = acme.keep(named(plate, "Final"))
    started = render(acme, kind=render_pb2.RENDER_KIND_FINAL, snapshot=snapshot.name, dpi=254)
    made = render_pb2.Render()
    assert acme.wait(started).response.Unpack(made)
    assert (made.result.width_px, made.result.height_px) == (1000, 400)
    kept = acme.rpc(
        f"{SNAPSHOTS}/GetSnapshot", snapshot_service_pb2.GetSnapshotRequest(name=snapshot.name)
    )
    assert [(asset.kind, asset.sha256) for asset in kept.assets] == [
        (snapshot_pb2.SNAPSHOT_ASSET_KIND_FINAL, made.result.sha256)
    ]


def test_a_picture_once_made_is_answered_as_done(acme: Brand, plate: str) -> None:
    snapshot = acme.keep(named(plate, "Thumb"))
    spec = {"kind": render_pb2.RENDER_KIND_THUMBNAIL, "spec": snapshot.spec}
    acme.wait(render(acme, **spec))
    again = render(acme, **spec)
    made = render_pb2.Render()
    assert again.done
    assert again.response.Unpack(made)
    assert made.result.uri.startswith("http")


def test_a_design_with_problems_is_neither_kept_nor_previewed(acme: Brand, plate: str) -> None:
    bad = named(plate, "far too long " * 30)
    for attempt in (lambda: acme.keep(bad), lambda: preview_of(acme, bad)):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.reason == "SPEC_INVALID"
        assert refused.value.violations
