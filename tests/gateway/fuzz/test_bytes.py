"""Bodies spoilt at any byte, for at least a minute, against an installation at work.

Whatever arrives, the answer is one that the API knows: no fault of ours, no connection cut off, and
no memory that stays. Real bodies are spoilt, so that much gets past the first brace.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway import api_examples
from gateway.api_calls import http_call
from gateway.clients.catalogue import services
from gateway.routes import Binding, RouteTable
from tests.gateway.equality.demo import BRAND, Demo
from tests.platform.installation import luneo

pytestmark = pytest.mark.slow

LONG_ENOUGH_S = 60.0
ROUND = 100
GROWTH_BYTES = 64_000_000
# Sessions cost a second of hashing each; the last two would leave the others without their brand.
LEFT_ALONE = ("SignIn", "EraseSubject", "DeleteMembership")
PIECES = [
    b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\", b"\\u", b"\\ud800", b"\\u0000", b"null", b"true",
    b"1e999", b"-", b"-0", b"9" * 10_000, b"[" * 10_000, b'{"a":' * 10_000, b'"@type":', b"\xff",
    b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\0", b"\r\n", b"NaN", b"Infinity", b"/**/",
]  # fmt: skip


def prepared() -> dict[str, tuple[str, str, bytes]]:
    """Return method, target and body of a real call of each rpc that has one."""
    found = {}
    for binding in RouteTable(services()).bindings:
        example = api_examples.recorded().get(binding.rpc.full_name)
        if example is None or binding.rpc.name in LEFT_ALONE:
            continue
        call = http_call(binding, example.request)
        if call.body is not None:
            found[_named(binding)] = (call.method, call.target, json.dumps(call.body).encode())
    return found


def _named(binding: Binding) -> str:
    return f"{binding.rpc.containing_service.name}.{binding.rpc.name}"


CALLS = prepared()
COMPOSE = json.dumps(
    {
        "design": {
            "productRevision": f"{BRAND}/products/steel-tag/revisions/r1",
            "zones": {"name": {"text": {"text": "Zoë 😀"}}},
        }
    },
    ensure_ascii=False,
).encode()


class Line:
    """One connection that is kept, as a client keeps it."""

    def __init__(self, demo: Demo) -> None:
        parts = urlsplit(demo.rest)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        self._headers = {**demo.shown("secretKey"), "content-type": "application/json"}

    def close(self) -> None:
        self._connection.close()

    def send(self, method: str, target: str, body: bytes) -> int:
        """Return the status of an answer, whose form is looked at."""
        self._connection.request(method, target, body, self._headers)
        answer = self._connection.getresponse()
        data = answer.read()
        assert answer.status < 500, (answer.status, data)
        if answer.status >= 400:
            told: dict[str, Any] = json.loads(data)["error"]
            assert told["message"]
            assert told["code"] == answer.status
        return answer.status


@pytest.fixture
def line(demo: Demo) -> Iterator[Line]:
    with closing(Line(demo)) as opened:
        yield opened


def memory_bytes(demo: Demo) -> int:
    """What the process that serves holds."""
    told = luneo("status", "--json", "--data", str(demo.data))
    return int(json.loads(told.stdout)["memory_bytes"]["server"])


@contextmanager
def memory_kept(demo: Demo) -> Iterator[None]:
    before = memory_bytes(demo)
    yield
    assert memory_bytes(demo) - before < GROWTH_BYTES


@st.composite
def spoilt(draw: st.DrawFn, body: bytes) -> bytes:
    """Change a body in one to four places."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        end = min(len(body), at + draw(st.integers(0, 24)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
        body = draw(
            st.sampled_from(
                [
                    body[:at] + piece + body[at:],
                    body[:at] + piece + body[end:],
                    body[:at],
                    body[at:],
                    body[:end] + body[at:end] * 200 + body[end:],
                    body[:at] + bytes(byte ^ 1 for byte in body[at:end]) + body[end:],
                ]
            )
        )
    return body


def test_bodies_spoilt_anywhere_for_a_minute_are_answered_and_leave_nothing(
    demo: Demo, line: Line
) -> None:
    seen: dict[int, int] = {}

    @settings(max_examples=ROUND, database=None, suppress_health_check=list(HealthCheck))
    @given(name=st.sampled_from(sorted(CALLS)), data=st.data())
    def attempt(name: str, data: st.DataObject) -> None:
        method, target, body = CALLS[name]
        status = line.send(method, target, data.draw(spoilt(body)))
        seen[status] = seen.get(status, 0) + 1

    for _ in range(5):
        attempt()  # what is loaded once and kept
    with memory_kept(demo):
        end = time.monotonic() + LONG_ENOUGH_S
        while time.monotonic() < end:
            attempt()
    assert seen.get(400, 0) > sum(seen.values()) / 4, seen
    assert seen.get(429, 0) < sum(seen.values()) / 10, seen


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda body, at: body[:at], id="cut off"),
        pytest.param(lambda body, at: body[:at] + b"\xff" + body[at + 1 :], id="no UTF-8"),
        pytest.param(lambda body, at: body[:at] + b"\0" + body[at:], id="a NUL"),
        pytest.param(lambda body, at: body[:at] + b'"' + body[at:], id="a quote"),
        pytest.param(lambda body, at: body[:at] + b"[" * 10_000 + body[at:], id="10,000 deep"),
        pytest.param(lambda body, at: body[:at] + b"7" * 10_000 + body[at:], id="10,000 digits"),
    ],
)
def test_a_body_is_refused_or_understood_whichever_byte_is_spoilt(line: Line, spoil: Any) -> None:
    target = f"/v1/{BRAND}/designs:compose"
    assert line.send("POST", target, COMPOSE) == 200
    statuses = {line.send("POST", target, spoil(COMPOSE, at)) for at in range(len(COMPOSE))}
    assert 400 in statuses
    assert statuses <= {200, 400, 404}
