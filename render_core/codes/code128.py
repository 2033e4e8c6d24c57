"""Code 128 (ISO/IEC 15417): printable ASCII to bars, digits two a symbol where that is shorter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# Widths in modules of three bars and three spaces, bar first, by symbol value; the last is the stop.
_TABLE: Final = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232"
    " 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122"
    " 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311"
    " 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113"
    " 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422"
    " 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111"
    " 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121"
    " 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412"
    " 211214 211232 2331112"
)
WIDTHS: Final = tuple(_TABLE.split())
# Clear modules on either side.
QUIET_MODULES: Final = 10
MAX_CHARACTERS: Final = 80

_CODE_C, _CODE_B, _START_B, _START_C, _STOP = 99, 100, 104, 105, 106
_PRINTABLE: Final = re.compile(r"[ -~]+")
_PARTS: Final = re.compile(r"\d+|[^\d]+", re.ASCII)
# So many digits pay for the change of code set, at the text's ends and inside of it.
_AT_ENDS, _INSIDE = 4, 6


def bars(text: str) -> list[tuple[int, int]] | None:
    """Return the bars as (place, width) in modules; None for what Code 128 B and C cannot hold."""
    if not _PRINTABLE.fullmatch(text) or len(text) > MAX_CHARACTERS:
        return None
    found, at = [], 0
    for value in symbols(text):
        for index, width in enumerate(map(int, WIDTHS[value])):
            if index % 2 == 0:
                found.append((at, width))
            at += width
    return found


def symbols(text: str) -> list[int]:
    """Return the values of the symbols of a printable text, with start, check symbol and stop."""
    values: list[int] = []
    in_c = False
    for part, paired in _runs(text):
        if not values:
            values.append(_START_C if paired else _START_B)
        elif paired != in_c:
            values.append(_CODE_C if paired else _CODE_B)
        in_c = paired
        if paired:
            values += [int(part[at : at + 2]) for at in range(0, len(part), 2)]
        else:
            values += [ord(character) - 32 for character in part]
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return [*values, check, _STOP]


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield parts of a text, and whether each is digits two a symbol; of an odd number the first stays."""
    parts = _PARTS.findall(text)
    for index, part in enumerate(parts):
        needed = _AT_ENDS if index in (0, len(parts) - 1) else _INSIDE
        if not part.isdigit() or len(part) < needed:
            yield part, False
            continue
        odd = len(part) % 2
        if odd:
            yield part[0], False
        yield part[odd:], True
