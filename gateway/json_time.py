"""Timestamp and Duration as JSON text.

https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp: RFC 3339 with `Z` on the way out,
any offset on the way in, from year 1 to 9999; durations in seconds, about ±10,000 years. Fractions
have 0, 3, 6 or 9 digits on the way out, up to 9 on the way in.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any, Final

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)
_DURATION = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,9}))?s", re.ASCII)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_DAY_S: Final = 86_400
_FIRST_S: Final = -62_135_596_800
_LAST_S: Final = 253_402_300_799
_LONGEST_S: Final = 315_576_000_000


def read_timestamp(text: str) -> dict[str, int]:
    """Return the fields of a Timestamp. Raises ValueError."""
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        raise ValueError("not a timestamp")
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = found.groups()
    if hour > "23" or minute > "59" or second > "59":
        raise ValueError("no such time of day")
    days = date(int(year), int(month), int(day)).toordinal() - _EPOCH_DAY
    seconds = days * _DAY_S + int(hour) * 3600 + int(minute) * 60 + int(second)
    if sign:
        if hours > "23" or minutes > "59":
            raise ValueError("no such offset")
        offset_s = int(hours) * 3600 + int(minutes) * 60
        seconds += offset_s if sign == "-" else -offset_s
    if not _FIRST_S <= seconds <= _LAST_S:
        raise ValueError("out of range")
    return {"seconds": seconds, "nanos": _nanos(fraction)}


def read_duration(text: str) -> dict[str, int]:
    """Return the fields of a Duration. Raises ValueError."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("not a duration")
    seconds, nanos = int(found[2]), _nanos(found[3])
    if seconds > _LONGEST_S or (seconds == _LONGEST_S and nanos):
        raise ValueError("out of range")
    return (
        {"seconds": -seconds, "nanos": -nanos} if found[1] else {"seconds": seconds, "nanos": nanos}
    )


def _nanos(fraction: str | None) -> int:
    return int(fraction.ljust(9, "0")) if fraction else 0


def write_timestamp(message: Any) -> str:
    """Return a Timestamp as text. Raises ValueError for one out of range."""
    days, second = divmod(message.seconds, _DAY_S)
    nanos = message.nanos
    if not _FIRST_S <= message.seconds <= _LAST_S or not 0 <= nanos < 10**9:
        raise ValueError("google.protobuf.Timestamp out of range")
    minute, second = divmod(second, 60)
    return f"{_day(days)}T{minute // 60:02}:{minute % 60:02}:{second:02}{_fraction(nanos)}Z"


@lru_cache(maxsize=1024)
def _day(days: int) -> str:
    return date.fromordinal(days + _EPOCH_DAY).isoformat()


def write_duration(message: Any) -> str:
    """Return a Duration as text. Raises ValueError for one out of range or of two signs."""
    seconds, nanos = message.seconds, message.nanos
    if abs(seconds) > _LONGEST_S or abs(nanos) >= 10**9 or seconds * nanos < 0:
        raise ValueError("google.protobuf.Duration out of range")
    sign = "-" if seconds < 0 or nanos < 0 else ""
    return f"{sign}{abs(seconds)}{_fraction(abs(nanos))}s"


def _fraction(nanos: int) -> str:
    if not nanos:
        return ""
    digits = f"{nanos:09}"
    if digits.endswith("000000"):
        return "." + digits[:3]
    return "." + (digits[:6] if digits.endswith("000") else digits)
