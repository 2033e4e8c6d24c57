"""The peer of the 3D preview: Blender's Cycles on the processor; see `scene_gl` for what is asked of it.

    PYTHON scene_blender.py FOLDER

Needs bpy, of which it takes 16 samples a pixel without a denoiser.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

SAMPLES = 16


def main() -> None:
    folder = Path(sys.argv[1])
    given = np.load(folder / "mesh.npz")
    width, height, side = (int(value) for value in given["sizes"])
    texels = np.frombuffer((folder / "texels").read_bytes(), np.uint8).reshape(height, width, 4)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    image = bpy.data.images.new("print", width, height, alpha=True)
    scene = bpy.context.scene
    _add_mesh(scene, given, image)
    _add_light_and_eye(scene, given)
    scene.render.engine = "CYCLES"
    scene.cycles.samples = SAMPLES
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.use_denoising = False
    scene.render.film_transparent = True
    scene.render.resolution_x = scene.render.resolution_y = side
    scene.render.image_settings.color_mode = "RGBA"
    scene.render.image_settings.compression = 0
    scene.render.filepath = str(folder / "blender.png")

    def shown() -> np.ndarray:
        image.pixels.foreach_set((texels[::-1].astype(np.float32) / 255).reshape(-1))
        image.update()
        bpy.ops.render.render(write_still=True)
        found = bpy.data.images.load(scene.render.filepath)
        picture = np.empty(side * side * 4, np.float32)
        found.pixels.foreach_get(picture)
        bpy.data.images.remove(found)
        return picture

    print(f"LUNEO Blender {bpy.app.version_string}", flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        picture = shown()
        print(f"LUNEO {(time.process_time() - start) * 1e3}", flush=True)
    (folder / "shown").write_bytes(np.rint(picture * 255).astype(np.uint8).tobytes())


def _add_mesh(scene: bpy.types.Scene, given: np.lib.npyio.NpzFile, image: bpy.types.Image) -> None:
    vertices, triangles = given["vertices"], given["triangles"]
    mesh = bpy.data.meshes.new("product")
    mesh.from_pydata(vertices[:, :3].tolist(), [], triangles.tolist())
    mesh.polygons.foreach_set("use_smooth", np.ones(len(triangles), bool))
    mesh.polygons.foreach_set("material_index", (vertices[triangles[:, 0], 8] > 0).astype(np.int32))
    uv = mesh.uv_layers.new(name="uv")
    corners = vertices[triangles.reshape(-1), 6:8] * (1, -1) + (0, 1)
    uv.data.foreach_set("uv", corners.astype(np.float32).reshape(-1))
    for name in ("bare", "printed"):
        material = bpy.data.materials.new(name)
        material.use_nodes = True
        mesh.materials.append(material)
    nodes = material.node_tree.nodes
    texture = nodes.new("ShaderNodeTexImage")
    texture.image = image
    base = nodes["Principled BSDF"].inputs["Base Color"]
    material.node_tree.links.new(texture.outputs["Color"], base)
    scene.collection.objects.link(bpy.data.objects.new("product", mesh))


def _add_light_and_eye(scene: bpy.types.Scene, given: np.lib.npyio.NpzFile) -> None:
    pose = np.eye(4)
    pose[:3] = given["eye"].T
    camera = bpy.data.objects.new("eye", bpy.data.cameras.new("eye"))
    camera.data.angle = float(np.radians(given["fov"][0]))
    sun = bpy.data.objects.new("sun", bpy.data.lights.new("sun", "SUN"))
    for thing in (camera, sun):
        thing.matrix_world = Matrix(pose.tolist())
        scene.collection.objects.link(thing)
    scene.camera = camera
    scene.world = bpy.data.worlds.new("world")
    scene.world.color = (0.5, 0.5, 0.5)


if __name__ == "__main__":
    main()
