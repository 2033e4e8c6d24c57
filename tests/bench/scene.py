"""A mug with a photo all over its print at 1024: ours, and others that draw in software.

The mug has 100,000 triangles or more. Ours has image-based light, shadow and glaze; OpenGL has one light,
4 samples, mipmaps and anisotropic look-up. All pay for drawing the print and for the texture's way
in and the picture's way out, in processor time of all threads.

No peer is a dependency of ours. `LUNEO_BENCH_GL` names a Python with moderngl (Mesa's EGL beside it),
`LUNEO_BENCH_PYRENDER` one with pyrender, `LUNEO_BENCH_BLENDER` one with bpy; without them their
lines are left out, and the bench says so.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from examples.meshes.mug import mug
from render_core import vips
from render_core.design import Library
from render_core.layout import EMPTY_OUTLINE, ImageUse, Ink, Item, Layout, Operation
from render_core.mesh.model import Mesh, checked
from render_core.scene.at_once import threads_here
from render_core.scene.camera import Camera, eye_of
from render_core.scene.fragments import fragments
from render_core.scene.gbuffer import GBuffer, from_bytes, to_bytes
from render_core.scene.of_product import camera_around
from render_core.scene.picture import Drawings, picture, picture_of
from render_core.scene.prepare import prepare
from render_core.scene.rasterise import visible
from render_core.scene.surface_texels import drawn
from render_core.separations import shown_items
from tests.bench.table import Measure
from tests.render_core.export.samples import MemoryLibrary
from tests.render_core.scene.wraps import layout as flat_layout

AZIMUTH, ELEVATION, SIDE, SMALL = 20, 14, 1024, 512
FRAMES = 36
PRINT_UM = (70_000, 76_000)
RUNS, WARM = 15, 2
# Script; what names its Python; what it is; the ratio to reach; how often it is measured.
PEERS = (
    ("scene_gl.py", "LUNEO_BENCH_GL", "moderngl on llvmpipe, 4 samples", 1 / 3, 15),
    ("scene_pyrender.py", "LUNEO_BENCH_PYRENDER", "pyrender on llvmpipe, 4 samples", 1 / 10, 9),
    ("scene_blender.py", "LUNEO_BENCH_BLENDER", "Blender's Cycles, 16 samples", 1 / 10, 2),
)


def measures() -> Iterator[Measure]:
    library = MemoryLibrary()
    mesh, layout = detailed_mug(), photo_layout(library)
    camera = camera_around(mesh, AZIMUTH, ELEVATION, SIDE)
    buffer = prepare(mesh, camera)
    yield from _g_buffer(mesh, camera)
    yield Measure("3D: of it geometry", _geometry(mesh, camera), "s")
    asset = to_bytes(buffer)
    assert (picture(buffer, layout, library) != buffer.shown).any()
    yield Measure("3D: asset of one camera", len(asset) / 2**20, "MB")
    yield Measure("3D: an asset is read", _median(lambda: from_bytes(asset)), "ms", goal=10.0)
    yield from _designs(mesh, camera, buffer, layout, library)
    yield _frames(mesh, layout, library)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Measure("3D: peak memory of all that", peak, "MB", goal=900.0)


def _g_buffer(mesh: Mesh, camera: Camera) -> Iterator[Measure]:
    """In one thread, and elapsed in as many as a preview takes, in turns: others may be at work."""

    def elapsed(threads: int) -> float:
        start = time.perf_counter()
        prepare(mesh, camera, threads=threads)
        return time.perf_counter() - start

    whole = statistics.median([_seconds(lambda: prepare(mesh, camera)) for _ in range(3)])
    yield Measure("3D: G-buffer of 118k triangles, 4 samples", whole, "s", goal=3.0)
    turns = [(elapsed(threads_here()), elapsed(1)) for _ in range(3)]
    many, one = (min(side) for side in zip(*turns, strict=True))
    yield Measure(f"3D: it elapsed, {threads_here()} threads", many, "s", "one thread", one, 3.0)


def detailed_mug() -> Mesh:
    """Return the mug of the examples, each of its triangles cut in three."""
    mesh = mug()
    corners = mesh.triangles
    middles = np.arange(len(corners), dtype=np.int32) + len(mesh.positions)
    normals = mesh.normals[corners].mean(axis=1)
    normals /= np.sqrt((normals * normals).sum(axis=1, keepdims=True))
    cut = [
        np.stack([corners[:, a], corners[:, b], middles], 1) for a, b in ((0, 1), (1, 2), (2, 0))
    ]
    found = replace(
        mesh,
        positions=np.concatenate([mesh.positions, mesh.positions[corners].mean(axis=1)]),
        normals=np.concatenate([mesh.normals, normals]).astype(np.float32),
        uvs=np.concatenate([mesh.uvs, mesh.uvs[corners].mean(axis=1)]),
        triangles=np.stack(cut, axis=1).reshape(-1, 3).astype(np.int32),
        parts=tuple(
            replace(part, first=3 * part.first, count=3 * part.count) for part in mesh.parts
        ),
    )
    assert len(found.triangles) >= 100_000
    return checked(found)


def photo_layout(library: MemoryLibrary) -> Layout:
    """Return a layout whose one surface is all photo: grain, soft gradients and hard edges."""
    width, height = 1_600, 1_737
    y, x = np.mgrid[0:height, 0:width]
    grain = np.random.default_rng(7).integers(-12, 13, (height, width, 3))
    base = np.stack([x * 255 // width, y * 255 // height, 90 + (x // 80 + y // 80) % 2 * 90], 2)
    pixels = np.clip(base + grain, 0, 255).astype(np.uint8)
    # Beyond the print on all sides, so that it is not in whole texels.
    sha256 = library.add(vips.png(pixels))
    matrix = (PRINT_UM[0] + 1_300, 0, 0, PRINT_UM[1] + 900, -700, -400)
    image = ImageUse(sha256, width, height, matrix)
    photo = Item("all", Operation.PRINT, Ink((0, 0, 0)), EMPTY_OUTLINE, image=image)
    empty = flat_layout([], PRINT_UM)
    return replace(empty, surfaces=(replace(empty.surfaces[0], items=(photo,)),))


def _designs(
    mesh: Mesh, camera: Camera, buffer: GBuffer, layout: Layout, library: Library
) -> Iterator[Measure]:
    mipmap = buffer.textures[0].mipmap

    def ours() -> float:
        return _timed(lambda: picture(buffer, layout, library))

    def print_of_peer() -> float:
        return _timed(lambda: _texels(layout, library, mipmap.width, mipmap.height))

    texels = _texels(layout, library, mipmap.width, mipmap.height)
    for script, variable, name, goal, times in PEERS:
        with tempfile.TemporaryDirectory() as folder:
            _hand_over(Path(folder), mesh, camera, texels, (mipmap.width, mipmap.height))
            with _peer(script, variable, Path(folder)) as peer:
                if peer is None:
                    continue
                runs = [(ours(), print_of_peer() + peer()) for _ in range(times + WARM)][WARM:]
            _assert_same_view(Path(folder), buffer)
        mine, theirs = (statistics.median(side) for side in zip(*runs, strict=True))
        yield Measure(f"3D: a design at {SIDE}", mine, "ms", name, theirs, goal, goal_of_ratio=True)
    alone = statistics.median([ours() for _ in range(RUNS)])
    yield Measure(f"3D: a design at {SIDE}, alone", alone, "ms")


def _frames(mesh: Mesh, layout: Layout, library: Library) -> Measure:
    """A turn from its G-buffers on: the print is drawn once."""
    cameras = [camera_around(mesh, turn * 60, ELEVATION, SMALL) for turn in range(6)]
    buffers = [prepare(mesh, camera) for camera in cameras]

    def turn() -> None:
        drawings = Drawings(layout, library)
        for frame in range(FRAMES):
            picture_of(buffers[frame * len(buffers) // FRAMES], drawings)

    name = f"3D: {FRAMES} frames at {SMALL}, processor time"
    return Measure(name, _median(turn), "ms", goal=400.0)


def _geometry(mesh: Mesh, camera: Camera) -> float:
    eye = eye_of(camera)

    def work() -> None:
        winners, depths = visible(eye.see(mesh.positions)[mesh.triangles], eye, 4)
        assert len(fragments(mesh, eye, winners, depths).pixel) > 100_000

    return _seconds(work)


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor time of this thread: others are at work on the machine."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def _median(work: Callable[[], object]) -> float:
    return statistics.median([_timed(work) for _ in range(RUNS)])


def _timed(work: Callable[[], object]) -> float:
    """Return the processor time of all threads in milliseconds: others are at work on the machine."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3


def _texels(layout: Layout, library: Library, width: int, height: int) -> bytes:
    """Return the print as a peer takes it in."""
    surface = layout.surfaces[0]
    return drawn(surface, shown_items(surface), library, width, height).tobytes()


def _hand_over(
    folder: Path, mesh: Mesh, camera: Camera, texels: bytes, size: tuple[int, int]
) -> None:
    """Write what a peer shows: vertices with place, normal, uv and whether they are printed."""
    printed = np.zeros(len(mesh.positions), np.float32)
    for part in mesh.parts:
        if mesh.materials[part.material].surface:
            printed[mesh.triangles_of(part)] = 1
    vertices = np.concatenate([mesh.positions, mesh.normals, mesh.uvs, printed[:, None]], axis=1)
    eye = eye_of(camera)
    np.savez(
        folder / "mesh.npz",
        vertices=vertices.astype("f4"),
        triangles=mesh.triangles.astype("i4"),
        matrix=_matrix(camera),
        sizes=np.array([*size, camera.width_px]),
        eye=np.stack([eye.right, eye.up, -eye.forward, eye.position]),
        fov=np.array([camera.fov_mdeg / 1000]),
    )
    (folder / "texels").write_bytes(texels)


@contextmanager
def _peer(script: str, variable: str, folder: Path) -> Iterator[Callable[[], float] | None]:
    """Start a peer; its calls return the processor time it took in milliseconds. None if it is missing."""
    python = os.environ.get(variable)
    if not python:
        print(f"{variable} names no Python: {script} is left out", file=sys.stderr)
        yield None
        return
    command = [python, str(Path(__file__).with_name(script)), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        asked, said = process.stdin, process.stdout
        assert asked is not None
        assert said is not None
        name = _answer(said)
        print(f"{script}: {name or 'does not run here'}", file=sys.stderr)
        yield (lambda: _ask(asked, said)) if name else None
        asked.close()
        process.wait()


def _ask(asked: IO[str], said: IO[str]) -> float:
    asked.write("show\n")
    asked.flush()
    return float(_answer(said))


def _answer(said: IO[str]) -> str:
    """Return what a peer answers; what the programs it uses say of themselves is passed over."""
    for line in said:
        if line.startswith("LUNEO "):
            return line.removeprefix("LUNEO ").strip()
    return ""


def _assert_same_view(folder: Path, buffer: GBuffer) -> None:
    """A peer shows the product where ours does: to within a pixel along its outline."""
    shown = np.frombuffer((folder / "shown").read_bytes(), np.uint8)
    theirs = shown.reshape(SIDE, SIDE, 4)[::-1, :, 3] > 127
    ours = buffer.shown[..., 3] == 255
    assert (ours != theirs).mean() < 0.004


def _matrix(camera: Camera) -> NDArray[np.float32]:
    """Return the camera for OpenGL, column by column."""
    eye = eye_of(camera)
    rows = np.stack([eye.right, eye.up, -eye.forward])
    view = np.eye(4)
    view[:3, :3] = rows
    view[:3, 3] = -(rows * eye.position).sum(axis=1)
    near, far, focal = eye.near_m, 4.0, eye.focal_px * 2 / camera.height_px
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
