"""The peer of the 3D preview: pyrender, in a process of its own; see `scene_gl` for what is asked of it.

    PYTHON scene_pyrender.py FOLDER

Needs pyrender, numpy before 2 and an EGL that draws in software.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np

os.environ.setdefault("PYOPENGL_PLATFORM", "egl")

import pyrender


def main() -> None:
    folder = Path(sys.argv[1])
    given = np.load(folder / "mesh.npz")
    vertices, triangles = given["vertices"], given["triangles"]
    width, height, side = (int(value) for value in given["sizes"])
    texels = np.frombuffer((folder / "texels").read_bytes(), np.uint8).reshape(height, width, 4)
    printed = vertices[triangles[:, 0], 8] > 0
    paper = pyrender.MetallicRoughnessMaterial(metallicFactor=0.0, roughnessFactor=0.3)
    parts = [
        pyrender.Primitive(
            positions=vertices[:, :3],
            normals=vertices[:, 3:6],
            texcoord_0=vertices[:, 6:8] * (1, -1),
            indices=triangles[chosen],
            material=material,
        )
        for chosen, material in (
            (printed, paper),
            (~printed, pyrender.MetallicRoughnessMaterial(metallicFactor=0.0)),
        )
    ]
    scene = pyrender.Scene(bg_color=(0, 0, 0, 0), ambient_light=(0.3, 0.3, 0.3))
    scene.add(pyrender.Mesh(parts))
    pose = np.eye(4)
    pose[:3] = given["eye"].T
    scene.add(pyrender.PerspectiveCamera(np.radians(given["fov"][0]), aspectRatio=1.0), pose=pose)
    scene.add(pyrender.DirectionalLight(intensity=3.0), pose=pose)
    renderer = pyrender.OffscreenRenderer(side, side)

    def shown() -> np.ndarray:
        paper.baseColorTexture = pyrender.Texture(source=texels, source_channels="RGBA")
        picture, _ = renderer.render(scene, flags=pyrender.RenderFlags.RGBA)
        return picture

    shown()
    print("LUNEO pyrender", pyrender.__version__, flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        picture = shown()
        print("LUNEO", (time.process_time() - start) * 1e3, flush=True)
    (folder / "shown").write_bytes(picture[::-1].tobytes())


if __name__ == "__main__":
    main()
