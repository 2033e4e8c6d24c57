"""A gateway with little room: who asks too often, and who waits."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from gateway.settings import GatewaySettings
from tests.gateway.answers import reason_of
from tests.gateway.messaging import Messaging


class TestWithLittleRoom:
    @pytest.fixture
    def settings(self) -> GatewaySettings:
        return GatewaySettings(
            calls_at_once=2, rate_per_s=0.1, burst=10, address_rate_per_s=0.1, address_burst=30
        )

    def test_a_client_that_asks_too_often_is_told_when_to_come_back(
        self, client: httpx.Client
    ) -> None:
        codes = [client.get("/v1/messages/1").status_code for _ in range(12)]
        assert codes[:10] == [200] * 10
        assert 429 in codes
        response = client.get("/v1/messages/1")
        assert (response.status_code, reason_of(response)) == (429, "RATE_LIMITED")
        assert int(response.headers["retry-after"]) >= 1
        other = client.get("/v1/messages/1", headers={"x-api-key": "another"})
        assert other.status_code == 200

    def test_another_credential_with_each_call_does_not_get_an_address_further(
        self, client: httpx.Client
    ) -> None:
        codes = [
            client.get("/v1/messages/1", headers={"x-api-key": f"key-{n}"}).status_code
            for n in range(40)
        ]
        assert codes[:20] == [200] * 20
        assert 429 in codes[30:]

    def test_slow_calls_of_one_client_leave_room_for_another(
        self, client: httpx.Client, service: Messaging
    ) -> None:
        service.hold = threading.Event()
        with ThreadPoolExecutor(5) as threads:
            slow = [
                threads.submit(client.get, "/v1/messages/1", headers={"x-api-key": "a"})
                for _ in range(4)
            ]
            _until(lambda: len(service.asked) == 1)
            other = threads.submit(client.get, "/v1/messages/1", headers={"x-api-key": "b"})
            _until(lambda: len(service.asked) == 2)
            service.hold.set()
            assert [call.result().status_code for call in slow] == [200] * 4
            assert other.result().status_code == 200

    def test_a_call_that_gets_no_turn_in_time_is_504(
        self, client: httpx.Client, service: Messaging
    ) -> None:
        service.hold = threading.Event()
        with ThreadPoolExecutor(2) as threads:
            slow = [
                threads.submit(client.get, "/v1/messages/1", headers={"x-api-key": str(i)})
                for i in range(2)
            ]
            _until(lambda: len(service.asked) == 2)
            late = client.get("/v1/messages/1", headers={"x-timeout": "0.05", "x-api-key": "c"})
            assert (late.status_code, reason_of(late)) == (504, "DEADLINE_EXCEEDED")
            service.hold.set()
            assert [call.result().status_code for call in slow] == [200] * 2


def _until(condition: object) -> None:
    end_s = time.monotonic() + 10
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end_s
        time.sleep(0.005)
