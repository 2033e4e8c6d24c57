"""The servers, the authority and the brand of the tests in `tests/fleet`."""

from __future__ import annotations

from tests.fleet.conftest import acme, certs, debian, own_redis, plate, start_fleet

__all__ = ["acme", "certs", "debian", "own_redis", "plate", "start_fleet"]
