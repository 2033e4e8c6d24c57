"""Mixtures of three colours: matrices of theirs as rows, by basic operations alone."""

from __future__ import annotations

import numpy as np

from render_core.gamut_curves import Array


def combined(weights: Array, rows: Array) -> Array:
    """Return the mixtures (n, 3) of three rows (3, 3) by weights (n, 3)."""
    mixed: Array = weights[:, :1] * rows[0] + weights[:, 1:2] * rows[1] + weights[:, 2:] * rows[2]
    return mixed


def volume(rows: Array) -> float:
    """Return the determinant of rows (3, 3)."""
    first, second, third = rows
    return float((first * np.cross(second, third)).sum())


def inverse(rows: Array) -> Array:
    """Return the rows (3, 3) by which `combined` goes back. Their volume must not be 0."""
    first, second, third = rows
    across = [np.cross(second, third), np.cross(third, first), np.cross(first, second)]
    return np.stack(across, axis=1) / volume(rows)
