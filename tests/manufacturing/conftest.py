"""A whole installation, and a shop that orders what its customers designed."""

from __future__ import annotations

import pytest

from tests.flows.conftest import acme, brand, house, plate
from tests.flows.house import Brand
from tests.manufacturing.ordering import Ordering
from tests.manufacturing.yard import running

__all__ = ["acme", "brand", "house", "plate", "running"]


@pytest.fixture(scope="module")
def shop(acme: Brand, plate: str) -> Ordering:
    """A brand whose plate costs 19.00 EUR; shared by tests that only add to it."""
    return Ordering(acme, plate)
