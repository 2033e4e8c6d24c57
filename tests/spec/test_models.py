"""3D models: meshes uploaded by the brand, named by products, pinned by revisions and snapshots."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from luneo.design.v1 import template_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from luneo.spec.v1 import asset_pb2
from luneo.spec.v1.asset_service_pb2 import DeleteAssetRequest, GetAssetRequest
from luneo.spec.v1.design_service_pb2 import ComposeDesignRequest

from services.designs.library import ObjectLibrary
from services.designs.pins import pins_of
from services.designs.templates import template_of
from services.runtime.calls import Caller, CallerKind, Deadline
from services.runtime.pipeline import Incoming
from services.snapshot import store as snapshots
from services.tenant.domain import SHOPPER_SCOPES
from tests.spec.meshes import PLATE, with_model
from tests.spec.shop import (
    MARK,
    Refused,
    Shop,
    artwork,
    artwork_zone,
    design,
    photograph,
    product,
)

MUG = (Path(__file__).resolve().parents[2] / "examples" / "meshes" / "mug.glb").read_bytes()


@pytest.fixture(scope="module")
def mesh(shop: Shop) -> str:
    return shop.add_asset(PLATE, "plate-mesh").name


def refusals(shop: Shop, made: object) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        shop.add_product(made)  # type: ignore[arg-type]
    assert refused.value.reason == "PRODUCT_INVALID"
    return {
        field.removeprefix("product.template.models[0]"): reason
        for field, reason in refused.value.violations.items()
    }


def test_a_glb_is_kept_as_a_bare_one_and_says_what_it_consists_of(shop: Shop) -> None:
    asset = shop.add_asset(MUG)
    assert asset.kind == asset_pb2.ASSET_KIND_MESH
    kept = shop.process.runtime.objects.get(shop.brand, asset.sha256)
    assert kept[:4] == b"glTF"
    assert hashlib.sha256(kept).hexdigest() == asset.sha256
    assert asset.size_bytes == len(kept)
    assert 80_000 < asset.mesh.height_um < 110_000
    assert asset.mesh.triangles > 10_000
    fit = {one.name: one.unfit for one in asset.mesh.materials}
    assert fit["print"] == ""
    assert (asset.width_px, asset.width_um, asset.uri) == (0, 0, "")
    again = shop.call("AssetService/GetAsset", GetAssetRequest(name=asset.name))
    assert again == asset


def test_an_obj_is_taken_in_millimetres_and_each_material_is_judged(shop: Shop, mesh: str) -> None:
    asset = shop.call("AssetService/GetAsset", GetAssetRequest(name=mesh))
    assert (asset.mesh.width_um, asset.mesh.height_um, asset.mesh.depth_um) == (10_000, 20_000, 0)
    assert {one.name: one.unfit for one in asset.mesh.materials} == {
        "front": "",
        "mirror": "MODEL_MIRRORED",
        "edge": "MODEL_NOT_UNWRAPPED",
    }


def test_names_with_signs_that_nobody_sees_are_taken_without_them(shop: Shop) -> None:
    asset = shop.add_asset(PLATE.replace(b"usemtl front", b"usemtl fr\x01ont"))
    assert [one.name for one in asset.mesh.materials] == ["fr ont", "mirror", "edge"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (MUG[:-2000], "MESH_BROKEN"),
        (PLATE.replace(b"v 0 0 0", b"v nan 0 0"), "MESH_NOT_FINITE"),
        (PLATE.replace(b"f 1/1 2/2 3/3 4/4", b"f 1/1 2/2 30/3"), "MESH_INDEX"),
        (b"# an OBJ of nothing\n", "MESH_EMPTY"),
    ],
)
def test_a_broken_mesh_is_refused_with_the_reason(shop: Shop, data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        shop.add_asset(data)
    assert refused.value.reason == reason
    assert refused.value.violations == {"data": reason}


def test_shoppers_upload_no_meshes(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        shop.add_asset(MUG, caller=shop.guest("g1"))
    assert refused.value.reason == "PICTURE_FORMAT"


def test_a_mesh_is_no_artwork_for_a_design(shop: Shop, mesh: str) -> None:
    revision = shop.published(product(artwork_zone()))
    wanted = design(revision.name, logo=artwork(mesh))
    answer = shop.call(
        "DesignService/ComposeDesign", ComposeDesignRequest(parent=shop.name, design=wanted)
    )
    assert [problem.code for problem in answer.problems] == ["ARTWORK_UNKNOWN"]


def test_a_published_model_pins_its_mesh_for_good(shop: Shop, font: str) -> None:
    asset = shop.add_asset(PLATE.replace(b"v 0 20 0", b"v 1 20 0"))
    cameras = [{"id": "above", "elevation_degrees": 60}, {"id": "near", "distance_percent": 60}]
    made = with_model(font, mesh=asset.name, cameras=cameras)
    revision = shop.published(made)  # type: ignore[arg-type]
    assert [(pin.asset, pin.sha256) for pin in revision.assets] == [(asset.name, asset.sha256)]
    shop.call("AssetService/DeleteAsset", DeleteAssetRequest(name=asset.name))
    (model,) = template_of(revision.template, pins_of(revision)).models
    assert (model.mesh, model.surfaces) == (asset.sha256, (("front", "front"),))
    assert [(one.id, one.elevation, one.distance_percent) for one in model.cameras] == [
        ("above", 60, 100),
        ("near", 0, 60),
    ]
    library = ObjectLibrary(shop.process.runtime.objects, shop.brand)
    assert hashlib.sha256(library.mesh(model.mesh)).hexdigest() == asset.sha256


def test_a_snapshot_holds_the_mesh_of_its_revision(shop: Shop, font: str) -> None:
    asset = shop.add_asset(PLATE.replace(b"v 0 20 0", b"v 2 20 0"))
    revision = shop.published(with_model(font, mesh=asset.name))  # type: ignore[arg-type]
    request = snapshot_service_pb2.CreateSnapshotRequest(
        parent=shop.name, design=design(revision.name, name="Emma")
    )
    incoming = Incoming(
        "/luneo.snapshot.v1.SnapshotService/CreateSnapshot",
        request,
        {},
        Deadline.after(30.0),
        caller=Caller(
            CallerKind.WIDGET_KEY, "guest:g1", shop.brand, frozenset(SHOPPER_SCOPES), key="w1"
        ),
    )
    kept = shop.process.pipeline.unary(incoming)
    assert isinstance(kept, snapshot_pb2.Snapshot)
    with shop.process.runtime.database.brand(shop.brand) as tx:
        assert snapshots.held(tx, [asset.sha256, "0" * 64]) == {asset.sha256}


def test_a_model_names_a_mesh_of_the_brand(shop: Shop, other: Shop, font: str) -> None:
    picture, mark = shop.add_asset(photograph()), shop.add_asset(MARK)
    assert refusals(shop, with_model(font, mesh=picture.name)) == {".mesh": "ASSET_NOT_A_MESH"}
    assert refusals(shop, with_model(font, mesh=mark.name)) == {".mesh": "ASSET_NOT_A_MESH"}
    unknown = f"{shop.name}/assets/unknown"
    assert refusals(shop, with_model(font, mesh=unknown)) == {".mesh": "ASSET_UNKNOWN"}
    foreign = other.add_asset(PLATE).name
    assert refusals(shop, with_model(font, mesh=foreign)) == {".mesh": "ASSET_UNKNOWN"}


def test_a_model_names_materials_and_surfaces_that_fit_together(
    shop: Shop, font: str, mesh: str
) -> None:
    wrong = with_model(
        font, mesh=mesh, surfaces={"mirror": "rear", "edge": "front", "lid": "front"}
    )
    assert refusals(shop, wrong) == {
        ".surfaces": "SURFACE_REPEATED",
        ".surfaces['mirror']": "MODEL_MIRRORED",
        ".surfaces['edge']": "MODEL_NOT_UNWRAPPED",
        ".surfaces['lid']": "MATERIAL_UNKNOWN",
    }


def test_a_model_is_shown_for_choices_that_exist(shop: Shop, font: str, mesh: str) -> None:
    look = template_pb2.ModelLook(
        option="metal", choice="gold", material="lid", base_rgb_hex="#ffd700"
    )
    wrong = with_model(
        font,
        mesh=mesh,
        shown_for={"size": "large"},
        looks=[look],
        cameras=[{"id": "above"}, {"id": "above"}],
    )
    assert refusals(shop, wrong) == {
        ".shown_for['size']": "CHOICE_UNKNOWN",
        ".looks[0].choice": "CHOICE_UNKNOWN",
        ".looks[0].material": "MATERIAL_UNKNOWN",
        ".cameras[1].id": "ID_REPEATED",
    }


def test_models_have_ids_of_their_own(shop: Shop, font: str, mesh: str) -> None:
    made = with_model(font, mesh=mesh)
    made.template.models.append(made.template.models[0])  # type: ignore[attr-defined]
    with pytest.raises(Refused) as refused:
        shop.add_product(made)  # type: ignore[arg-type]
    assert refused.value.violations == {"product.template.models[1].id": "ID_REPEATED"}
