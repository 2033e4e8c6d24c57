"""A design on a mesh of 100,000 triangles at 1024: ours, and OpenGL on Mesa's llvmpipe by moderngl.

The peer draws the mesh with 4 samples, mipmaps, anisotropic look-up and one light; ours has image-based
light, shadow and glaze, too. Both pay for the texture's way in and the picture's way out, in
processor time of all threads. moderngl is
no dependency of ours: install it beside (`pip install moderngl`, with Mesa's EGL) to see its line.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from render_core.compose import compose
from render_core.design import Library
from render_core.layout import Layout
from render_core.mesh.model import Mesh
from render_core.scene.camera import Camera, eye_of
from render_core.scene.fragments import fragments
from render_core.scene.gbuffer import GBuffer, to_bytes
from render_core.scene.picture import picture
from render_core.scene.prepare import prepare
from render_core.scene.rasterise import visible
from render_core.scene.surface_texels import drawn
from render_core.separations import shown_items
from tests.bench.table import Measure, side_by_side
from tests.fonts import FontLibrary
from tests.render_core.composing import design, text_zone
from tests.render_core.scene.meshes import sphere

CAMERA = Camera(20_000, 14_000, 300_000, (0, 0, 0), 22_000)
TRIANGLES = 100_000


def measures() -> Iterator[Measure]:
    mesh = sphere(200, 250)
    assert len(mesh.triangles) == TRIANGLES
    library = FontLibrary()
    layout = compose(design(text_zone(120, 40), "Emma & Noah"), library).layout
    geometry = _seconds(lambda: _geometry(mesh))
    buffer = prepare(mesh, CAMERA)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shown = picture(buffer, layout, library)
    assert (shown != buffer.shown).any()
    yield Measure("3D: geometry of 100k triangles, 4 samples", geometry, "s", goal=3.0)
    yield Measure("3D: asset of one camera", len(to_bytes(buffer)) / 2**20, "MB")
    yield Measure("3D: peak memory until then", peak, "MB", goal=700.0)
    yield from _designs(mesh, buffer, layout, library)
    yield _frames(mesh, layout, library)


def _designs(mesh: Mesh, buffer: GBuffer, layout: Layout, library: Library) -> Iterator[Measure]:
    def ours() -> object:
        return picture(buffer, layout, library)

    theirs = _opengl(mesh, buffer, layout, library)
    if theirs is None:
        (alone,) = side_by_side([ours], runs=7, clock=time.process_time)
        yield Measure("3D: a design at 1024", alone, "ms")
        return
    one, other = side_by_side([ours, theirs], runs=7, clock=time.process_time)
    name = "moderngl on llvmpipe, 4 samples"
    yield Measure("3D: a design at 1024", one, "ms", name, other, 1 / 3, goal_of_ratio=True)


def _frames(mesh: Mesh, layout: Layout, library: Library) -> Measure:
    """Frames of a turntable at 512, as 36 of one G-buffer: what they cost is the same for each."""
    small = Camera(20_000, 14_000, 300_000, (0, 0, 0), 22_000, 512, 512)
    buffer = prepare(mesh, small)
    (frame,) = side_by_side(
        [lambda: picture(buffer, layout, library)], runs=7, clock=time.process_time
    )
    return Measure("3D: 36 frames at 512, processor time", frame * 36, "ms", goal=400.0)


def _geometry(mesh: Mesh) -> None:
    eye = eye_of(CAMERA)
    winners, depths = visible(eye.see(mesh.positions)[mesh.triangles], eye, 4)
    assert len(fragments(mesh, eye, winners, depths).pixel) > 100_000


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor time of this thread: others are at work on the machine."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


_VERTEX = """
#version 330
uniform mat4 see; in vec3 place; in vec3 normal; in vec2 uv; out vec3 n; out vec2 t;
void main() { gl_Position = see * vec4(place, 1.0); n = normal; t = uv; }
"""
_FRAGMENT = """
#version 330
uniform sampler2D print; in vec3 n; in vec2 t; out vec4 shown;
void main() {
  vec4 ink = texture(print, t);
  vec3 light = vec3(0.25 + 0.75 * max(dot(normalize(n), normalize(vec3(-0.6, 0.6, 0.5))), 0.0));
  shown = vec4((ink.rgb + (1.0 - ink.a) * vec3(0.93)) * light, 1.0);
}
"""


def _opengl(
    mesh: Mesh, buffer: GBuffer, layout: Layout, library: Library
) -> Callable[[], object] | None:
    """Return the same by OpenGL: the print is drawn, taken in with its mipmaps, shown and read back."""
    try:
        import moderngl

        context: Any = moderngl.create_standalone_context(backend="egl", require=330)
    except Exception as error:  # Whatever is missing: the package, the library, a driver.
        print(f"moderngl does not run here: {error}", file=sys.stderr)
        return None
    program = context.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)
    program["see"].write(_matrix().tobytes())
    vertices = np.concatenate([mesh.positions, mesh.normals, mesh.uvs], axis=1).astype("f4")
    index = context.buffer(mesh.triangles.astype("i4").tobytes())
    array = context.vertex_array(
        program, [(context.buffer(vertices.tobytes()), "3f 3f 2f", "place", "normal", "uv")], index
    )
    size = (CAMERA.width_px, CAMERA.height_px)
    many = context.framebuffer(
        context.renderbuffer(size, 4, samples=4), context.depth_renderbuffer(size, samples=4)
    )
    single = context.framebuffer(context.renderbuffer(size, 4))
    surface = layout.surfaces[0]
    width, height = buffer.textures[0].ripmap.width, buffer.textures[0].ripmap.height

    def draw() -> bytes:
        canvas = drawn(surface, shown_items(surface), library, width, height)
        texture = context.texture((width, height), 4, canvas.tobytes())
        texture.build_mipmaps()
        texture.anisotropy = 8.0
        texture.use()
        context.enable(moderngl.DEPTH_TEST)
        many.use()
        many.clear()
        array.render()
        context.copy_framebuffer(single, many)
        data: bytes = single.read(components=4)
        texture.release()
        return data

    shown = np.frombuffer(draw(), np.uint8).reshape(size[1], size[0], 4)
    assert 0.3 < (shown[..., 3] > 0).mean() < 0.9
    return draw


def _matrix() -> np.ndarray:
    """Return the camera for OpenGL, column by column."""
    eye = eye_of(CAMERA)
    rows = np.stack([eye.right, eye.up, -eye.forward])
    view = np.eye(4)
    view[:3, :3] = rows
    view[:3, 3] = -(rows * eye.position).sum(axis=1)
    near, far, focal = eye.near_m, 2.0, eye.focal_px * 2 / CAMERA.height_px
    project = np.array(
        [
            (focal, 0, 0, 0),
            (0, focal, 0, 0),
            (0, 0, (far + near) / (near - far), 2 * far * near / (near - far)),
            (0, 0, -1, 0),
        ]
    )
    both = (project[:, :, None] * view[None]).sum(axis=1)
    return np.ascontiguousarray(both.T.astype("f4"))
