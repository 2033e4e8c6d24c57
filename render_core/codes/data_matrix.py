"""Data Matrix ECC 200 (ISO/IEC 16022), square symbols up to 132 × 132.

ASCII characters take a codeword each, two digits share one; other text is UTF-8 that says so (ECI 26),
its runs of bytes in Base 256 where that is shorter. The largest size, whose blocks are of two lengths,
is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from render_core.codes.data_matrix_placement import placed
from render_core.codes.modules import Modules
from render_core.codes.reed_solomon import check_words

_PAD: Final = 129
_DIGITS: Final = 130
_BASE_256: Final = 231
_UPPER_SHIFT: Final = 235
_ECI: Final = 241
_UTF_8: Final = 26
_LONG_RUN: Final = 250
# Digits in pairs, single ASCII characters, and runs of bytes (with up to two others between).
_RUNS: Final = re.compile(
    rb"([0-9]{2})|((?:[\x80-\xff]+[\x00-\x7f]{0,2}(?=[\x80-\xff]))*[\x80-\xff]+)|(.)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _Size:
    """A symbol size (table 7): modules a side, regions a side, codewords of data and check, blocks."""

    side: int
    regions: int
    data: int
    check: int
    blocks: int = 1


_SIZES: Final = (
    _Size(10, 1, 3, 5), _Size(12, 1, 5, 7), _Size(14, 1, 8, 10), _Size(16, 1, 12, 12),
    _Size(18, 1, 18, 14), _Size(20, 1, 22, 18), _Size(22, 1, 30, 20), _Size(24, 1, 36, 24),
    _Size(26, 1, 44, 28), _Size(32, 2, 62, 36), _Size(36, 2, 86, 42), _Size(40, 2, 114, 48),
    _Size(44, 2, 144, 56), _Size(48, 2, 174, 68), _Size(52, 2, 204, 84, 2),
    _Size(64, 4, 280, 112, 2), _Size(72, 4, 368, 144, 4), _Size(80, 4, 456, 192, 4),
    _Size(88, 4, 576, 224, 4), _Size(96, 4, 696, 272, 4), _Size(104, 4, 816, 336, 6),
    _Size(120, 6, 1050, 408, 6), _Size(132, 6, 1304, 496, 8),
)  # fmt: skip


def symbol(text: str) -> Modules | None:
    """Return the smallest symbol of a text, (n, n); None where the largest cannot hold it.

    text: without lone surrogates.
    """
    data = codewords(text)
    size = next((size for size in _SIZES if size.data >= len(data)), None)
    if size is None:
        return None
    return _with_finders(placed(_checked(_padded(data, size.data), size), _inner(size)), size)


def codewords(text: str) -> list[int]:
    """Return the codewords of a text, without pads (5.2)."""
    words = [] if text.isascii() else [_ECI, _UTF_8 + 1]
    for digits, run, single in _RUNS.findall(text.encode()):
        if digits:
            words.append(_DIGITS + int(digits))
        elif single:
            words.append(single[0] + 1)
        else:
            words += _bytes(run, len(words) + 1)
    return words


def _bytes(run: bytes, place: int) -> Iterator[int]:
    """Yield a run of bytes in Base 256, or shifted one by one where that is no longer.

    place: of its first codeword, from 1, on which the scrambling depends (5.2.9 and annex B.2).
    """
    shifted = sum(2 if byte > 127 else 1 for byte in run)
    if shifted <= len(run) + 2:
        for byte in run:
            if byte > 127:
                yield _UPPER_SHIFT
            yield byte - 127 if byte > 127 else byte + 1
        return
    yield _BASE_256
    length = len(run)
    head = [length] if length < _LONG_RUN else [length // _LONG_RUN + 249, length % _LONG_RUN]
    for at, value in enumerate([*head, *run], place + 1):
        yield (value + 149 * at % 255 + 1) % 256


def _padded(data: list[int], length: int) -> list[int]:
    """Fill up with pads, all but the first scrambled (annex B.1)."""
    words = list(data)
    while len(words) < length:
        word = _PAD
        if len(words) > len(data):
            word += 149 * (len(words) + 1) % 253 + 1
        words.append(word if word <= 254 else word - 254)
    return words


def _checked(data: list[int], size: _Size) -> list[int]:
    """Return data and check words, the blocks interleaved (5.7 and annex A)."""
    check = [0] * size.check
    for block in range(size.blocks):
        found = check_words(data[block :: size.blocks], size.check // size.blocks)
        check[block :: size.blocks] = found
    return data + check


def _inner(size: _Size) -> int:
    return size.side - 2 * size.regions


def _with_finders(mapping: Modules, size: _Size) -> Modules:
    """Cut the mapping into regions, each with its finder: solid left and below, broken elsewhere."""
    out = np.zeros((size.side, size.side), np.bool_)
    region, inner = size.side // size.regions, mapping.shape[0] // size.regions
    for row in range(size.regions):
        for column in range(size.regions):
            part = out[row * region : (row + 1) * region, column * region : (column + 1) * region]
            part[0, ::2] = True
            part[1::2, -1] = True
            part[-1, :] = True
            part[:, 0] = True
            part[1:-1, 1:-1] = mapping[
                row * inner : (row + 1) * inner, column * inner : (column + 1) * inner
            ]
    return out
