"""Envoy towards clients over TLS, and the traces that it sends: as `luneo mesh envoy` sets both up."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from services.runtime.mesh.envoy.topology import Collector as Receiver
from services.runtime.mesh.envoy.topology import Issuer
from tests.gateway.conformance import backend as conformance
from tests.gateway.conformance.schema import SERVICE, message_class
from tests.mesh import envoy
from tests.mesh.test_envoy_at_work import in_front
from tests.mesh.test_envoy_configuration import ADDRESSES, write
from tests.platform.installation import luneo
from tests.runtime.collector import Collector, Span, collector

PARENT = "b7ad6b7169203331"
LIMIT_S = 30.0


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    server, port = conformance.server()
    yield f"127.0.0.1:{port}"
    server.stop(0).wait()


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    assert luneo("certs", str(folder)).returncode == 0
    return folder


@pytest.fixture(scope="module")
def collecting() -> Iterator[Collector]:
    with collector() as running:
        yield running


def trusting(certs: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certs / "server" / "ca.crt")


def serial(address: str, certs: Path) -> str:
    """Return the number of the certificate that a new connection is shown."""
    with httpx.Client(verify=trusting(certs)) as client:
        answer = client.get(f"{address}/v1/things/7")
        assert answer.status_code == 200
        assert answer.headers["strict-transport-security"]
        shown: Any = answer.extensions["network_stream"].get_extra_info("ssl_object")
        return str(shown.getpeercert()["serialNumber"])


def test_clients_come_over_tls_by_rest_and_grpc_and_a_new_certificate_needs_no_restart(
    backend: str, certs: Path, tmp_path: Path
) -> None:
    own = shutil.copytree(certs / "server", tmp_path / "own")
    client_tls = (own, tmp_path / "envoy.clients.json")
    with in_front(tmp_path, (backend,), client_tls=client_tls, https=True) as plain:
        address = plain.replace("http://", "https://")
        first = serial(address, certs)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{plain}/v1/things/7")
        roots = grpc.ssl_channel_credentials((certs / "server" / "ca.crt").read_bytes())
        with grpc.secure_channel(address.removeprefix("https://"), roots) as channel:
            ask = message_class(f"{SERVICE.rpartition('.')[0]}.Ask")
            call = channel.unary_unary(
                f"/{SERVICE}/Get", lambda one: one.SerializeToString(), ask.FromString
            )
            assert call(ask(id="7"), timeout=LIMIT_S).id == "7"
        assert luneo("certs", str(certs), "--renew").returncode == 0
        for name in ("tls.key", "tls.crt"):
            shutil.copy(certs / "server" / name, tmp_path / name)
            os.replace(tmp_path / name, own / name)
        end = time.monotonic() + LIMIT_S
        while serial(address, certs) == first:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_behind_tls_envoy_still_finds_the_keys_of_its_own_issuer(
    certs: Path, tmp_path: Path
) -> None:
    """The installation's own keys are published by a service behind this very Envoy."""
    client_tls = (certs / "server", tmp_path / "envoy.clients.json")
    issuer = Issuer("https://id.example", "luneo")
    server, port = conformance.server()
    with in_front(tmp_path, (f"127.0.0.1:{port}",), client_tls=client_tls, issuer=issuer) as plain:
        address = plain.replace("http://", "https://")
        log = tmp_path / "envoy.log"
        with httpx.Client(verify=trusting(certs)) as client:
            client.get(f"{address}/v1/things/7", headers={"authorization": "Bearer e30.e30.e30"})
        end = time.monotonic() + LIMIT_S
        while '"status":404' not in (said := log.read_text()):  # here nothing publishes any
            assert time.monotonic() < end, said
            time.sleep(0.1)
    server.stop(0).wait()


def test_the_command_sets_both_up_and_envoy_takes_it(certs: Path, tmp_path: Path) -> None:
    shown = ("--client-tls", str(certs / "server"))
    for endpoint in ("http://collector:4318", "https://collector.example/otlp"):
        out = write(tmp_path, *shown, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
        judged = envoy.validate(out)
        assert judged.returncode == 0, judged.stderr
        assert f"{endpoint}/v1/traces" in out.read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"envoy.json", "envoy.clients.json"}
    assert "PRIVATE KEY" not in out.read_text() + (tmp_path / "envoy.clients.json").read_text()


def test_a_folder_without_a_certificate_is_told(tmp_path: Path) -> None:
    options = ("--out", str(tmp_path / "envoy.json"), "--client-tls", str(tmp_path))
    done = luneo("mesh", "envoy", *options, LUNEO_SERVICE_ADDRESSES=ADDRESSES)
    assert done.returncode == 65
    assert str(tmp_path / "tls.crt") in done.stderr


def asked(address: str, trace: str, flags: str) -> dict[str, str]:
    """Call with a traceparent; return the metadata that the server received."""
    sent = {"traceparent": f"00-{trace}-{PARENT}-{flags}"} if trace else {}
    shown = {**sent, "user-agent": "A browser/1", "x-correlation-id": "mine-12345"}
    answer = httpx.get(f"{address}/v1/metadata", headers=shown)
    received: dict[str, str] = answer.json()["received"]
    return received


def arrived(collecting: Collector, trace: str) -> list[Span]:
    end = time.monotonic() + LIMIT_S
    while not (spans := collecting.of_trace(trace)):
        assert time.monotonic() < end
        time.sleep(0.05)
    return spans


def test_envoy_is_a_span_between_the_sender_and_the_service(
    backend: str, collecting: Collector, tmp_path: Path
) -> None:
    trace = os.urandom(16).hex()
    with in_front(tmp_path, (backend,), collector=Receiver(collecting.endpoint, 0.0)) as address:
        received = asked(address, trace, "01")
        (span,) = arrived(collecting, trace)
        named = os.urandom(16).hex()
        sent = {"traceparent": f"00-{named}-{PARENT}-01", "user-agent": "A browser/1"}
        assert httpx.get(f"{address}/v1/things/Anneliese?name=Emma", headers=sent).is_success
        (private,) = arrived(collecting, named)
        failing = os.urandom(16).hex()
        sent["traceparent"] = f"00-{failing}-{PARENT}-01"
        assert httpx.get(f"{address}/v1/failures/5", headers=sent).status_code == 404
        (missing,) = arrived(collecting, failing)
        unasked = os.urandom(16).hex()
        passed_on = asked(address, unasked, "00")
    assert (span.service, span.kind, span.parent) == ("luneo-envoy", "SERVER", PARENT)
    assert received["traceparent"] == f"00-{trace}-{span.id}-01"
    assert passed_on["traceparent"].split("-")[1] == unasked
    assert passed_on["traceparent"].endswith("-00")
    assert not collecting.of_trace(unasked)
    assert span.attributes["luneo.correlation_id"] == "mine-12345"
    assert (missing.name, missing.attributes["http.status_code"]) == (f"{SERVICE}/Fail", "404")
    told = json.dumps([[one.description, one.attributes] for one in (private, missing)])
    for secret in ("Anneliese", "Emma", "/v1/", "A browser", "127.0.0.1"):
        assert secret not in told


def test_a_trace_begins_at_envoy_where_the_client_sends_none(
    backend: str, collecting: Collector, tmp_path: Path
) -> None:
    with in_front(tmp_path, (backend,), collector=Receiver(collecting.endpoint, 1.0)) as address:
        _, trace, span, flags = asked(address, "", "")["traceparent"].split("-")
        (begun,) = arrived(collecting, trace)
    assert (begun.id, begun.parent, flags) == (span, "", "01")
