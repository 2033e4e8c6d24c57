"""The demo of the tests of equality."""

from __future__ import annotations

from tests.gateway.equality.conftest import demo

__all__ = ["demo"]
