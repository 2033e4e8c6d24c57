"""Meshes made in a line, for the tests of the 3D preview."""

from __future__ import annotations

import math

import numpy as np

from render_core.mesh.model import Material, Mesh, Part, checked

PRINTED = Material("wrap", surface="front", roughness_permille=150, clearcoat_permille=1000)


def sphere(rows: int = 64, columns: int = 128, radius: float = 0.05) -> Mesh:
    """A closed sphere about the origin, its texture wrapped once around."""
    turns = [2 * math.pi * column / columns for column in range(columns + 1)]
    tilts = [math.pi * row / rows for row in range(rows + 1)]
    normals = np.array(
        [
            (
                math.sin(tilt) * math.sin(turn % (2 * math.pi)) if 0 < tilt < math.pi else 0.0,
                math.cos(tilt),
                math.sin(tilt) * math.cos(turn % (2 * math.pi)) if 0 < tilt < math.pi else 0.0,
            )
            for tilt in tilts
            for turn in turns
        ],
        np.float64,
    )
    normals /= np.sqrt((normals * normals).sum(axis=1, keepdims=True))
    return _grid(normals * radius, normals, rows, columns)


def cylinder(columns: int = 128, radius: float = 0.041, height: float = 0.09) -> Mesh:
    """The side of an upright cylinder on the ground; u runs to the right as seen, the seam behind."""
    rows = 8
    turns = [2 * math.pi * (column % columns) / columns for column in range(columns + 1)]
    around = np.array([(-math.sin(turn), 0.0, -math.cos(turn)) for turn in turns], np.float64)
    normals = np.tile(around, (rows + 1, 1))
    positions = normals * radius
    positions[:, 1] = np.repeat(height * (1 - np.arange(rows + 1) / rows), columns + 1)
    return _grid(positions, normals, rows, columns)


def plane(width: float = 0.1, height: float = 0.1) -> Mesh:
    """A sheet that looks towards +Z, standing on the ground."""
    x, y = np.meshgrid(np.array([-0.5, 0.5]) * width, np.array([1.0, 0.0]) * height)
    positions = np.stack([x.ravel(), y.ravel(), np.zeros(4)], axis=1)
    normals = np.tile(np.array([(0.0, 0.0, 1.0)]), (4, 1))
    return _grid(positions, normals, 1, 1)


def _grid(positions: np.ndarray, normals: np.ndarray, rows: int, columns: int) -> Mesh:
    u, v = np.meshgrid(np.arange(columns + 1) / columns, np.arange(rows + 1) / rows)
    row, column = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    corner = (row * (columns + 1) + column).ravel()
    below = corner + columns + 1
    first = np.stack([corner, below, below + 1], axis=1)
    second = np.stack([corner, below + 1, corner + 1], axis=1)
    triangles = np.stack([first, second], axis=1).reshape(-1, 3).astype(np.int32)
    return checked(
        Mesh(
            positions.astype(np.float32),
            normals.astype(np.float32),
            np.stack([u.ravel(), v.ravel()], axis=1).astype(np.float32),
            triangles,
            (Part(0, 0, len(triangles)),),
            (PRINTED,),
        )
    )
