"""Five services in five processes behind a gateway: the main job through REST and through gRPC."""

from __future__ import annotations

import io
import json
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from luneo.manufacturing.v1 import export_pack_pb2
from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc

from render_core.export.verify import verify_pack
from tests.fleet.brand import OverGrpc, details, named
from tests.fleet.conftest import StartFleet
from tests.fleet.fleet import SERVICES, Fleet
from tests.fleet.main_job import main_job_over_rest

pytestmark = [pytest.mark.slow, pytest.mark.outside]


@pytest.fixture(scope="module")
def running(start_fleet: StartFleet) -> Iterator[Fleet]:
    with start_fleet("shop") as made:
        yield made


def test_a_name_becomes_a_pack_over_rest(running: Fleet, acme: OverGrpc, plate: str) -> None:
    data = main_job_over_rest(running, acme, plate, "Rest")
    assert verify_pack(data).ok


def test_a_name_becomes_a_pack_over_grpc_of_the_same_bytes(
    running: Fleet, acme: OverGrpc, plate: str
) -> None:
    snapshot = acme.keep(named(plate, "Both"), acme.session())
    states = acme.watch(acme.pack(snapshot.name).name)
    assert states[-1].done
    made = export_pack_pb2.ExportPack()
    assert states[-1].response.Unpack(made)
    link = urlsplit(acme.get_pack(made.name).result.uri)
    status, data = running.get(f"{link.path}?{link.query}")
    assert status == 200
    assert verify_pack(data).ok
    over_rest = main_job_over_rest(running, acme, plate, "Both")
    assert _drawings(data) == _drawings(over_rest)


def test_a_stream_passes_through_the_gateway(running: Fleet, acme: OverGrpc, plate: str) -> None:
    snapshot = acme.keep(named(plate, "Stream"), acme.session())
    operation = acme.pack(snapshot.name).name
    status, answer = running.get(
        f"/v1/{operation}:watch", x_api_key=acme.secret, accept="text/event-stream"
    )
    assert status == 200
    events = [event for event in answer.decode().split("\n\n") if event.startswith("data: ")]
    assert json.loads(events[-1].removeprefix("data: "))["operation"]["done"]
    assert "event: end" in answer.decode()
    status, answer = running.get(f"/v1/{acme.name}/operations/none:watch", x_api_key=acme.secret)
    assert status == 404


def _drawings(pack: bytes) -> dict[str, bytes]:
    """What the workshop cuts; the manifest names the snapshot, which is another shopper's."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("front")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_answers_health_and_reflection(running: Fleet, service: str) -> None:
    with running.channel(service) as channel:
        asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
        (answer,) = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(asked)
        names = [one.name for one in answer.list_services_response.service]
        assert {name.split(".")[1] for name in names if name.startswith("luneo.")} == {
            service, "operations", "objects"
        }  # fmt: skip
        health = health_pb2_grpc.HealthStub(channel)
        for name in ["", *(one for one in names if one.startswith("luneo."))]:
            answered = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=5)
            assert answered.status == health_pb2.HealthCheckResponse.SERVING


def test_one_correlation_id_is_in_every_log_that_a_call_touches(
    running: Fleet, acme: OverGrpc, plate: str
) -> None:
    shown = {"x_api_key": acme.publishable, "x_correlation_id": "trace-me-12345"}
    _, session = running.post(f"/v1/{acme.name}/guestSessions", {}, x_api_key=acme.publishable)
    design = {"productRevision": plate, "zones": {"name": {"text": {"text": "Traced"}}}}
    status, made = running.post(
        f"/v1/{acme.name}/snapshots", {"design": design}, luneo_session=session["token"], **shown
    )
    assert status == 200, made
    for service in ("snapshot", "spec"):
        assert running.logged(service, "trace-me-12345")


def test_a_deadline_travels_to_the_service_that_is_called(
    running: Fleet, acme: OverGrpc, plate: str
) -> None:
    session = acme.session()
    spec = running.processes["spec"]
    spec.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(grpc.RpcError) as refused:
            acme.keep(named(plate, "Late"), session, timeout_s=1.5, x_correlation_id="late-12345")
        assert refused.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        line = running.logged("snapshot", "late-12345")
    finally:
        spec.send_signal(signal.SIGCONT)
    assert line["code"] == "DEADLINE_EXCEEDED"
    assert line["duration_ms"] < 15_000  # its own limit would be a minute


def test_a_service_that_another_one_needs_is_unavailable_with_a_time_to_wait(
    running: Fleet, acme: OverGrpc, plate: str
) -> None:
    session = acme.session()
    running.kill("spec")
    try:
        with pytest.raises(grpc.RpcError) as refused:
            acme.keep(named(plate, "Gone"), session, x_correlation_id="gone-12345")
        status, found = details(refused.value)
        assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
        assert found["RetryInfo"].retry_delay.ToTimedelta().total_seconds() > 0
        assert found["RequestInfo"].request_id == "gone-12345"
        assert running.address("spec") not in status.message
    finally:
        running.start_service("spec")
        running.await_serving("spec")
    assert as_advised(lambda: acme.keep(named(plate, "Gone"), session)).name


def as_advised(call: Callable[[], Any]) -> Any:
    """Make a call again after the time that the refusal names, as clients do."""
    end = time.monotonic() + 20
    while True:
        try:
            return call()
        except grpc.RpcError as error:
            assert time.monotonic() < end, "it does not come back"
            wait = details(error)[1]["RetryInfo"].retry_delay.ToTimedelta()
            time.sleep(wait.total_seconds())


def test_a_killed_service_is_unavailable_and_comes_back_by_itself(
    running: Fleet, acme: OverGrpc, plate: str
) -> None:
    path = f"/v1/{plate}"
    running.kill("spec")
    try:
        status, answer = running.get(path, x_api_key=acme.secret)
        assert status == 503
        error = json.loads(answer)["error"]
        assert error["status"] == "UNAVAILABLE"
        (wait,) = (one["retryDelay"] for one in error["details"] if "retryDelay" in one)
        assert json.loads(running.get("/readyz")[1])["checks"][running.address("spec")] != "ok"
    finally:
        running.start_service("spec")
        running.await_serving("spec")
    end = time.monotonic() + 20
    while (status := running.get(path, x_api_key=acme.secret)[0]) == 503:
        assert time.monotonic() < end, "it does not come back"
        time.sleep(float(wait.removesuffix("s")))
    assert status == 200


def test_calls_in_flight_survive_an_orderly_end(running: Fleet, acme: OverGrpc, plate: str) -> None:
    """SIGTERM lets running calls end: none of those that were accepted fails."""
    session = acme.session()

    def keep(number: int) -> str:
        try:
            return str(acme.keep(named(plate, f"Flight {number}"), session).name)
        except grpc.RpcError as error:
            return error.code().name  # type: ignore[attr-defined]

    as_advised(lambda: acme.keep(named(plate, "Before"), session))
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(keep, number) for number in range(40)]
        calls[8].result()
        process = running.processes["snapshot"]
        process.terminate()
        answers = [call.result() for call in calls]
    assert process.wait(60) == 0
    running.start_service("snapshot")
    running.await_serving("snapshot")
    running.await_ready()
    refused = {answer for answer in answers if not answer.startswith("brands/")}
    # CANCELLED is gRPC's word for a call that had arrived and was not begun when the end came.
    assert refused <= {"UNAVAILABLE", "CANCELLED"}
    assert sum(answer.startswith("brands/") for answer in answers) >= 9
    end = time.monotonic() + 20  # the gateway comes back to it within the time that it names
    while running.get(f"/v1/{acme.name}/snapshots/none", x_api_key=acme.secret)[0] == 503:
        assert time.monotonic() < end, "it does not come back"
        time.sleep(0.05)


def test_a_foreign_snapshot_is_unknown_through_every_process(
    running: Fleet, acme: OverGrpc
) -> None:
    request = snapshot_service_pb2.GetSnapshotRequest(name="brands/rival/snapshots/s1")
    with pytest.raises(grpc.RpcError) as refused:
        acme.call("snapshot", snapshot_service_pb2_grpc.SnapshotServiceStub, "GetSnapshot", request)
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND
    status, answer = running.get("/v1/brands/rival/snapshots/s1", x_api_key=acme.secret)
    assert status == 404
    assert json.loads(answer)["error"]["message"] == details(refused.value)[0].message
