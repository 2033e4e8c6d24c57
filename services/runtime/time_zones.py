"""Time zones by their IANA names, of the database that is locked with the program.

What a machine has beside it is older or newer, or not there: days and hours must not depend on it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

_DATABASE: Final = "tzdata"


def zone_of(name: str) -> tzinfo | None:
    """Return a zone by its name, UTC for "", None if there is no such zone."""
    if not name:
        return UTC
    return _zone(name) if name in _names() else None


def name_at(moment: datetime) -> str:
    """Return what people call the zone of an aware moment: "CET"; where there is no such word, "UTC+05:30"."""
    name = moment.tzname() or ""
    if name.isalpha():
        return name
    minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@cache
def _names() -> frozenset[str]:
    listed = resources.files(_DATABASE).joinpath("zones").read_text("utf-8")
    return frozenset(listed.split())


@cache
def _zone(name: str) -> ZoneInfo:
    with resources.files(_DATABASE).joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
