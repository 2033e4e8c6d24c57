"""Zones are those of the locked database, whatever the machine has."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tzdata

from services.runtime import time_zones

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_machine_with_another_database_says_the_same(tmp_path: Path) -> None:
    wrong = tmp_path / "Europe"
    wrong.mkdir()
    database = Path(tzdata.__file__).parent / "zoneinfo"
    (wrong / "Berlin").write_bytes((database / "Asia" / "Tokyo").read_bytes())
    zoneinfo.reset_tzpath([str(tmp_path)])
    time_zones._zone.cache_clear()
    try:
        assert NOON.astimezone(zoneinfo.ZoneInfo.no_cache("Europe/Berlin")).hour == 21
        berlin = time_zones.zone_of("Europe/Berlin")
    finally:
        zoneinfo.reset_tzpath()
    assert berlin is not None
    assert NOON.astimezone(berlin).hour == 14


@pytest.mark.parametrize(
    "name", ["Europe/Nowhere", "europe/berlin", "../zones", "Europe", "/etc/localtime", "CEST", " "]
)
def test_what_is_no_name_of_a_zone_is_none(name: str) -> None:
    assert time_zones.zone_of(name) is None


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("", "UTC"),
        ("Europe/Berlin", "CEST"),
        ("Asia/Kathmandu", "UTC+05:45"),
        ("America/Sao_Paulo", "UTC-03:00"),
    ],
)
def test_a_zone_is_called_what_people_call_it(zone: str, said: str) -> None:
    found = time_zones.zone_of(zone)
    assert found is not None
    assert time_zones.name_at(NOON.astimezone(found)) == said
