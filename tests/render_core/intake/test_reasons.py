"""The table of reasons is complete."""

from __future__ import annotations

import re
from pathlib import Path

import render_core.intake

FOLDER = Path(render_core.intake.__file__).parent


def test_the_readme_lists_every_reason_that_intake_gives() -> None:
    readers = [*FOLDER.glob("*.py"), *FOLDER.parent.glob("gamut_*.py")]
    meshes = ("gltf.py", "gltf_document.py", "gltf_nodes.py", "obj.py", "assemble.py")
    readers += [FOLDER.parent / "mesh" / name for name in meshes]
    sources = " ".join(path.read_text("utf-8") for path in readers)
    given = set(re.findall(r'"((?:FILE|FONT|PICTURE|VECTOR|PROFILE|SVG|MESH)_[A-Z_]+)"', sources))
    listed = set(re.findall(r"(?m)^\| `([A-Z_]+)` \|", (FOLDER / "README.md").read_text("utf-8")))
    assert given == listed
