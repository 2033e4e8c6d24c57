"""One strip of a fixed height, as short as can be, by sparrow (Gardeyn et al., 2025) through spyrrow.

The solver runs in a process of its own (`strip_child`), which is killed when it is late or not wanted
any more; the best that it has told of is taken. So a crash, a panic or a hang costs one strip.
"""

from __future__ import annotations

import contextlib
import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from render_core.making.nest.pieces import Piece
from render_core.making.nest.request import FULL_TURN
from render_core.making.nest.turning import Placement, turned_points
from render_core.making.nest.watch import Watch

_CHILD: Final = Path(__file__).with_name("strip_child.py")
_UM_PER_MM: Final = 1000
_POLL_S: Final = 0.05
# How much later than asked for an answer may come, of the time and beyond it: the solver finishes what
# it is at.
_GRACE_SHARE: Final = 0.1
_GRACE_S: Final = 2.0
_FIRST_SHARE: Final = 3.0
_WORKERS: Final = 2


class Wanted(NamedTuple):
    """Copies of one piece and the rotations that it may have."""

    piece: Piece
    copies: int
    rotations: tuple[int, ...]


class Strip(NamedTuple):
    """A packed strip from (0, 0). width_um: how long it became. laid: the pieces of `wanted`."""

    width_um: float
    laid: tuple[tuple[int, Placement], ...]


def packed_strip(
    wanted: Mapping[int, Wanted], height_um: int, seconds: int, seed: int, watch: Watch
) -> Strip | None:
    """Return all copies in a strip; None where the solver gave up without any.

    wanted: by a number of the caller's. seconds: whole ones, at least 1. Raises NestCancelled.
    """
    keys = list(wanted)
    asked = {
        "items": [_item(wanted[key], height_um) for key in keys],
        "height": height_um / _UM_PER_MM,
        "explore_s": seconds - seconds // 5,
        "compress_s": seconds // 5,
        "seed": seed,
        "workers": _WORKERS,
    }
    found = _answer(json.dumps(asked), float(seconds), watch)
    return None if found is None else _strip(found, wanted, keys)


def _item(one: Wanted, height_um: int) -> dict[str, Any]:
    return {
        "ring": [[x / _UM_PER_MM, y / _UM_PER_MM] for x, y in one.piece.ring.tolist()],
        "copies": one.copies,
        "rotations": [angle / 100 for angle in _fitting(one, height_um)],
    }


def _fitting(one: Wanted, height_um: int) -> list[int]:
    """Return the rotations in which a piece is not higher than the strip."""
    width, height = one.piece.extent(0)
    if width * width + height * height <= float(height_um) * height_um:
        return list(one.rotations)
    return [angle for angle in one.rotations if one.piece.extent(angle)[1] <= height_um]


def _answer(asked: str, seconds: float, watch: Watch) -> dict[str, Any] | None:
    """Return the last packing that the child tells of in time, None if there is none."""
    child = subprocess.Popen(  # noqa: S603  our own interpreter and file
        [sys.executable, "-I", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    lines: list[str] = []
    reader = threading.Thread(target=_listen, args=(child.stdout, lines), daemon=True)
    reader.start()
    begun = time.monotonic()
    try:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(asked + "\n")
            child.stdin.flush()
        while reader.is_alive() and not _is_late(time.monotonic() - begun, seconds, lines):
            reader.join(_POLL_S)
            watch.look()
    finally:
        child.kill()
        child.wait()
        reader.join()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
        child.stdout.close()
    found: dict[str, Any] | None = json.loads(lines[-1]) if lines else None
    return found


def _is_late(spent: float, seconds: float, lines: list[str]) -> bool:
    """Return whether to wait no longer; a first answer is waited for longer than a better one."""
    return spent > (_FIRST_SHARE if not lines else 1 + _GRACE_SHARE) * seconds + _GRACE_S


def _listen(lines_out: Any, lines: list[str]) -> None:
    """Keep the last whole line."""
    for line in lines_out:
        if line.endswith("\n"):
            lines[:] = [line]


def _strip(found: Mapping[str, Any], wanted: Mapping[int, Wanted], keys: list[int]) -> Strip:
    laid = []
    for number, rotation, x, y in found["placed"]:
        if all(math.isfinite(value) for value in (rotation, x, y)):
            key = keys[number]
            angle = _nearest(round(rotation * 100) % FULL_TURN, wanted[key].rotations)
            laid.append((key, Placement(angle, round(x * _UM_PER_MM), round(y * _UM_PER_MM))))
    return Strip(found["width"] * _UM_PER_MM, tuple(laid))


def _nearest(angle: int, allowed: tuple[int, ...]) -> int:
    def apart(other: int) -> int:
        between = abs(angle - other) % FULL_TURN
        return min(between, FULL_TURN - between)

    return min(allowed, key=apart)


def right_um(piece: Piece, at: Placement) -> float:
    """Return how far to the right a placed piece reaches."""
    points = turned_points(piece.ring.astype(float), at.rotation)
    return float(points[:, 0].max()) + at.x_um
