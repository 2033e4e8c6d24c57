"""What each colour of the screen becomes on a press, as a table to look pictures up in.

The way through the profile is walked for every second level of each channel, two million times. Any
other colour is the middle of the two nodes around it along the diagonal, which is what tetrahedra
between such nodes say. Nodes are whole numbers, 1/64 of a level, so that a picture's bytes follow from
integers alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.colour import WHITE_D50
from render_core.gamut import Press
from render_core.gamut_curves import Array
from render_core.gamut_delta import deltas_e_2000
from render_core.gamut_lab import labs_of_xyz, xyz_of_labs
from render_core.proof.screen import levels_of_xyz, xyz_of_levels

Pixels = NDArray[np.uint8]

_NODES: Final = 129
# The levels that are walked: even ones, and the last.
_WALKED: Final = np.minimum(np.arange(_NODES, dtype=np.int64) * 2, 255)
_UNIT: Final = 64
# Two nodes are added up in 16 bits; one of level 256 may lie beyond the screen's white.
_MOST: Final = 500.0
_LOOKED_UP_AT_ONCE: Final = 1 << 16

_HALF: Final = np.arange(256, dtype=np.int32) // 2
_ODD: Final = np.arange(256, dtype=np.int32) % 2
_STRIDES: Final = (_NODES * _NODES, _NODES, 1)
_LOWER: Final = tuple(_HALF * stride for stride in _STRIDES)
_STEP_UP: Final = tuple(_ODD * stride for stride in _STRIDES)


@dataclass(frozen=True, slots=True)
class ProofTable:
    """nodes: (129³,) uint64, four lanes of 16 bits: red, green, blue, CIEDE2000, in 1/64."""

    nodes: NDArray[np.uint64]

    def shown(self, pixels: Pixels, marked: tuple[float, Pixels] | None = None) -> Pixels:
        """Return colours (n, 3) as the press makes them.

        marked: beyond which ΔE2000 a colour is shown as which other one (3,) instead.
        """
        made = np.empty((len(pixels), 3), np.uint8)
        for at in range(0, len(pixels), _LOOKED_UP_AT_ONCE):
            lanes = looked_up(self.nodes, pixels[at : at + _LOOKED_UP_AT_ONCE])
            part = made[at : at + _LOOKED_UP_AT_ONCE]
            part[:] = levels_of_lanes(lanes[:, :3])
            if marked is not None:
                part[lanes[:, 3] > round(marked[0] * 2 * _UNIT)] = marked[1]
        return made


def looked_up(nodes: NDArray[np.uint64], pixels: Pixels) -> NDArray[np.uint16]:
    """Return the sums of the two nodes around colours (n, 3): (n, 4), in 1/128."""
    red, green, blue = pixels.T
    low = _LOWER[0][red] + _LOWER[1][green] + _LOWER[2][blue]
    high = low + (_STEP_UP[0][red] + _STEP_UP[1][green] + _STEP_UP[2][blue])
    both = np.take(nodes, low)
    both += np.take(nodes, high)
    lanes: NDArray[np.uint16] = both.view(np.uint16).reshape(-1, 4)
    return lanes


def levels_of_lanes(lanes: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return whole levels, 0 to 255, of sums in 1/128."""
    levels: NDArray[np.uint16] = np.minimum((lanes + np.uint16(_UNIT)) >> np.uint16(7), 255)
    return levels


def bake(press: Press, *, paper: bool) -> ProofTable:
    """Return the table of a press; takes seconds, and 17 MB.

    paper: colours as beside the light's white, its paper's among them.
    """
    return ProofTable(baked_nodes(partial(_walk, press, paper=paper)))


def baked_nodes(walk: Callable[[NDArray[np.int64]], Array]) -> NDArray[np.uint64]:
    """Return four numbers for colours, (129³,): levels of sRGB (n, 3) are walked to (n, 4), 0 to 500.

    The last node of each channel is taken on from level 255 to 256: the middle between 254 and 256 is
    then what was walked for 255.
    """
    green, blue = (axis.reshape(-1) for axis in np.meshgrid(_WALKED, _WALKED, indexing="ij"))
    nodes = np.empty((_NODES, _NODES, _NODES, 4), np.uint16)
    before = np.zeros((_NODES, _NODES, 4))
    for plane, red in enumerate(_WALKED):
        levels = np.stack([np.full_like(green, red), green, blue], axis=1)
        made = walk(levels).reshape(_NODES, _NODES, 4)
        made[-1] += made[-1] - made[-2]
        made[:, -1] += made[:, -1] - made[:, -2]
        beyond = made if plane + 1 < _NODES else made + (made - before)
        nodes[plane] = np.rint(np.clip(beyond, 0.0, _MOST) * _UNIT).astype(np.uint16)
        before = made
    return nodes.view(np.uint64).reshape(-1)


def _walk(press: Press, levels: NDArray[np.int64], *, paper: bool) -> Array:
    """Return what a press makes of colours (n, 3), levels of sRGB, and its ΔE2000: (n, 4)."""
    wanted = labs_of_xyz(press.targets(xyz_of_levels(levels)))
    made = press.made(wanted)
    seen = xyz_of_labs(made)
    if paper:
        seen = seen * (np.array(press.profile.paper) / np.array(WHITE_D50))
    apart = deltas_e_2000(wanted, made)[:, None]
    return np.concatenate([levels_of_xyz(seen), apart], axis=1)
