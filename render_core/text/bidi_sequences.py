"""Level runs and isolating run sequences: BD7, BD13 and rule X10 of UAX #9."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from render_core.text.bidi_explicit import ISOLATE_INITIATORS, REMOVED_BY_X9, matching_isolates


class RunSequence(NamedTuple):
    """Characters resolved together. indices: ascending; sos, eos: "L" or "R"."""

    indices: tuple[int, ...]
    level: int
    sos: str
    eos: str


def isolating_run_sequences(
    classes: Sequence[str], levels: Sequence[int], base: int
) -> list[RunSequence]:
    """Return the isolating run sequences of a paragraph, without what X9 removes."""
    kept = [index for index, kind in enumerate(classes) if kind not in REMOVED_BY_X9]
    runs = _level_runs(kept, levels)
    run_at = {run[0]: run for run in runs}
    matches = matching_isolates(classes)
    continued = set(matches.values())
    place = {index: at for at, index in enumerate(kept)}
    sequences = []
    for run in runs:
        if run[0] in continued and classes[run[0]] == "PDI":
            continue  # It continues the sequence of its isolate initiator.
        indices = list(run)
        while classes[indices[-1]] in ISOLATE_INITIATORS and indices[-1] in matches:
            indices += run_at[matches[indices[-1]]]
        sequences.append(_with_borders(indices, classes, levels, kept, place, base))
    return sequences


def _level_runs(kept: Sequence[int], levels: Sequence[int]) -> list[list[int]]:
    if not kept:
        return []
    runs = [[kept[0]]]
    for before, index in pairwise(kept):
        if levels[index] == levels[before]:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _with_borders(
    indices: list[int],
    classes: Sequence[str],
    levels: Sequence[int],
    kept: Sequence[int],
    place: dict[int, int],
    base: int,
) -> RunSequence:
    level = levels[indices[0]]
    first, last = place[indices[0]], place[indices[-1]]
    before = levels[kept[first - 1]] if first else base
    after = levels[kept[last + 1]] if last + 1 < len(kept) else base
    if classes[indices[-1]] in ISOLATE_INITIATORS:
        after = base  # Its PDI is missing, or the sequence would have gone on.
    return RunSequence(
        tuple(indices), level, _direction(max(level, before)), _direction(max(level, after))
    )


def _direction(level: int) -> str:
    return "R" if level % 2 else "L"
