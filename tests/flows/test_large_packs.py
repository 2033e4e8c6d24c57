"""Packs of large surfaces: in as many dots as can be had, or in those that were asked for."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from google.longrunning.operations_pb2 import Operation
from luneo.design.v1 import template_pb2
from luneo.manufacturing.v1 import export_pack_pb2, export_pack_service_pb2
from luneo.manufacturing.v1.export_pack_service_pb2 import GetExportPackRequest
from luneo.snapshot.v1 import snapshot_pb2
from PIL import Image

from tests.flows.house import Brand, named
from tests.flows.making import PACKS, runs_of
from tests.spec.shop import Refused, product, text_zone

Image.MAX_IMAGE_PIXELS = 70_000_000


def sign_of(brand: Brand, width_um: int, height_um: int) -> snapshot_pb2.Snapshot:
    """A kept design on a surface of some size, beside a huge one on which nothing is made."""
    zone = text_zone(brand.add_font("sans", "noto-sans").name)
    made = product(zone)
    made.template.surfaces[0].CopyFrom(
        template_pb2.Surface(id="front", width_um=width_um, height_um=height_um)
    )
    made.template.surfaces.add(id="back", width_um=3_000_000, height_um=3_000_000)
    return brand.keep(named(brand.published(made).name, "Opening hours"))


@pytest.fixture(scope="module")
def tag(acme: Brand) -> snapshot_pb2.Snapshot:
    """100 × 40 mm."""
    return sign_of(acme, 100_000, 40_000)


@pytest.fixture(scope="module")
def sign(acme: Brand) -> snapshot_pb2.Snapshot:
    """1.2 × 0.9 m."""
    return sign_of(acme, 1_200_000, 900_000)


def asked(brand: Brand, snapshot: snapshot_pb2.Snapshot, dpi: int = 0) -> Operation:
    pack = export_pack_pb2.ExportPack(snapshot=snapshot.name, dpi=dpi)
    request = export_pack_service_pb2.CreateExportPackRequest(parent=brand.name, export_pack=pack)
    started: Operation = brand.rpc(f"{PACKS}/CreateExportPack", request)
    return started


def made(
    brand: Brand, snapshot: snapshot_pb2.Snapshot, dpi: int = 0
) -> tuple[export_pack_pb2.ExportPack, zipfile.ZipFile]:
    """A finished pack and what is in it."""
    done = brand.wait(asked(brand, snapshot, dpi))
    pack = export_pack_pb2.ExportPack()
    assert done.response.Unpack(pack), done
    again: export_pack_pb2.ExportPack = brand.rpc(
        f"{PACKS}/GetExportPack", GetExportPackRequest(name=pack.name)
    )
    objects = brand.process.runtime.objects
    return again, zipfile.ZipFile(io.BytesIO(objects.get(brand.brand, pack.result.sha256)))


def stated(archive: zipfile.ZipFile) -> dict[str, int]:
    """The resolutions that the manifest states, by file."""
    files = json.loads(archive.read("manifest.json"))["files"]
    return {file["path"]: file["dpi"] for file in files if "dpi" in file}


def test_a_small_surface_is_made_at_300_dpi_and_the_manifest_says_so(
    acme: Brand, tag: snapshot_pb2.Snapshot
) -> None:
    pack, archive = made(acme, tag)
    assert (pack.dpi, pack.result.dpi) == (0, 300)
    assert stated(archive) == {"front.png": 300}


def test_a_resolution_that_is_asked_for_is_made(acme: Brand, tag: snapshot_pb2.Snapshot) -> None:
    pack, archive = made(acme, tag, 137)
    assert (pack.dpi, pack.result.dpi) == (137, 137)
    assert stated(archive) == {"front.png": 137}
    picture = Image.open(io.BytesIO(archive.read("front.png")))
    assert picture.size == (540, 216)  # 100 × 40 mm, partial pixels kept
    assert round(picture.info["dpi"][0]) == 137


def test_packs_of_two_resolutions_are_two_and_each_is_made_once(
    acme: Brand, tag: snapshot_pb2.Snapshot
) -> None:
    first, again, other = (acme.wait(asked(acme, tag, dpi)) for dpi in (90, 90, 91))
    assert first.name == again.name != other.name
    assert runs_of(acme, first.name) == 1
    packs = acme.rpc(
        f"{PACKS}/ListExportPacks",
        export_pack_service_pb2.ListExportPacksRequest(parent=acme.name, snapshot=tag.name),
    ).export_packs
    assert {90, 91} <= {pack.dpi for pack in packs}


def test_a_resolution_that_cannot_be_had_is_refused_at_the_call_with_the_largest_one(
    acme: Brand, sign: snapshot_pb2.Snapshot
) -> None:
    with pytest.raises(Refused) as refused:
        asked(acme, sign, 300)
    assert refused.value.status.code == 3
    assert refused.value.violations == {"export_pack.dpi": "DPI_OUT_OF_RANGE"}
    (violation,) = refused.value.error.violations
    assert violation.sentence == (
        "At 300 dpi the surface 'front' has 14174 × 10630 pixels, too many. "
        "Ask for at most 195 dpi, or for 0 to have it chosen."
    )


@pytest.mark.parametrize("dpi", [1, 35, -1, 2401])
def test_a_resolution_that_nothing_has_is_refused(
    acme: Brand, tag: snapshot_pb2.Snapshot, dpi: int
) -> None:
    with pytest.raises(Refused) as refused:
        asked(acme, tag, dpi)
    assert refused.value.status.code == 3
    assert "export_pack.dpi" in refused.value.violations


@pytest.mark.slow
@pytest.mark.parametrize(("dpi", "made_at"), [(0, 150), (195, 195)])
def test_a_sign_of_more_than_a_metre_is_made(
    acme: Brand, sign: snapshot_pb2.Snapshot, dpi: int, made_at: int
) -> None:
    pack, archive = made(acme, sign, dpi)
    assert pack.result.dpi == made_at
    assert stated(archive) == {"front.png": made_at}
    picture = Image.open(io.BytesIO(archive.read("front.png")))
    assert picture.size == (-(-1_200_000 * made_at // 25_400), -(-900_000 * made_at // 25_400))
    left, top, right, bottom = picture.getchannel("A").getbbox() or (0, 0, 0, 0)
    pixel_mm = 25.4 / made_at
    # The zone has 60 × 20 mm from (10, 10) on; a pixel may reach over its edge.
    assert 10 - pixel_mm < left * pixel_mm < right * pixel_mm < 70 + pixel_mm
    assert 10 - pixel_mm < top * pixel_mm < bottom * pixel_mm < 30 + pixel_mm
