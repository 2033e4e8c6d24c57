"""What was erased stays erased, whatever was at work on it at that moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from google.longrunning.operations_pb2 import Operation
from luneo.render.v1 import render_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from sqlalchemy import text

from services.manufacturing import packing
from services.render import drawing
from services.snapshot import domain, store
from tests.flows.chores import run, stored
from tests.flows.house import Brand, named
from tests.flows.making import SNAPSHOTS, erase, pack, picture, preview_of, render, thumbnail
from tests.spec.shop import Refused

ERIKA = "guest:erika"
THUMBNAIL = render_pb2.RENDER_KIND_THUMBNAIL


class Hold:
    """Stops whoever comes by, once, until the test lets them go on."""

    def __init__(self) -> None:
        self.reached, self._go, self._taken = threading.Event(), threading.Event(), False

    def after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, which returns only when the test says so."""

        def held(*arguments: Any, **named: Any) -> Any:
            made = function(*arguments, **named)
            if not self._taken:
                self._taken = True
                self.reached.set()
                assert self._go.wait(60), "the test has not let it go on"
            return made

        return held

    def wait(self) -> None:
        assert self.reached.wait(60), "nobody came by"

    def let_go(self) -> None:
        self._go.set()


@pytest.fixture
def hold() -> Iterator[Hold]:
    made = Hold()
    yield made
    made.let_go()


def erased_meanwhile(brand: Brand, hold: Hold) -> None:
    """Erase Erika while somebody is held, then let them go on and wait for the end of all work."""
    hold.wait()
    erase(brand, ERIKA)
    hold.let_go()
    settled(brand)


def settled(brand: Brand) -> None:
    end = time.monotonic() + 60
    soon = "available_time < now() + interval '1 minute'"
    while count(brand, "outbox", f"state IN ('waiting', 'sent', 'running') AND {soon}"):
        assert time.monotonic() < end, "the work has no end"
        time.sleep(0.05)


def count(brand: Brand, table: str, which: str = "true") -> int:
    with brand.process.runtime.database.brand(brand.brand) as tx:
        return int(tx.execute(text(f"SELECT count(*) FROM {table} WHERE {which}")).scalar_one())


def assert_nothing_is_left(brand: Brand, before: set[str]) -> None:
    tables = ("renders", "render_results", "export_packs", "export_pack_results", "snapshot_assets")
    assert {table: count(brand, table) for table in tables} == dict.fromkeys(tables, 0)
    assert count(brand, "specs") == 0
    assert count(brand, "operations") == 0
    assert stored(brand) == before


def test_a_preview_that_is_being_drawn_is_not_stored(
    brand: Brand, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = named(brand.plate(), "Erika")
    brand.keep(design, brand.guest("erika"))
    before = stored(brand)
    monkeypatch.setattr(drawing, "draw", hold.after(drawing.draw))
    preview_of(brand, design, "erika")
    erased_meanwhile(brand, hold)
    assert_nothing_is_left(brand, before)


def test_a_picture_of_a_snapshot_that_is_being_drawn_is_not_attached(
    brand: Brand, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = brand.keep(named(brand.plate(), "Erika"), brand.guest("erika"))
    before = stored(brand)
    monkeypatch.setattr(drawing, "draw", hold.after(drawing.draw))
    render(brand, kind=THUMBNAIL, snapshot=kept.name)
    erased_meanwhile(brand, hold)
    assert_nothing_is_left(brand, before)


@pytest.mark.parametrize("step", ["made", "about to be stored"])
def test_a_pack_that_is_being_made_is_not_stored(
    brand: Brand, hold: Hold, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    kept = brand.keep(named(brand.plate(), "Erika"), brand.guest("erika"))
    before = stored(brand)
    if step == "made":
        monkeypatch.setattr(packing, "pack", hold.after(packing.pack))
    else:
        monkeypatch.setattr(packing.Packed, "result", hold.after(packing.Packed.result))
    pack(brand, kept.name)
    erased_meanwhile(brand, hold)
    assert_nothing_is_left(brand, before)


@pytest.mark.parametrize("of", ["spec", "snapshot"])
def test_a_picture_asked_for_beside_the_erasure_is_not_drawn(
    brand: Brand, hold: Hold, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    kept = brand.keep(named(brand.plate(), "Erika"), brand.guest("erika"))
    before = stored(brand)
    monkeypatch.setattr(drawing, "key_of", hold.after(drawing.key_of))
    content = {"spec": kept.spec} if of == "spec" else {"snapshot": kept.name}
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(render, brand, kind=THUMBNAIL, **content)
        erased_meanwhile(brand, hold)
        started: Operation = asked.result(timeout=30)
    settled(brand)
    assert_nothing_is_left(brand, before)
    with pytest.raises(Refused) as refused:
        brand.wait(started)
    assert refused.value.reason == "NOT_FOUND"


def test_a_spec_that_a_process_has_drawn_before_is_not_drawn_from_its_memory(brand: Brand) -> None:
    design = named(brand.plate(), "Erika")
    kept = brand.keep(design, brand.guest("erika"))
    brand.wait(render(brand, kind=THUMBNAIL, spec=kept.spec))
    erase(brand, ERIKA)
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            render(brand, kind=THUMBNAIL, spec=kept.spec)
        assert refused.value.reason == "NOT_FOUND"


def test_a_picture_of_an_erased_snapshot_goes_also_where_another_has_the_same_design(
    brand: Brand,
) -> None:
    """Else its row would tell what the tombstone no longer does."""
    design = named(brand.plate(), "Shared")
    hers, his = (brand.keep(design, brand.guest(one)) for one in ("erika", "max"))
    shared = {thumbnail(brand, one.name).sha256 for one in (hers, his)}
    erase(brand, ERIKA)
    assert count(brand, "renders") == count(brand, "render_results") == len(shared) == 1
    assert thumbnail(brand, his.name).sha256 in shared
    assert shared <= stored(brand)


def test_a_spec_that_somebody_keeps_before_it_is_forgotten_stays(brand: Brand) -> None:
    design = named(brand.plate(), "Shared")
    kept = brand.keep(design, brand.guest("max"))
    shown = picture(brand, preview_of(brand, design, "max"))
    spec = kept.spec.rpartition("/")[2]
    for actor in ("spec.forget_subject", "render.forget"):
        run(brand, actor, specs=[spec])
    assert count(brand, "specs") == 1
    assert picture(brand, preview_of(brand, design, "max")) == shown


def add_asset(brand: Brand, snapshot: str, tx: Any) -> None:
    asset = domain.Asset("preview", "0" * 64, "image/webp", 1, "1", "test", datetime.now(UTC))
    store.add_asset(tx, store.get(tx, brand.brand, snapshot.rpartition("/")[2]), asset)


def tombstone(brand: Brand) -> None:
    request = snapshot_service_pb2.EraseSubjectRequest(parent=brand.name, subject=ERIKA)
    brand.rpc(f"{SNAPSHOTS}/EraseSubject", request)


def test_an_erasure_waits_for_an_asset_that_is_being_attached_and_removes_it(brand: Brand) -> None:
    kept = brand.keep(named(brand.plate(), "Erika"), brand.guest("erika"))
    with ThreadPoolExecutor(1) as pool:
        with brand.process.runtime.database.brand(brand.brand) as tx:
            add_asset(brand, kept.name, tx)
            erased = pool.submit(tombstone, brand)
            with pytest.raises(TimeoutError):
                erased.result(timeout=0.3)
        erased.result(timeout=30)
    assert count(brand, "snapshot_assets") == 0


@pytest.mark.parametrize("write", ["asset", "validation", "lock"])
def test_nothing_is_written_beside_a_tombstone_that_is_being_set(brand: Brand, write: str) -> None:
    kept = brand.keep(named(brand.plate(), "Erika"), brand.guest("erika"))
    database = brand.process.runtime.database

    def add() -> None:
        with database.brand(brand.brand) as tx:
            snapshot = store.get(tx, brand.brand, kept.name.rpartition("/")[2])
            began.set()
            assert locked.wait(30)
            event = domain.Event("somebody", datetime.now(UTC))
            if write == "asset":
                add_asset(brand, kept.name, tx)
            elif write == "validation":
                store.record_validation(tx, replace(snapshot, validation=event))
            else:
                store.record_lock(tx, replace(snapshot, lock=event))

    began, locked = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        added = pool.submit(add)
        assert began.wait(30)
        with database.brand(brand.brand) as tx:
            store.erase_subject(tx, subject=ERIKA, digest="", by="staff", erasure="e1")
            locked.set()
            with pytest.raises(TimeoutError):
                added.result(timeout=0.3)
        with pytest.raises(domain.SnapshotErased):
            added.result(timeout=30)
    assert all(count(brand, f"snapshot_{table}s") == 0 for table in ("asset", "validation", "lock"))


def test_the_same_design_kept_again_beside_its_erasure_is_another_snapshot(brand: Brand) -> None:
    design = named(brand.plate(), "Erika")
    kept = brand.keep(design, brand.guest("erika"))
    with ThreadPoolExecutor(1) as pool:
        with brand.process.runtime.database.brand(brand.brand) as tx:
            store.erase_subject(tx, subject=ERIKA, digest="", by="staff", erasure="e1")
            again = pool.submit(brand.keep, design, brand.guest("erika"))
            with pytest.raises(TimeoutError):
                again.result(timeout=0.3)
        new: snapshot_pb2.Snapshot = again.result(timeout=30)
    assert new.name != kept.name
    assert not new.HasField("erase_time")
