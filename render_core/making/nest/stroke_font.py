"""Capitals, digits and signs of single lines, drawn for labels of parts.

Corners lie on a grid of 4 × 6: x to the right, y down from the top of capitals to the base line.
Small letters are drawn as capitals; what is not here is drawn as a box.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from render_core.layout import EMPTY_OUTLINE, Outline, Verb

_GRID_HEIGHT: Final = 6
_GRID_WIDTH: Final = 4
_ADVANCE: Final = 6

# Lines of each sign, as pairs of digits: x, y.
_SIGNS: Final = {
    "A": "06 20 46|14 34", "B": "00 30 41 42 33 03|33 44 45 36 06 00", "C": "41 30 10 01 05 16 36 45",
    "D": "00 20 42 44 26 06 00", "E": "40 00 06 46|03 33", "F": "40 00 06|03 33",
    "G": "41 30 10 01 05 16 36 45 43 23", "H": "00 06|40 46|03 43", "I": "10 30|20 26|16 36",
    "J": "20 40 45 36 16 05", "K": "00 06|40 03 46", "L": "00 06 46", "M": "06 00 23 40 46",
    "N": "06 00 46 40", "O": "10 01 05 16 36 45 41 30 10", "P": "06 00 30 41 42 33 03",
    "Q": "10 01 05 16 36 45 41 30 10|24 46", "R": "06 00 30 41 42 33 03|23 46",
    "S": "41 30 10 01 02 13 33 44 45 36 16 05", "T": "00 40|20 26", "U": "00 05 16 36 45 40",
    "V": "00 26 40", "W": "00 16 23 36 40", "X": "00 46|40 06", "Y": "00 23 40|23 26",
    "Z": "00 40 06 46", "0": "10 01 05 16 36 45 41 30 10|14 32", "1": "11 20 26|16 36",
    "2": "01 10 30 41 42 06 46", "3": "00 40 22 32 43 45 36 16 05", "4": "36 30 04 44",
    "5": "40 00 02 32 43 45 36 06", "6": "40 20 02 05 16 36 45 44 33 03", "7": "00 40 16",
    "8": "10 01 02 13 33 44 45 36 16 05 04 13|33 42 41 30 10", "9": "43 13 02 01 10 30 41 44 26 06",
    "-": "13 33", "_": "06 46", ".": "26 25", ",": "25 17", "/": "06 40", ":": "22 21|25 24",
    "#": "10 16|30 36|02 42|04 44", "+": "21 25|03 43", "(": "30 21 25 36", ")": "10 21 25 16",
    "*": "21 25|12 34|32 14", "=": "02 42|04 44", "&": "46 11 20 31 04 05 16 26 44", "'": "20 22",
    "%": "06 40|11 12|34 35", "@": "34 32 22 13 14 24 45 41 30 10 01 05 16 46", "\\": "00 46",
    "|": "20 26", "<": "40 03 46", ">": "00 43 06", "!": "20 24|26 25", "?": "01 10 30 41 23 24|26 25",
    '"': "10 12|30 32", ";": "22 21|25 17", "[": "30 20 26 36", "]": "10 20 26 16", "$": "41 30 10 01 02 13 33 44 45 36 16 05|20 26",
    " ": "",
}  # fmt: skip
_UNKNOWN: Final = "00 40 46 06 00"


def is_stroked(text: str) -> bool:
    """Return whether there is a sign for every character."""
    return all(sign in _SIGNS for sign in text.upper())


def text_width_um(text: str, height_um: int) -> int:
    """Return how wide a text is whose capitals have a height, the room after its last sign left out."""
    if not text:
        return 0
    return ((len(text) - 1) * _ADVANCE + _GRID_WIDTH) * height_um // _GRID_HEIGHT


def text_outline(text: str, height_um: int, left_um: int, top_um: int) -> Outline:
    """Return the centre lines of a text, its capitals from `top_um` down."""
    verbs: list[int] = []
    points: list[tuple[int, int]] = []
    for index, sign in enumerate(text.upper()):
        for line in _SIGNS.get(sign, _UNKNOWN).split("|"):
            corners = [(int(pair[0]) + index * _ADVANCE, int(pair[1])) for pair in line.split()]
            verbs += [Verb.MOVE, *[Verb.LINE] * (len(corners) - 1)][: len(corners)]
            points += corners
    if not points:
        return EMPTY_OUTLINE
    placed = np.array(points, np.int64) * height_um // _GRID_HEIGHT + np.array([left_um, top_um])
    return Outline(np.array(verbs, np.uint8), placed.astype(np.int32))
