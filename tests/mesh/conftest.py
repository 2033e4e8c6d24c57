"""Servers that an operator would bring, as in `tests/fleet`."""

from __future__ import annotations

from tests.fleet.conftest import debian, own_redis  # noqa: F401
