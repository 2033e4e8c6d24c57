"""Whatever happens in a workshop, in whatever order: a work order is where the rules let it be, its
history leads there, and its order stands where its work orders say."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from luneo.manufacturing.v1 import order_pb2, work_order_pb2

from tests.manufacturing.ordering import Ordering
from tests.spec.shop import Refused

# Written down once more, apart from the code: what a workshop may do.
MOVES = {
    "QUEUED": {"IN_PRODUCTION"},
    "IN_PRODUCTION": {"QUALITY_CHECK", "REJECTED", "QUEUED"},
    "QUALITY_CHECK": {"DONE", "REJECTED", "IN_PRODUCTION"},
    "DONE": set(),
    "REJECTED": set(),
    "REMADE": set(),
    "CANCELLED": set(),
}
SCANS = {"QUEUED": "IN_PRODUCTION", "IN_PRODUCTION": "QUALITY_CHECK", "QUALITY_CHECK": "DONE"}
TARGETS = ("QUEUED", "IN_PRODUCTION", "QUALITY_CHECK", "DONE", "REJECTED")
PICK = st.integers(0, 9)


def state_of(work: work_order_pb2.WorkOrder) -> str:
    return work_order_pb2.WorkOrderState.Name(work.state).removeprefix("WORK_ORDER_STATE_")


def order_state(order: order_pb2.Order) -> str:
    return order_pb2.OrderState.Name(order.state).removeprefix("ORDER_STATE_")


class Workshop(RuleBasedStateMachine):
    """One paid order of two items, and everything that may happen to it."""

    shop: Ordering
    design: str

    def __init__(self) -> None:
        super().__init__()
        items = [self.shop.item(self.design), self.shop.item(self.design, 2)]
        self.order = self.shop.paid(*items)
        self.expected = {work.name: "QUEUED" for work in self.shop.works(self.order)}
        self.barcodes = {work.name: work.barcode for work in self.shop.works(self.order)}
        self.over = ""

    def picked(self, pick: int) -> str:
        names = sorted(self.expected)
        return names[pick % len(names)]

    @rule(pick=PICK, wanted=st.sampled_from(TARGETS))
    def moves(self, pick: int, wanted: str) -> None:
        name = self.picked(pick)
        allowed = wanted in MOVES[self.expected[name]] or wanted == self.expected[name]
        try:
            self.shop.work("Move", name=name, state=f"WORK_ORDER_STATE_{wanted}", reason="because")
        except Refused:
            assert not allowed
        else:
            assert allowed
            self.expected[name] = wanted

    @rule(pick=PICK)
    def is_scanned(self, pick: int) -> None:
        name = self.picked(pick)
        following = SCANS.get(self.expected[name])
        try:
            self.shop.work("Scan", parent=self.shop.name, barcode=self.barcodes[name])
        except Refused:
            assert following is None
        else:
            assert following is not None
            self.expected[name] = following

    @rule(pick=PICK)
    def is_made_again(self, pick: int) -> None:
        name = self.picked(pick)
        possible = self.expected[name] in ("DONE", "REJECTED")
        try:
            made = self.shop.work("Remake", name=name, reason="because")
        except Refused:
            assert not possible
        else:
            assert possible
            self.expected[name] = "REMADE"
            self.expected[made.name] = "QUEUED"
            self.barcodes[made.name] = made.barcode

    @rule()
    def is_shipped(self) -> None:
        live = [state for state in self.expected.values() if state not in ("REMADE", "CANCELLED")]
        possible = self.over == "SHIPPED" or (not self.over and set(live) == {"DONE"})
        try:
            self.shop.call("ShipOrder", self.order.name)
        except Refused:
            assert not possible
        else:
            assert possible
            self.over = "SHIPPED"

    @rule(pick=PICK)
    def is_cancelled(self, pick: int) -> None:
        if pick:  # seldom, for little happens after it
            return
        try:
            self.shop.call("CancelOrder", self.order.name)
        except Refused:
            assert self.over == "SHIPPED"
        else:
            self.over = "CANCELLED"
            for name, state in self.expected.items():
                self.expected[name] = state if state == "REMADE" else "CANCELLED"

    @invariant()
    def all_stand_where_they_should(self) -> None:
        works = self.shop.works(self.order)
        assert {work.name: state_of(work) for work in works} == self.expected
        for work in works:
            steps = [(move.from_state, move.to_state) for move in work.history]
            assert steps[0][0] == 0
            assert [after for _, after in steps[:-1]] == [before for before, _ in steps[1:]]
            assert steps[-1][1] == work.state
        live = {state for state in self.expected.values() if state not in ("REMADE", "CANCELLED")}
        found = order_state(self.shop.got(self.order))
        if self.over:
            assert found == self.over
        elif live == {"DONE"}:
            assert found == "MADE"
        else:
            assert found in ("PAID", "IN_PRODUCTION")
            assert found == "IN_PRODUCTION" or live == {"QUEUED"}


def test_no_way_through_the_workshop_breaks_the_rules(shop: Ordering) -> None:
    machine = type("Workshop", (Workshop,), {"shop": shop, "design": shop.design("States").name})
    run_state_machine_as_test(machine, settings=settings(max_examples=8, stateful_step_count=25))


def test_the_rules_are_written_down_twice_and_agree() -> None:
    from services.manufacturing.domain.work_orders import NEXT, ONWARD, WorkState

    calls_of_their_own = (WorkState.REMADE, WorkState.CANCELLED)
    assert {
        state.name: {one.name for one in after if one not in calls_of_their_own}
        for state, after in NEXT.items()
    } == MOVES
    assert {state.name: after.name for state, after in ONWARD.items()} == SCANS
