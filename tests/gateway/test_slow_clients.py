"""Clients that send or read too slowly, and a process that ends while calls are at work."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from google.api.httpbody_pb2 import HttpBody

import gateway.serving
from gateway.app import create_app
from gateway.edge import protocol
from gateway.edge.protocol import BoundedProtocol
from gateway.settings import GatewaySettings
from tests.gateway import serving
from tests.gateway.messaging import Messaging
from tests.gateway.schema import MESSAGING

LARGE = 30_000_000
IMPATIENT = GatewaySettings(body_timeout_s=0.4)


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    parts = urlsplit(address)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        connection.settimeout(20)
        connection.connect((parts.hostname, parts.port))
        yield connection


def rest_of(connection: socket.socket, *, pause_s: float = 0.0) -> bytes:
    """Return what comes until the connection ends, however it does."""
    pieces = []
    try:
        while piece := connection.recv(1 << 20):
            pieces.append(piece)
            time.sleep(pause_s)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


def post(size: int) -> bytes:
    return (
        b"POST /v1/raw HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        % size
    )


class TestSending:
    @pytest.fixture
    def settings(self) -> GatewaySettings:
        return IMPATIENT

    def test_a_body_that_comes_steadily_may_take_longer_than_the_limit(self, address: str) -> None:
        with connected(address) as connection:
            connection.sendall(post(100_000))
            for _ in range(10):
                time.sleep(0.06)
                connection.sendall(b"x" * 10_000)
            assert rest_of(connection).startswith(b"HTTP/1.1 200")

    def test_a_body_that_drips_is_given_up(self, address: str) -> None:
        with connected(address) as connection:
            connection.sendall(post(100_000))
            answer = b""
            connection.settimeout(0.05)
            for _ in range(400):
                try:
                    connection.sendall(b"x")
                    answer = connection.recv(65_536)
                    break
                except TimeoutError:
                    continue
            connection.settimeout(20)
            answer += rest_of(connection)
        assert answer.startswith(b"HTTP/1.1 408")
        error = json.loads(answer.split(b"\r\n\r\n", 1)[1])["error"]
        assert error["details"][0]["reason"] == "BODY_TOO_SLOW"


class TestReading:
    @pytest.fixture
    def closed(self, monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
        """Released when a connection has ended at the server."""
        ended = threading.Semaphore(0)

        class Watched(BoundedProtocol):
            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                ended.release()

        monkeypatch.setattr(gateway.serving, "BoundedProtocol", Watched)
        monkeypatch.setattr(protocol, "READ_CHECK_S", 0.3)
        return ended

    @pytest.fixture
    def settings(self, closed: threading.Semaphore) -> GatewaySettings:
        return GatewaySettings()

    @pytest.fixture
    def large(self, service: Messaging) -> bytes:
        service.file = HttpBody(content_type="image/png", data=b"x" * LARGE)
        return b"GET /v1/files/1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"

    def test_a_client_that_does_not_read_is_cut_off(
        self, address: str, large: bytes, closed: threading.Semaphore
    ) -> None:
        with connected(address) as connection:
            connection.sendall(large)
            assert closed.acquire(timeout=20)
            assert 0 < len(rest_of(connection)) < LARGE

    def test_a_client_that_reads_steadily_gets_all_of_it(
        self, address: str, large: bytes, closed: threading.Semaphore
    ) -> None:
        with connected(address) as connection:
            connection.sendall(large)
            assert len(rest_of(connection, pause_s=0.01)) > LARGE
        assert closed.acquire(timeout=20)


def test_a_process_that_ends_finishes_its_calls_and_takes_no_more() -> None:
    service = Messaging()
    service.hold = threading.Event()
    app = create_app(service, [MESSAGING], GatewaySettings())
    with ThreadPoolExecutor(1) as threads:
        with serving.running(app) as base:
            call = threads.submit(httpx.get, base + "/v1/messages/1", timeout=20)
            _until(lambda: len(service.asked) == 1)
            threading.Thread(target=_let_go_when_closed, args=(base, service.hold)).start()
        assert call.result().status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(base + "/v1/messages/1")


def _let_go_when_closed(base: str, hold: threading.Event) -> None:
    """Let the held call go on as soon as nobody is let in any more."""
    try:
        _until(lambda: not _is_open(base))
    finally:
        hold.set()


def _is_open(base: str) -> bool:
    parts = urlsplit(base)
    try:
        with socket.create_connection((parts.hostname, parts.port), timeout=5):
            return True
    except OSError:
        return False


def _until(condition: object) -> None:
    end_s = time.monotonic() + 15
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end_s
        time.sleep(0.01)
