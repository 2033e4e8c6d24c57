"""Outlines as SVG path data (SVG 2, chapter 9): `M L Q C A Z` are written, absolute ones alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.arcs import circle_through, split_arc
from render_core.geometry.many_lengths import PER_UM, SPACE, can_be_written, words, written
from render_core.geometry.outline_builder import Point
from render_core.layout import POINTS_OF_VERB, Outline, Verb
from render_core.units import um_as_mm

Number = Callable[[int], str]

_LETTERS: Final = "MLQC Z"
_COUNTS: Final = np.array(POINTS_OF_VERB)


def path_data_mm(outline: Outline) -> str:
    """Write an outline as SVG path data in millimetres with at most three decimals."""
    if not can_be_written(outline):
        return path_data(outline, um_as_mm)
    return _at_once(outline.verbs, outline.points_um)


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


# What stands before a point, by its verb: first of it, and with a close ahead of that.
_FIRST: Final = words([*_LETTERS, *("Z" + letter for letter in _LETTERS)])


def _at_once(verbs: NDArray[np.uint8], points: NDArray[np.int32]) -> str:
    closes = verbs == Verb.CLOSE
    counts = _COUNTS[verbs]
    after_close = np.zeros(len(verbs), np.intp)
    after_close[1:] = closes[:-1]
    ahead = np.full((len(points), 2), SPACE)
    firsts = np.cumsum(counts) - counts
    ahead[firsts[~closes], 0] = _FIRST[(len(_LETTERS) * after_close + verbs)[~closes]]
    text = written(ahead.ravel(), points.ravel() * np.int64(PER_UM))
    return f"{text}Z" if closes[-1] else text
