"""Open lines as closed ones without area, for what judges closed contours alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from render_core.geometry.paths import EMPTY_PATH, Path
from render_core.layout import POINTS_OF_VERB, Verb


def there_and_back(path: Path) -> Path:
    """Return open lines each followed back to its start and closed there."""
    parts = [_returned(verbs, points) for verbs, points in _lines(path)]
    if not parts:
        return EMPTY_PATH
    return Path(
        np.concatenate([part.verbs for part in parts]),
        np.concatenate([part.points for part in parts]),
    )


def _lines(path: Path) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.float64]]]:
    counts = np.asarray(POINTS_OF_VERB, dtype=np.int64)[path.verbs]
    ends = np.concatenate([[0], np.cumsum(counts)])
    starts = [*np.flatnonzero(path.verbs == Verb.MOVE).tolist(), len(path.verbs)]
    for first, after in pairwise(starts):
        yield path.verbs[first:after], path.points[ends[first] : ends[after]]


def _returned(verbs: NDArray[np.uint8], points: NDArray[np.float64]) -> Path:
    close = np.array([Verb.CLOSE], dtype=np.uint8)
    return Path(
        np.concatenate([verbs, verbs[:0:-1], close]), np.concatenate([points, points[-2::-1]])
    )
