"""One trace through every process of a fleet, as a collector receives it.

    LUNEO_DRAW_TRACE=docs .venv/bin/pytest -n 0 tests/fleet/test_trace.py

writes the trace of a shopper who keeps a design, in a real browser, as docs/trace.svg and docs/trace.txt.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fleet.brand import OverGrpc
from tests.fleet.conftest import StartFleet
from tests.fleet.fleet import Fleet
from tests.fleet.shop_page import (
    Sent,
    browser_page,
    keep_designs,
    photographed_plate,
    served,
    write_page,
)
from tests.fleet.trace_picture import as_svg, as_text
from tests.platform.installation import luneo
from tests.runtime.collector import Collector, Span, collector

pytestmark = [pytest.mark.slow, pytest.mark.outside]

TYPED = "Anneliese"
BROWSER = "b7ad6b7169203331"
LIMIT_S = 60.0
CLOCK_NS = 5_000_000  # browsers round what they tell of time


@pytest.fixture(scope="module")
def collecting() -> Iterator[Collector]:
    with collector() as running:
        yield running


@pytest.fixture(scope="module")
def running(start_fleet: StartFleet, collecting: Collector) -> Iterator[Fleet]:
    more = {"OTEL_EXPORTER_OTLP_ENDPOINT": collecting.endpoint, "LUNEO_TRACE_SAMPLE": "0"}
    with start_fleet("traced", **more) as made:
        yield made


@pytest.fixture(scope="module")
def design(acme: OverGrpc) -> dict[str, Any]:
    return {"productRevision": acme.plate(), "zones": {"name": {"text": {"text": TYPED}}}}


def sent_by_a_browser(trace: str) -> str:
    return f"00-{trace}-{BROWSER}-01"


def arrived(collecting: Collector, trace: str, last: str, *known: Span) -> list[Span]:
    """Return the spans of a trace once the last has come and all that they belong to, after the known."""
    end = time.monotonic() + LIMIT_S
    while True:
        spans = [*known, *collecting.of_trace(trace)]
        parents = {span.parent for span in spans}
        calls = {span.id for span in spans if span.kind == "CLIENT" and not span.failed}
        whole = calls <= parents <= {"", BROWSER, *(span.id for span in spans)}
        if whole and any(span.name == last for span in spans):
            return spans
        assert time.monotonic() < end, [span.name for span in spans]
        time.sleep(0.05)


@pytest.fixture(scope="module")
def pack(
    running: Fleet, acme: OverGrpc, collecting: Collector, design: dict[str, Any]
) -> list[Span]:
    """The trace of ordering an export pack, from the browser to the worker."""
    session = acme.session()
    order(running, acme, session, design, "")  # the worker has everything loaded after this
    trace = os.urandom(16).hex()
    other = {**design, "zones": {"name": {"text": {"text": f"{TYPED} B"}}}}
    order(running, acme, session, other, sent_by_a_browser(trace))
    return arrived(collecting, trace, "job manufacturing.make_pack")


def order(
    running: Fleet, acme: OverGrpc, session: str, design: dict[str, Any], traceparent: str
) -> None:
    """Keep a design and have its pack made; only the order itself is traced."""
    status, kept = running.post(
        f"/v1/{acme.name}/snapshots", {"design": design},
        x_api_key=acme.publishable, luneo_session=session,
    )  # fmt: skip
    assert status == 200, kept
    status, operation = running.post(
        f"/v1/{acme.name}/exportPacks", {"snapshot": kept["name"]},
        x_api_key=acme.secret, traceparent=traceparent,
    )  # fmt: skip
    assert status == 200, operation
    status, answer = running.get(f"/v1/{operation['name']}:wait", x_api_key=acme.secret)
    assert json.loads(answer).get("response"), answer


@pytest.fixture(scope="module")
def visit(
    running: Fleet, acme: OverGrpc, design: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> list[Sent]:
    """What the browser sent while a shopper kept two designs on a page that asks for traces."""
    folder = tmp_path_factory.mktemp("shop")
    with served(folder) as origin, browser_page() as page:
        key = luneo("key", "create", "acme", "--origin", origin, "--json", **running.settings)
        assert key.returncode == 0, key.stderr
        plate = photographed_plate(acme, f"{acme.name}/fonts/noto-sans")
        write_page(folder, running.rest, plate, json.loads(key.stdout)["secret"])
        return keep_designs(page, origin, [TYPED, f"{TYPED} C"])


def test_every_call_of_the_widget_begins_a_trace_and_says_that_its_page_wants_it(
    visit: list[Sent],
) -> None:
    assert {call.path.rpartition("/")[2].partition(":")[2] for call in visit} >= {
        "published", "compose"
    }  # fmt: skip
    asked = re.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-01")
    assert [call for call in visit if not asked.fullmatch(call.traceparent)] == []
    assert len({call.traceparent for call in visit}) == len(visit)


def test_a_kept_design_is_one_trace_from_the_browser_to_the_worker(
    collecting: Collector, visit: list[Sent]
) -> None:
    calls = {call.path.rpartition("/")[2]: call for call in visit if call.method == "POST"}
    frozen, drawn = calls["snapshots"], calls["previews"]  # of the second: all is loaded by then
    assert frozen.trace == drawn.trace
    browser = [
        call.as_span(f"POST /v1/{{parent=brands/*}}/{name}")
        for name, call in (("snapshots", frozen), ("previews", drawn))
    ]
    spans = arrived(collecting, drawn.trace, "job render.draw_preview", *browser)
    by_id = {span.id: span for span in spans}
    assert {span.service for span in spans} >= {
        "browser", "luneo-gateway", "luneo-snapshot", "luneo-spec", "luneo-render", "luneo-relay",
        "luneo-worker",
    }  # fmt: skip
    (job,) = (span for span in spans if span.name == "job render.draw_preview")
    above = job
    while above.parent:
        above = by_id[above.parent]
    assert above == browser[1]
    first = next(span for span in spans if span.parent == drawn.as_span("").id)
    assert drawn.began_ns <= first.start_ns <= first.end_ns <= drawn.ended_ns + CLOCK_NS
    if folder := os.environ.get("LUNEO_DRAW_TRACE"):
        Path(folder, "trace.svg").write_text(as_svg(spans), encoding="utf-8")
        Path(folder, "trace.txt").write_text(as_text(spans), encoding="utf-8")


def test_every_process_that_a_pack_needs_is_in_one_trace(pack: list[Span]) -> None:
    assert {span.service.removeprefix("luneo-") for span in pack} >= {
        "gateway", "manufacturing", "snapshot", "relay", "worker"
    }  # fmt: skip


def test_each_step_hangs_below_the_one_before(pack: list[Span]) -> None:
    by_id = {span.id: span for span in pack}
    (job,) = (span for span in pack if span.name == "job manufacturing.make_pack")
    chain = [job]
    while chain[-1].parent in by_id:
        chain.append(by_id[chain[-1].parent])
    assert chain[-1].parent == BROWSER
    rpc = "luneo.manufacturing.v1.ExportPackService/CreateExportPack"
    assert [(span.service, span.kind, span.name) for span in reversed(chain)] == [
        ("luneo-gateway", "SERVER", "POST /v1/{parent=brands/*}/exportPacks"),
        ("luneo-gateway", "CLIENT", rpc),
        ("luneo-manufacturing", "SERVER", rpc),
        ("luneo-manufacturing", "PRODUCER", "outbox manufacturing.make_pack"),
        ("luneo-relay", "PRODUCER", "relay manufacturing.make_pack"),
        ("luneo-worker", "CONSUMER", f"queue {job.attributes['messaging.destination.name']}"),
        ("luneo-worker", "CONSUMER", "job manufacturing.make_pack"),
    ]
    assert all(span.start_ns <= span.end_ns for span in pack)


def test_no_span_stands_alone(pack: list[Span]) -> None:
    ids = {span.id for span in pack}
    assert {span.parent for span in pack if span.parent not in ids} == {BROWSER}
    assert not any(span.failed for span in pack)


def test_a_service_s_call_to_another_process_is_in_it_on_both_sides(pack: list[Span]) -> None:
    by_id = {span.id: span for span in pack}
    pairs = {
        (by_id[span.parent].service, span.service)
        for span in pack
        if span.kind == "SERVER" and span.parent in by_id
    }
    assert ("luneo-manufacturing", "luneo-snapshot") in pairs
    for span in pack:
        if span.kind == "SERVER" and span.parent in by_id:
            assert (by_id[span.parent].kind, by_id[span.parent].name) == ("CLIENT", span.name)


def test_the_logs_of_all_processes_carry_its_id(running: Fleet, pack: list[Span]) -> None:
    for process in ("gateway", "manufacturing", "snapshot"):
        lines = [line for line in running.log(process) if line.get("trace_id") == pack[0].trace]
        assert lines, process


def test_nothing_typed_and_no_credential_is_in_any_span(
    collecting: Collector, acme: OverGrpc, pack: list[Span]
) -> None:
    told = json.dumps([[span.name, span.description, span.attributes] for span in collecting.spans])
    for secret in (TYPED, acme.secret, acme.publishable, "lpk_", "lsk_", "eyJ", "@", "127.0.0.1"):
        assert secret not in told
    assert "brands/acme" not in told  # paths are named by their templates


def test_what_nobody_asked_to_trace_is_not_recorded(
    running: Fleet, acme: OverGrpc, collecting: Collector, pack: list[Span]
) -> None:
    trace = os.urandom(16).hex()
    headers = {"x_api_key": acme.secret, "traceparent": f"00-{trace}-{BROWSER}-00"}
    assert running.get(f"/v1/{acme.name}/products", **headers)[0] == 200
    wanted = os.urandom(16).hex()
    headers["traceparent"] = sent_by_a_browser(wanted)
    assert running.get(f"/v1/{acme.name}/products", **headers)[0] == 200
    assert arrived(collecting, wanted, "GET /v1/{parent=brands/*}/products")
    assert not collecting.of_trace(trace)


def test_a_service_that_is_gone_is_an_error_in_the_trace_and_a_mistake_is_none(
    running: Fleet, acme: OverGrpc, collecting: Collector, pack: list[Span]
) -> None:
    asked, name = os.urandom(16).hex(), "GET /v1/{name=brands/*/products/*}"
    path = f"/v1/{acme.name}/products/none"
    shown = {"x_api_key": acme.secret}
    assert running.get(path, traceparent=sent_by_a_browser(asked), **shown)[0] == 404
    (first,) = (span for span in arrived(collecting, asked, name) if span.name == name)
    assert (first.failed, first.attributes["error.type"]) == (False, "NOT_FOUND")
    running.kill("spec")
    try:
        gone = os.urandom(16).hex()
        assert running.get(path, traceparent=sent_by_a_browser(gone), **shown)[0] == 503
        spans = arrived(collecting, gone, name)
    finally:
        running.start_service("spec")
        running.await_serving("spec")
        running.await_answering(f"/v1/{acme.name}/products", **shown)
    assert [(span.kind, span.failed) for span in spans] == [("SERVER", True), ("CLIENT", True)]
    assert spans[0].attributes["http.response.status_code"] == 503


def test_requests_go_on_while_the_collector_hangs(
    running: Fleet, acme: OverGrpc, collecting: Collector, pack: list[Span]
) -> None:
    with collecting.hanging():
        for _ in range(50):
            traceparent = sent_by_a_browser(os.urandom(16).hex())
            headers = {"x_api_key": acme.secret, "traceparent": traceparent}
            assert running.get(f"/v1/{acme.name}/products", **headers)[0] == 200
