"""Reads a Wavefront OBJ as a mesh: `v vn vt f usemtl`, faces of any number of corners as fans.

Source: Wavefront's Advanced Visualizer manual, appendix B1. The format knows no unit: millimetres are
taken, as programs for making things write them, with Y up. Colours lie in another file (MTL) and are
not read; materials keep their names.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator
from itertools import pairwise
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import RefusedFile
from render_core.intake.limits import (
    MAX_MESH_MATERIALS,
    MAX_MESH_NAME_CHARACTERS,
    MAX_MESH_TRIANGLES,
    MAX_MESH_VERTICES,
    MAX_OBJ_LINE_CHARACTERS,
    MAX_OBJ_LINES,
)
from render_core.mesh.assemble import Piece, assembled
from render_core.mesh.gltf_document import broken
from render_core.mesh.model import Floats, Indices, Material, Mesh

METRES: Final = 0.001
_WIDTHS: Final = {"v": 3, "vn": 3, "vt": 2}
_DEFAULT: Final = "default"

Corner = tuple[int, int, int]  # place, texture coordinates, normal; −1 for none


def read_obj(data: bytes) -> Mesh:
    """Return the mesh of an OBJ.

    Raises RefusedFile: MESH_BROKEN, MESH_TOO_COMPLEX, MESH_INDEX, MESH_NOT_FINITE, MESH_NO_UV,
    MESH_EMPTY, MESH_TOO_LARGE.
    """
    reader = _Reader()
    for words in _lines(data):
        reader.take(words)
    return assembled(reader.pieces())


def _lines(data: bytes) -> Iterator[list[str]]:
    """Yield the words of each line that says something; a backslash at its end joins the next."""
    before = b""
    for number, line in enumerate(io.BytesIO(data)):
        joined = before + line.rstrip(b"\r\n")
        if number >= MAX_OBJ_LINES or len(joined) > MAX_OBJ_LINE_CHARACTERS:
            raise _too_complex("lines, or one of them is too long")
        if joined.endswith(b"\\"):
            before = joined[:-1] + b" "
            continue
        before = b""
        words = joined.partition(b"#")[0].decode("utf-8", "replace").split()
        if words:
            yield words


def _too_complex(what: str) -> RefusedFile:
    return RefusedFile("MESH_TOO_COMPLEX", f"The model has too many {what}. Simplify it.")


class _Reader:
    """Collects numbers, and the corners of triangles by material."""

    def __init__(self) -> None:
        self._numbers = {key: array("d") for key in _WIDTHS}
        self._faces: dict[str, array[int]] = {}
        self._material = _DEFAULT
        self._corners = 0

    def take(self, words: list[str]) -> None:
        key = words[0]
        if key in _WIDTHS:
            self._number(key, words[1 : 1 + _WIDTHS[key]])
        elif key == "f":
            self._face(words[1:])
        elif key == "usemtl":
            self._material = " ".join(words[1:])[:MAX_MESH_NAME_CHARACTERS] or _DEFAULT

    def _number(self, key: str, words: list[str]) -> None:
        if len(words) < _WIDTHS[key]:
            raise broken(f"a line {key!r} has too few numbers")
        try:
            values = [float(word) for word in words]
        except ValueError as error:
            raise broken(f"a line {key!r} has something else than numbers") from error
        if key != "vn" and not all(isfinite(value) and abs(value) < 1e9 for value in values):
            raise RefusedFile("MESH_NOT_FINITE", "A number is not finite. Export the model again.")
        if len(self._numbers[key]) >= MAX_MESH_VERTICES * _WIDTHS[key]:
            raise _too_complex("vertices")
        self._numbers[key].extend(values)

    def _face(self, words: list[str]) -> None:
        if len(words) < 3:
            raise broken("a face has fewer than three corners")
        corners = [self._corner(word) for word in words]
        self._corners += 3 * (len(corners) - 2)
        if self._corners > 3 * MAX_MESH_TRIANGLES:
            raise _too_complex("triangles")
        rows = self._faces.setdefault(self._material, array("i"))
        if len(self._faces) > MAX_MESH_MATERIALS:
            raise _too_complex("materials")
        for second, third in pairwise(corners[1:]):
            rows.extend((*corners[0], *second, *third))

    def _corner(self, word: str) -> Corner:
        place, _, rest = word.partition("/")
        texture, _, normal = rest.partition("/")
        return (
            self._index(place, "v"),
            self._index(texture, "vt") if texture else -1,
            self._index(normal, "vn") if normal else -1,
        )

    def _index(self, word: str, key: str) -> int:
        """Return an index from 0 on; negative ones count back from the last read."""
        try:
            number = int(word)
        except ValueError as error:
            raise broken("a corner of a face is not a number") from error
        count = len(self._numbers[key]) // _WIDTHS[key]
        index = number - 1 if number > 0 else count + number
        if number == 0 or not 0 <= index < count:
            raise RefusedFile(
                "MESH_INDEX", "A face names a vertex that does not exist. Export the model again."
            )
        return index

    def pieces(self) -> list[Piece]:
        return [self._piece(name, corners) for name, corners in self._faces.items()]

    def _piece(self, name: str, corners: array[int]) -> Piece:
        rows = np.array(corners, np.int32).reshape(-1, 3)
        unique, flat = np.unique(rows, axis=0, return_inverse=True)
        places = self._table("v")[unique[:, 0]] * METRES
        return Piece(
            places.astype(np.float32),
            self._picked("vn", unique[:, 2]),
            self._turned_uvs(unique[:, 1]),
            flat.reshape(-1, 3).astype(np.int32),
            Material(name),
        )

    def _table(self, key: str) -> NDArray[np.float64]:
        """Return what was read of a kind, (n, width)."""
        return np.array(self._numbers[key], np.float64).reshape(-1, _WIDTHS[key])

    def _picked(self, key: str, indices: Indices) -> Floats:
        """Return rows (n, width) by index, zero for −1."""
        table = np.concatenate((self._table(key), np.zeros((1, _WIDTHS[key]))))
        with np.errstate(over="ignore", invalid="ignore"):
            picked: Floats = table[indices].astype(np.float32)
        return picked

    def _turned_uvs(self, indices: Indices) -> Floats | None:
        """Return texture coordinates with v down, where OBJ has it up; None if no corner has any."""
        if bool((indices < 0).all()):
            return None
        uvs = self._picked("vt", indices)
        uvs[:, 1] = np.where(indices < 0, np.float32(0), np.float32(1) - uvs[:, 1])
        return uvs
