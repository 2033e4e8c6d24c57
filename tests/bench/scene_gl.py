"""The peer of the 3D preview: OpenGL by moderngl, in a process of its own.

    PYTHON scene_gl.py FOLDER

Needs moderngl, numpy and an EGL that draws in software (Mesa's llvmpipe). FOLDER holds `mesh.npz`, the
mesh and the camera, and `texels`, the print. Says `LUNEO` and the renderer's name; then for each line it is
sent shows the mesh with 4 samples, mipmaps and anisotropic look-up, and says `LUNEO` and the processor
time in milliseconds of taking the texture in, drawing and reading the picture back. The last picture is
left in `shown`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import moderngl
import numpy as np

VERTEX = """
#version 330
uniform mat4 see; in vec3 place; in vec3 normal; in vec3 uv; out vec3 n; out vec3 t;
void main() { gl_Position = see * vec4(place, 1.0); n = normal; t = uv; }
"""
FRAGMENT = """
#version 330
uniform sampler2D print; in vec3 n; in vec3 t; out vec4 shown;
void main() {
  vec4 ink = texture(print, t.xy) * t.z;
  vec3 light = vec3(0.25 + 0.75 * max(dot(normalize(n), normalize(vec3(-0.6, 0.6, 0.5))), 0.0));
  shown = vec4((ink.rgb + (1.0 - ink.a) * vec3(0.93)) * light, 1.0);
}
"""


def main() -> None:
    folder = Path(sys.argv[1])
    given = np.load(folder / "mesh.npz")
    context = moderngl.create_standalone_context(backend="egl", require=330)
    program = context.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
    program["see"].write(given["matrix"].tobytes())
    vertices = context.buffer(given["vertices"].tobytes())
    array = context.vertex_array(
        program,
        [(vertices, "3f 3f 3f", "place", "normal", "uv")],
        context.buffer(given["triangles"].tobytes()),
    )
    width, height, side = (int(value) for value in given["sizes"])
    size = (side, side)
    many = context.framebuffer(
        context.renderbuffer(size, 4, samples=4), context.depth_renderbuffer(size, samples=4)
    )
    single = context.framebuffer(context.renderbuffer(size, 4))
    texels = (folder / "texels").read_bytes()

    def shown() -> bytes:
        texture = context.texture((width, height), 4, texels)
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

    print("LUNEO", context.info["GL_RENDERER"], flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        data = shown()
        print("LUNEO", (time.process_time() - start) * 1e3, flush=True)
    (folder / "shown").write_bytes(data)


if __name__ == "__main__":
    main()
