"""The edge of the gRPC ports: the same limits and the same maintenance as REST has, in the same Redis.

Counted are calls of clients. What services ask of each other, and what a gateway passes on, which has
counted it, goes by: see `Security.is_inside`. Without Redis each process counts by itself, as each
gateway does, and no call waits for it longer than half a second; maintenance stays as it was last seen.

A client is told what it is told by REST: RESOURCE_EXHAUSTED or UNAVAILABLE with the reason and
RetryInfo, and with an answer `ratelimit-policy` and `ratelimit` as trailing metadata.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterable
from concurrent.futures import TimeoutError as WaitedTooLong
from typing import Final

from google.api import annotations_pb2
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from google.rpc import code_pb2

from gateway.edge.maintenance import Switch
from gateway.edge.rates import Rates
from gateway.exchange import Event, Request, Response
from gateway.refusals import Refusal
from gateway.settings import GatewaySettings
from services.runtime.errors import ResourceExhausted, ServiceError, Unavailable
from services.runtime.grpc_server import Admission, ClientCall

_WAIT_LIMIT_S: Final = 2.0  # twice what the limits allow themselves, and more


class GrpcEdge(Admission):
    """Judges the calls of one gRPC server. Its counting runs on an event loop of its own thread.

    rpcs: the paths that are served, "/package.Service/Method". Raises UnknownRoute for a limit of
    another.
    """

    def __init__(self, settings: GatewaySettings, rpcs: Iterable[str]) -> None:
        paths = tuple(rpcs)
        self._reads = frozenset(path for path in paths if _only_reads(path))
        known = [path[1:] for path in paths]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="edge", daemon=True)
        self._switch = Switch(settings.maintenance, settings.maintenance_redis_url)
        self._rates = Rates(settings, known)

    def start(self) -> None:
        """Begin to look for maintenance."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._switch.start(), self._loop).result()

    def close(self) -> None:
        """Give the connections back; no call may come any more."""
        for work in (self._switch.close(), self._rates.close()):
            asyncio.run_coroutine_threadsafe(work, self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def admit(self, call: ClientCall) -> list[tuple[str, str]]:
        """Count a call; return what its client is told of its limits. Raises ServiceError."""
        request = _as_request(call)
        try:
            self._switch.admit(reads=call.path in self._reads)
            counted = self._rates.admit(request, time.monotonic())
            asyncio.run_coroutine_threadsafe(counted, self._loop).result(_WAIT_LIMIT_S)
        except Refusal as refusal:
            raise _error(refusal) from None
        except WaitedTooLong:
            return []  # a shop must not stop because of what counts its calls
        return request.answer_headers

    def succeeded(self, call: ClientCall) -> None:
        """Remember that the credential is good for the brand."""
        if call.brand:
            good = Response(200, origin_passed=True)
            self._loop.call_soon_threadsafe(self._rates.note, _as_request(call), good)


def _as_request(call: ClientCall) -> Request:
    """Return the call as the limits know calls: a credential counts the same by REST and by gRPC."""
    return Request(
        method="POST",
        raw_path=call.path,
        query=b"",
        headers=dict(call.metadata),
        address=call.address,
        correlation_id="",
        receive=_nothing,
        rpc=call.path[1:],
        brand=call.brand,
    )


async def _nothing() -> Event:
    return {"type": "http.disconnect"}


def _error(refusal: Refusal) -> ServiceError:
    kind = Unavailable if refusal.code == code_pb2.UNAVAILABLE else ResourceExhausted
    error = kind(refusal.message, reason=refusal.reason, retry_after_s=refusal.retry_after_s)
    error.metadata.update(refusal.metadata)
    return error


def _only_reads(path: str) -> bool:
    """Whether REST would call it a read: bound to GET, or without side effects."""
    method: MethodDescriptor = descriptor_pool.Default().FindMethodByName(
        path[1:].replace("/", ".")
    )
    options = method.GetOptions()
    rule = options.Extensions[annotations_pb2.http]
    return bool(rule.get) or options.idempotency_level == MethodOptions.NO_SIDE_EFFECTS
