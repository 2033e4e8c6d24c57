"""Meshes of strangers in the confined child: read there, refused there, and never for long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from render_core.mesh.gltf import read_glb
from services.runtime.confined import Confined, FileRefused
from tests.render_core.intake.meshing import cube_glb, cube_obj

READ = "render_core.intake.run:run"


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    made = Confined({READ}, preload=["render_core.intake.meshes"])
    yield made
    made.close()


@pytest.mark.parametrize("data", [cube_glb(), cube_obj().encode()], ids=["glb", "obj"])
def test_a_mesh_is_read_in_the_child(confined: Confined, data: bytes) -> None:
    header, body = confined.run(READ, data, kind="mesh")
    assert header["size_um"] == [20_000, 20_000, 20_000]
    assert len(read_glb(body).triangles) == 12


def test_a_refusal_comes_out_with_its_reason_and_the_next_file_is_read(confined: Confined) -> None:
    circle = cube_glb(lambda document: document["nodes"][0].update(children=[0]))
    with pytest.raises(FileRefused, match="nodes form a circle"):
        confined.run(READ, circle, kind="mesh")
    assert confined.run(READ, cube_glb(), kind="mesh")[0]["triangles"] == 12
