"""What the gateway allows, in one frozen record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.json_options import STRICT, JsonOptions

CALLS_AT_ONCE: Final = 64
CALLS_THAT_WAIT: Final = 256
STREAMS: Final = 2_000


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Limits of one gateway process. Sizes in bytes, times in seconds.

    body_limit: of JSON bodies; an rpc whose bytes fields may hold more gets as much as they need.
    raw_body_limit: of bodies taken as they are. body_memory: of all bodies in work together.
    body_timeout_s: until a body has arrived. default_timeout_s, max_timeout_s: of a call; a client
    chooses with `X-Timeout`. calls_at_once: unary calls that compute at a time; calls_that_wait: of those
    that mostly wait, as their rpcs declare. Together no more than the threads of a pipeline in this
    process; of either, brands take turns.
    streams: open at a time, of those streams_per_party for one brand and streams_per_client for one
    credential at one address. heartbeat_s: between comments on an idle stream.
    stream_limit_s: after which a stream ends and the client comes back.
    rate_per_s, burst: calls of one credential at one address. address_rate_per_s, address_burst: of
    one address, whatever it shows. key_…: of one credential, wherever it is. brand_…: for one brand.
    route_rates: rate and burst of an rpc, "package.Service/Method", for one client. limits_redis_url:
    where they are counted for all gateways; "" counts in this process alone. count_calls: False where
    what stands in front does it: no call is counted, none refused for its rate.
    maintenance: "off"; "all" refuses every call, "reads" those that change something.
    maintenance_redis_url: where it is switched on for all gateways, "" for nowhere.
    trusted_hops: proxies in front, whose X-Forwarded-For is believed. https: browsers reach the gateway over TLS.
    metrics_public: whether others than this machine may read /metrics. log_requests: whether there
    is a line for each request, or only for those that no pipeline logs. json: how JSON is read and
    written. passed_headers: names of headers that reach services beside the usual ones.
    """

    body_limit: int = 1_000_000
    raw_body_limit: int = 32_000_000
    body_memory: int = 160_000_000
    body_timeout_s: float = 30.0
    default_timeout_s: float = 15.0
    max_timeout_s: float = 60.0
    calls_at_once: int = CALLS_AT_ONCE
    calls_that_wait: int = CALLS_THAT_WAIT
    streams: int = STREAMS
    streams_per_party: int = STREAMS * 3 // 4
    streams_per_client: int = STREAMS // 20
    heartbeat_s: float = 15.0
    stream_limit_s: float = 600.0
    rate_per_s: float = 400.0
    burst: int = 800
    address_rate_per_s: float = 2_000.0
    address_burst: int = 4_000
    key_rate_per_s: float = 1_000.0
    key_burst: int = 2_000
    brand_rate_per_s: float = 1_500.0
    brand_burst: int = 3_000
    route_rates: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    limits_redis_url: str = ""
    count_calls: bool = True
    maintenance: str = "off"
    maintenance_redis_url: str = ""
    trusted_hops: int = 0
    https: bool = False
    metrics_public: bool = False
    log_requests: bool = False
    json: JsonOptions = STRICT
    passed_headers: tuple[str, ...] = ()


def route_rates(text: str) -> dict[str, tuple[float, int]]:
    """Return the limits that "package.Service/Method=calls per second/burst, …" sets, by rpc."""
    pairs = [part.rpartition("=") for part in text.split(",") if part]
    split = [(name, rate.partition("/")) for name, _, rate in pairs]
    return {name: (float(per_s), int(burst)) for name, (per_s, _, burst) in split}
