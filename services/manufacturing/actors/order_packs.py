"""Makes all packs of an order in a worker, one after the other; each is whole, or not there."""

from __future__ import annotations

from functools import partial
from typing import Final

from services.manufacturing import pack_making
from services.manufacturing.convert import packs as convert
from services.manufacturing.domain.order_packs import OrderPack, check_open, of_item
from services.manufacturing.domain.packs import PackBlocked
from services.manufacturing.jobs import MAKE_ORDER_PACKS, QUEUE
from services.manufacturing.store import pack_operations
from services.manufacturing.store import packs as store
from services.manufacturing.store.orders import Orders
from services.runtime.errors import Violation
from services.runtime.jobs import Actor, Job
from services.runtime.service import Runtime

TIME_LIMIT_S: Final = 900.0


class MakesOrderPacks:
    """Makes what is not there yet. Safe to run twice: whoever goes on finds what was made before."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._orders = Orders(runtime.keyring)

    def __call__(self, job: Job) -> None:
        assert job.operation is not None
        with self._runtime.database.brand(job.brand) as tx:
            about = pack_operations.packs_of(tx, job.brand, job.operation)
        problems: list[Violation] = []
        for place, one in enumerate(about):
            self._check_open(job)
            try:
                self._make(job, one, place, len(about))
            except PackBlocked as error:
                problems += of_item(one.item_number, error)
        if problems:
            raise PackBlocked(violations=problems)
        with self._runtime.database.brand(job.brand) as tx:
            check_open(self._orders.get(tx, job.brand, job.args["order"]))
            message = convert.order_packs_to_proto(job.brand, job.args["order"], about)
            self._runtime.operations.succeed(tx, job, message)

    def _make(self, job: Job, one: OrderPack, place: int, count: int) -> None:
        with self._runtime.database.brand(job.brand) as tx:
            pack = store.get(tx, job.brand, one.pack)
        tell = partial(self._tell, job, place, count)
        tell(0, "")
        pack_making.make(self._runtime, job, pack, tell)

    def _tell(self, job: Job, place: int, count: int, percent: int, step: str) -> None:
        said = f"Pack {place + 1} of {count}" + (f": {step}" if step else "")
        self._runtime.operations.progress(job, (100 * place + percent) // count, said)

    def _check_open(self, job: Job) -> None:
        with self._runtime.database.brand(job.brand) as tx:
            check_open(self._orders.get(tx, job.brand, job.args["order"]))


def actors(runtime: Runtime) -> tuple[Actor, ...]:
    """Return the actor of packs of orders."""
    return (Actor(MAKE_ORDER_PACKS, QUEUE, MakesOrderPacks(runtime), time_limit_s=TIME_LIMIT_S),)
