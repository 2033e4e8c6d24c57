"""Orders, work orders and batches by the command line, against the samples of a server that runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cli import demo_file, demo_workshop
from services.cli.demo import EXAMPLES
from services.cli.exits import Exit
from services.cli.seed import Seeder
from tests.cli.conftest import Command, Ended
from tests.cli.serving import Server, serving
from tests.flows.house import working

BRAND = "hearth-oak"
ORDERS = json.loads((EXAMPLES / "orders" / f"{BRAND}.json").read_text())["orders"]
Run = Callable[..., Ended]


@pytest.fixture(scope="module")
def server(
    new_database: Callable[[], str], redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A demo, whose keys the commands find in its data folder."""
    data = tmp_path_factory.mktemp("workshop")
    with (
        serving(data, new_database(), redis_url) as made,
        working(made.process, redis_url),
    ):
        remote = made.remote()
        brands = Seeder(remote, EXAMPLES, [], {}, lambda _: None).run(lambda _: None)
        remote.close()
        demo_file.write(data, {"brands": brands})
        yield made


@pytest.fixture
def run(luneo: Command, server: Server) -> Run:
    return lambda *arguments: luneo(*arguments, **server.environment)


def answered(ended: Ended) -> Any:
    assert ended.returncode == Exit.OK, ended.stderr
    return json.loads(ended.stdout)


def work_of(run: Run, state: str) -> dict[str, Any]:
    found = answered(run("work-orders", "list", BRAND, "--state", state, "--json"))
    work: dict[str, Any] = found[0]
    return work


def test_the_demo_s_orders_are_on_their_way_and_not_taken_twice(run: Run, server: Server) -> None:
    orders = answered(run("orders", "list", BRAND, "--json"))
    assert {one["externalReference"] for one in orders} == {one["reference"] for one in ORDERS}
    works = answered(run("work-orders", "list", BRAND, "--json"))
    assert len(works) == sum(len(one["items"]) for one in ORDERS)
    late = answered(run("work-orders", "list", BRAND, "--late", "--json"))
    assert {one["state"] for one in late} == {"WORK_ORDER_STATE_IN_PRODUCTION"}
    assert work_of(run, "rejected")["history"][-1]["reason"].startswith("A knot")
    remote = server.remote().with_key(
        demo_file.read(Path(server.environment["LUNEO_DATA"]))["brands"][0]["keys"]["secret"]
    )
    demo_workshop.fill(remote, BRAND, EXAMPLES / "orders" / f"{BRAND}.json")
    assert len(answered(run("orders", "list", BRAND, "--json"))) == len(orders)
    assert answered(run("work-orders", "list", BRAND, "--json")) == works


def test_a_work_order_is_scanned_moved_noted_and_made_again(run: Run) -> None:
    work = work_of(run, "queued")
    moved = answered(run("work-orders", "scan", BRAND, work["barcode"], "--json"))
    assert moved["state"] == "WORK_ORDER_STATE_IN_PRODUCTION"
    name = work["name"].rpartition("/")[2]
    noted = run("work-orders", "note", BRAND, name, "Clamp it lightly.")
    assert "“Clamp it lightly.”" in noted.stdout
    refused = run("work-orders", "move", BRAND, name, "rejected")
    assert refused.returncode == Exit.BAD_INPUT
    assert "Say why it is rejected" in refused.stderr
    run("work-orders", "move", BRAND, name, "rejected", "--reason", "Scratched")
    made = answered(run("work-orders", "remake", BRAND, name, "--reason", "Scratched", "--json"))
    assert made["remakeOf"] == work["name"]
    shown = run("work-orders", "show", BRAND, name).stdout
    assert "rejected" in shown
    assert ": Scratched" in shown
    assert made["name"] in shown


def test_what_is_not_possible_is_a_sentence(run: Run) -> None:
    done = work_of(run, "done")
    refused = run("work-orders", "scan", BRAND, done["barcode"])
    assert refused.returncode == Exit.BAD_INPUT
    assert "This work order is done" in refused.stderr
    unknown = run("work-orders", "list", BRAND, "--state", "lost")
    assert unknown.returncode == Exit.USAGE
    assert "queued, in-production" in unknown.stderr
    assert run("orders", "show", BRAND, "nothing").returncode == Exit.NO_INPUT
    stranger = run("orders", "list", "somebody")
    assert stranger.returncode == Exit.NOT_ALLOWED
    assert "luneo key create somebody --secret" in stranger.stderr


def test_an_order_is_shown_and_cancelled(run: Run) -> None:
    (order,) = answered(run("orders", "list", BRAND, "--reference", "HO-2046", "--json"))
    name = order["name"].rpartition("/")[2]
    assert "1. 1 × brands/hearth-oak/snapshots/" in run("orders", "show", BRAND, name).stdout
    ended = run("orders", "cancel", BRAND, name, "--reason", "Ordered twice")
    assert ": Ordered twice" in ended.stdout
    works = answered(run("work-orders", "list", BRAND, "--order", name, "--json"))
    assert {work["state"] for work in works} == {"WORK_ORDER_STATE_CANCELLED"}
    assert run("orders", "ship", BRAND, name).returncode == Exit.BAD_INPUT


def test_a_batch_is_made_and_cancelled(run: Run) -> None:
    (order,) = answered(run("orders", "list", BRAND, "--reference", "HO-2049", "--json"))
    works = answered(run("work-orders", "list", BRAND, "--order", order["name"], "--json"))
    tags = next(one for one in works if "steel-tag" in one["productRevision"])
    chosen = ("--work-order", tags["name"], "--sheet", "300x200", "--search-seconds", "1")
    made = answered(run("batches", "create", BRAND, "co2-laser-cutter", *chosen, "--json"))
    assert made["result"]["parts"] == 12
    assert {"sheet-1.dxf", "map.pdf"} <= {file["path"] for file in made["result"]["files"]}
    name = made["name"].rpartition("/")[2]
    assert "12 parts" in run("batches", "list", BRAND).stdout
    assert "cancelled" in run("batches", "cancel", BRAND, name).stdout
    wrong = run("batches", "create", BRAND, "co2-laser-cutter", "--sheet", "large")
    assert wrong.returncode == Exit.USAGE


def test_a_key_is_taken_before_the_demo_s(luneo: Command, server: Server) -> None:
    refused = luneo("orders", "list", BRAND, **server.environment, LUNEO_KEY="lsk_" + "a" * 52)
    assert refused.returncode == Exit.NOT_ALLOWED
    assert "This API key is not valid" in refused.stderr
