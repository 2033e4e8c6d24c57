"""Envoy in front of the split fleet over mutual TLS, with the configuration that the command writes."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.json_format import MessageToDict
from luneo.spec.v1 import product_service_pb2, product_service_pb2_grpc
from PIL import Image

from render_core.export.verify import verify_pack
from tests.fleet.brand import OverGrpc
from tests.fleet.conftest import StartFleet
from tests.fleet.fleet import Fleet
from tests.fleet.load import GIVE_UP_S, Load, calls_of
from tests.fleet.main_job import main_job_over_rest
from tests.mesh import envoy
from tests.platform.installation import LUNEO, environment, free_port, luneo

pytestmark = [pytest.mark.slow, pytest.mark.outside]

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Edge:
    """The fleet as it is seen through Envoy. fleet: its `rest` is Envoy's address."""

    fleet: Fleet
    admin_port: int
    folder: Path

    def log(self) -> list[dict[str, Any]]:
        lines = (self.folder / "envoy.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture(scope="module")
def running(start_fleet: StartFleet, certs: Path) -> Iterator[Fleet]:
    with start_fleet("envoy", twice=("spec",), certs=certs) as made:
        yield made


@pytest.fixture(scope="module")
def edge(running: Fleet, certs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("edge")
    port, admin_port = free_port(), free_port()
    settings = {
        **running.settings,
        "LUNEO_SERVICE_ADDRESSES": running.gateway_addresses,
        "LUNEO_TLS_DIR": str(certs / "gateway"),
    }
    config = folder / "envoy.json"
    options = ["--out", str(config), "--port", str(port), "--admin-port", str(admin_port)]
    done = luneo("mesh", "envoy", *options, **settings)
    assert done.returncode == 0, done.stderr
    with envoy.running(config, admin_port, log=folder / "envoy.log"):
        yield Edge(dataclasses.replace(running, rest_port=port), admin_port, folder)


def test_a_name_becomes_a_pack_through_envoy(edge: Edge, acme: OverGrpc, plate: str) -> None:
    assert verify_pack(main_job_over_rest(edge.fleet, acme, plate, "Envoy")).ok


def test_a_preview_through_envoy_is_a_picture_and_kept_as_long(
    edge: Edge, running: Fleet, acme: OverGrpc, plate: str
) -> None:
    shopper = {"x_api_key": acme.publishable, "luneo_session": acme.session()}
    design = {"productRevision": plate, "zones": {"name": {"text": {"text": "Seen"}}}}
    body = {"design": design, "widthPx": 256}
    status, made = edge.fleet.post(f"/v1/{acme.name}/previews", body, **shopper)
    assert status == 200, made
    status, picture = edge.fleet.get(f"/v1/{made['name']}", **shopper)
    assert status == 200, picture
    assert Image.open(io.BytesIO(picture)).width == 256
    shown = {name.replace("_", "-"): value for name, value in shopper.items()}
    answers = [
        httpx.get(f"{one.rest}/v1/{made['name']}", headers=shown) for one in (edge.fleet, running)
    ]
    for name in ("cache-control", "content-type", "x-content-type-options"):
        assert answers[0].headers[name] == answers[1].headers[name]


def test_envoy_and_the_gateway_give_the_same_answer(
    edge: Edge, running: Fleet, acme: OverGrpc, plate: str
) -> None:
    paths = (f"/v1/{plate}", f"/v1/{acme.name}/products", f"/v1/{acme.name}/products/none")
    for path in paths:
        shown = {"x_api_key": acme.secret, "x_correlation_id": "same-12345"}
        there = [one.get(path, **shown) for one in (edge.fleet, running)]
        assert there[0][0] == there[1][0]
        assert json.loads(there[0][1]) == json.loads(there[1][1])


def test_grpc_passes_the_same_port(edge: Edge, acme: OverGrpc, plate: str) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{edge.fleet.rest_port}") as channel:
        got = product_service_pb2_grpc.ProductServiceStub(channel).GetProductRevision(
            product_service_pb2.GetProductRevisionRequest(name=plate),
            metadata=(("x-api-key", acme.secret),), timeout=30,
        )  # fmt: skip
    status, answer = edge.fleet.get(f"/v1/{plate}", x_api_key=acme.secret)
    assert status == 200
    assert MessageToDict(got) == json.loads(answer)


def test_nobody_outside_passes_for_a_service_or_reaches_one_without_a_key(
    edge: Edge, acme: OverGrpc, plate: str
) -> None:
    for shown in ({}, {"luneo_service": "x"}, {"x_api_key": "lsk_" + "a" * 52}):
        status, answer = edge.fleet.get(f"/v1/{plate}", **shown)
        assert status == 401, answer
        assert json.loads(answer)["error"]["status"] == "UNAUTHENTICATED"


def test_one_correlation_id_is_in_the_logs_of_envoy_and_the_service(
    edge: Edge, acme: OverGrpc, plate: str
) -> None:
    shown = {"x-api-key": acme.secret, "x-correlation-id": "through-envoy-1"}
    answer = httpx.get(f"{edge.fleet.rest}/v1/{plate}", headers=shown)
    assert answer.headers["x-correlation-id"] == "through-envoy-1"
    end = time.monotonic() + GIVE_UP_S
    while True:  # a line is written after its answer
        lines = [line for line in edge.log() if line["correlation_id"] == "through-envoy-1"]
        served = [
            line
            for name in ("spec", "spec-2")
            for line in edge.fleet.log(name)
            if line.get("correlation_id") == "through-envoy-1"
        ]
        if lines and served:
            break
        assert time.monotonic() < end, "no line"
        time.sleep(0.05)
    assert lines[0]["rpc"] == "luneo.spec.v1.ProductService/GetProductRevision"
    assert (lines[0]["status"], lines[0]["service"]) == (200, "spec")
    assert acme.secret not in (edge.folder / "envoy.log").read_text()


def test_a_token_of_the_installation_passes_and_a_forged_one_costs_no_call(
    edge: Edge, running: Fleet, acme: OverGrpc
) -> None:
    done = subprocess.run(
        [*LUNEO, "user", "password", "ann@acme.example"], input=f"{PASSWORD}\n", text=True,
        capture_output=True, check=False, timeout=GIVE_UP_S,
        env=environment(**running.settings, **running.servers),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    asked = {"email": "ann@acme.example", "password": PASSWORD}
    status, made = edge.fleet.post("/v1/sessions:signIn", asked)
    assert status == 200, made
    token = made["accessToken"]
    shown = {"authorization": f"Bearer {token}", "x_correlation_id": "me-through-envoy"}
    me = edge.fleet.get("/v1/users/me", **shown)
    assert me[0] == 200, me
    running.logged("tenant", "me-through-envoy")
    head, body, signature = token.split(".")
    before = calls_of(running, "tenant")
    for forged in (f"{head}.{body}.{signature[::-1]}", f"{head}.{body}.", "e30.e30.e30"):
        status, answer = edge.fleet.get("/v1/users/me", authorization=f"Bearer {forged}")
        assert status == 401, answer
        assert json.loads(answer)["error"]["status"] == "UNAUTHENTICATED"
    assert calls_of(running, "tenant") == before
    status, answer = edge.fleet.get(
        f"/v1/{acme.name}/products", authorization=f"Bearer {acme.secret}"
    )
    assert status == 200, answer  # a key there is for the services to judge


def test_certificates_rotate_under_load_and_no_call_fails(
    edge: Edge, acme: OverGrpc, plate: str, certs: Path
) -> None:
    taken = "cluster.spec.client_ssl_socket_factory.ssl_context_update_by_sds"
    before = envoy.figures(edge.admin_port, taken)[taken]
    load = Load(edge.fleet, acme, plate)
    with load.on():
        for _ in range(3):
            load.await_more(3)
            assert luneo("certs", str(certs), "--renew").returncode == 0
        load.await_more(5)
    assert {answer.status for answer in load.answers} == {200}, load.answers
    assert envoy.figures(edge.admin_port, taken)[taken] > before


def test_kill_9_of_one_of_two_fails_only_what_was_in_flight_on_it(
    edge: Edge, acme: OverGrpc, plate: str
) -> None:
    load = Load(edge.fleet, acme, plate)
    with load.on():
        load.await_more(5)
        before_kill = len(edge.log())
        killed_s = time.monotonic()
        edge.fleet.kill("spec-2")
        load.await_more(20)
    failed = [answer for answer in load.answers if answer.status != 200]
    # Reads were made again, all but those whose answer had begun: Envoy passes its headers on at once.
    started = ("GET", "upstream_reset_after_response_started")
    begun = sum(
        (line.get("method"), str(line.get("reason")).partition("{")[0]) == started
        for line in edge.log()[before_kill:]
    )
    assert sum(answer.kind == "read" for answer in failed) <= begun, failed
    assert {answer.status for answer in failed} <= {503}, failed
    assert len(failed) <= 6, failed  # each client had one in flight at most
    assert all(answer.ended_s > killed_s for answer in failed)
    edge.fleet.start_service("spec-2")
    edge.fleet.await_serving("spec-2")
    before = calls_of(edge.fleet, "spec-2")
    end = time.monotonic() + GIVE_UP_S
    while calls_of(edge.fleet, "spec-2") < before + 5:
        assert edge.fleet.get(f"/v1/{plate}", x_api_key=acme.secret)[0] == 200
        assert time.monotonic() < end, "the process that is back is not called"
