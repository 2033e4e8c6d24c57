"""Limits that hold for all gateways together: the buckets are in Redis, shares of them are here.

A process takes tokens in shares of what a bucket gets in a tenth of a second, and hands them out
without asking; a share not used within a second is dropped. So of a busy client few calls ask Redis,
and never are more calls admitted than the bucket and its rate allow. What several calls want at once
goes in one command. A bucket found empty is refused from here until its next token is due.

Redis is asked on one connection and for at most half a second. Without it each process
counts by itself, to the same limits, so N processes allow up to N times as much; once a second one
call looks, beside its own work, whether Redis is back.

A bucket is one number in Redis, the moment at which it will be full (the generic cell rate
algorithm, ITU-T I.371, by Redis' own clock). It expires at that moment.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gateway.edge.limits import Charge, LocalLimits, Quota, Standing

PREFIX: Final = "{luneo-rate}:"
ANSWER_LIMIT_S: Final = 0.25
LOOK_AGAIN_S: Final = 1.0
SHARE_KEPT_S: Final = 1.0
_SHARE_OF_S: Final = 0.1
_MOST_OF_BURST: Final = 8
_MAX_SHARES: Final = 50_000

# KEYS: buckets. ARGV, three for each: µs from one token to the next, burst, tokens wanted.
# Returns three for each: tokens granted, tokens left, µs until there is one (0 if there is).
# `tostring` of Lua 5.1 keeps 14 digits, too few for a moment in µs: hence the format.
_TAKE: Final = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local answer = {}
for i, key in ipairs(KEYS) do
  local interval, burst = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  local full_at = tonumber(redis.call('GET', key) or now)
  full_at = math.min(math.max(full_at, now), now + burst * interval)
  local tokens = burst - (full_at - now) / interval
  local granted = math.max(0, math.min(tonumber(ARGV[3 * i]), math.floor(tokens)))
  if granted > 0 then
    full_at = full_at + granted * interval
    local kept_ms = math.ceil((full_at - now) / 1000) + 1
    redis.call('SET', key, string.format('%.0f', full_at), 'PX', string.format('%.0f', kept_ms))
  end
  answer[3 * i - 2] = granted
  answer[3 * i - 1] = math.max(0, math.floor(tokens) - granted)
  answer[3 * i] = tokens < 1 and math.ceil((1 - tokens) * interval) or 0
end
return answer
"""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Share:
    """tokens: to hand out until `until_s`. left: in the bucket itself, when it was last asked.

    token_at_s: when an empty bucket has its next token. ask_at_s: until then it is known as empty.
    """

    tokens: int = 0
    until_s: float = 0.0
    left: int = 0
    token_at_s: float = 0.0
    ask_at_s: float = 0.0

    def is_known(self, now_s: float) -> bool:
        """Whether it says how a charge stands, without a question to Redis."""
        return bool(self.tokens and now_s < self.until_s) or now_s < self.ask_at_s


@dataclass(slots=True)
class _Call:
    """A call that waits for Redis: what it still wants, and its standings in the order given."""

    charges: Sequence[Charge]
    standings: list[Standing | None]
    answered: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class SharedLimits:
    """Counts in the Redis at `url`. Only used on one event loop."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=ANSWER_LIMIT_S,
            socket_connect_timeout=ANSWER_LIMIT_S,
            retry=Retry(NoBackoff(), 1),
            max_connections=2,
        )
        self._script: Any = self._redis.register_script(_TAKE)
        self._alone = LocalLimits()
        self._shares: OrderedDict[bytes, _Share] = OrderedDict()
        self._waiting: list[_Call] = []
        self._sender: asyncio.Task[None] | None = None
        self._away = False
        self._look_at_s = 0.0

    @property
    def alone(self) -> bool:
        """Whether Redis does not answer, so that this process counts by itself."""
        return self._away

    async def take(self, charges: Sequence[Charge], now_s: float) -> list[Standing]:
        """Take one token for each charge, from shares held here or from Redis."""
        known = self.take_now(charges, now_s)
        if known is not None:
            return known
        standings = [self._from_share(charge, now_s) for charge in charges]
        call = _Call(charges, standings)
        self._waiting.append(call)
        self._send()
        await call.answered
        return [
            standing if standing is not None else self._alone.take_one(charge, now_s)
            for charge, standing in zip(charges, standings, strict=True)
        ]

    def take_now(self, charges: Sequence[Charge], now_s: float) -> list[Standing] | None:
        """Take one token for each charge, if what is known here says how each of them stands."""
        if self._away:
            self._look_again(now_s)
            return self._alone.take_now(charges, now_s)
        shares = [self._shares.get(charge.key) for charge in charges]
        if not all(share is not None and share.is_known(now_s) for share in shares):
            return None
        standings = [self._from_share(charge, now_s) for charge in charges]
        return [standing for standing in standings if standing is not None]

    async def close(self) -> None:
        """Close the connection."""
        if self._sender is not None:
            await self._sender
        await self._redis.aclose()

    def _from_share(self, charge: Charge, now_s: float) -> Standing | None:
        share = self._shares.get(charge.key)
        if share is None:
            return None
        if share.tokens and now_s < share.until_s:
            share.tokens -= 1
            return Standing(share.left + share.tokens, 0.0)
        if now_s < share.ask_at_s:
            return Standing(0, share.token_at_s - now_s)
        return None

    def _send(self) -> None:
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        """Ask for what is wanted until nobody waits any more."""
        while self._waiting:
            calls, self._waiting = self._waiting, []
            wanted = _wanted(calls)
            try:
                async with asyncio.timeout(2 * ANSWER_LIMIT_S):
                    found = await self._script(
                        keys=[_name(key) for key in wanted], args=_arguments(wanted)
                    )
                self._seen(away=False)
                self._hand_out(calls, wanted, [int(number) for number in found])
            except (RedisError, OSError, TimeoutError) as error:
                self._seen(away=True, error=error)
                calls += self._waiting  # who came meanwhile need not find out again
                self._waiting = []
            finally:
                for call in calls:
                    if not call.answered.done():
                        call.answered.set_result(None)

    def _hand_out(
        self, calls: list[_Call], wanted: dict[bytes, tuple[Quota, int]], found: list[int]
    ) -> None:
        """First to the calls that wait, in their order; the rest becomes the share."""
        now_s = time.monotonic()
        for at, key in enumerate(wanted):
            granted, left, wait_us = found[3 * at : 3 * at + 3]
            share = self._shares[key] = _Share(granted, now_s + SHARE_KEPT_S, left)
            self._shares.move_to_end(key)
            if granted < wanted[key][1]:
                quota = wanted[key][0]
                wait_s = wait_us / 1e6 if wait_us else 1.0 / quota.rate_per_s
                share.token_at_s = now_s + wait_s
                share.ask_at_s = now_s + min(wait_s, LOOK_AGAIN_S)
        for call in calls:
            for at, charge in enumerate(call.charges):
                if call.standings[at] is None:
                    call.standings[at] = self._from_share(charge, now_s)
        while len(self._shares) > _MAX_SHARES:
            self._shares.popitem(last=False)

    def _seen(self, *, away: bool, error: BaseException | None = None) -> None:
        if away:
            self._look_at_s = time.monotonic() + LOOK_AGAIN_S
        if away is not self._away:
            self._away = away
            self._shares.clear()
            if away:
                _log.warning("rate_limits_counted_alone", error=error)
            else:
                _log.info("rate_limits_shared_again")

    def _look_again(self, now_s: float) -> None:
        """See beside the calls whether Redis is back."""
        if now_s >= self._look_at_s and (self._sender is None or self._sender.done()):
            self._look_at_s = now_s + LOOK_AGAIN_S
            self._sender = asyncio.create_task(self._ping())

    async def _ping(self) -> None:
        try:
            async with asyncio.timeout(2 * ANSWER_LIMIT_S):
                await self._redis.ping()
            self._seen(away=False)
        except (RedisError, OSError, TimeoutError) as error:
            self._seen(away=True, error=error)


def _wanted(calls: Sequence[_Call]) -> dict[bytes, tuple[Quota, int]]:
    """Return by key the quota and how many tokens to ask for: a share, and one for each call."""
    wanted: dict[bytes, tuple[Quota, int]] = {}
    for call in calls:
        for charge, standing in zip(call.charges, call.standings, strict=True):
            if standing is None:
                _, count = wanted.get(charge.key, (charge.quota, share_of(charge.quota) - 1))
                wanted[charge.key] = (charge.quota, count + 1)
    return wanted


def share_of(quota: Quota) -> int:
    """Return how many tokens a process takes at a time."""
    return max(1, min(int(quota.rate_per_s * _SHARE_OF_S), quota.burst // _MOST_OF_BURST))


def _arguments(wanted: dict[bytes, tuple[Quota, int]]) -> list[str | int]:
    found: list[str | int] = []
    for quota, count in wanted.values():
        found += (repr(1e6 / quota.rate_per_s), quota.burst, count)
    return found


def _name(key: bytes) -> str:
    """Return the key in Redis: hashed, for a key may hold an address; all in one slot."""
    return PREFIX + hashlib.sha256(key).hexdigest()[:32]
