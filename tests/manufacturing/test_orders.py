"""Orders: what is bought, at the price of its design, once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from grpc import StatusCode
from luneo.manufacturing.v1 import order_pb2
from sqlalchemy import text

from services.composition import Process
from services.manufacturing.store.orders import Orders
from services.runtime import names
from services.runtime.calls import Caller, CallerKind, Role
from tests.flows.house import Brand
from tests.manufacturing.ordering import UNIT_CENTS, Ordering
from tests.spec.shop import Refused


def test_an_order_has_items_with_their_prices_and_sums(shop: Ordering) -> None:
    two = [shop.item(quantity=3), shop.item(shop.design("Max").name, 2, external_reference="l2")]
    order = shop.create(
        shop.order(
            *two, shipping_cents=490, tax_cents=1900, discount_cents=500, customer="customer:7"
        )
    )
    assert [
        (item.number, item.quantity, item.unit_cents, item.total_cents) for item in order.items
    ] == [
        (1, 3, UNIT_CENTS, 3 * UNIT_CENTS),
        (2, 2, UNIT_CENTS, 2 * UNIT_CENTS),
    ]
    assert order.items[1].external_reference == "l2"
    assert order.items[0].product_revision == shop.plate
    assert order.total_cents == 5 * UNIT_CENTS - 500 + 490 + 1900
    assert order.state == order_pb2.ORDER_STATE_PENDING
    assert shop.call("GetOrder", order.name) == order


def test_included_taxes_are_kept_and_not_added(shop: Ordering) -> None:
    order = shop.create(shop.order(tax_cents=303, tax_included=True, total_cents=UNIT_CENTS))
    assert (order.tax_cents, order.total_cents) == (303, UNIT_CENTS)


def test_an_order_locks_its_designs(shop: Ordering) -> None:
    snapshot = shop.design("Locked by its order")
    assert not snapshot.HasField("lock")
    shop.create(shop.order(shop.item(snapshot.name)))
    assert shop.snapshot(snapshot.name).HasField("lock")


def test_a_cart_is_checked_without_a_trace(shop: Ordering) -> None:
    snapshot = shop.design("Only in a cart")
    order = shop.order(shop.item(snapshot.name))
    checked = shop.create(order, validate_only=True)
    assert checked.total_cents == UNIT_CENTS
    assert not shop.snapshot(snapshot.name).HasField("lock")
    assert shop.listed(external_reference=order.external_reference) == []


@pytest.mark.parametrize(
    ("item", "order", "violations"),
    [
        ({"unit_cents": 1}, {}, {"order.items[0].unit_cents": "PRICE_MISMATCH"}),
        ({"unit_cents": UNIT_CENTS - 1}, {}, {"order.items[0].unit_cents": "PRICE_MISMATCH"}),
        ({"unit_cents": 0}, {}, {"order.items[0].unit_cents": "PRICE_MISMATCH"}),
        (
            {"quantity": 2, "total_cents": UNIT_CENTS},
            {},
            {"order.items[0].total_cents": "TOTAL_MISMATCH"},
        ),
        ({}, {"currency_code": "JPY"}, {"order.currency_code": "CURRENCY_MISMATCH"}),
        ({}, {"total_cents": 1}, {"order.total_cents": "TOTAL_MISMATCH"}),
        ({}, {"discount_cents": UNIT_CENTS + 1}, {"order.discount_cents": "DISCOUNT_TOO_LARGE"}),
    ],
)
def test_a_tampered_amount_is_refused_by_its_field(
    shop: Ordering, item: dict[str, Any], order: dict[str, Any], violations: dict[str, str]
) -> None:
    snapshot = shop.design("Tampered").name
    with pytest.raises(Refused) as refused:
        shop.create(shop.order(shop.item(snapshot, **item), **order))
    assert refused.value.error.code is StatusCode.INVALID_ARGUMENT
    assert refused.value.violations == violations
    assert not shop.snapshot(snapshot).HasField("lock")


def test_every_wrong_amount_is_named_at_once(shop: Ordering) -> None:
    snapshot = shop.design().name
    items = [
        shop.item(snapshot, unit_cents=1),
        shop.item(snapshot),
        shop.item(snapshot, unit_cents=2),
    ]
    with pytest.raises(Refused) as refused:
        shop.create(shop.order(*items))
    assert set(refused.value.violations) == {
        "order.items[0].unit_cents",
        "order.items[2].unit_cents",
    }


@pytest.mark.parametrize("quantity", [0, -1, 100_001])
def test_a_quantity_out_of_range_is_refused(shop: Ordering, quantity: int) -> None:
    with pytest.raises(Refused) as refused:
        shop.create(shop.order(shop.item(quantity=quantity)))
    assert list(refused.value.violations) == ["order.items[0].quantity"]


def test_an_order_without_items_is_refused(shop: Ordering) -> None:
    order = shop.order()
    del order.items[:]
    with pytest.raises(Refused) as refused:
        shop.create(order)
    assert list(refused.value.violations) == ["order.items"]


def test_the_same_reference_and_content_are_one_order(shop: Ordering) -> None:
    order = shop.order(customer="customer:again")
    first = shop.create(order)
    assert shop.create(order) == first
    assert shop.create(order, request_id="r1") == first


def test_two_equal_calls_at_once_are_one_order(shop: Ordering) -> None:
    order = shop.order()
    with ThreadPoolExecutor(8) as pool:
        created = list(pool.map(lambda _: shop.create(order), range(8)))
    assert len({one.name for one in created}) == 1
    assert len(shop.listed(external_reference=order.external_reference)) == 1


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two calls find no order of their reference before either stores one."""
    both, real = threading.Barrier(2, timeout=20), Orders.add

    def add(self: Orders, tx: Any, order: Any) -> bool:
        both.wait()
        return real(self, tx, order)

    monkeypatch.setattr(Orders, "add", add)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("paid", [False, True])
def test_two_equal_orders_that_are_stored_at_one_moment_are_one(shop: Ordering, paid: bool) -> None:
    order = shop.order()
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: shop.create(order, paid=paid), range(2))
    assert one == other
    assert [found.name for found in shop.listed(external_reference=order.external_reference)] == [
        one.name
    ]
    assert len(shop.works(one)) == (1 if paid else 0)


@pytest.mark.usefixtures("at_once")
def test_of_two_orders_with_one_reference_that_are_stored_at_one_moment_the_other_is_told(
    shop: Ordering,
) -> None:
    orders = [
        shop.order(shop.item(quantity=number), external_reference="race") for number in (1, 2)
    ]

    def create(order: order_pb2.Order) -> order_pb2.Order | Refused:
        try:
            return shop.create(order)
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(create, orders))
    (refused,) = [one for one in answers if isinstance(one, Refused)]
    (made,) = [one for one in answers if isinstance(one, order_pb2.Order)]
    assert refused.error.code is StatusCode.ALREADY_EXISTS
    assert refused.reason == "EXTERNAL_REFERENCE_TAKEN"
    assert refused.error.metadata["order"] == made.name
    assert shop.listed(external_reference="race") == [made]


def test_another_order_of_the_same_reference_is_refused(shop: Ordering) -> None:
    order = shop.order()
    first = shop.create(order)
    order.items[0].quantity = 2
    with pytest.raises(Refused) as refused:
        shop.create(order)
    assert refused.value.reason == "EXTERNAL_REFERENCE_TAKEN"
    assert refused.value.error.metadata["order"] == first.name


def test_a_shop_that_says_later_that_an_order_is_paid_is_heard(shop: Ordering) -> None:
    order = shop.order()
    first = shop.create(order)
    assert shop.create(order, paid=True, validate_only=True).state == first.state
    with ThreadPoolExecutor(4) as pool:
        paid = list(pool.map(lambda _: shop.create(order, paid=True), range(4)))
    assert {one.state for one in paid} == {order_pb2.ORDER_STATE_PAID}
    assert {one.name for one in paid} == {first.name}
    assert len(shop.works(first)) == 1
    shop.call("CancelOrder", first.name)
    assert shop.create(order, paid=True).state == order_pb2.ORDER_STATE_CANCELLED


def test_two_brands_may_have_the_same_reference(shop: Ordering, house: Process) -> None:
    order = shop.create()
    other = Brand(house)
    theirs = Ordering(other, other.plate())
    made = theirs.create(theirs.order(external_reference=order.external_reference))
    assert made.name.startswith(other.name)


def test_a_repeated_request_has_the_first_answer(shop: Ordering) -> None:
    order = shop.order(external_reference="")
    first = shop.create(order, request_id="by-hand")
    assert shop.create(order, request_id="by-hand") == first
    assert shop.create(order).name != first.name


def test_designs_and_orders_of_others_look_unknown(shop: Ordering, house: Process) -> None:
    other = Brand(house)
    theirs = Ordering(other, other.plate())
    foreign = theirs.create()
    unknown = f"{shop.name}/snapshots/{names.new_id()}"
    answers = []
    for snapshot in (foreign.items[0].snapshot, unknown):
        with pytest.raises(Refused) as refused:
            shop.create(shop.order(shop.item(snapshot)))
        answers.append((refused.value.error.code, refused.value.reason, str(refused.value)))
    assert answers[0] == answers[1]
    assert answers[0][0] is StatusCode.NOT_FOUND
    for name in (foreign.name, f"{shop.name}/orders/{names.new_id()}"):
        with pytest.raises(Refused) as refused:
            shop.brand.rpc(
                "luneo.manufacturing.v1.OrderService/GetOrder",
                _get(name),
                shop.brand.staff,
            )
        assert refused.value.error.code is StatusCode.NOT_FOUND


def _get(name: str) -> Any:
    from luneo.manufacturing.v1 import order_service_pb2

    return order_service_pb2.GetOrderRequest(name=name)


def test_an_order_goes_from_paid_to_cancelled_and_remembers(shop: Ordering) -> None:
    order = shop.create()
    paid = shop.call("PayOrder", order.name, etag=order.etag)
    assert paid.state == order_pb2.ORDER_STATE_PAID
    assert paid.etag != order.etag
    cancelled = shop.call("CancelOrder", order.name, reason="Not wanted")
    assert [(event.state, event.reason) for event in cancelled.history] == [
        (order_pb2.ORDER_STATE_PENDING, ""),
        (order_pb2.ORDER_STATE_PAID, ""),
        (order_pb2.ORDER_STATE_CANCELLED, "Not wanted"),
    ]
    assert {event.by for event in cancelled.history} == {shop.brand.staff.subject}


def test_a_move_made_twice_is_made_once(shop: Ordering) -> None:
    order = shop.create(paid=True)
    assert order.state == order_pb2.ORDER_STATE_PAID
    assert shop.call("PayOrder", order.name) == order
    assert shop.call("PayOrder", order.name, etag="older") == order


def test_a_move_that_is_not_possible_names_those_that_are(shop: Ordering) -> None:
    order = shop.create()
    with pytest.raises(Refused) as refused:
        shop.call("ShipOrder", order.name)
    assert refused.value.error.code is StatusCode.FAILED_PRECONDITION
    assert refused.value.reason == "ORDER_STATE_REFUSED"
    assert refused.value.error.metadata == {
        "state": "pending",
        "wanted": "shipped",
        "allowed": "paid, cancelled",
    }
    assert "paid, cancelled" in str(refused.value)


def test_what_is_over_says_what_can_be_done_instead(shop: Ordering) -> None:
    order = shop.create()
    shop.call("CancelOrder", order.name)
    with pytest.raises(Refused) as refused:
        shop.call("PayOrder", order.name)
    assert refused.value.error.metadata["allowed"] == ""
    assert str(refused.value).endswith(
        "This order is cancelled and cannot become paid. Take a new order, if it is wanted after all."
    )


def test_a_stale_etag_is_refused(shop: Ordering) -> None:
    order = shop.create()
    shop.call("PayOrder", order.name)
    with pytest.raises(Refused) as refused:
        shop.call("CancelOrder", order.name, etag=order.etag)
    assert refused.value.reason == "ETAG_MISMATCH"


def test_orders_are_listed_newest_first_in_pages_and_by_what_is_asked(house: Process) -> None:
    brand = Brand(house)
    shop = Ordering(brand, brand.plate())
    snapshot = shop.design().name
    made = [
        shop.create(shop.order(shop.item(snapshot), customer=f"customer:{n % 2}")) for n in range(3)
    ]
    shop.call("PayOrder", made[0].name)
    assert [one.name for one in shop.listed()] == [one.name for one in reversed(made)]
    assert [one.name for one in shop.listed(customer="customer:1")] == [made[1].name]
    assert [one.name for one in shop.listed(state=order_pb2.ORDER_STATE_PAID)] == [made[0].name]
    assert len(shop.listed(page_size=2)) == 2


def test_a_shopper_a_viewer_and_a_key_without_the_scope_cannot_see_orders(shop: Ordering) -> None:
    order = shop.create()
    bare = Caller(CallerKind.SERVER_KEY, "key:k9", shop.brand.brand, frozenset({"products.read"}))
    for caller in (shop.brand.guest("g1"), bare, shop.brand.person(Role.VIEWER)):
        with pytest.raises(Refused) as refused:
            shop.call("GetOrder", order.name, caller)
        assert refused.value.error.code is StatusCode.PERMISSION_DENIED
    assert shop.call("GetOrder", order.name, shop.brand.person(Role.OPERATOR)) == order


def test_who_bought_is_stored_sealed(shop: Ordering) -> None:
    order = shop.create(shop.order(customer="customer:sealed-secret"))
    assert order.customer == "customer:sealed-secret"
    with shop.brand.process.runtime.database.brand(shop.brand.brand) as tx:
        rows = str(tx.execute(text("SELECT * FROM orders")).fetchall())
    assert "sealed-secret" not in rows
