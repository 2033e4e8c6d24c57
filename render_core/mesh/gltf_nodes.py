"""The nodes of a glTF scene as meshes with a matrix each. Source: glTF 2.0, 3.5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from render_core.errors import RefusedFile
from render_core.intake.limits import MAX_MESH_NODE_DEPTH
from render_core.mesh.gltf_document import Document, Object, broken, integer, numbers

# Rows of the upper three of a 4 × 4 matrix.
Matrix = tuple[tuple[float, float, float, float], ...]
IDENTITY: Final[Matrix] = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0))
_COLUMNS: Final = (1.0, 0, 0, 0, 0, 1.0, 0, 0, 0, 0, 1.0, 0, 0, 0, 0, 1.0)


class Placed(NamedTuple):
    """A mesh by its number, and where it stands."""

    mesh: int
    matrix: Matrix


def placed_meshes(document: Document) -> Iterator[Placed]:
    """Yield each mesh of the scene in the order of its nodes, depth first.

    Raises RefusedFile (MESH_NODES) for a node with two parents or among its own descendants, or
    nested too deep.
    """
    seen: set[int] = set()
    waiting = [(node, IDENTITY, 0) for node in reversed(_roots(document))]
    while waiting:
        index, above, depth = waiting.pop()
        if index in seen or depth > MAX_MESH_NODE_DEPTH:
            raise RefusedFile(
                "MESH_NODES",
                "The model's nodes form a circle, meet again, or are nested too deep. "
                "Export it with its transforms applied.",
            )
        seen.add(index)
        node = document.object("nodes", index)
        matrix = _times(above, _local(node))
        if "mesh" in node:
            yield Placed(integer(node, "mesh", -1), matrix)
        children = _indices(node, "children")
        waiting.extend((below, matrix, depth + 1) for below in reversed(children))


def _roots(document: Document) -> list[int]:
    if document.objects("scenes"):
        return _indices(document.object("scenes", integer(document.root, "scene", 0)), "nodes")
    nodes = document.objects("nodes")
    below = {index for node in nodes for index in _indices(node, "children")}
    return [index for index in range(len(nodes)) if index not in below]


def _indices(value: Object, name: str) -> list[int]:
    found = value.get(name, [])
    if not isinstance(found, list) or not all(type(item) is int for item in found):
        raise broken(f"its {name} are no list of numbers")
    return found


def _local(node: Object) -> Matrix:
    if "matrix" in node:
        m = numbers(node, "matrix", _COLUMNS)
        return tuple((m[row], m[4 + row], m[8 + row], m[12 + row]) for row in range(3))
    x, y, z, w = numbers(node, "rotation", (0.0, 0.0, 0.0, 1.0))
    length = (x * x + y * y + z * z + w * w) ** 0.5
    if length < 1e-6:
        raise broken("a rotation has no direction")
    x, y, z, w = x / length, y / length, z / length, w / length
    turn = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )
    scale = numbers(node, "scale", (1.0, 1.0, 1.0))
    shift = numbers(node, "translation", (0.0, 0.0, 0.0))
    return tuple(
        (row[0] * scale[0], row[1] * scale[1], row[2] * scale[2], shift[i])
        for i, row in enumerate(turn)
    )


def _times(a: Matrix, b: Matrix) -> Matrix:
    return tuple(
        (
            row[0] * b[0][0] + row[1] * b[1][0] + row[2] * b[2][0],
            row[0] * b[0][1] + row[1] * b[1][1] + row[2] * b[2][1],
            row[0] * b[0][2] + row[1] * b[1][2] + row[2] * b[2][2],
            row[0] * b[0][3] + row[1] * b[1][3] + row[2] * b[2][3] + row[3],
        )
        for row in a
    )
