"""From a mesh and a camera to a G-buffer: all that no design changes, done once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.mesh.model import Mesh
from render_core.scene.backdrop import running_out, sweep
from render_core.scene.camera import Camera, eye_of
from render_core.scene.fragments import Fragments, fragments
from render_core.scene.gbuffer import LIGHT_STEPS, Background, GBuffer
from render_core.scene.ground import MAP_CELLS, shadow
from render_core.scene.light import Lit, light_fragments
from render_core.scene.occlusion import occluder
from render_core.scene.rasterise import EMPTY, visible
from render_core.scene.reflection import mirrored, reflection
from render_core.scene.textures import textures
from render_core.scene.tone import bytes_of_light, straight

SAMPLES: Final = 4
MAX_TRIANGLES: Final = 1_000_000
MAX_MATERIALS: Final = 250


def prepare(
    mesh: Mesh, camera: Camera, *, samples: int = SAMPLES, ground: bool = True,
    background: Background = Background.TRANSPARENT, threads: int = 1,
) -> GBuffer:  # fmt: skip
    """Return the G-buffer of a checked mesh, the same for any number of threads.

    samples: of each pixel, 1, 4, 8, 16 or 64. ground: whether the product throws a shadow on what it
    stands on and is mirrored in it; else there is none.
    Raises UnsupportedDesign (MESH_TOO_DETAILED, SCENE_TOO_COSTLY, CAMERA_INVALID).
    """
    if len(mesh.triangles) > MAX_TRIANGLES or len(mesh.materials) > MAX_MATERIALS:
        raise UnsupportedDesign(
            "MESH_TOO_DETAILED",
            f"At most {MAX_TRIANGLES:,} triangles of {MAX_MATERIALS} materials are shown.",
        )
    eye, by = eye_of(camera), occluder(mesh)
    winners, depths = visible(eye.see(mesh.positions)[mesh.triangles], eye, samples, threads)
    of = fragments(mesh, eye, winners, depths, threads)
    share = of.samples.astype(np.float32) / np.float32(samples)
    product = len(share)
    seen_from = np.tile(eye.position, (product, 1))
    dark = np.zeros((eye.height_px, eye.width_px), np.float32)
    floor = float(mesh.positions[:, 1].min())
    if ground and eye.position[1] > floor:
        seen = running_out(eye.width_px, eye.height_px)
        hidden = (winners != EMPTY).all(axis=0)
        dark = shadow(occluder(mesh, MAP_CELLS), floor, camera, eye, hidden, threads) * seen
        below = mirrored(eye, floor)
        more, part = reflection(mesh, below, floor, winners, threads)
        seen_from = np.concatenate([seen_from, np.tile(below.position, (len(part), 1))])
        share = np.concatenate([share, part * seen.reshape(-1)[more.pixel]])
        of = of.and_then(more)
    light = light_fragments(mesh, of, by, camera, seen_from, threads)
    bare = _bare(of, light, share, product, dark)
    if background is Background.STUDIO:
        bare[..., :3] += (1 - bare[..., 3:]) * sweep(eye.width_px, eye.height_px)
        bare[..., 3] = 1
    return _buffer(mesh, camera, of, light, share, bare)


def _bare(
    of: Fragments, light: Lit, share: NDArray[np.float32], product: int, dark: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the picture without a design: what is mirrored lies over the shadow, both beneath the product.

    product: how many of the fragments are its own, the first ones.
    """
    height, width = dark.shape
    out = np.zeros((height * width, 4), np.float32)
    for channel in range(3):
        out[:, channel] = _summed(of.pixel, light.bare[:, channel] * share, len(out))
    covered = np.minimum(_summed(of.pixel[:product], share[:product], len(out)), 1)
    mirrored_ = np.minimum(_summed(of.pixel[product:], share[product:], len(out)), 1 - covered)
    out[:, 3] = covered + mirrored_ + (1 - covered - mirrored_) * dark.reshape(-1)
    return out.reshape(height, width, 4)


def _summed(
    pixel: NDArray[np.int32], values: NDArray[np.float32], size: int
) -> NDArray[np.float64]:
    """Return sums by pixel, one after the other in the order of fragments."""
    return np.bincount(pixel, values.astype(np.float64), size).astype(np.float64)


def _buffer(
    mesh: Mesh, camera: Camera, of: Fragments, light: Lit, share: NDArray[np.float32],
    bare: NDArray[np.float32],
) -> GBuffer:  # fmt: skip
    names = sorted({material.surface for material in mesh.materials if material.surface})
    surfaces = {name: number for number, name in enumerate(names)}
    found = textures(mesh, camera, of, surfaces, share == 1)
    rows = found.rows
    whole = int((share[rows] == 1).sum())
    lit = {
        "fallen": _steps(light.fallen[rows]),
        "bare": _steps(light.bare[rows]),
        "gloss": _steps(light.gloss[rows]),
    }
    edge_pixel, slot = np.unique(of.pixel[rows[whole:]], return_inverse=True)
    shown = straight(bare).reshape(-1, 4)
    shown[of.pixel[rows[:whole]], :3] = bytes_of_light()[lit["bare"][:, :whole].T]
    return GBuffer(
        width_px=camera.width_px,
        height_px=camera.height_px,
        camera=camera,
        textures=found.textures,
        shown=shown.reshape(camera.height_px, camera.width_px, 4),
        pixel=of.pixel[rows].astype(np.uint32),
        **lit,
        normal=np.rint(of.normal[rows] * np.float32(127)).astype(np.int8),
        tangent=np.rint(of.tangent[rows] * np.float32(127)).astype(np.int8),
        open=np.rint(np.clip(light.open_[rows], 0, 1) * np.float32(255)).astype(np.uint8),
        slot=slot.reshape(-1).astype(np.uint32),
        share=share[rows[whole:]],
        edge_pixel=edge_pixel.astype(np.uint32),
        edge_light=bare.reshape(-1, 4)[edge_pixel],
        places=found.places,
        corner=found.corner,
        fraction=found.fraction,
        blocks=found.blocks,
        patches=found.patches,
        texels=found.texels,
    )


def _steps(light: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Return light (n, 3) as planes (3, n) in 1/LIGHT_STEPS."""
    steps = np.rint(light.T * np.float32(LIGHT_STEPS))
    planes: NDArray[np.uint16] = np.clip(steps, 0, 65535).astype(np.uint16)
    return planes
