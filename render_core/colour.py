"""The one colour space of this renderer's files: sRGB, as an ICC profile of ours.

Source: ICC.1:2022 (profile version 4.4) for the format; IEC 61966-2-1 for the primaries and the
transfer curve, adapted to D50 by Bradford as in the ICC's own sRGB profiles. Built from constants,
so the same bytes everywhere and no profile of the system is asked for.
"""

from __future__ import annotations

import hashlib
import struct
from functools import cache
from typing import Final

_DESCRIPTION: Final = "sRGB IEC61966-2.1"
_NO_COPYRIGHT: Final = "Public domain"

WHITE_D50: Final = (0.96420, 1.00000, 0.82491)
_RED: Final = (0.43607, 0.22249, 0.01392)
_GREEN: Final = (0.38515, 0.71687, 0.09708)
_BLUE: Final = (0.14307, 0.06061, 0.71410)
# XYZ under D50 of each primary at its fullest.
D50_OF_SRGB: Final = (_RED, _GREEN, _BLUE)
_D65_TO_D50: Final = (
    1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168,
)  # fmt: skip
# Y = ((X + 0.055) / 1.055) ** 2.4 from 0.04045 on, X / 12.92 below: gamma, a, b, c, d.
_CURVE: Final = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@cache
def srgb_profile() -> bytes:
    """Return the ICC profile, about 0.6 KB."""
    curve = b"para" + struct.pack(">IHH", 0, 3, 0) + _fixed(*_CURVE)
    tags = (
        (b"desc", _text(_DESCRIPTION)),
        (b"cprt", _text(_NO_COPYRIGHT)),
        (b"wtpt", _xyz(WHITE_D50)),
        (b"chad", b"sf32" + bytes(4) + _fixed(*_D65_TO_D50)),
        (b"rXYZ", _xyz(_RED)),
        (b"gXYZ", _xyz(_GREEN)),
        (b"bXYZ", _xyz(_BLUE)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    )
    table, body = _tag_table(tags)
    size = 128 + len(table) + len(body)
    header = bytearray(_header(size))
    # The profile's id is the MD5 of itself with flags, intent and id zeroed (ICC.1, 7.2.18).
    header[84:100] = hashlib.md5(bytes(header) + table + body, usedforsecurity=False).digest()
    return bytes(header) + table + body


def _tag_table(tags: tuple[tuple[bytes, bytes], ...]) -> tuple[bytes, bytes]:
    table, body = struct.pack(">I", len(tags)), b""
    offset = 128 + 4 + 12 * len(tags)
    placed: dict[bytes, int] = {}
    for signature, data in tags:
        if data not in placed:
            placed[data] = offset + len(body)
            body += data + bytes(-len(data) % 4)
        table += signature + struct.pack(">II", placed[data], len(data))
    return table, body


def _header(size: int) -> bytes:
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    head = struct.pack(">I4xI4s4s4s", size, 0x04400000, b"mntr", b"RGB ", b"XYZ ")
    return head + date + b"acsp" + bytes(28) + _fixed(*WHITE_D50) + bytes(48)


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*values)


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    head = b"mluc" + struct.pack(">III2s2sII", 0, 1, 12, b"en", b"US", len(encoded), 28)
    return head + encoded
