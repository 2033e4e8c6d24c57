"""The profile of a press with four inks on matt paper, measured on no press but made up.

What inks look like together: Neugebauer's equations with dot gain, from the Lab of all overprints. The
way back is found for each node by Gauss and Newton, black used where colours are dark. To write it:
`python -m examples.studio.press`.
Format: ICC.1:2001-04 (version 2), lut16Type.
"""

from __future__ import annotations

import struct
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.gamut_lab import Lab, labs_of_xyz, xyz_of_lab

Array = NDArray[np.float64]

FILE: Final = Path(__file__).parent.parent / "profiles" / "matt-paper.icc"
NAME: Final = "Matt paper, four inks (made up)"
# XYZ of the paper under D50: a little warm.
PAPER: Final = (0.861, 0.893, 0.713)
# Lab, relative to the paper, of cyan, magenta and yellow over each other, and of black over any.
_OVERPRINTS: Final[dict[tuple[int, ...], Lab]] = {
    (0, 0, 0): (100.0, 0.0, 0.0),
    (1, 0, 0): (57.0, -36.0, -46.0),
    (0, 1, 0): (51.0, 69.0, -3.0),
    (0, 0, 1): (92.0, -5.0, 87.0),
    (1, 1, 0): (28.0, 19.0, -45.0),
    (1, 0, 1): (53.0, -62.0, 26.0),
    (0, 1, 1): (50.0, 64.0, 46.0),
    (1, 1, 1): (25.0, 0.0, 0.0),
}
_BLACK: Final[Lab] = (17.0, 0.0, 0.0)
_DARKEST: Final[Lab] = (9.0, 0.0, 0.0)
_GAIN: Final = 0.6

_FORWARD_GRID, _BACKWARD_GRID = 9, 17
# Entries of a curve: 65,280 of 65,535 is one of 257.
_CURVE: Final = 257
_STEPS: Final = 60
_DELTA: Final = 1e-4
# How much a wrong amount of black weighs beside a wrong colour, and where black begins.
_BLACK_WEIGHT: Final = 3.0
_BLACK_FROM_L: Final = 55.0
# Lab of lut16Type: 100 and 255 are 65,280 of 65,535.
_LEGACY: Final = 65_280 / 65_535


def profile() -> bytes:
    """Return the ICC profile, about 80 KB."""
    steps = [index / (_FORWARD_GRID - 1) for index in range(_FORWARD_GRID)]
    forward = _lab_of_inks(np.array(list(product(steps, repeat=4))))
    back = np.array(list(product(range(_BACKWARD_GRID), repeat=3))) / (_BACKWARD_GRID - 1) / _LEGACY
    wanted = back * np.array([100.0, 255.0, 255.0]) - np.array([0.0, 128.0, 128.0])
    encoded = (forward + np.array([0.0, 128.0, 128.0])) / np.array([100.0, 255.0, 255.0]) * _LEGACY
    straight = np.linspace(0.0, 1.0, _CURVE)
    a2b = _lut([straight] * 4, 3, _FORWARD_GRID, encoded)
    # White is a node, and so no ink at all.
    light = np.minimum(straight / _LEGACY, 1.0)
    b2a = _lut([light, straight, straight], 4, _BACKWARD_GRID, _inks_of_lab(wanted))
    name = NAME.encode("ascii") + b"\0"
    described = b"desc" + bytes(4) + struct.pack(">I", len(name)) + name + bytes(78)
    return _file(
        [
            (b"desc", described),
            (b"cprt", b"text" + bytes(4) + b"Public domain\0"),
            (b"wtpt", b"XYZ " + bytes(4) + struct.pack(">3i", *(round(v * 65_536) for v in PAPER))),
            (b"A2B0", a2b),
            (b"A2B1", a2b),
            (b"B2A0", b2a),
            (b"B2A1", b2a),
        ]
    )


def _lab_of_inks(inks: Array) -> Array:
    """Return Lab (n, 3) of inks (n, 4), cyan, magenta, yellow, black, 0 to 1."""
    spread = inks + _GAIN * inks * (1 - inks)
    total = np.zeros((len(inks), 3))
    for on in product((0, 1), repeat=4):
        shares = [spread[:, i] if one else 1 - spread[:, i] for i, one in enumerate(on)]
        weight = shares[0] * shares[1] * shares[2] * shares[3]
        total += weight[:, None] * np.array(xyz_of_lab(_overprint(on)))
    return labs_of_xyz(total)


def _overprint(on: tuple[int, ...]) -> Lab:
    if not on[3]:
        return _OVERPRINTS[on[:3]]
    light = sum(on[:3]) / 3
    return (_BLACK[0] + (_DARKEST[0] - _BLACK[0]) * light, 0.0, 0.0)


def _inks_of_lab(wanted: Array) -> Array:
    """Return the inks (n, 4) that come nearest to Lab (n, 3), with black as dark as `_black`."""
    black = np.clip(1 - wanted[:, 0] / _BLACK_FROM_L, 0.0, 1.0)
    black = black * np.sqrt(black)
    inks = np.stack([*(np.full(len(wanted), 0.4),) * 3, black], axis=1)
    for step in range(_STEPS):
        off = np.concatenate(
            [_lab_of_inks(inks) - wanted, _BLACK_WEIGHT * (inks[:, 3:] - black[:, None])], axis=1
        )
        slopes = np.empty((len(inks), 4, 4))
        for ink in range(4):
            moved = inks.copy()
            moved[:, ink] += _DELTA
            there = np.concatenate(
                [_lab_of_inks(moved) - wanted, _BLACK_WEIGHT * (moved[:, 3:] - black[:, None])],
                axis=1,
            )
            slopes[:, :, ink] = (there - off) / _DELTA
        across = np.swapaxes(slopes, 1, 2)
        damped = across @ slopes + np.eye(4) * (30.0 * 0.9**step + 1.0)
        change = np.linalg.solve(damped, across @ off[:, :, None])[:, :, 0]
        inks = np.clip(inks - change, 0.0, 1.0)
    return inks


def _lut(curves: list[Array], outputs: int, grid: int, nodes: Array) -> bytes:
    matrix = struct.pack(">9i", 65_536, 0, 0, 0, 65_536, 0, 0, 0, 65_536)
    head = b"mft2" + bytes(4) + bytes([len(curves), outputs, grid, 0]) + matrix
    head += struct.pack(">2H", _CURVE, 2)
    line = struct.pack(">2H", 0, 65_535)
    return head + b"".join(map(_words, curves)) + _words(nodes) + line * outputs


def _words(values: Array) -> bytes:
    return np.rint(np.clip(values, 0.0, 1.0) * 65_535).astype(">u2").tobytes()


def _file(tags: list[tuple[bytes, bytes]]) -> bytes:
    table, body, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for name, data in tags:
        if data not in places:
            places[data] = 132 + 12 * len(tags) + len(body)
            body += data + bytes(-len(data) % 4)
        table += name + struct.pack(">2I", places[data], len(data))
    head = struct.pack(
        ">I4xI4s4s4s", 128 + len(table) + len(body), 2 << 24, b"prtr", b"CMYK", b"Lab "
    )
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", 63_190, 65_536, 54_061)
    return head.ljust(128, b"\0") + table + body


if __name__ == "__main__":
    FILE.write_bytes(profile())
