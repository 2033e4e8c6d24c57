"""A pattern of stitches as DST, what every embroidery machine reads: Tajima's format, 0.1 mm, y up.

A header of 512 bytes, then three bytes a record, each a way of at most 12.1 mm on each axis. The origin
is the middle of the pattern. The format knows no colours, only changes, and no trim: three jumps that
lead nowhere are one. Written here, so that the header counts y as the records do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from render_core.export.plain_names import plain_name
from render_core.making.stitches.pattern import Kind, Pattern, Place

_LONGEST: Final = 121
_HEADER_BYTES: Final = 512
# Jumps that come back to where they began: machines cut the thread.
_TRIM: Final = ((2, 2), (-4, -4), (2, 2))
# Bits of a record by its weight: for x and y, for a plus and a minus, as (byte, bit).
_WEIGHTS: Final = (81, 27, 9, 3, 1)
_X_BITS: Final = (
    ((2, 2), (2, 3)), ((1, 2), (1, 3)), ((0, 2), (0, 3)), ((1, 0), (1, 1)), ((0, 0), (0, 1)),
)  # fmt: skip
_Y_BITS: Final = (
    ((2, 5), (2, 4)), ((1, 5), (1, 4)), ((0, 5), (0, 4)), ((1, 7), (1, 6)), ((0, 7), (0, 6)),
)  # fmt: skip
_STITCH, _JUMP, _CHANGE, _END = 0x03, 0x83, 0xC3, 0xF3


class _Record(NamedTuple):
    dx: int
    dy: int
    flags: int


def dst(pattern: Pattern) -> bytes:
    """Return the file."""
    records = list(_records(pattern))
    body = b"".join(_encoded(record) for record in records)
    return _header(pattern, records) + body + bytes((0, 0, _END))


def _records(pattern: Pattern) -> Iterator[_Record]:
    cx, cy = pattern.centre()
    at: Place = (0, 0)
    for index, block in enumerate(pattern.blocks):
        if index:
            yield _Record(0, 0, _CHANGE)
        for step in block.steps:
            if step.kind is Kind.TRIM:
                yield from (_Record(dx, dy, _JUMP) for dx, dy in _TRIM)
                continue
            target = step.x - cx, cy - step.y
            yield from _way(at, target, _STITCH if step.is_stitch else _JUMP)
            at = target


def _way(start: Place, end: Place, flags: int) -> Iterator[_Record]:
    """Yield a stitch, or as many jumps as a way needs."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    parts = max(-(-max(abs(dx), abs(dy)) // _LONGEST), 1)
    x = y = 0
    for part in range(1, parts + 1):
        next_x, next_y = dx * part // parts, dy * part // parts
        yield _Record(next_x - x, next_y - y, flags)
        x, y = next_x, next_y


def _encoded(record: _Record) -> bytes:
    """Return three bytes: each way as a sum of ± 81, 27, 9, 3 and 1."""
    data = [0, 0, record.flags]
    for way, bits in ((record.dx, _X_BITS), (record.dy, _Y_BITS)):
        rest = way
        for weight, (plus, minus) in zip(_WEIGHTS, bits, strict=True):
            # What the smaller weights together can reach: half of this one, rounded down.
            if abs(rest) > weight // 2:
                byte, bit = plus if rest > 0 else minus
                data[byte] |= 1 << bit
                rest -= weight if rest > 0 else -weight
    return bytes(data)


def _header(pattern: Pattern, records: list[_Record]) -> bytes:
    left, top, right, bottom = pattern.bounds()
    cx, cy = pattern.centre()
    end_x, end_y = sum(record.dx for record in records), sum(record.dy for record in records)
    fields = (
        f"LA:{plain_name(pattern.name, 16):<16}",
        f"ST:{len(records):7d}",
        f"CO:{max(len(pattern.blocks) - 1, 0):3d}",
        f"+X:{right - cx:5d}",
        f"-X:{cx - left:5d}",
        f"+Y:{cy - top:5d}",
        f"-Y:{bottom - cy:5d}",
        f"AX:{_signed(end_x)}",
        f"AY:{_signed(end_y)}",
        "MX:+    0",
        "MY:+    0",
        "PD:******",
    )
    text = "".join(f"{field}\r" for field in fields).encode("ascii") + b"\x1a"
    return text.ljust(_HEADER_BYTES, b" ")


def _signed(number: int) -> str:
    return f"{'-' if number < 0 else '+'}{abs(number):5d}"
