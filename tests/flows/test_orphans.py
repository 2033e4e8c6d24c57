"""Objects that no service holds go by themselves, and no others."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module

import pytest
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.render.v1 import render_pb2
from luneo.snapshot.v1 import snapshot_pb2
from luneo.spec.v1 import asset_service_pb2, font_service_pb2
from sqlalchemy import text

from services import composition
from services.composition import Process
from services.runtime import held_objects, names
from services.runtime.orphans import SWEEP_ORPHANS, Orphans
from tests.flows.chores import age, column, job_of, run, stored
from tests.flows.house import Brand, named
from tests.flows.making import (
    made_by,
    pack,
    render,
)
from tests.spec.shop import MARK, OTHER_MARK, artwork, artwork_zone, product, text_zone

CLEAN_UP = "render.clean_up"


@dataclass
class Kept:
    """A brand that has one of everything that refers to an object; hashes by who refers to it."""

    brand: Brand
    snapshot: snapshot_pb2.Snapshot
    font: str
    listed: str
    pinned: str
    artwork: str
    final: str
    preview: str
    pack: str

    @property
    def by_service(self) -> dict[str, set[str]]:
        return {
            "tenant": set(),
            "spec": {self.font, self.listed, self.pinned, self.artwork},
            "snapshot": {self.font, self.pinned, self.artwork, self.final, self.pack},
            "render": {self.final, self.preview},
            "manufacturing": {self.pack},
        }


@pytest.fixture(scope="module")
def kept(house: Process) -> Kept:
    """Font and default artwork of the revision, and the shopper's picture, are off their lists."""
    brand = Brand(house)
    font, fallback = brand.add_font("sans", "noto-sans"), brand.add_asset(MARK)
    zone = text_zone(font.name)
    revision = brand.published(product(zone, artwork_zone(fallback.name))).name
    guest = brand.guest("g1")
    upload = brand.add_asset(OTHER_MARK, caller=guest)
    listed = brand.add_asset(MARK.replace(b"#b00020", b"#0020b0"))
    design = named(revision)
    design.zones["logo"].CopyFrom(artwork(upload.name))
    snapshot = brand.keep(design, guest)
    brand.call("FontService/DeleteFont", font_service_pb2.DeleteFontRequest(name=font.name))
    for asset in (fallback.name, upload.name):
        request = asset_service_pb2.DeleteAssetRequest(name=asset)
        brand.call("AssetService/DeleteAsset", request)
    made = export_pack_pb2.ExportPack()
    assert brand.wait(pack(brand, snapshot.name)).response.Unpack(made)
    return Kept(
        brand=brand,
        snapshot=snapshot,
        font=font.sha256,
        listed=sha256_of(brand, listed.name),
        pinned=sha256_of(brand, fallback.name),
        artwork=sha256_of(brand, upload.name),
        final=made_by(
            brand, render(brand, kind=render_pb2.RENDER_KIND_FINAL, snapshot=snapshot.name)
        ),
        preview=made_by(
            brand, render(brand, kind=render_pb2.RENDER_KIND_PREVIEW, spec=snapshot.spec)
        ),
        pack=made.result.sha256,
    )


@pytest.fixture
def orphan(kept: Kept) -> str:
    """An old object that no row refers to."""
    sha256 = kept.brand.process.runtime.objects.put(kept.brand.brand, names.new_id().encode())
    age(kept.brand)
    return sha256


def sha256_of(brand: Brand, asset: str) -> str:
    """The content of a picture, also of one that is off its list."""
    with brand.process.runtime.database.brand(brand.brand) as tx:
        rows = tx.execute(
            text("SELECT sha256 FROM assets WHERE asset_id = :id"), {"id": asset.rpartition("/")[2]}
        )
        return str(rows.scalar_one())


def test_an_orphan_is_deleted_and_what_somebody_holds_is_kept(kept: Kept, orphan: str) -> None:
    before = stored(kept.brand)
    run(kept.brand, SWEEP_ORPHANS)
    assert stored(kept.brand) == before - {orphan}
    assert set.union(*kept.by_service.values()) <= stored(kept.brand)


@pytest.mark.parametrize("service", composition.NAMES)
def test_a_service_says_what_it_holds(kept: Kept, orphan: str, service: str) -> None:
    [holds] = [one.holds for one in kept.brand.process.services if one.name == service]
    asked = sorted(set.union(*kept.by_service.values()) | {orphan})
    with kept.brand.process.runtime.database.brand(kept.brand.brand) as tx:
        assert holds(tx, asked) == kept.by_service[service]


@pytest.mark.parametrize("service", composition.NAMES)
def test_a_service_whose_tables_name_objects_says_what_it_holds(
    house: Process, service: str
) -> None:
    tables = import_module(f"services.{service}.tables").METADATA.tables.values()
    [built] = [one for one in house.services if one.name == service]
    names_objects = any("sha256" in table.columns for table in tables)
    assert (built.holds is not held_objects.nothing) == names_objects


def test_what_another_brand_holds_keeps_nothing_here(kept: Kept, brand: Brand) -> None:
    data = kept.brand.process.runtime.objects.get(kept.brand.brand, kept.pack)
    copy = brand.process.runtime.objects.put(brand.brand, data)
    age(brand)
    run(brand, SWEEP_ORPHANS)
    assert copy not in stored(brand)
    assert kept.pack in stored(kept.brand)


def test_a_young_object_is_kept(kept: Kept) -> None:
    """Its row may be about to commit."""
    young = kept.brand.process.runtime.objects.put(kept.brand.brand, b"just written")
    run(kept.brand, SWEEP_ORPHANS)
    assert young in stored(kept.brand)


def test_an_object_written_again_between_look_and_deletion_is_kept(kept: Kept, orphan: str) -> None:
    runtime = kept.brand.process.runtime
    data = runtime.objects.get(kept.brand.brand, orphan)
    looks: list[object] = []

    def holds_nothing_but_somebody_writes(tx: object, asked: object) -> set[str]:
        if not looks:
            held_objects.put(runtime.database, runtime.objects, kept.brand.brand, data)
        looks.append(asked)
        return set.union(*kept.by_service.values()) | (stored(kept.brand) - {orphan})

    sweep = Orphans(runtime, [holds_nothing_but_somebody_writes])
    sweep(job_of(kept.brand, SWEEP_ORPHANS))
    assert len(looks) == 2
    assert orphan in stored(kept.brand)


def test_an_object_held_between_look_and_deletion_is_kept(kept: Kept, orphan: str) -> None:
    rest = stored(kept.brand) - {orphan}
    looks: list[object] = []

    def held_at_the_second_look(tx: object, asked: object) -> set[str]:
        looks.append(asked)
        return rest if len(looks) == 1 else rest | {orphan}

    sweep = Orphans(kept.brand.process.runtime, [held_at_the_second_look])
    sweep(job_of(kept.brand, SWEEP_ORPHANS))
    assert len(looks) == 2
    assert orphan in stored(kept.brand)


def test_an_upload_waits_for_the_sweep_of_the_same_content(kept: Kept) -> None:
    runtime, brand = kept.brand.process.runtime, kept.brand.brand
    data = b"swept and uploaded"
    with ThreadPoolExecutor(1) as pool:
        with runtime.database.brand(brand) as tx:
            held_objects.lock(tx, brand, hashlib.sha256(data).hexdigest())
            upload = pool.submit(held_objects.put, runtime.database, runtime.objects, brand, data)
            with pytest.raises(TimeoutError):
                upload.result(timeout=0.3)
        assert upload.result(timeout=10) in stored(kept.brand)


def test_a_sweep_out_of_time_goes_on_in_another_message(brand: Brand) -> None:
    runtime = brand.process.runtime
    first, last = sorted(runtime.objects.put(brand.brand, bytes([n])) for n in range(2))
    age(brand)
    run(brand, SWEEP_ORPHANS, after=first)
    assert stored(brand) == {first}
    Orphans(runtime, [lambda tx, asked: set(asked)], reserve_s=1e9)(job_of(brand, SWEEP_ORPHANS))
    causes = column(brand, "cause", SWEEP_ORPHANS)
    assert any(cause.endswith(first) for cause in causes), causes
    assert last > first


def test_a_worker_without_every_service_does_not_sweep(house: Process) -> None:
    some = [name for name in composition.NAMES if name != "manufacturing"]
    with composition.process("tests", house.runtime.settings, some) as partial:
        actors = {actor.name for service in partial.services for actor in service.actors}
    assert SWEEP_ORPHANS not in actors
    assert CLEAN_UP in actors
