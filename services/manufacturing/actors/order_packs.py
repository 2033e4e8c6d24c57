"""Makes all packs of an order in workers, turn by turn; each pack is whole, or not there."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
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
from services.runtime.jobs import MAX_VIOLATIONS, Actor, Job
from services.runtime.queue_policy import policy
from services.runtime.service import Runtime

# Others get their turn after it, and a worker that dies costs no more than the pack in its hands.
TURN_S: Final = 60.0
TIME_LIMIT_S: Final = (
    TURN_S + policy(QUEUE).time_limit_s
)  # of the last pack as much as of one alone


class MakesOrderPacks:
    """Makes what is not there yet, as much as fits a turn, and hands the rest on.

    Safe to run twice: whoever goes on finds what was made before. args: `order`, and of those that were
    handed on `next`, the place of the first pack to make, and `blocked`, the places of those that
    cannot be made.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._orders = Orders(runtime.keyring)

    def __call__(self, job: Job) -> None:
        assert job.operation is not None
        with self._runtime.database.brand(job.brand) as tx:
            about = pack_operations.packs_of(tx, job.brand, job.operation)
        end = time.monotonic() + TURN_S
        blocked: dict[int, PackBlocked | None] = dict.fromkeys(job.args.get("blocked", ()))
        first = job.args.get("next", 0)
        for place in range(first, len(about)):
            if place > first and time.monotonic() >= end:
                self._hand_on(job, place, list(blocked))
                return
            self._check_open(job)
            try:
                self._make(job, about[place], place, len(about))
            except PackBlocked as error:
                blocked[place] = error
        if blocked:
            raise PackBlocked(violations=self._problems(job, about, blocked))
        with self._runtime.database.brand(job.brand) as tx:
            check_open(self._orders.get(tx, job.brand, job.args["order"]))
            message = convert.order_packs_to_proto(job.brand, job.args["order"], about)
            self._runtime.operations.succeed(tx, job, message)

    def _hand_on(self, job: Job, place: int, blocked: Sequence[int]) -> None:
        args = {"order": job.args["order"], "next": place, "blocked": blocked}
        with self._runtime.database.brand(job.brand) as tx:
            self._runtime.operations.hand_on(
                tx, job, queue=QUEUE, actor=MAKE_ORDER_PACKS, actor_args=args, cause=f"pack {place}"
            )

    def _problems(
        self, job: Job, about: Sequence[OrderPack], blocked: Mapping[int, PackBlocked | None]
    ) -> list[Violation]:
        """Return why packs cannot be made, as many as are kept; of earlier turns it is asked again."""
        found: list[Violation] = []
        for place, known in sorted(blocked.items()):
            if len(found) >= MAX_VIOLATIONS:
                break
            error = known
            if error is None:
                try:
                    self._make(job, about[place], place, len(about))
                except PackBlocked as again:
                    error = again
            if error is not None:
                found += of_item(about[place].item_number, error)
        return found

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
