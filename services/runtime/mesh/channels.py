"""Channels to a service of other processes: balanced, watched, remade when certificates change.

What gRPC does of this it does by the service config below; what that means is in the README of
`runtime` under "Calls between processes".

Source: gRPC proposals A6 (retries), A17 (health checking), A50 (outlier detection).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

import grpc
import grpc.aio
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import MethodOptions
from google.protobuf.message import Message

from services.runtime.mesh.identities import dns_name
from services.runtime.mesh.security import Security, channel_credentials
from services.runtime.mesh.tls_files import Material

Channel = TypeVar("Channel")

MAX_METADATA_BYTES: Final = 64 * 1024
KEEPALIVE_MS: Final = 30_000
ATTEMPTS: Final = 3
# A backend is left out when every call of an interval to it failed: one that is slow, or that
# answers strangers with NOT_FOUND, is not broken.
_BALANCING: Final[dict[str, Any]] = {
    "loadBalancingConfig": [
        {
            "outlier_detection_experimental": {
                "interval": "5s",
                "baseEjectionTime": "10s",
                "maxEjectionTime": "60s",
                "maxEjectionPercent": 50,
                "failurePercentageEjection": {
                    "threshold": 99,
                    "enforcementPercentage": 100,
                    "minimumHosts": 2,
                    "requestVolume": 10,
                },
                "childPolicy": [{"round_robin": {}}],
            }
        }
    ],
    "healthCheckConfig": {"serviceName": ""},
}
_RETRIES: Final[dict[str, Any]] = {
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": ATTEMPTS,
                "initialBackoff": "0.05s",
                "maxBackoff": "0.5s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
    # Each failure takes a token, each success gives a tenth; below half there are no retries.
    "retryThrottling": {"maxTokens": 20, "tokenRatio": 0.1},
}
_OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_metadata_size", MAX_METADATA_BYTES),
    ("grpc.absolute_max_metadata_size", MAX_METADATA_BYTES),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.keepalive_time_ms", KEEPALIVE_MS),
    ("grpc.keepalive_timeout_ms", 5000),
)


class Leased(Generic[Channel]):
    """The channels to one service, lent for calls; a replaced one is closed after its last call.

    service: "spec". addresses: "host:port", several with commas. make: `grpc.secure_channel` and
    the like, with the certificate and whether calls are retried. Raises SettingsError if the calls would leave this machine in
    plaintext.
    """

    def __init__(
        self,
        service: str,
        addresses: str,
        security: Security,
        make: Callable[[str, str, Material | None, bool], Channel],
        close: Callable[[Channel], object],
    ) -> None:
        security.check(addresses)
        self._service, self._addresses = service, addresses
        self._security = security
        self._make, self._close = make, close
        self._lock = threading.Lock()
        self._kept: dict[bool, _Kept[Channel]] = {}

    @contextmanager
    def lease(self, *, retried: bool) -> Iterator[Channel]:
        """Lend a channel for one call. retried: that gRPC may make again if it did not arrive."""
        kept, replaced = self._take(retried)
        if replaced is not None:
            self._close(replaced)
        try:
            yield kept.channel
        finally:
            with self._lock:
                kept.calls -= 1
                idle = kept.replaced and kept.calls == 0
            if idle:
                self._close(kept.channel)

    def close(self) -> None:
        """Close the channels, and end what runs on them."""
        with self._lock:
            kept, self._kept = list(self._kept.values()), {}
        for one in kept:
            self._close(one.channel)

    def _take(self, retried: bool) -> tuple[_Kept[Channel], Channel | None]:
        """Return the channel of the current certificate, and one to close if it replaced that."""
        with self._lock:
            material = self._security.material()
            kept, replaced = self._kept.get(retried), None
            if kept is None or kept.material is not material:
                if kept is not None:
                    kept.replaced = True
                    replaced = kept.channel if kept.calls == 0 else None
                made = self._make(self._service, self._addresses, material, retried)
                kept = self._kept[retried] = _Kept(made, material)
            kept.calls += 1
        return kept, replaced


class _Kept(Generic[Channel]):
    """A channel, the certificate it was made with, and how many calls have it."""

    def __init__(self, channel: Channel, material: Material | None) -> None:
        self.channel = channel
        self.material = material
        self.calls = 0
        self.replaced = False


def for_threads(service: str, addresses: str, security: Security) -> Leased[grpc.Channel]:
    """Return the channels for calls from threads."""
    return Leased(service, addresses, security, _channel, lambda channel: channel.close())


def for_event_loop(
    service: str,
    addresses: str,
    security: Security,
    close: Callable[[grpc.aio.Channel], object],
) -> Leased[grpc.aio.Channel]:
    """Return the channels for calls from one event loop. close: sees to it that one is closed."""
    return Leased(service, addresses, security, _aio_channel, close)


@lru_cache(maxsize=1024)
def _level(path: str) -> int:
    try:
        method = descriptor_pool.Default().FindMethodByName(path[1:].replace("/", "."))
    except KeyError:
        return MethodOptions.IDEMPOTENCY_UNKNOWN
    return int(method.GetOptions().idempotency_level)


def may_be_retried(path: str, request: Message) -> bool:
    """Whether a call may be made twice: it changes nothing, or it names its first try.

    path: "/luneo.spec.v1.SpecService/GetSpec". It is the proto's `idempotency_level` that counts,
    and for a write the request's own `request_id`.
    """
    level = _level(path)
    if level == MethodOptions.IDEMPOTENT:
        return bool(getattr(request, "request_id", ""))
    return level == MethodOptions.NO_SIDE_EFFECTS


def _channel(
    service: str, addresses: str, material: Material | None, retried: bool
) -> grpc.Channel:
    options = _options(service, material, retried)
    if material is None:
        return grpc.insecure_channel(_target(addresses), options)
    return grpc.secure_channel(_target(addresses), channel_credentials(material), options)


def _aio_channel(
    service: str, addresses: str, material: Material | None, retried: bool
) -> grpc.aio.Channel:
    options = _options(service, material, retried)
    if material is None:
        return grpc.aio.insecure_channel(_target(addresses), options)
    return grpc.aio.secure_channel(_target(addresses), channel_credentials(material), options)


def _target(addresses: str) -> str:
    """Return the name that gRPC resolves: several addresses are of IPv4."""
    return f"ipv4:{addresses}" if "," in addresses else addresses


def _options(service: str, material: Material | None, retried: bool) -> list[tuple[str, Any]]:
    config = json.dumps({**_BALANCING, **(_RETRIES if retried else {})})
    # The certificate must be of the service, whichever address it was reached at.
    name = [("grpc.ssl_target_name_override", dns_name(service))] if material else []
    return [*_OPTIONS, ("grpc.service_config", config), *name]
