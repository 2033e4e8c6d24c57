"""Makes the meshes again: python -m examples.meshes; the files are committed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from examples.meshes.mug import mug
from examples.meshes.phone_case import phone_case
from examples.meshes.ring import ring
from examples.meshes.t_shirt import t_shirt
from render_core.export.glb import glb
from render_core.intake.meshes import normalise_mesh
from render_core.mesh.model import Mesh

MESHES: Final[dict[str, Callable[[], Mesh]]] = {
    "mug": mug,
    "phone-case": phone_case,
    "ring": ring,
    "t-shirt": t_shirt,
}
FOLDER: Final = Path(__file__).parent


def file_of(mesh: Mesh, name: str) -> bytes:
    """Return the mesh as intake keeps it, so that bringing it in changes nothing."""
    return normalise_mesh(glb(mesh, {}, name=name, all_uvs=True)).glb


def main() -> int:
    """Write all meshes; return the exit code."""
    for name, make in MESHES.items():
        data = file_of(make(), name)
        (FOLDER / f"{name}.glb").write_bytes(data)
        print(f"{name}.glb {len(data):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
