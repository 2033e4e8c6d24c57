"""A worker that makes a batch is killed with SIGKILL: the next one makes the same bytes.

Real processes, real servers. The undisturbed batch is of the same work orders, cancelled after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from luneo.manufacturing.v1.work_order_pb2 import WorkOrder

from tests.flows.house import Brand
from tests.manufacturing.batching import Workshop
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.worker_processes import POINTS
from tests.manufacturing.yard import Files, Followed, Yard, files_of, lying, until

pytestmark = pytest.mark.slow


@dataclass
class Bench:
    """Work orders, and the files of a batch of them that nobody disturbed."""

    workshop: Workshop
    works: list[WorkOrder]
    undisturbed: Files
    further: str

    def start(self) -> Followed:
        started = self.workshop.start(
            self.works, cut_blanks=True, further_machine_profiles=[self.further]
        )
        return Followed(self.workshop.brand, started.name)

    def finish(self, followed: Followed) -> Files:
        """Return the files of a batch, and open its work orders again."""
        name = followed.made().name
        files = files_of(self.workshop, self.workshop.get(name))
        self.workshop.cancel(name)
        return files


@pytest.fixture(scope="module")
def bench(running: Yard) -> Bench:
    brand = Brand(running.process)
    shop = Ordering(brand, brand.plate())
    workshop, cutter = Workshop(shop, "pen-plotter"), Workshop(shop, "co2-laser-cutter")
    works = [*workshop.work("Emma"), *workshop.work("Max", quantity=2)]
    made = Bench(workshop, works, {}, cutter.machine.name)
    with running.working():
        made.undisturbed = made.finish(made.start())
    assert lying(made.undisturbed) == {work.barcode: work.quantity for work in made.works}
    return made


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_it_gives_the_same_bytes(
    running: Yard, bench: Bench, point: str
) -> None:
    followed = bench.start()
    doomed = running.worker(halts=point)
    running.halted(doomed)
    followed.look()
    running.kill(doomed)
    running.miss_the_dead(bench.workshop.brand)
    with running.working():
        assert bench.finish(followed) == bench.undisturbed
    assert followed.never_fell(), followed.said


def test_an_emptied_queue_loses_no_batch(running: Yard, bench: Bench) -> None:
    followed = bench.start()
    doomed = running.worker(halts="once_nested")
    running.halted(doomed)
    running.kill(doomed)
    running.empty_the_queue()
    running.miss_the_dead(bench.workshop.brand)
    with running.working():
        assert bench.finish(followed) == bench.undisturbed


@pytest.mark.parametrize("point", ["while_writing", "before_the_commit"])
def test_a_lost_connection_to_the_database_changes_nothing(
    running: Yard, bench: Bench, point: str
) -> None:
    followed = bench.start()
    worker = running.worker(halts=point)
    running.halted(worker)
    assert running.cut_connections()
    running.let_go_on(worker)
    assert bench.finish(followed) == bench.undisturbed
    running.kill(worker)


def test_a_batch_cancelled_under_a_worker_is_not_made(running: Yard, bench: Bench) -> None:
    for point in ("while_nesting", "once_nested", "while_writing", "once_written"):
        followed = bench.start()
        worker = running.worker(halts=point)
        running.halted(worker)
        (name,) = {
            batch.name for batch in bench.workshop.listed() if not batch.HasField("cancel_time")
        }
        bench.workshop.cancel(name)
        running.let_go_on(worker)
        works = [bench.workshop.shop.work("Get", name=work.name) for work in bench.works]
        assert [work.batch for work in works] == ["", ""]
        assert followed.look().error.message
        until(lambda: not running.messages(bench.workshop.brand, "running"), "the worker")
        running.kill(worker)
        assert not bench.workshop.get(name).HasField("result")
    assert running.messages(bench.workshop.brand, "dead") == 0
