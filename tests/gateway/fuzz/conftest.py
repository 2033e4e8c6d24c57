"""The demo of the tests of equality."""

from __future__ import annotations

from tests.gateway.equality.conftest import _one_at_a_time, demo, demo_folder

__all__ = ["_one_at_a_time", "demo", "demo_folder"]
