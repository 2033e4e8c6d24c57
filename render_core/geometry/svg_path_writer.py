"""Outlines as SVG path data (SVG 2, chapter 9): `M L Q C A Z` are written, absolute ones alone.

Millimetres are written from tables, all points at once: a layout goes to a shopper's page at every
keystroke, and writing its numbers one by one took longer than laying it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.arcs import circle_through, split_arc
from render_core.geometry.outline_builder import Point
from render_core.layout import POINTS_OF_VERB, Outline, Verb
from render_core.units import UM_PER_MM, um_as_mm

Number = Callable[[int], str]

_LETTERS: Final = "MLQC Z"
_COUNTS: Final = np.array(POINTS_OF_VERB)
_WHOLE: Final = 10_000  # millimetres in the table; what is larger is written one by one


def path_data_mm(outline: Outline) -> str:
    """Write an outline as SVG path data in millimetres with at most three decimals."""
    points = outline.points_um
    if not len(points) or _needs_more(outline.verbs) or _largest(points) >= _WHOLE * UM_PER_MM:
        return path_data(outline, um_as_mm)
    return _from_tables(outline.verbs, points)


def path_data(outline: Outline, number: Number) -> str:
    """Write an outline as SVG path data. number: how a length in micrometres is written."""
    words: list[str] = []
    points = outline.points_um.tolist()
    pairs = [f"{number(x)} {number(y)}" for x, y in points]
    at = 0
    for verb in outline.verbs.tolist():
        end = at + POINTS_OF_VERB[verb]
        if verb == Verb.ARC:
            start, through, last = (_point(pair) for pair in points[at - 1 : end])
            words += _arc_commands(start, through, last, number)
        else:
            words.append(_LETTERS[verb] + " ".join(pairs[at:end]))
        at = end
    return "".join(words)


def _point(pair: list[int]) -> Point:
    x, y = pair
    return (x, y)


def _pair(point: Point, number: Number) -> str:
    return f"{number(round(point[0]))} {number(round(point[1]))}"


def _arc_commands(start: Point, through: Point, end: Point, number: Number) -> list[str]:
    commands = []
    for first, middle, last in split_arc(start, through, end):
        circle = circle_through(first, middle, last)
        if circle is None:
            commands += [f"L{_pair(middle, number)}", f"L{_pair(last, number)}"]
            continue
        radius = number(round(circle.radius))
        commands.append(f"A{radius} {radius} 0 0 {int(circle.sweep > 0)} {_pair(last, number)}")
    return commands


# All points at once. Every word is four bytes, its empty places zero: they are left out at the end.


def _words(texts: Iterable[str]) -> NDArray[np.uint32]:
    return np.frombuffer(b"".join(text.encode().ljust(4, b"\0") for text in texts), np.uint32)


_SIGNS: Final = ("", "-")
_WHOLES: Final = _words(str(whole) for whole in range(_WHOLE))
_RESTS: Final = _words(um_as_mm(rest)[1:] for rest in range(UM_PER_MM))
# What stands before a point, by kind and sign of x: within a verb, and first of each verb without
# and with a close ahead of it. And before its y.
_AHEAD: Final = (" ", *_LETTERS, *("Z" + letter for letter in _LETTERS))
_BEFORE_X: Final = _words(ahead + sign for ahead in _AHEAD for sign in _SIGNS)
_BEFORE_Y: Final = _words(" " + sign for sign in _SIGNS)


def _needs_more(verbs: NDArray[np.uint8]) -> bool:
    """Whether there are arcs, or contours that are closed twice."""
    if (verbs == Verb.ARC).any():
        return True
    closes = verbs == Verb.CLOSE
    return bool(closes[0] or (closes[1:] & closes[:-1]).any())


def _largest(points: NDArray[np.int32]) -> int:
    return max(int(points.max()), -int(points.min()))


def _from_tables(verbs: NDArray[np.uint8], points: NDArray[np.int32]) -> str:
    closes = verbs == Verb.CLOSE
    counts = _COUNTS[verbs]
    ahead = np.zeros(len(verbs), np.intp)
    ahead[1:] = closes[:-1]
    kinds = np.zeros(len(points), np.intp)
    firsts = np.cumsum(counts) - counts
    kinds[firsts[~closes]] = (1 + len(_LETTERS) * ahead + verbs)[~closes]
    negative = points < 0
    whole, rest = np.divmod(np.abs(points), UM_PER_MM)
    words = np.empty((len(points), 2, 3), np.uint32)
    words[:, 0, 0] = _BEFORE_X[2 * kinds + negative[:, 0]]
    words[:, 1, 0] = _BEFORE_Y[negative[:, 1].astype(np.intp)]
    words[:, :, 1] = _WHOLES[whole]
    words[:, :, 2] = _RESTS[rest]
    text = words.view(np.uint8)
    written = text[text != 0].tobytes().decode("ascii")
    return f"{written}Z" if closes[-1] else written
