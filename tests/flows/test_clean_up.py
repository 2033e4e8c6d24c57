"""What nobody needs goes by itself, and nothing else does: orphans, old previews, ended operations."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from google.longrunning.operations_pb2 import Operation
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.operations.v1 import operation_service_pb2
from luneo.render.v1 import render_pb2, render_service_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from luneo.spec.v1 import asset_service_pb2, font_service_pb2
from sqlalchemy import text

from services import composition
from services.composition import Process
from services.runtime import held_objects, names
from services.runtime.calls import Context
from services.runtime.clock import FixedClock
from services.runtime.expiry import CLEAR_OPERATIONS
from services.runtime.jobs import Job
from services.runtime.objects import object_key
from services.runtime.orphans import SWEEP_ORPHANS, Orphans
from services.runtime.outbox import message_id
from services.runtime.schedule import Schedule
from services.tenant.people import all_brands
from tests.flows.house import Brand, named
from tests.flows.test_erased_pictures import picture, thumbnail
from tests.flows.test_main_job import RENDERS, SNAPSHOTS, pack, preview_of, render
from tests.spec.shop import MARK, OTHER_MARK, Refused, artwork, artwork_zone, product, text_zone

CLEAN_UP = "render.clean_up"
RECURRING = {SWEEP_ORPHANS, CLEAN_UP, CLEAR_OPERATIONS}
DAY = timedelta(days=1)


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


def made_by(brand: Brand, started: Operation) -> str:
    made = render_pb2.Render()
    assert brand.wait(started).response.Unpack(made)
    return made.result.sha256


def file_of(brand: Brand, sha256: str) -> Path:
    data = brand.process.runtime.settings.data / "objects"
    return data / object_key(brand.brand, sha256)


def stored(brand: Brand) -> set[str]:
    """The hashes of all that the brand has in the store."""
    return {
        found.sha256 for page in brand.process.runtime.objects.listed(brand.brand) for found in page
    }


def age(brand: Brand, by: timedelta = timedelta(days=2)) -> None:
    """Let everything in the store be old."""
    then = (datetime.now(UTC) - by).timestamp()
    for sha256 in stored(brand):
        os.utime(file_of(brand, sha256), (then, then))


def job_of(brand: Brand, actor: str, **args: str) -> Job:
    """A message that no worker takes before the test does."""
    runtime, cause = brand.process.runtime, names.new_id()
    with runtime.database.brand(brand.brand) as tx:
        runtime.outbox.send(
            tx,
            brand=brand.brand,
            queue="cleanup",
            actor=actor,
            args=args,
            cause=cause,
            delay=timedelta(hours=1),
        )
    return Job(
        brand=brand.brand,
        message_id=message_id(brand.brand, cause),
        args=args,
        attempt=1,
        context=Context.for_service(actor, brand.brand, timeout_s=300),
        operation=None,
        operation_run=0,
        outbox=runtime.outbox,
    )


def run(brand: Brand, name: str, **args: str) -> None:
    """Do what a worker does for a message of this actor."""
    actors = {a.name: a for service in brand.process.services for a in service.actors}
    actors[name].run(job_of(brand, name, **args))


def messages(brand: Brand, actor: str) -> list[dict[str, str]]:
    with brand.process.runtime.database.brand(brand.brand) as tx:
        rows = tx.execute(text("SELECT args FROM outbox WHERE actor = :actor"), {"actor": actor})
        return [row[0] for row in rows]


def make_old(brand: Brand, table: str, *columns: str, days: int) -> None:
    """Let rows of the brand be some days older than they are."""
    change = ", ".join(f"{column} = {column} - make_interval(days => :days)" for column in columns)
    with brand.process.runtime.database.brand(brand.brand) as tx:
        tx.execute(text(f"UPDATE {table} SET {change}"), {"days": days})


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
    assert {"after": first} in messages(brand, SWEEP_ORPHANS)[1:]
    assert last > first


def test_a_worker_without_every_service_does_not_sweep(house: Process) -> None:
    some = [name for name in composition.NAMES if name != "manufacturing"]
    with composition.process("tests", house.runtime.settings, some) as partial:
        actors = {actor.name for service in partial.services for actor in service.actors}
    assert SWEEP_ORPHANS not in actors
    assert CLEAN_UP in actors


def test_an_old_preview_without_snapshot_goes_and_is_made_again_the_same(brand: Brand) -> None:
    design = named(brand.plate(), "Forgotten")
    preview = preview_of(brand, design)
    shown = picture(brand, preview)
    make_old(brand, "renders", "created_at", days=91)
    run(brand, CLEAN_UP)
    age(brand)
    run(brand, SWEEP_ORPHANS)
    assert hashlib.sha256(shown).hexdigest() not in stored(brand)
    with pytest.raises(Refused):
        picture(brand, preview)
    again = preview_of(brand, design)
    assert (again.name, again.ready) == (preview.name, False)
    assert picture(brand, again) == shown


def test_a_preview_younger_than_the_limit_is_kept(brand: Brand) -> None:
    preview = preview_of(brand, named(brand.plate(), "Recent"))
    shown = picture(brand, preview)
    make_old(brand, "renders", "created_at", days=89)
    run(brand, CLEAN_UP)
    assert picture(brand, preview) == shown


def test_pictures_of_a_snapshot_and_finals_are_kept(brand: Brand) -> None:
    revision = brand.plate()
    design = named(revision, "Ordered")
    snapshot, preview = brand.keep(design), preview_of(brand, design)
    shown, small = picture(brand, preview), thumbnail(brand, snapshot.name)
    spec = brand.add_spec(named(revision, "Printed")).name
    final = made_by(brand, render(brand, kind=render_pb2.RENDER_KIND_FINAL, spec=spec))
    make_old(brand, "renders", "created_at", days=1000)
    run(brand, CLEAN_UP)
    age(brand)
    run(brand, SWEEP_ORPHANS)
    assert picture(brand, preview) == shown
    assert {small.sha256, final} <= stored(brand)


def test_with_0_days_pictures_are_kept_for_ever(house: Process, brand: Brand) -> None:
    preview = preview_of(brand, named(brand.plate(), "Kept"))
    shown = picture(brand, preview)
    make_old(brand, "renders", "created_at", days=10_000)
    settings = replace(house.runtime.settings, keep_renders_days=0)
    with composition.process("tests", settings) as careful:
        [actor] = [
            actor
            for service in careful.services
            for actor in service.actors
            if actor.name == CLEAN_UP
        ]
        actor.run(job_of(brand, CLEAN_UP))
    assert picture(brand, preview) == shown


def test_of_some_specs_those_with_a_snapshot_are_in_use(brand: Brand) -> None:
    revision = brand.plate()
    used = brand.keep(named(revision, "Used")).spec
    unused = brand.add_spec(named(revision, "Unused")).name
    request = snapshot_service_pb2.FilterSpecsInUseRequest(
        parent=brand.name, specs=[unused, used, f"{brand.name}/specs/unknown"]
    )
    answer = brand.rpc(f"{SNAPSHOTS}/FilterSpecsInUse", request, brand.service())
    assert list(answer.specs) == [used]


def test_an_operation_that_ended_long_ago_goes_and_its_result_stays(brand: Brand) -> None:
    snapshot = brand.keep(named(brand.plate(), "Long ago"))
    done = brand.wait(pack(brand, snapshot.name))
    make_old(brand, "operations", "create_time", "update_time", days=89)
    run(brand, CLEAR_OPERATIONS)
    asked = operation_service_pb2.GetOperationRequest(name=done.name)
    brand.rpc("luneo.operations.v1.OperationService/GetOperation", asked)
    make_old(brand, "operations", "create_time", "update_time", days=2)
    run(brand, CLEAR_OPERATIONS)
    with pytest.raises(Refused):
        brand.rpc("luneo.operations.v1.OperationService/GetOperation", asked)
    before, after = export_pack_pb2.ExportPack(), export_pack_pb2.ExportPack()
    assert done.response.Unpack(before)
    assert brand.wait(pack(brand, snapshot.name)).response.Unpack(after)
    assert after.result.sha256 == before.result.sha256


def test_who_asks_while_an_operation_is_removed_starts_anew(brand: Brand) -> None:
    snapshot = brand.keep(named(brand.plate(), "Meanwhile"))
    done = brand.wait(pack(brand, snapshot.name))
    runtime = brand.process.runtime
    with ThreadPoolExecutor(1) as pool:
        with runtime.database.brand(brand.brand) as tx:
            removed = [done.name.rpartition("/")[2]]
            runtime.operations.forget(tx, brand=brand.brand, operations=removed)
            asked = pool.submit(pack, brand, snapshot.name)
            with pytest.raises(TimeoutError):
                asked.result(timeout=0.3)
        assert brand.wait(asked.result(timeout=10)).name != done.name


@pytest.fixture
def schedules(house: Process) -> Callable[[datetime], list[Schedule]]:
    """Makes the schedules of two workers at a moment."""
    actors = [actor for service in house.services for actor in service.actors]

    def at(moment: datetime) -> list[Schedule]:
        runtime = replace(house.runtime, clock=FixedClock(moment))
        return [Schedule(runtime, actors, all_brands, DAY) for _ in range(2)]

    return at


def test_two_workers_cause_each_job_once_a_day_and_brand(
    schedules: Callable[[datetime], list[Schedule]], brand: Brand
) -> None:
    morning = datetime(2040, 5, 1, 0, 30, tzinfo=UTC)
    for moment, days in ((morning, 1), (morning + timedelta(hours=23), 1), (morning + DAY, 2)):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Schedule.ask, schedules(moment)))
        for actor in RECURRING:
            assert len(messages(brand, actor)) == days, (moment, actor)


def test_a_running_schedule_asks_by_itself(
    schedules: Callable[[datetime], list[Schedule]], brand: Brand
) -> None:
    [schedule, _] = schedules(datetime(2041, 5, 1, tzinfo=UTC))
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    with schedule.running(first_look_s=0.01, look_s=3600):
        while len(messages(brand, SWEEP_ORPHANS)) == 0:
            assert datetime.now(UTC) < deadline, "the schedule has not asked"
    assert len(messages(brand, SWEEP_ORPHANS)) == 1


def test_the_list_of_renders_shows_what_is_left(brand: Brand) -> None:
    preview = preview_of(brand, named(brand.plate(), "Listed"))
    picture(brand, preview)
    make_old(brand, "renders", "created_at", days=91)
    run(brand, CLEAN_UP)
    request = render_service_pb2.ListRendersRequest(parent=brand.name)
    assert list(brand.rpc(f"{RENDERS}/ListRenders", request).renders) == []
