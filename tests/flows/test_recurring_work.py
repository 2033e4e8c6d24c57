"""What goes by itself: ended operations, and the schedule that asks for such work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.operations.v1 import operation_service_pb2

from services.composition import Process
from services.runtime.clock import FixedClock
from services.runtime.expiry import CLEAR_OPERATIONS
from services.runtime.orphans import SWEEP_ORPHANS
from services.runtime.schedule import Schedule
from services.tenant.people import all_brands
from tests.flows.chores import column, make_old, run
from tests.flows.house import Brand, named
from tests.flows.making import (
    pack,
)
from tests.spec.shop import Refused

CLEAN_UP = "render.clean_up"
RECURRING = {SWEEP_ORPHANS, CLEAN_UP, CLEAR_OPERATIONS}
DAY = timedelta(days=1)


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
            assert len(column(brand, "cause", actor)) == days, (moment, actor)


def test_a_running_schedule_asks_by_itself(
    schedules: Callable[[datetime], list[Schedule]], brand: Brand
) -> None:
    [schedule, _] = schedules(datetime(2041, 5, 1, tzinfo=UTC))
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    with schedule.running(first_look_s=0.01, look_s=3600):
        while len(column(brand, "cause", SWEEP_ORPHANS)) == 0:
            assert datetime.now(UTC) < deadline, "the schedule has not asked"
    assert len(column(brand, "cause", SWEEP_ORPHANS)) == 1
