"""Sheets of cloth sewn to a closed solid of some thickness, with rounded hems; millimetres.

Sheets are sewn where their places are equal. Columns run to the right and rows upwards, seen from
outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from examples.meshes.cloth import Doubles
from examples.meshes.solids import MM_PER_M, PLACE_DECIMALS
from render_core.mesh.model import Material, Mesh, Part, checked
from render_core.mesh.normals import unit, vertex_normals

Rows = NDArray[np.int32]
_BULGE: Final = 0.3  # of the thickness: how far a hem is round


class Print(NamedTuple):
    """Cells of a sheet that show a surface from edge to edge: rows and columns, first and last."""

    material: int
    first_row: int
    last_row: int
    first_column: int
    last_column: int


class Sheet(NamedTuple):
    """A sheet (rows, columns, 3). piece: normals run smoothly over seams within one piece only."""

    places: Doubles
    material: int
    piece: int
    printed: Print | None = None


class Hem(NamedTuple):
    """An open edge of a sheet, by its number: its last row, or its first; columns first to last."""

    sheet: int
    last: bool
    first_column: int = 0
    last_column: int = -1


class Soup:
    """Triangles by material, vertices as they come."""

    def __init__(self) -> None:
        self._vertices: list[tuple[Doubles, Doubles, Doubles]] = []
        self._count = 0
        self._triangles: dict[int, list[Rows]] = {}

    def grid(
        self, material: int, places: Doubles, normals: Doubles, uvs: Doubles | None = None
    ) -> None:
        """Add a grid (rows, columns, 3) with normals and, for a print, texture coordinates."""
        rows, columns = places.shape[:2]
        index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns) + self._count
        a, b = index[:-1, :-1].reshape(-1), index[:-1, 1:].reshape(-1)
        c, d = index[1:, 1:].reshape(-1), index[1:, :-1].reshape(-1)
        cells = np.stack((a, b, c, a, c, d), axis=1).reshape(-1, 3)
        flat = np.zeros((rows * columns, 2)) if uvs is None else uvs.reshape(-1, 2)
        self._vertices.append((places.reshape(-1, 3), normals.reshape(-1, 3), flat))
        self._triangles.setdefault(material, []).append(cells)
        self._count += rows * columns

    def mesh(self, materials: tuple[Material, ...], up_mm: float = 0.0) -> Mesh:
        """Return the mesh in metres, so much higher; places are rounded, triangles without area left out."""
        places, normals, uvs = (
            np.concatenate(column) for column in zip(*self._vertices, strict=True)
        )
        positions = metres(places + np.array((0.0, up_mm, 0.0)))
        parts: list[Part] = []
        rows: list[Rows] = []
        first = 0
        for material in sorted(self._triangles):
            cells = _with_area(positions, np.concatenate(self._triangles[material]))
            parts.append(Part(material, first, len(cells)))
            rows.append(cells)
            first += len(cells)
        used, flat = np.unique(np.concatenate(rows), return_inverse=True)
        return checked(
            Mesh(
                positions=positions[used],
                normals=unit(normals)[used],
                uvs=uvs.astype(np.float32)[used],
                triangles=flat.reshape(-1, 3).astype(np.int32),
                parts=tuple(parts),
                materials=materials,
            )
        )


def metres(places: Doubles) -> NDArray[np.float32]:
    """Return places in millimetres, rounded, as metres."""
    rounded = np.rint(places * 10**PLACE_DECIMALS) / 10**PLACE_DECIMALS + 0.0
    metric: NDArray[np.float32] = (rounded / MM_PER_M).astype(np.float32)
    return metric


def _with_area(positions: NDArray[np.float32], cells: Rows) -> Rows:
    a, b, c = (positions[cells[:, corner]] for corner in range(3))
    whole = (a != b).any(axis=1) & (b != c).any(axis=1) & (c != a).any(axis=1)
    return cells[whole]


def sewn(
    soup: Soup, sheets: Sequence[Sheet], hems: Sequence[Hem], thickness_mm: float, lining: int
) -> None:
    """Add sheets, their inner sides and their hems to a soup. lining: material of the inside."""
    through = _normals(sheets, one_piece=True)
    shown = _normals(sheets, one_piece=False)
    inner = [
        sheet.places - normal * thickness_mm for sheet, normal in zip(sheets, through, strict=True)
    ]
    for sheet, normal in zip(sheets, shown, strict=True):
        _outside(soup, sheet, normal)
    for within, normal in zip(inner, shown, strict=True):
        soup.grid(lining, within[:, ::-1], -normal[:, ::-1])
    _hemmed(soup, sheets, inner, through, hems, thickness_mm)


def _normals(sheets: Sequence[Sheet], *, one_piece: bool) -> list[Doubles]:
    found: list[Doubles] = [sheet.places for sheet in sheets]
    pieces = {0} if one_piece else {sheet.piece for sheet in sheets}
    for piece in sorted(pieces):
        members = [i for i, sheet in enumerate(sheets) if one_piece or sheet.piece == piece]
        flat = np.concatenate([metres(sheets[i].places).reshape(-1, 3) for i in members])
        cells, first = [], 0
        for i in members:
            rows, columns = sheets[i].places.shape[:2]
            index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns) + first
            a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
            cells += [
                np.stack([corner.reshape(-1) for corner in corners], axis=1)
                for corners in ((a, b, c), (a, c, d))
            ]
            first += rows * columns
        made = vertex_normals(flat, np.concatenate(cells)).astype(np.float64)
        first = 0
        for i in members:
            rows, columns = sheets[i].places.shape[:2]
            found[i] = made[first : first + rows * columns].reshape(rows, columns, 3)
            first += rows * columns
    return found


def _outside(soup: Soup, sheet: Sheet, normal: Doubles) -> None:
    area = sheet.printed
    if area is None:
        soup.grid(sheet.material, sheet.places, normal)
        return
    low, high = area.first_row, area.last_row + 1
    left, right = area.first_column, area.last_column + 1
    whole = slice(None)
    for rows, columns in (
        (slice(0, low + 1), whole), (slice(high - 1, None), whole),
        (slice(low, high), slice(0, left + 1)), (slice(low, high), slice(right - 1, None)),
    ):  # fmt: skip
        soup.grid(sheet.material, sheet.places[rows, columns], normal[rows, columns])
    down, across = high - low, right - left
    u = np.arange(across, dtype=np.float64) / (across - 1)
    v = (down - 1 - np.arange(down, dtype=np.float64)) / (down - 1)
    uvs = np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=-1)
    soup.grid(area.material, sheet.places[low:high, left:right], normal[low:high, left:right], uvs)


def _hemmed(
    soup: Soup, sheets: Sequence[Sheet], inner: Sequence[Doubles], normals: Sequence[Doubles],
    hems: Sequence[Hem], thickness_mm: float,
) -> None:  # fmt: skip
    edges = []
    for hem in hems:
        places = sheets[hem.sheet].places
        row, before = (-1, -2) if hem.last else (0, 1)
        end = places.shape[1] if hem.last_column < 0 else hem.last_column + 1
        columns = slice(hem.first_column, end)
        away = unit(places[row, columns] - places[before, columns]).astype(np.float64)
        edges.append((hem, places[row, columns], inner[hem.sheet][row, columns],
                      normals[hem.sheet][row, columns], away))  # fmt: skip
    joined = _averaged([edge[1] for edge in edges], [edge[4] for edge in edges])
    for (hem, outer, within, normal, _), away in zip(edges, joined, strict=True):
        middle = (outer + within) / 2 + away * (thickness_mm * _BULGE)
        rings = np.stack((outer, middle, within))
        round_ = np.stack((normal + away, away, away - normal))
        order = slice(None) if hem.last else slice(None, None, -1)
        soup.grid(sheets[hem.sheet].material, rings[order], unit(round_[order].reshape(-1, 3))
                  .reshape(round_.shape).astype(np.float64))  # fmt: skip


def _averaged(places: list[Doubles], directions: list[Doubles]) -> list[Doubles]:
    """Return directions with the mean at places where two hems meet."""
    positions = metres(np.concatenate(places))
    _, which = np.unique(positions, axis=0, return_inverse=True)
    which = which.reshape(-1)
    sums = np.zeros((int(which.max()) + 1, 3), np.float64)
    np.add.at(sums, which, np.concatenate(directions))
    mean = unit(sums[which]).astype(np.float64)
    ends = np.cumsum([len(place) for place in places])[:-1]
    return list(np.split(mean, ends))


def swept(soup: Soup, material: int, rings: Doubles) -> None:
    """Add a closed band: rings (n, k, 3) around a closed way, each a closed outline.

    Seen along the way, the outline runs against the clock; where two of its sides meet they are round.
    """
    closed = np.concatenate((rings, rings[:1]))[:, ::-1]  # outwards
    closed = np.concatenate((closed, closed[:, :1]), axis=1)
    rows, columns = closed.shape[:2]
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    cells = np.concatenate(
        [np.stack([e.reshape(-1) for e in row], axis=1) for row in ((a, b, c), (a, c, d))]
    )
    made = vertex_normals(metres(closed).reshape(-1, 3), cells).astype(np.float64)
    soup.grid(material, closed, made.reshape(closed.shape))
