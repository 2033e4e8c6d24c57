"""What Envoy does of itself with a configuration of ours: tokens, rates, deadlines, headers, two servers."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from services.runtime.mesh.envoy import bootstrap
from services.runtime.mesh.envoy.bootstrap import configuration
from services.runtime.mesh.envoy.topology import Issuer, Rate, Topology
from tests.gateway.conformance import backend as conformance
from tests.gateway.conformance.envoy import topology
from tests.mesh import envoy
from tests.platform.installation import free_port

ISSUER = "https://id.example"
AUDIENCE = "luneo"
ORIGIN = "https://shop.example"


@contextmanager
def in_front(folder: Path, backends: tuple[str, ...], **changes: Any) -> Iterator[str]:
    """Run Envoy with a changed topology of the conformance servers; yields its address."""
    port, admin_port = free_port(), free_port()
    usual = topology(backends[0], port, admin_port)
    (upstream,) = usual.upstreams
    made: Topology = dataclasses.replace(
        usual, upstreams=(dataclasses.replace(upstream, addresses=backends),), **changes
    )
    config = folder / "envoy.json"
    envoy.write(configuration(made), config)
    with envoy.running(config, admin_port, log=folder / "envoy.log"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    server, port = conformance.server()
    yield f"127.0.0.1:{port}"
    server.stop(0).wait()


@pytest.fixture(scope="module")
def plain(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with in_front(tmp_path_factory.mktemp("plain"), (backend,)) as address:
        yield address


def status_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["status"]


class Keys:
    """An issuer that publishes its key over HTTP."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    @contextmanager
    def published(self) -> Iterator[str]:
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        body = json.dumps({"keys": [{**public, "kid": "k1", "alg": "ES256", "use": "sig"}]})

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/keys"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def token(self, key: ec.EllipticCurvePrivateKey | None = None, **changes: Any) -> str:
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "exp": int(time.time()) + 600}
        return jwt.encode(
            {**claims, **changes}, key or self.key, algorithm="ES256", headers={"kid": "k1"}
        )


def test_tokens_of_the_issuer_pass_others_do_not_and_keys_are_for_the_services(
    backend: str, tmp_path: Path
) -> None:
    keys = Keys()
    with ExitStack() as stack:
        url = stack.enter_context(keys.published())
        issuer = Issuer(ISSUER, AUDIENCE, url)
        base = stack.enter_context(in_front(tmp_path, (backend,), issuer=issuer))

        def ask(**headers: str) -> httpx.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return httpx.get(f"{base}/v1/things/7", headers=named)

        end = time.monotonic() + 30  # the keys are fetched behind the start
        while (good := ask(authorization=f"Bearer {keys.token()}")).status_code != 200:
            assert time.monotonic() < end, good.text
            time.sleep(0.05)
        refused = [
            keys.token(ec.generate_private_key(ec.SECP256R1())),
            keys.token(aud="another"),
            keys.token(iss="https://elsewhere.example"),
            keys.token(exp=int(time.time()) - 3600),
            jwt.encode({"iss": ISSUER, "aud": AUDIENCE}, None, algorithm="none"),
            "nonsense",
        ]
        for token in refused:
            answer = ask(authorization=f"Bearer {token}")
            assert status_of(answer) == (401, "UNAUTHENTICATED")
            assert answer.headers["www-authenticate"]
            assert token not in answer.text
        for shown in (
            {},
            {"x_api_key": "lsk_x"},
            {"authorization": "Bearer lsk_x"},
            {"authorization": "bearer lop_x"},
            {"x_api_key": "lsk_x", "authorization": "Bearer nonsense"},
        ):
            assert ask(**shown).status_code == 200


def test_too_many_calls_of_an_address_or_a_key_are_refused_with_the_limit(
    backend: str, tmp_path: Path
) -> None:
    limits = dataclasses.replace(
        topology(backend, 1, 2).limits, address=Rate(10, 20), key=Rate(10, 5)
    )
    with in_front(tmp_path, (backend,), limits=limits) as base, httpx.Client() as client:
        with_key = [client.get(f"{base}/v1/things/7", headers={"x-api-key": "k"}) for _ in range(8)]
        others = [client.get(f"{base}/v1/things/7") for _ in range(60)]
    assert with_key[0].status_code == 200
    assert "x-ratelimit-remaining" in with_key[0].headers
    assert status_of(with_key[-1]) == (429, "RESOURCE_EXHAUSTED")
    assert others[0].status_code == 200  # a key's limit is not the address'
    assert 429 in {answer.status_code for answer in others}


def test_what_only_services_may_say_does_not_come_from_outside(plain: str) -> None:
    shown = {"luneo-service": "x", "luneo-agent": "x", "x-envoy-retry-on": "5xx", "x-tenant": "t"}
    received = httpx.get(f"{plain}/v1/metadata", headers=shown).json()["received"]
    assert received["x-tenant"] == "t"
    assert received["luneo-http-response"] == "metadata"
    assert not {"luneo-service", "luneo-agent", "x-envoy-retry-on"} & received.keys()


@pytest.mark.parametrize(
    ("sent", "least_s", "most_s"),
    [({}, 10, 15), ({"x-timeout": "2.5"}, 1, 2.5), ({"x-timeout": "9999"}, 50, 60)],
    ids=["no time is the usual", "a client's time is the server's deadline", "there is a most"],
)
def test_a_call_has_a_deadline(
    plain: str, sent: dict[str, str], least_s: float, most_s: float
) -> None:
    told = httpx.get(f"{plain}/v1/metadata", headers=sent).json()
    assert told["hasDeadline"] is True
    assert least_s <= told["remainingS"] <= most_s


def test_a_page_of_any_origin_may_read_answers(plain: str) -> None:
    asked = {
        "origin": ORIGIN,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "x-api-key",
    }
    preflight = httpx.options(f"{plain}/v1/things/7", headers=asked)
    assert preflight.status_code == 200
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    assert "x-api-key" in preflight.headers["access-control-allow-headers"]
    for path in ("/v1/things/7", "/v1/failures/5"):
        answer = httpx.get(f"{plain}{path}", headers={"origin": ORIGIN})
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "access-control-allow-credentials" not in answer.headers


def test_every_answer_has_a_correlation_id_and_safe_headers(plain: str) -> None:
    for path in ("/v1/things/7", "/v1/failures/5"):
        answer = httpx.get(f"{plain}{path}", headers={"x-correlation-id": "mine-12345"})
        assert answer.headers["x-correlation-id"] == "mine-12345"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("x-envoy")]
    unknown = httpx.get(f"{plain}/v1/nothing", headers={"x-correlation-id": "mine-12345"})
    assert unknown.headers["x-correlation-id"] == "mine-12345"


def test_the_path_of_an_rpc_is_for_grpc_alone(plain: str) -> None:
    rpc = f"{plain}/luneo.conformance.v1.Conformance"
    for path in (f"{rpc}/Get", f"{rpc}/NotBound", f"{plain}/grpc.health.v1.Health/Check"):
        for kind in ("application/json", "application/x-protobuf", "text/plain"):
            answer = httpx.post(path, content=b"{}", headers={"content-type": kind})
            assert status_of(answer) == (404, "NOT_FOUND")


def test_a_server_that_is_gone_is_gone_round_and_back_when_it_is(tmp_path: Path) -> None:
    first, port = conformance.server()
    second, other = conformance.server()
    backends = (f"127.0.0.1:{port}", f"127.0.0.1:{other}")
    with in_front(tmp_path, backends) as base, httpx.Client() as client:
        first.stop(0).wait()
        answers = [client.post(f"{base}/v1/things", json={}).status_code for _ in range(50)]
    second.stop(0).wait()
    assert answers == [200] * 50  # also writes: what reached no server may be made again


def test_a_pack_larger_than_any_request_comes_down_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bytes(range(256)) * (bootstrap.REQUEST_BYTES // 256 + 1)

    def download(*_: object) -> Any:
        return conformance.HttpBody(content_type="application/zip", data=data)

    monkeypatch.setitem(conformance._HANDLERS, "Download", download)
    server, port = conformance.server()
    with in_front(tmp_path, (f"127.0.0.1:{port}",)) as base:
        answer = httpx.get(f"{base}/v1/files/7", timeout=60)
    server.stop(0).wait()
    assert answer.status_code == 200
    assert answer.content == data


def test_a_request_larger_than_any_message_is_refused(plain: str) -> None:
    body = b'{"maybe":"' + b"a" * (bootstrap.REQUEST_BYTES + 1) + b'"}'
    answer = httpx.post(
        f"{plain}/v1/things", content=body, headers={"content-type": "application/json"}, timeout=60
    )
    assert status_of(answer) == (429, "RESOURCE_EXHAUSTED")  # the transcoder's word for it


def test_without_any_server_the_answer_is_unavailable(tmp_path: Path) -> None:
    with in_front(tmp_path, ("127.0.0.1:1",)) as base:
        answer = httpx.get(f"{base}/v1/things/7")
    assert status_of(answer) == (503, "UNAVAILABLE")
    assert "127.0.0.1" not in answer.text
