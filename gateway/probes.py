"""What a supervisor asks: is the process alive, can it work, what are its figures."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Callable, Mapping
from typing import Final

import orjson
import structlog

from gateway.exchange import Request, Response
from gateway.refusals import no_such_path

Check = Callable[[], object]
Metrics = Callable[[], tuple[bytes, str]]

_CHECK_TIMEOUT_S: Final = 3.0
_KEPT_S: Final = 1.0

_log = structlog.get_logger(__name__)


class Probes:
    """Health, readiness and metrics.

    checks: by name; one that raises is not ready. metrics: the figures and their content type.
    """

    def __init__(
        self, checks: Mapping[str, Check], metrics: Metrics | None, *, metrics_public: bool
    ) -> None:
        self._checks = dict(checks)
        self._metrics = metrics
        self._metrics_public = metrics_public
        self._lock = asyncio.Lock()
        self._known_until_s = 0.0
        self._known: dict[str, str] = {}

    async def healthy(self, _: Request) -> Response:
        """200 as long as the process answers."""
        return _json(200, {"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """200 if every part answers, else 503 with the names of those that do not."""
        async with self._lock:
            if time.monotonic() >= self._known_until_s:
                self._known = await self._run_checks()
                self._known_until_s = time.monotonic() + _KEPT_S
        ready = all(state == "ok" for state in self._known.values())
        response = _json(200 if ready else 503, {"ready": ready, "checks": self._known})
        if not ready:
            response.headers.append(("retry-after", "1"))
        return response

    async def figures(self, request: Request) -> Response:
        """The metrics, for this machine alone unless they are public. Raises Refusal (404)."""
        if self._metrics is None or not (self._metrics_public or _is_from_here(request)):
            raise no_such_path()
        body, content_type = await asyncio.to_thread(self._metrics)
        return Response(200, [("content-type", content_type)], body, compressible=True)

    async def _run_checks(self) -> dict[str, str]:
        states = await asyncio.gather(*(self._state(name) for name in self._checks))
        return dict(zip(self._checks, states, strict=True))

    async def _state(self, name: str) -> str:
        try:
            async with asyncio.timeout(_CHECK_TIMEOUT_S):
                await asyncio.to_thread(self._checks[name])
        except TimeoutError:
            return "no answer in time"
        except Exception as error:  # a part that cannot be asked is not available
            _log.warning("not_ready", part=name, error=error)
            return "not available"
        return "ok"


def _is_from_here(request: Request) -> bool:
    """Whether this machine asks, and not a proxy on it for somebody else."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.address).is_loopback
    except ValueError:
        return False


def _json(code: int, value: object) -> Response:
    return Response(code, [("content-type", "application/json")], orjson.dumps(value))
