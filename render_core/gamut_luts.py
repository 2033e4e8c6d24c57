"""The tables of ICC profiles that turn device colours into Lab and back.

Source: ICC.1:2022, 10.10 (lut16Type), 10.11 (lut8Type), 10.12 (lutAToBType), 10.13 (lutBToAType).
Values are 0…1 throughout; what they mean is for `gamut_profile`. Between the nodes of a table values
are interpolated as LittleCMS does it: over tetrahedra, the first of four channels linearly; from Lab,
where no diagonal is grey, over whole cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.gamut_curves import Array, Curve, broken, read_curve, unpacked

MAX_CHANNELS: Final = 4
_MAX_NODES: Final = 4_000_000
_IDENTITY: Final = (65_536, 0, 0, 0, 65_536, 0, 0, 0, 65_536)

Stage = Callable[[Array], Array]
_Indices = NDArray[np.int64]
Between = Callable[[Array, _Indices, Array, _Indices], Array]


@dataclass(frozen=True, slots=True)
class Lut:
    """Stages one after another, from (n, i) to (n, o). legacy: values of Lab are those of lut16Type."""

    inputs: int
    outputs: int
    stages: tuple[Stage, ...]
    legacy: bool

    def __call__(self, values: Array) -> Array:
        for stage in self.stages:
            values = stage(np.clip(values, 0.0, 1.0))
        return np.clip(values, 0.0, 1.0)


def read_lut(data: bytes, *, of_lab: bool = False) -> Lut:
    """Return the table of a tag's data. of_lab: whether it starts from Lab.

    Raises RefusedFile (PROFILE_BROKEN).
    """
    between = _cells if of_lab else _tetrahedra
    kind = data[:4]
    inputs, outputs = unpacked(">2B", data, 8)
    if not (1 <= inputs <= MAX_CHANNELS and 1 <= outputs <= MAX_CHANNELS):
        raise broken()
    if kind in (b"mft1", b"mft2"):
        return _flat(data, inputs, outputs, between, wide=kind == b"mft2")
    if kind == b"mAB ":
        forward = _stages(data, inputs, outputs, inputs, between)
        return Lut(inputs, outputs, tuple(forward), legacy=False)
    if kind == b"mBA ":
        backward = reversed(_stages(data, inputs, outputs, outputs, between))
        return Lut(inputs, outputs, tuple(backward), legacy=False)
    raise broken()


def _flat(data: bytes, inputs: int, outputs: int, between: Between, *, wide: bool) -> Lut:
    """Read lut8Type or lut16Type; their matrix is the identity unless XYZ goes in."""
    grid = data[10] if len(data) > 10 else 0
    rows, columns = unpacked(">2H", data, 48) if wide else (256, 256)
    if grid < 2 or not (2 <= rows <= 4096 and 2 <= columns <= 4096):
        raise broken()
    nodes = grid**inputs
    count = inputs * rows + nodes * outputs + outputs * columns
    if nodes > _MAX_NODES:
        raise broken()
    values = _numbers(data, 52 if wide else 48, count, wide=wide)
    first, rest = np.split(values, [inputs * rows])
    table, last = np.split(rest, [nodes * outputs])
    stages = [
        _curves([Curve(row) for row in first.reshape(inputs, rows)]),
        _table(table, [grid] * inputs, outputs, between),
        _curves([Curve(row) for row in last.reshape(outputs, columns)]),
    ]
    matrix = unpacked(">9i", data, 12)
    if inputs == 3 and matrix != _IDENTITY:
        stages.insert(0, _matrix(np.array((*matrix, 0, 0, 0), np.float64) / 65_536))
    return Lut(inputs, outputs, tuple(stages), legacy=wide)


def _stages(data: bytes, inputs: int, outputs: int, device: int, between: Between) -> list[Stage]:
    """Return the stages of lutAToBType from the device on; `device` of its channels are there."""
    b, matrix, m, table, a = unpacked(">5I", data, 12)
    connection = outputs if data[:4] == b"mAB " else inputs
    stages: list[Stage] = []
    if a:
        stages.append(_curves(_read_curves(data, a, device)))
    if table:
        stages.append(_read_table(data, table, inputs, outputs, between))
    elif inputs != outputs:
        raise broken()
    if m:
        stages.append(_curves(_read_curves(data, m, connection)))
    if matrix:
        stages.append(_read_matrix(data, matrix, connection))
    if not b:
        raise broken()
    stages.append(_curves(_read_curves(data, b, connection)))
    return stages


def _read_curves(data: bytes, offset: int, count: int) -> list[Curve]:
    curves = []
    for _ in range(count):
        curve, offset = read_curve(data, offset)
        curves.append(curve)
    return curves


def _read_table(data: bytes, offset: int, inputs: int, outputs: int, between: Between) -> Stage:
    grid = list(unpacked(f">{inputs}B", data, offset))
    nodes = 1
    for points in grid:
        nodes *= points
    if min(grid) < 2 or nodes > _MAX_NODES:
        raise broken()
    wide = unpacked(">B", data, offset + 16)[0] == 2
    return _table(_numbers(data, offset + 20, nodes * outputs, wide=wide), grid, outputs, between)


def _read_matrix(data: bytes, offset: int, channels: int) -> Stage:
    if channels != 3:
        raise broken()
    return _matrix(np.array(unpacked(">12i", data, offset), np.float64) / 65_536)


def _matrix(numbers: Array) -> Stage:
    """Return the multiplication by nine numbers, row by row, and the addition of three more."""
    rows, shift = numbers[:9].reshape(3, 3), numbers[9:]

    def multiply(x: Array) -> Array:
        parts = [x[:, :1] * rows[:, 0], x[:, 1:2] * rows[:, 1], x[:, 2:] * rows[:, 2]]
        product: Array = parts[0] + parts[1] + parts[2] + shift
        return product

    return multiply


def _numbers(data: bytes, offset: int, count: int, *, wide: bool) -> Array:
    kind = np.dtype(">u2") if wide else np.dtype("u1")
    if len(data) < offset + count * kind.itemsize:
        raise broken()
    whole = np.frombuffer(data, kind, count, offset).astype(np.float64)
    scaled: Array = whole / (65_535 if wide else 255)
    return scaled


def _curves(curves: Sequence[Curve]) -> Stage:
    return lambda x: np.stack([curve(x[:, i]) for i, curve in enumerate(curves)], axis=1)


def _table(values: Array, grid: Sequence[int], outputs: int, between: Between) -> Stage:
    """Return the interpolation of a table whose first channel varies slowest."""
    flat = values.reshape(-1, outputs)
    strides = np.array([int(np.prod(grid[axis + 1 :])) for axis in range(len(grid))], np.int64)
    last = np.array(grid, np.int64) - 1

    def look_up(x: Array) -> Array:
        scaled = x * last
        base = np.minimum(np.floor(scaled).astype(np.int64), last - 1)
        share = scaled - base
        return between(flat, (base * strides).sum(axis=1), share, strides)

    return look_up


def _cells(flat: Array, start: _Indices, share: Array, strides: _Indices) -> Array:
    """Interpolate linearly along each axis, the first one last."""
    if not len(strides):
        nodes: Array = flat[start]
        return nodes
    near = _cells(flat, start, share[:, 1:], strides[1:])
    far = _cells(flat, start + strides[0], share[:, 1:], strides[1:])
    mixed: Array = near + share[:, :1] * (far - near)
    return mixed


def _tetrahedra(flat: Array, start: _Indices, share: Array, strides: _Indices) -> Array:
    if len(strides) <= 3:
        return _simplex(flat, start, share, strides)
    near = _simplex(flat, start, share[:, 1:], strides[1:])
    far = _simplex(flat, start + strides[0], share[:, 1:], strides[1:])
    mixed: Array = near + share[:, :1] * (far - near)
    return mixed


def _simplex(flat: Array, start: _Indices, share: Array, strides: _Indices) -> Array:
    """Walk from a cell's first corner to its last, along the axes in the order of their shares."""
    order = np.argsort(-share, axis=1, kind="stable")
    place = start.copy()
    before: Array = flat[place]
    result: Array = before.copy()
    for step in range(share.shape[1]):
        axis = order[:, step]
        place = place + strides[axis]
        corner = flat[place]
        along = np.take_along_axis(share, axis[:, None], axis=1)
        result += along * (corner - before)
        before = corner
    return result
