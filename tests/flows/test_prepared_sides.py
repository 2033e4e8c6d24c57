"""The sides of a model are prepared when its product is published, and nobody waits for them after."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from google.longrunning.operations_pb2 import Operation
from luneo.design.v1 import template_pb2
from luneo.operations.v1 import operation_pb2, operation_service_pb2
from luneo.render.v1 import render_pb2
from luneo.spec.v1 import product_pb2
from sqlalchemy import text

import migrations
from render_core.byte_bounded import ByteBounded
from render_core.design import Option, SurfaceSpec, Template
from render_core.models import Look, Model, ModelCamera
from render_core.scene import of_product, prepare
from render_core.scene.gbuffer import GBUFFERS
from services import composition
from services.composition import Process
from services.render import gbuffers, preparing, sides
from services.render.jobs import PREPARE_SIDES
from services.render.preparing import rest_after
from services.runtime import installation_keys
from services.runtime.config import Settings
from services.runtime.confined import Confined
from services.runtime.queue_policy import Lanes, policy
from tests.flows.house import Brand, named, working
from tests.flows.making import made_by, render
from tests.spec.meshes import PLATE, with_model

MODEL_TS = Path(__file__).resolve().parents[2] / "gateway" / "web" / "widget" / "model.ts"
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def house(
    migrated_database: Callable[[], str],
    redis_url: str,
    upload_reader: Confined,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Process]:
    """Every service with a worker that also prepares."""
    url = migrated_database()
    settings = Settings.from_environment(
        {},
        data=tmp_path_factory.mktemp("prepares"),
        database_url=url,
        redis_url=redis_url,
        log_level="error",
    )
    migrations.upgrade(url, keys=installation_keys.load(settings.keys_file))
    with (
        composition.process("tests", settings, reader=upload_reader) as process,
        working(process, redis_url, prepares=True),
    ):
        yield process


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of a few pixels, from four sides: what is prepared does not depend on the size."""
    monkeypatch.setattr(sides, "WIDTHS", (40, 56))
    monkeypatch.setattr(sides, "WIDGET_PX", 40)
    monkeypatch.setattr(sides, "WIDGET_STEP_DEGREES", 90)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The widths of the pictures that were prepared, as they are."""
    widths: list[int] = []
    made = prepare.prepare

    def counted(mesh, camera, **more):  # type: ignore[no-untyped-def]
        widths.append(camera.width_px)
        return made(mesh, camera, **more)

    monkeypatch.setattr(of_product, "prepare", counted)
    return widths


def plate(brand: Brand, **changes: object) -> product_pb2.Product:
    font = brand.add_font("sans", "noto-sans").name
    mesh = brand.add_asset(PLATE, "plate-mesh").name
    return with_model(font, mesh=mesh, **changes)


def operations(brand: Brand) -> list[Operation]:
    """Those that prepare sides, newest first."""
    listed = brand.rpc(
        "luneo.operations.v1.OperationService/ListOperations",
        operation_service_pb2.ListOperationsRequest(parent=brand.name),
    )
    return [one for one in listed.operations if "/revisions/" in about(one).target]


def about(operation: Operation) -> operation_pb2.OperationMetadata:
    found = operation_pb2.OperationMetadata()
    assert operation.metadata.Unpack(found)
    return found


def until_prepared(brand: Brand) -> None:
    end = time.monotonic() + PATIENCE_S
    while not all(one.done for one in operations(brand)):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert not [one for one in operations(brand) if one.HasField("error")]


def kept(brand: Brand) -> int:
    with brand.process.runtime.database.brand(brand.brand) as tx:
        return int(tx.execute(text("SELECT count(*) FROM gbuffers")).scalar_one())


def picture(brand: Brand, spec: str, **fields: int) -> str:
    return made_by(
        brand, render(brand, kind=render_pb2.RENDER_KIND_PREVIEW_3D, spec=spec, **fields)
    )


def forget_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """As another process is: nothing read so far."""
    monkeypatch.setattr(GBUFFERS, "_kept", ByteBounded(1 << 26))


@pytest.mark.usefixtures("small")
def test_after_publishing_the_first_picture_in_3d_prepares_nothing(
    brand: Brand, prepared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cameras = [
        template_pb2.ModelCamera(id="front", azimuth_degrees=-10, elevation_degrees=5),
        template_pb2.ModelCamera(id="above", azimuth_degrees=30, elevation_degrees=60),
    ]
    revision = brand.published(plate(brand, cameras=cameras)).name
    until_prepared(brand)
    assert sorted(prepared) == [40] * 5 + [56] * 2
    assert kept(brand) == 7
    (operation,) = operations(brand)
    assert about(operation).target == revision
    assert about(operation).progress_percent == 100
    forget_cache(monkeypatch)
    del prepared[:]
    spec = brand.add_spec(named(revision)).name
    for turn in range(0, 360, 90):
        picture(brand, spec, azimuth_degrees=turn - 10, width_px=40)
    for camera in ("front", "above"):
        picture(brand, spec, camera=camera, width_px=56)  # type: ignore[arg-type]
    assert not prepared
    picture(brand, spec, azimuth_degrees=45, width_px=40)
    assert prepared == [40]


@pytest.mark.usefixtures("small")
def test_publishing_the_same_mesh_again_prepares_nothing_anew(
    brand: Brand, prepared: list[int]
) -> None:
    product = plate(brand)
    first = brand.published(product)
    until_prepared(brand)
    del prepared[:]
    brand.publish(first.name.partition("/revisions/")[0])
    assert len(operations(brand)) == 1
    product.display_name = "Another"
    brand.published(product)
    until_prepared(brand)
    assert len(operations(brand)) == 2
    assert not prepared


@pytest.mark.usefixtures("small")
def test_what_ends_half_way_goes_on_where_it_was(
    brand: Brand, prepared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = vars(of_product)["prepare"]

    def dies(mesh, camera, **more):  # type: ignore[no-untyped-def]
        if len(prepared) == 3:
            monkeypatch.setattr(of_product, "prepare", counted)
            raise MemoryError
        return counted(mesh, camera, **more)

    monkeypatch.setattr(of_product, "prepare", dies)
    brand.published(plate(brand))
    until_prepared(brand)
    assert sorted(prepared) == [40] * 4 + [56]  # none of them twice


@pytest.mark.usefixtures("small")
def test_brands_take_turns_and_the_work_says_how_far_it_is(
    brand: Brand, prepared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "SLICE_S", 0.0)
    brand.published(plate(brand))
    until_prepared(brand)
    with brand.process.runtime.database.brand(brand.brand) as tx:
        sent = tx.execute(
            text("SELECT count(*) FROM outbox WHERE actor = :actor"), {"actor": PREPARE_SIDES}
        ).scalar_one()
    assert sent == len(prepared) == 5


@pytest.mark.usefixtures("small")
def test_it_rests_for_the_longer_the_more_others_want_the_processors(
    brand: Brand, prepared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = vars(of_product)["prepare"]

    def held_up(mesh, camera, **more):  # type: ignore[no-untyped-def]
        time.sleep(0.05)  # as a process that has no processor meanwhile
        return counted(mesh, camera, **more)

    monkeypatch.setattr(of_product, "prepare", held_up)
    monkeypatch.setattr(preparing, "SLICE_S", 0.0)
    brand.published(plate(brand))
    until_prepared(brand)
    with brand.process.runtime.database.brand(brand.brand) as tx:
        rests = tx.execute(
            text(
                "SELECT extract(epoch FROM available_time - create_time)::float FROM outbox"
                " WHERE actor = :actor ORDER BY create_time"
            ),
            {"actor": PREPARE_SIDES},
        ).scalars()
        first, *later = rests.all()
    assert first == 0
    assert len(later) == len(prepared) - 1 == 4
    assert all(rest >= 0.05 * preparing.REST_PER_WAIT for rest in later)
    assert rest_after(100, 1).total_seconds() == preparing.MAX_REST_S
    assert not rest_after(3, 3)


@pytest.mark.usefixtures("small")
def test_what_shoppers_looked_at_is_not_crowded_out(
    brand: Brand, prepared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "SHARE", 1 / gbuffers.MAX_BYTES_OF_BRAND)
    brand.published(plate(brand))
    until_prepared(brand)
    assert len(prepared) == kept(brand) == 1


def test_a_product_without_a_model_and_an_installation_that_does_not_want_it_prepare_nothing(
    brand: Brand,
) -> None:
    brand.plate()
    assert not operations(brand)


def test_all_of_it_waits_behind_everything_else() -> None:
    queue = policy("asset-prepare")
    assert queue.lanes(Lanes.FRONT) == ()
    assert queue.lanes(Lanes.BOTH) == queue.lanes(Lanes.BULK) == ("asset-prepare.bulk",)


def test_the_widget_asks_for_the_sides_that_are_prepared() -> None:
    source = MODEL_TS.read_text("utf-8")
    asked = {name: int(value) for name, value in re.findall(r"const (\w+) = (\d+);", source)}
    assert (asked["WIDTH_PX"], asked["STEP"]) == (sides.WIDGET_PX, sides.WIDGET_STEP_DEGREES)


def test_each_look_is_prepared_and_what_is_seen_first_comes_first() -> None:
    looks = tuple(Look("metal", metal, "band", (1, 2, 3)) for metal in ("gold", "rose"))
    model = Model("ring", "", "0" * 64, (), looks=looks, cameras=(ModelCamera("a", "", -24, 38),))
    options = (Option("metal", "", ("gold", "rose")), Option("size", "", ("1", "2")))
    template = Template((SurfaceSpec("s", "", 1, 1),), (), options=options, models=(model,))
    found = sides.sides_of(template)
    assert len(found) == 2 * (12 + 1)
    assert [(one.model.chosen, one.azimuth, one.width_px) for one in found[:4]] == [
        ((("metal", "gold"),), 336, 640),
        ((("metal", "rose"),), 336, 640),
        ((("metal", "gold"),), 336, 1024),
        ((("metal", "rose"),), 336, 1024),
    ]
    assert {one.azimuth for one in found} == {(336 + turn) % 360 for turn in range(0, 360, 30)}
