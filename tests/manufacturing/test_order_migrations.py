"""An order of one design becomes an order with items, forward and back, on data of several brands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

import migrations
from services.runtime.database import SERVICE, Database

Rows = list[tuple[Any, ...]]
ONE_DESIGN, BOTH, ITEMS = "0165", "0170", "0175"
OLD_COLUMNS = (
    "brand_id, order_id, external_reference, content_digest, customer, customer_digest, "
    "currency_code, snapshot_id, product_revision, quantity, unit_cents, item_reference, "
    "shipping_cents, tax_cents, tax_included, discount_cents, state, due_at, erased_at, part_of, "
    "part_number, version, created_at, updated_at"
)
ITEM_COLUMNS = (
    "brand_id, order_id, number, snapshot_id, product_revision, quantity, unit_cents, "
    "external_reference, erased_at"
)
KEPT_COLUMNS = (
    "brand_id, order_id, external_reference, content_digest, customer, customer_digest, "
    "currency_code, shipping_cents, tax_cents, tax_included, discount_cents, state, due_at, "
    "version, created_at, updated_at"
)
OLD_ORDER = (
    f"INSERT INTO orders ({OLD_COLUMNS}) VALUES (%s, %s, %s, 'digest', '\\x01', 'c', 'EUR', %s, "
    "'revision', %s, 1900, 'line', 490, 303, true, 100, 'paid', '2026-12-01', NULL, '', 1, 2, "
    "'2026-11-01', '2026-11-02')"
)
NEW_ORDER = (
    f"INSERT INTO orders ({KEPT_COLUMNS}) VALUES (%s, %s, %s, 'digest', '\\x01', 'c', 'EUR', 490, "
    "303, true, 100, 'paid', '2026-12-01', 2, '2026-11-01', '2026-11-02')"
)
NEW_ITEM = (
    f"INSERT INTO order_items ({ITEM_COLUMNS}) VALUES (%s, %s, %s, %s, 'revision', %s, 1900, "
    "'line', NULL)"
)
EVENT = "INSERT INTO order_events VALUES (%s, %s, 1, 'paid', 'key:k1', '', '2026-11-01')"


class Orders:
    """A database, seen by its superuser: rows of every brand."""

    def __init__(self, url: str, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.url = url
        self._connection = connection

    def run(self, statement: Any, *values: Any) -> None:
        self._connection.execute(statement, values)

    def rows(self, columns: Any, table: Any) -> Rows:
        return self._connection.execute(
            f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3"
        ).fetchall()

    def bring(self, number: str) -> None:
        at = self._connection.execute("SELECT version_num FROM alembic_version").fetchone()
        move = migrations.upgrade if at is None or at[0] < number else migrations.downgrade
        move(self.url, number)


@pytest.fixture
def orders(new_database: Callable[[], str]) -> Iterator[Orders]:
    url = new_database()
    migrations.upgrade(url, ONE_DESIGN)
    with psycopg.connect(url, autocommit=True) as connection:
        yield Orders(url, connection)


def add_old(orders: Orders) -> None:
    for brand, order, reference in (("one", "a", "#1"), ("one", "b", ""), ("two", "a", "#1")):
        orders.run(OLD_ORDER, brand, order, reference, f"snapshot-{brand}-{order}", 3)
        orders.run(EVENT, brand, order)


def add_new(orders: Orders) -> None:
    for brand, order, reference, items in (
        ("one", "c", "#2", 1),
        ("one", "d", "#3", 3),
        ("two", "c", "#2", 2),
    ):
        orders.run(NEW_ORDER, brand, order, reference)
        for number in range(1, items + 1):
            orders.run(NEW_ITEM, brand, order, number, f"snapshot-{order}-{number}", number)
        orders.run(EVENT, brand, order)


@pytest.mark.parametrize("number", [BOTH, ITEMS])
def test_an_order_of_one_design_becomes_an_order_with_one_item(orders: Orders, number: str) -> None:
    add_old(orders)
    before = orders.rows(KEPT_COLUMNS, "orders")
    orders.bring(number)
    assert orders.rows(KEPT_COLUMNS, "orders") == before
    assert orders.rows(ITEM_COLUMNS, "order_items") == [
        (brand, order, 1, f"snapshot-{brand}-{order}", "revision", 3, 1900, "line", None)
        for brand, order in (("one", "a"), ("one", "b"), ("two", "a"))
    ]


def test_going_back_gives_the_same_rows_and_forward_again_too(orders: Orders) -> None:
    add_old(orders)
    before = orders.rows(OLD_COLUMNS, "orders")
    for number in (ITEMS, ONE_DESIGN, BOTH, ONE_DESIGN, ITEMS, BOTH, ITEMS, ONE_DESIGN):
        orders.bring(number)
    assert orders.rows(OLD_COLUMNS, "orders") == before


def test_orders_with_several_items_lose_nothing_on_the_way_back_and_forward(orders: Orders) -> None:
    orders.bring(ITEMS)
    add_new(orders)
    whole = [orders.rows(KEPT_COLUMNS, "orders"), orders.rows(ITEM_COLUMNS, "order_items")]
    events = orders.rows("*", "order_events")
    orders.bring(ONE_DESIGN)
    parts = orders.rows("brand_id, part_of, part_number, snapshot_id, quantity", "orders")
    assert [part for part in parts if part[1]] == [
        ("one", "d", 2, "snapshot-d-2", 2),
        ("one", "d", 3, "snapshot-d-3", 3),
        ("two", "c", 2, "snapshot-c-2", 2),
    ]
    orders.bring(ITEMS)
    assert [orders.rows(KEPT_COLUMNS, "orders"), orders.rows(ITEM_COLUMNS, "order_items")] == whole
    assert orders.rows("*", "order_events") == events


def test_apart_an_order_costs_what_it_cost_together(orders: Orders) -> None:
    orders.bring(ITEMS)
    add_new(orders)
    orders.bring(ONE_DESIGN)
    cents = "sum(quantity * unit_cents + shipping_cents - discount_cents)::integer"
    assert orders.rows(f"1, 2, {cents}", "orders") == [
        (1, 2, (1 + (1 + 2 + 3) + (1 + 2)) * 1900 + 3 * (490 - 100))
    ]


def test_while_two_releases_run_each_sees_what_the_other_writes(orders: Orders) -> None:
    orders.bring(BOTH)
    orders.run(OLD_ORDER, "one", "a", "#1", "by-the-old", 3)
    orders.run(NEW_ORDER, "one", "b", "#2")
    orders.run(NEW_ITEM, "one", "b", 1, "by-the-new", 2)
    orders.run(NEW_ITEM, "one", "b", 2, "its-second", 5)
    seen = "order_id, snapshot_id, quantity"
    assert orders.rows(seen, "order_items") == [
        ("a", "by-the-old", 3),
        ("b", "by-the-new", 2),
        ("b", "its-second", 5),
    ]
    assert orders.rows(seen, "orders") == [("a", "by-the-old", 3), ("b", "by-the-new", 2)]


def test_the_services_write_both_ways_under_their_own_policy(orders: Orders) -> None:
    orders.bring(BOTH)
    with Database(orders.url).connect(SERVICE) as connection:
        connection.execute("SELECT set_config('app.brand_id', 'one', false)")
        services = Orders(orders.url, connection)
        services.run(OLD_ORDER, "one", "a", "#1", "by-the-old", 3)
        services.run(NEW_ORDER, "one", "b", "#2")
        services.run(NEW_ITEM, "one", "b", 1, "by-the-new", 2)
        assert len(services.rows("order_id, snapshot_id, 1", "order_items")) == 2
        for refused in (
            "INSERT INTO order_items VALUES ('two', 'a', 1, '', '', 1, 1, '', NULL)",
            "DELETE FROM orders",
            "UPDATE order_events SET reason = 'changed'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                services.run(refused)


def test_what_happened_to_parts_of_an_order_is_kept_when_they_are_joined(orders: Orders) -> None:
    orders.bring(ITEMS)
    add_new(orders)
    orders.bring(ONE_DESIGN)
    for part, state in (("d-3", "cancelled"), ("d-2", "made")):
        orders.run(
            "INSERT INTO order_events VALUES ('one', %s, 1, %s, 'key:k1', '', '2026-11-03')",
            part,
            state,
        )
    orders.bring(ITEMS)
    found = orders.rows("order_id, number, state", "order_events WHERE brand_id = 'one'")
    assert found == [("c", 1, "paid"), ("d", 1, "paid"), ("d", 2, "made"), ("d", 3, "cancelled")]


def test_what_the_old_release_erases_is_erased_for_the_new_one(orders: Orders) -> None:
    orders.bring(BOTH)
    orders.run(NEW_ORDER, "one", "b", "#2")
    for number in (1, 2):
        orders.run(NEW_ITEM, "one", "b", number, f"design-{number}", 2)
    with Database(orders.url).connect(SERVICE) as connection:
        connection.execute("SELECT set_config('app.brand_id', 'one', false)")
        connection.execute(
            "UPDATE orders SET erased_at = '2026-11-05' WHERE snapshot_id = 'design-1'"
        )
        seen = Orders(orders.url, connection).rows("number, erased_at IS NULL, 1", "order_items")
    assert seen == [(1, False, 1), (2, True, 1)]


def test_materials_come_and_go_without_touching_what_was_ordered(orders: Orders) -> None:
    orders.bring("0212")
    add_new(orders)
    items, kept = orders.rows(ITEM_COLUMNS, "order_items"), orders.rows(KEPT_COLUMNS, "orders")
    orders.bring("0214")
    assert orders.rows(ITEM_COLUMNS, "order_items") == items
    assert {row[0] for row in orders.rows("material, order_id, number", "order_items")} == {""}
    orders.run(NEW_ITEM, "one", "c", 9, "by-the-release-before", 1)
    orders.run("UPDATE order_items SET material = 'Birch' WHERE order_id = 'd'")
    orders.bring("0212")
    found = orders.rows(ITEM_COLUMNS, "order_items")
    assert [row for row in found if row[3] != "by-the-release-before"] == items
    assert len(found) == len(items) + 1
    assert orders.rows(KEPT_COLUMNS, "orders") == kept
