"""One strip of a fixed height, as short as can be, by sparrow (Gardeyn et al., 2025) through spyrrow.

The solver runs in a process of its own (`strip_child`), which is killed when it is late or not wanted
any more; the best that it has told of is taken. So a crash, a panic or a hang costs one strip.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from render_core.making.nest.pieces import Piece
from render_core.making.nest.request import FULL_TURN
from render_core.making.nest.turning import Placement, turned_points
from render_core.making.nest.watch import Watch
from render_core.processors import processors_here

_CHILD: Final = Path(__file__).with_name("strip_child.py")
_UM_PER_MM: Final = 1000
_POLL_S: Final = 0.05
# How much later than asked for an answer may come: the solver finishes what it is at. A first answer is
# waited for as long as this share of all the time that is left.
_GRACE_S: Final = 1.0
_FIRST_SHARE: Final = 0.5
# One solver of some threads goes farther than as many solvers of one, wherever it has the cores for itself.
_MOST_THREADS: Final = 3
_COMPRESS_SHARE: Final = 0.2


class Wanted(NamedTuple):
    """Copies of one piece and the rotations that it may have, any if it turns freely."""

    piece: Piece
    copies: int
    rotations: tuple[int, ...]
    is_free: bool = False


class Strip(NamedTuple):
    """A packed strip from (0, 0). width_um: how long it became. laid: the pieces of `wanted`."""

    width_um: float
    laid: tuple[tuple[int, Placement], ...]


def packed_strip(
    wanted: Mapping[int, Wanted], height_um: int, seconds: float, seed: int, watch: Watch
) -> Strip | None:
    """Return all copies in a strip; None where the solver gave up without any.

    wanted: by a number of the caller's. Raises NestCancelled.
    """
    keys = list(wanted)
    asked = {
        "items": [_item(wanted[key], height_um) for key in keys],
        "height": height_um / _UM_PER_MM,
        "ends": time.monotonic() + seconds,
        "compress_share": _COMPRESS_SHARE,
        "threads": min(processors_here(), _MOST_THREADS),
        "seed": seed,
    }
    found = _answer(json.dumps(asked) + "\n", seconds, watch)
    return None if found is None else _strip(found, wanted, keys)


def _item(one: Wanted, height_um: int) -> dict[str, Any]:
    return {
        "ring": [[x / _UM_PER_MM, y / _UM_PER_MM] for x, y in one.piece.ring.tolist()],
        "copies": one.copies,
        "rotations": _turns(one, height_um),
    }


def _turns(one: Wanted, height_um: int) -> list[float] | None:
    """Return the degrees that a piece may be turned by, None for any."""
    if one.is_free:
        return None
    return [angle / 100 for angle in _fitting(one, height_um)]


def _fitting(one: Wanted, height_um: int) -> list[int]:
    """Return the rotations in which a piece is not higher than the strip."""
    width, height = one.piece.extent(0)
    if width * width + height * height <= float(height_um) * height_um:
        return list(one.rotations)
    return [angle for angle in one.rotations if one.piece.extent(angle)[1] <= height_um]


def _answer(asked: str, seconds: float, watch: Watch) -> dict[str, Any] | None:
    """Return the last packing that a solver tells of in time."""
    begun, longest = time.monotonic(), _FIRST_SHARE * watch.left_s
    with _Solver(asked) as solver:
        while solver.is_at_work:
            late = seconds + _GRACE_S
            if not solver.lines:
                late = max(late, longest)
            if time.monotonic() - begun > late or not watch.spare_s:
                break
            time.sleep(_POLL_S)
            watch.look()
    return json.loads(solver.lines[-1]) if solver.lines else None


class _Solver:
    """One process that packs a strip. Leaving the context ends it, whatever it is at."""

    def __init__(self, asked: str) -> None:
        self.lines: list[str] = []
        self._child = subprocess.Popen(  # noqa: S603  our own interpreter and file
            [sys.executable, "-I", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        # Both ways at once: the solver reads while its interpreter starts, and the pipe is short.
        self._threads = [
            threading.Thread(target=self._ask, args=(asked,), daemon=True),
            threading.Thread(target=self._listen, daemon=True),
        ]

    def __enter__(self) -> _Solver:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._child.kill()
        self._child.wait()
        for thread in self._threads:
            thread.join()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    @property
    def is_at_work(self) -> bool:
        return self._threads[1].is_alive()

    def _ask(self, asked: str) -> None:
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):
            self._child.stdin.write(asked)
            self._child.stdin.flush()

    def _listen(self) -> None:
        """Keep the last whole line."""
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if line.endswith("\n"):
                self.lines[:] = [line]


def _strip(found: Mapping[str, Any], wanted: Mapping[int, Wanted], keys: list[int]) -> Strip:
    laid = []
    for number, rotation, x, y in found["placed"]:
        if all(math.isfinite(value) for value in (rotation, x, y)):
            laid.append((keys[number], _placement(wanted[keys[number]], rotation, x, y)))
    return Strip(found["width"] * _UM_PER_MM, tuple(laid))


def _placement(one: Wanted, degrees: float, x_mm: float, y_mm: float) -> Placement:
    """Return a placement in whole numbers; rounding the rotation leaves the piece's middle in place."""
    angle = round(degrees * 100) % FULL_TURN
    if not one.is_free:
        return Placement(
            _nearest(angle, one.rotations), round(x_mm * _UM_PER_MM), round(y_mm * _UM_PER_MM)
        )
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    mx, my = one.piece.middle.tolist()
    ((rx, ry),) = turned_points(one.piece.middle[None], angle).tolist()
    x = x_mm * _UM_PER_MM + cosine * mx - sine * my - rx
    y = y_mm * _UM_PER_MM + sine * mx + cosine * my - ry
    return Placement(angle, round(x), round(y))


def _nearest(angle: int, allowed: tuple[int, ...]) -> int:
    def apart(other: int) -> int:
        between = abs(angle - other) % FULL_TURN
        return min(between, FULL_TURN - between)

    return min(allowed, key=apart)


def right_um(piece: Piece, at: Placement) -> float:
    """Return how far to the right a placed piece reaches."""
    points = turned_points(piece.ring.astype(float), at.rotation)
    return float(points[:, 0].max()) + at.x_um
