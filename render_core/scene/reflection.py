"""What the ground mirrors of the product: faint, and only close above the ground, as a pale table does.

The mirrored product seen by the eye is the product seen by the mirrored eye, in the same pixels.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import Mesh
from render_core.scene.camera import Eye
from render_core.scene.fragments import Fragments, fragments
from render_core.scene.rasterise import EMPTY, visible

# What is mirrored of the light at the ground, and the height at which nothing is any more, in parts of
# the product's height.
STRENGTH: Final = 0.30
_HEIGHT: Final = 0.22
# Fainter than this nobody sees it.
_LEAST: Final = 0.008
_UP: Final = np.array([1.0, -1.0, 1.0], np.float64)


def mirrored(eye: Eye, ground_m: float) -> Eye:
    """Return the eye as the ground mirrors it: below the ground, its up turned downwards."""
    position = eye.position * _UP
    position[1] += 2 * ground_m
    return replace(
        eye, position=position, right=eye.right * _UP, up=eye.up * _UP, forward=eye.forward * _UP
    )


def reflection(
    mesh: Mesh, eye: Eye, ground_m: float, winners: NDArray[np.int32], threads: int = 1
) -> tuple[Fragments, NDArray[np.float32]]:
    """Return fragments of the mesh that the ground mirrors and how much of each pixel they are, (n,).

    eye: the mirrored one. winners: of the eye itself, (samples, h, w): only the ground mirrors.
    """
    height = mesh.positions[:, 1].astype(np.float64) - ground_m
    most = float(height.max()) * _HEIGHT
    low = np.flatnonzero((height < most)[mesh.triangles].any(axis=1))
    corners = eye.see(mesh.positions)[mesh.triangles[low]]
    found, depths = visible(corners, eye, len(winners), threads)
    shown = np.flatnonzero((found != EMPTY) & (winners == EMPTY))
    seen = np.full(found.shape, EMPTY, np.int32)
    seen.reshape(-1)[shown] = low[found.reshape(-1)[shown]]
    of = fragments(mesh, eye, seen, depths, threads)
    fade = np.clip(1 - (of.position[:, 1] - np.float32(ground_m)) / np.float32(most), 0, 1)
    share = fade * fade * of.samples.astype(np.float32) * np.float32(STRENGTH / len(winners))
    strong = np.flatnonzero(share > np.float32(_LEAST))
    return of.part(strong), share[strong]
