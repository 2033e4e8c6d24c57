"""Who is counted for a call, and what the client is told of its limits.

    address   everything from one address, whatever it shows; of IPv6 one /64, which one line gets
    client    one credential at one address
    key       one credential, wherever it is shown
    brand     all calls for one brand, with credentials that were good for it lately
    route     one rpc by one client, where a limit is set for it

A brand is counted only for credentials with which a call for it has succeeded: else anybody could
use up the calls of a brand by naming it.

`RateLimit-Policy` lists the quotas of a call, `RateLimit` is about the one that is nearest to its
end (draft-ietf-httpapi-ratelimit-headers-10). Counts are shares taken ahead, so `r` is exact to a
tenth of a second.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Final, cast

from gateway.edge.limits import Charge, Limits, LocalLimits, Quota, Standing
from gateway.edge.shared_limits import SharedLimits
from gateway.exchange import Request, Response
from gateway.refusals import Refusal, too_many
from gateway.settings import GatewaySettings

POLICY: Final = "ratelimit-policy"
LIMIT: Final = "ratelimit"
_REMEMBERED: Final = 10_000
_IPV6_LINE: Final = 64
_LONGEST_BRAND: Final = 64


class UnknownRoute(ValueError):
    """A limit is set for an rpc that the gateway does not serve."""


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who is counted for a credential at an address for a brand.

    charges: of each call. for_brand: … once the credential is good for the brand. pair: stands for
    credential and brand, b"" where there are not both. party: of who is not good for a brand.
    """

    charges: tuple[Charge, ...]
    for_brand: tuple[Charge, ...]
    pair: bytes
    party: str


class Rates:
    """The limits of one gateway process.

    rpcs: the names, "package.Service/Method", for which there may be limits.
    Raises UnknownRoute if there is a limit for another.
    """

    def __init__(self, settings: GatewaySettings, rpcs: Iterable[str]) -> None:
        unknown = sorted(set(settings.route_rates) - set(rpcs))
        if unknown:
            raise UnknownRoute(f"there is no rpc {', '.join(unknown)}")
        url = settings.limits_redis_url if settings.count_calls else ""
        self._limits: Limits = SharedLimits(url) if url else LocalLimits()
        self._counts = settings.count_calls
        self._client = Quota("client", settings.rate_per_s, settings.burst)
        self._address = Quota("address", settings.address_rate_per_s, settings.address_burst)
        self._key = Quota("key", settings.key_rate_per_s, settings.key_burst)
        self._brand = Quota("brand", settings.brand_rate_per_s, settings.brand_burst)
        self._routes = {name: Quota("route", *rate) for name, rate in settings.route_rates.items()}
        self._good_for: OrderedDict[bytes, None] = OrderedDict()
        self._callers: OrderedDict[bytes, _Caller] = OrderedDict()

    async def admit(self, request: Request, now_s: float) -> None:
        """Count a call. now_s: a monotonic clock. Raises Refusal (429) with the time to wait."""
        if self._counts:
            charges = self._charges(request)
            _tell(request, charges, await self._limits.take(charges, now_s))

    def admit_now(self, request: Request, now_s: float) -> bool:
        """Do the same without waiting; False, with nothing counted, if that cannot be."""
        if not self._counts:
            return True
        charges = self._charges(request)
        standings = self._limits.take_now(charges, now_s)
        if standings is None:
            return False
        _tell(request, charges, standings)
        return True

    def note(self, request: Request, response: Response) -> None:
        """Remember that a credential is good for a brand, once a call with both succeeded."""
        good = bool(response.origin_passed) and response.status < 400
        if good and request.brand and request.credential:
            pair = self._caller(request).pair
            self._good_for[pair] = None
            self._good_for.move_to_end(pair)
            if len(self._good_for) > _REMEMBERED:
                self._good_for.popitem(last=False)

    def party(self, request: Request) -> str:
        """Return who shares turns: the brand, if the credential is good for it, else the client."""
        caller = self._caller(request)
        return request.brand if caller.pair in self._good_for else caller.party

    async def close(self) -> None:
        """Give connections back."""
        await self._limits.close()

    def _charges(self, request: Request) -> Sequence[Charge]:
        caller = self._caller(request)
        charges = caller.for_brand if caller.pair in self._good_for else caller.charges
        route = self._routes.get(request.rpc)
        if route is None:
            return charges
        return (*charges, Charge(route, b"route:" + request.rpc.encode() + request.client))

    def _caller(self, request: Request) -> _Caller:
        """Return what is counted for who makes this call; made once, for it takes many hashes."""
        if request.counted is not None:
            return cast("_Caller", request.counted)
        by = _hash("\n".join((request.credential, request.address, request.brand)))
        caller = self._callers.get(by)
        if caller is None:
            caller = self._callers[by] = self._caller_of(request)
            if len(self._callers) > _REMEMBERED:
                self._callers.popitem(last=False)
        request.counted = caller
        return caller

    def _caller_of(self, request: Request) -> _Caller:
        client = request.client
        charges = [
            Charge(self._address, b"address:" + _line(request.address)),
            Charge(self._client, b"client:" + client),
        ]
        if not request.credential:
            return _Caller(tuple(charges), (), b"", client.hex())
        charges.append(Charge(self._key, b"key:" + _hash(request.credential)))
        if not request.brand:
            return _Caller(tuple(charges), (), b"", client.hex())
        brand = Charge(self._brand, b"brand:" + request.brand.encode())
        pair = _hash(f"{request.credential}\n{request.brand}")
        return _Caller(tuple(charges), (*charges, brand), pair, client.hex())


def brand_in(captures: Mapping[tuple[str, ...], str]) -> str:
    """Return the brand that the variables of a path name, "" for none."""
    for value in captures.values():
        if value.startswith("brands/"):
            return value.split("/", 2)[1][:_LONGEST_BRAND]
    return ""


def _tell(request: Request, charges: Sequence[Charge], standings: Sequence[Standing]) -> None:
    """Tell the client how it stands. Raises Refusal (429) with the time to wait."""
    nearest, at = _nearness(charges[0], standings[0]), 0
    for index in range(1, len(charges)):
        nearness = _nearness(charges[index], standings[index])
        if nearness > nearest:
            nearest, at = nearness, index
    quota, standing = charges[at].quota, standings[at]
    request.answer_headers += (
        (POLICY, ", ".join([charge.quota.policy for charge in charges])),
        (LIMIT, f'"{quota.name}";r={standing.left};t={_reset_s(quota, standing)}'),
    )
    if standing.wait_s:
        raise _refusal(charges, standings, standing.wait_s)


def _nearness(charge: Charge, standing: Standing) -> tuple[float, float]:
    """Order by how near a quota is to its end; refused ones last, the longest wait at the end."""
    return standing.wait_s, 1.0 - standing.left / charge.quota.burst


def _reset_s(quota: Quota, standing: Standing) -> int:
    if standing.wait_s:
        return ceil(standing.wait_s)
    return ceil((quota.burst - standing.left) / quota.rate_per_s)


def _refusal(charges: Sequence[Charge], standings: Sequence[Standing], wait_s: float) -> Refusal:
    refusal = too_many("Too many calls. Wait, then try again.", wait_s)
    violated = [
        charge.quota.name
        for charge, standing in zip(charges, standings, strict=True)
        if standing.wait_s
    ]
    refusal.metadata["policies"] = ",".join(violated)
    return refusal


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@lru_cache(maxsize=4096)
def _line(address: str) -> bytes:
    """Return what stands for the line that an address belongs to."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address.encode()
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return parsed.packed[: _IPV6_LINE // 8]
    return parsed.packed if parsed.version == 4 else parsed.packed[-4:]
