"""Meshes of strangers that are refused, each for its own reason, and none at any other cost."""

from __future__ import annotations

import random
import struct
import tracemalloc
from typing import Any

import numpy as np
import pytest

from render_core.errors import RefusedFile
from render_core.intake import limits
from render_core.intake.meshes import normalise_mesh
from tests.render_core.intake.meshing import (
    Json,
    add_accessor,
    cube,
    cube_arrays,
    cube_glb,
    cube_obj,
    glb_of,
    png_header,
)


def refused(data: bytes) -> str:
    with pytest.raises(RefusedFile) as caught:
        normalise_mesh(data)
    assert caught.value.message.endswith((".", "!"))
    return caught.value.reason


def _set(path: str, value: Any) -> Any:
    """Return a change of one value; the path's steps are names and numbers."""

    def change(document: Json) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        here: Any = document
        for step in steps:
            here = here[step]
        here[last] = value

    return change


def with_nan(name: str, value: float) -> bytes:
    values = dict(zip(("POSITION", "NORMAL", "TEXCOORD_0"), cube_arrays(), strict=False))[
        name
    ].copy()
    values[3, 1] = value
    return cube_glb(**{name: values})


@pytest.mark.parametrize(
    ("reason", "data"),
    [
        ("MESH_FORMAT", b"solid of another kind"),
        ("MESH_BROKEN", b"glTF"),
        ("MESH_BROKEN", cube_glb()[:-40]),
        ("MESH_UNSUPPORTED", b"glTF" + struct.pack("<II", 1, 40) + bytes(28)),
        ("MESH_NOT_FINITE", with_nan("POSITION", np.nan)),
        ("MESH_NOT_FINITE", with_nan("POSITION", np.inf)),
        ("MESH_NOT_FINITE", with_nan("TEXCOORD_0", np.nan)),
        ("MESH_NO_UV", cube_glb(TEXCOORD_0=None)),
        ("MESH_INDEX", cube_glb(indices=np.full((2, 3), 24, "<u2"))),
        ("MESH_EMPTY", cube_glb(indices=np.zeros((2, 3), "<u2"))),
        ("MESH_EMPTY", cube_glb(_set("nodes/0", {}))),
        ("MESH_TOO_LARGE", cube_glb(_set("nodes/0/scale", [5000, 1, 1]))),
        ("MESH_TOO_LARGE", cube_glb(_set("nodes/0/scale", [1e29, 1e29, 1e29]))),
        (
            "MESH_NOT_FINITE",
            cube_glb(
                _set(
                    "nodes",
                    [*({"children": [i + 1], "scale": [1e30] * 3} for i in range(20)), {"mesh": 0}],
                )
            ),
        ),
        ("MESH_BROKEN", cube_glb(_set("accessors/0/count", 25))),
        ("MESH_TOO_COMPLEX", cube_glb(_set("accessors/0/count", 2**40))),
        ("MESH_BROKEN", cube_glb(_set("accessors/0/count", -1))),
        ("MESH_BROKEN", cube_glb(_set("accessors/0/byteOffset", 4))),
        ("MESH_BROKEN", cube_glb(_set("accessors/0/bufferView", 99))),
        ("MESH_BROKEN", cube_glb(_set("bufferViews/0/byteLength", 2**31))),
        ("MESH_BROKEN", cube_glb(_set("bufferViews/0/byteOffset", -8))),
        ("MESH_BROKEN", cube_glb(_set("bufferViews/0/byteStride", 1))),
        ("MESH_BROKEN", cube_glb(_set("accessors/0/type", "MAT4"))),
        ("MESH_BROKEN", cube_glb(_set("accessors/0/type", [1]))),
        ("MESH_BROKEN", cube_glb(_set("meshes/0/primitives/0/material", 7))),
        ("MESH_BROKEN", cube_glb(_set("meshes/0/primitives/0/indices", 1.5))),
        ("MESH_BROKEN", cube_glb(_set("meshes/0/primitives", "none"))),
        ("MESH_BROKEN", cube_glb(_set("nodes/0/mesh", 3))),
        ("MESH_BROKEN", cube_glb(_set("nodes/0/rotation", [0, 0, 0, 0]))),
        ("MESH_UNSUPPORTED", cube_glb(_set("meshes/0/primitives/0/mode", 5))),
        ("MESH_UNSUPPORTED", cube_glb(_set("accessors/0/sparse", {"count": 1}))),
        (
            "MESH_UNSUPPORTED",
            cube_glb(_set("extensionsRequired", ["KHR_draco_mesh_compression"])),
        ),
        ("MESH_EXTERNAL_REFERENCE", cube_glb(_set("buffers/0/uri", "http://10.0.0.1/a.bin"))),
        ("MESH_EXTERNAL_REFERENCE", cube_glb(_set("images", [{"uri": "../../etc/passwd"}]))),
        ("MESH_NODES", cube_glb(_set("nodes/0/children", [0]))),
        ("MESH_NODES", cube_glb(_set("nodes", [{"children": [1]}, {"children": [0]}]))),
        ("MESH_NODES", cube_glb(_set("scenes/0/nodes", [0, 0]))),
        (
            "MESH_NODES",
            cube_glb(_set("nodes", [*({"children": [i + 1]} for i in range(80)), {"mesh": 0}])),
        ),
        ("MESH_TOO_COMPLEX", cube_glb(_set("nodes", [{}] * 20_000))),
    ],
)
def test_hostile_glb_files_are_refused_by_name(reason: str, data: bytes) -> None:
    assert refused(data) == reason


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("MESH_NO_UV", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"),
        ("MESH_INDEX", "v 0 0 0\nvt 0 0\nf 1/1 2/1 3/1\n"),
        ("MESH_INDEX", "v 0 0 0\nvt 0 0\nf 0/1 0/1 0/1\n"),
        ("MESH_INDEX", "v 0 0 0\nvt 0 0\nf -5/1 -5/1 -5/1\n"),
        ("MESH_BROKEN", "v 0 0\n"),
        ("MESH_BROKEN", "v 0 0 x\n"),
        ("MESH_BROKEN", "v 0 0 0\nf 1 1\n"),
        ("MESH_BROKEN", "v 0 0 0\nf a b c\n"),
        ("MESH_NOT_FINITE", "v 0 0 nan\n"),
        ("MESH_NOT_FINITE", "v 0 0 1e300\n"),
        ("MESH_EMPTY", "v 0 0 0\n"),
        ("MESH_EMPTY", "v 0 0 0\nvt 0 0\nf 1/1 1/1 1/1\n"),
        ("MESH_TOO_COMPLEX", "v " + "0" * 20_000),
        ("MESH_TOO_LARGE", cube_obj(20_000)),
    ],
)
def test_hostile_obj_files_are_refused_by_name(reason: str, text: str) -> None:
    assert refused(text.encode()) == reason


def test_a_picture_of_50_000_pixels_is_refused_by_its_header() -> None:
    document, binary = cube()
    picture = png_header(50_000, 50_000)
    document["bufferViews"].append(
        {"buffer": 0, "byteOffset": len(binary), "byteLength": len(picture)}
    )
    document["images"] = [{"bufferView": 4, "mimeType": "image/png"}]
    assert refused(glb_of(document, binary + picture)) == "PICTURE_TOO_LARGE"


def test_a_picture_that_is_none_is_refused() -> None:
    data = cube_glb(_set("images", [{"bufferView": 0, "mimeType": "image/png"}]))
    assert refused(data) == "PICTURE_FORMAT"


def test_a_file_over_the_limit_is_refused_unread() -> None:
    assert refused(b"glTF" + bytes(limits.MAX_MESH_BYTES)) == "MESH_FILE_TOO_LARGE"
    assert refused(b"v 0 0 0\n" * (limits.MAX_OBJ_BYTES // 8 + 1)) == "MESH_FILE_TOO_LARGE"


def test_one_mesh_shown_by_many_nodes_counts_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb of few bytes: ten thousand nodes that show one mesh of the mug's size."""

    def many(document: Json) -> None:
        document["nodes"] = [{"mesh": 0} for _ in range(9_000)]
        document["scenes"][0]["nodes"] = list(range(9_000))

    assert refused(cube_glb(many)) == "MESH_TOO_COMPLEX"
    triangles = np.tile(cube_arrays()[3], (5_000, 1))
    assert refused(cube_glb(many, indices=triangles)) == "MESH_TOO_COMPLEX"


def test_pieces_of_one_mesh_that_share_an_accessor_count_as_often() -> None:
    def many(document: Json) -> None:
        document["meshes"][0]["primitives"] *= 9_999

    assert refused(cube_glb(many)) == "MESH_TOO_COMPLEX"


def test_too_many_triangles_are_refused_before_they_are_built() -> None:
    triangles = np.zeros((limits.MAX_MESH_TRIANGLES + 1, 3), "<u2")
    assert refused(cube_glb(indices=triangles)) == "MESH_TOO_COMPLEX"


def test_ten_million_triangles_of_a_byte_each_corner_are_refused_unread() -> None:
    """30 MB that would become 240 MB of numbers."""
    data = cube_glb(indices=np.zeros((10_000_000, 3), "u1"))
    assert len(data) < limits.MAX_MESH_BYTES
    tracemalloc.start()
    try:
        assert refused(data) == "MESH_TOO_COMPLEX"
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2 * len(data)


def test_too_many_materials_are_refused() -> None:
    def many(document: Json) -> None:
        first = document["meshes"][0]["primitives"][0]
        document["materials"] = [{"name": f"m{i}"} for i in range(65)]
        document["meshes"][0]["primitives"] = [{**first, "material": i} for i in range(65)]

    assert refused(cube_glb(many)) == "MESH_TOO_COMPLEX"


def test_a_second_set_of_attributes_of_another_length_is_refused() -> None:
    document, binary = cube()
    short = np.zeros((3, 3), "<f4")
    add_accessor(document, "NORMAL", short, len(binary))
    document["buffers"][0]["byteLength"] += short.nbytes
    assert refused(glb_of(document, binary + short.tobytes())) == "MESH_BROKEN"


def _mutated(document: Any, dice: random.Random) -> Any:
    """Return a copy with one value somewhere replaced by something strange."""
    if isinstance(document, dict) and document and dice.random() < 0.9:
        key = dice.choice(sorted(document))
        return {**document, key: _mutated(document[key], dice)}
    if isinstance(document, list) and document and dice.random() < 0.9:
        at = dice.randrange(len(document))
        return [*document[:at], _mutated(document[at], dice), *document[at + 1 :]]
    strange = (None, -1, 0, 1, 3, 5126, 2**31, 2**53, 1e308, -0.5, "", "VEC2", [], [0], {}, True)
    return dice.choice(strange)


def test_any_change_of_a_document_gives_a_mesh_or_a_reason() -> None:
    document, binary = cube()
    document["extensionsRequired"] = []
    document["nodes"][0] |= {"rotation": [0, 0, 0, 1], "scale": [1, 1, 1], "children": []}
    document["materials"][0] |= {"extensions": {"KHR_materials_clearcoat": {"clearcoatFactor": 1}}}
    dice = random.Random(5)
    reasons = set()
    for _ in range(3_000):
        try:
            normalise_mesh(glb_of(_mutated(document, dice), binary))
        except RefusedFile as error:
            reasons.add(error.reason)
    assert {"MESH_BROKEN", "MESH_NODES", "MESH_TOO_COMPLEX", "MESH_UNSUPPORTED"} <= reasons


def test_any_change_of_bytes_gives_a_mesh_or_a_reason() -> None:
    data = cube_glb()
    text = cube_obj().encode()
    dice = random.Random(6)
    reasons = set()
    for source in (data, text):
        for _ in range(1_500):
            changed = bytearray(source)
            for _ in range(dice.randint(1, 4)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            end = dice.choice((len(changed), dice.randrange(len(changed))))
            try:
                normalise_mesh(bytes(changed[:end]))
            except RefusedFile as error:
                reasons.add(error.reason)
    assert {"MESH_BROKEN", "MESH_INDEX", "MESH_FORMAT"} <= reasons
