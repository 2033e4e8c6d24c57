"""Problems of pieces that fall out of a sheet that is to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import ceil, floor

from render_core.geometry.islands import Island
from render_core.geometry.paths import Bounds
from render_core.layout import Box
from render_core.preflight.characters import MAX_OF_A_KIND
from render_core.preflight.messages import problem
from render_core.preflight.places import SetText
from render_core.problems import Problem


def islands_fall_out(
    zone: str, islands: Sequence[Island], text: SetText | None
) -> tuple[Problem, ...]:
    """Return a problem for each letter with islands, some twenty at most, or one for artwork."""
    if not islands:
        return ()
    if text is None:
        return (_of_artwork(zone, islands),)
    by_letter: dict[int, list[Island]] = {}
    for island in islands:
        left, top, right, bottom = island.bounds
        middle = ((left + right) / 2, (top + bottom) / 2)
        by_letter.setdefault(text.nearest(middle), []).append(island)
    return tuple(
        _of_letter(zone, index, some, text)
        for index, some in sorted(by_letter.items())[:MAX_OF_A_KIND]
    )


def _of_letter(zone: str, index: int, islands: Sequence[Island], text: SetText) -> Problem:
    return problem(
        "ISLAND_FALLS_OUT.text",
        zone,
        at=text.typed(index),
        box=_box(islands),
        measured=float(len(islands)),
        required=0.0,
        params={"text": text.letters(index), "count": len(islands)},
    )


def _of_artwork(zone: str, islands: Sequence[Island]) -> Problem:
    return problem(
        "ISLAND_FALLS_OUT.artwork",
        zone,
        box=_box(islands),
        measured=float(len(islands)),
        required=0.0,
        params={"count": len(islands)},
    )


def _box(islands: Sequence[Island]) -> Box:
    bounds = reduce(Bounds.joined, (island.bounds for island in islands))
    left, top, right, bottom = bounds
    return Box(floor(left), floor(top), ceil(right), ceil(bottom))
