"""Many lengths as text in millimetres, all at once.

Paths are nothing but numbers, and a layout goes to a shopper's page at every keystroke: to write its
numbers one by one took longer than to lay it out. Here every length is three words of eight bytes, the
text ahead of it, its sign and whole millimetres, and its decimals; empty places are zero and left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.layout import Outline, Verb

# Lengths come in tenths of a micrometre, the fourth decimal.
PER_MM: Final = 10_000
PER_UM: Final = 10
_MOST_MM: Final = 10_000
_BYTES: Final = 8
_DIGITS: Final = 4

Words = NDArray[np.uint64]


def can_be_written(outline: Outline) -> bool:
    """Whether all of an outline can be written at once.

    Not if it is empty, has arcs, begins with anything but a move or closes twice, nor ten metres away.
    """
    verbs, points = outline.verbs, outline.points_um
    if not len(points) or verbs[0] != Verb.MOVE or (verbs == Verb.ARC).any():
        return False
    closes = verbs == Verb.CLOSE
    if (closes[1:] & closes[:-1]).any():
        return False
    return max(int(points.max()), -int(points.min())) < _MOST_MM * PER_MM // PER_UM


def words(texts: Iterable[str]) -> Words:
    """Return texts of at most eight letters as words."""
    return np.frombuffer(b"".join(text.encode().ljust(_BYTES, b"\0") for text in texts), np.uint64)


def written(ahead: Words, lengths: NDArray[np.int64]) -> str:
    """Return each length in millimetres, without trailing zeros, after the word ahead of it.

    ahead: (n,). lengths: (n,), in tenths of a micrometre, each less than ten metres.
    """
    whole, rest = np.divmod(np.abs(lengths), PER_MM)
    found = np.empty((len(lengths), 3), np.uint64)
    found[:, 0] = ahead
    found[:, 1] = _WHOLES[whole + _MOST_MM * (lengths < 0)]
    found[:, 2] = _RESTS[rest]
    text = found.view(np.uint8)
    return str(text[text != 0].tobytes(), "ascii")


def _digits() -> NDArray[np.uint8]:
    """Return the four digits of 0 to 9999 as ASCII, (10000, 4)."""
    places = 10 ** np.arange(_DIGITS - 1, -1, -1)
    return (np.arange(_MOST_MM)[:, None] // places % 10 + ord("0")).astype(np.uint8)


def _wholes() -> Words:
    """Return 0 to 9999 without leading zeros, then the same with a sign."""
    digits = _digits()
    blank = np.logical_and.accumulate(digits == ord("0"), axis=1)
    blank[:, -1] = False
    letters = np.zeros((2, _MOST_MM, _BYTES), np.uint8)
    letters[1, :, 0] = ord("-")
    letters[:, :, 1 : 1 + _DIGITS] = np.where(blank, 0, digits)
    return letters.reshape(-1, _BYTES).view(np.uint64)[:, 0]


def _rests() -> Words:
    """Return .0001 to .9999 without trailing zeros; nothing for none."""
    digits = _digits()
    blank = np.logical_and.accumulate(digits[:, ::-1] == ord("0"), axis=1)[:, ::-1]
    letters = np.zeros((PER_MM, _BYTES), np.uint8)
    letters[1:, 0] = ord(".")
    letters[:, 1 : 1 + _DIGITS] = np.where(blank, 0, digits)
    return letters.view(np.uint64)[:, 0]


SPACE: Final = words([" "])[0]
_WHOLES: Final = _wholes()
_RESTS: Final = _rests()
