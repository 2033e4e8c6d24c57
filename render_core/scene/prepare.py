"""From a mesh and a camera to a G-buffer: all that no design changes, done once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.errors import UnsupportedDesign
from render_core.mesh.model import Mesh
from render_core.scene.camera import Camera, eye_of
from render_core.scene.fragments import Fragments, fragments
from render_core.scene.gbuffer import GBuffer, Texture
from render_core.scene.ground import MAP_CELLS, shadow
from render_core.scene.light import Lit, light_fragments
from render_core.scene.occlusion import occluder
from render_core.scene.rasterise import visible
from render_core.scene.ripmap import plan
from render_core.scene.seam import wraps
from render_core.scene.tone import straight

SAMPLES: Final = 4
MAX_TRIANGLES: Final = 1_000_000
MAX_MATERIALS: Final = 250
_MAX_LIGHT: Final = 60_000.0


def prepare(mesh: Mesh, camera: Camera, *, samples: int = SAMPLES, ground: bool = True) -> GBuffer:
    """Return the G-buffer of a checked mesh.

    samples: of each pixel, 1, 4, 8, 16 or 64. ground: whether the product throws a shadow on what it
    stands on; else all around it is transparent.
    Raises UnsupportedDesign (MESH_TOO_DETAILED, SCENE_TOO_COSTLY, CAMERA_INVALID).
    """
    if len(mesh.triangles) > MAX_TRIANGLES or len(mesh.materials) > MAX_MATERIALS:
        raise UnsupportedDesign(
            "MESH_TOO_DETAILED",
            f"At most {MAX_TRIANGLES:,} triangles of {MAX_MATERIALS} materials are shown.",
        )
    eye = eye_of(camera)
    winners, depths = visible(eye.see(mesh.positions)[mesh.triangles], eye, samples)
    of = fragments(mesh, eye, winners, depths)
    light = light_fragments(mesh, of, occluder(mesh), camera, eye)
    share = of.samples.astype(np.float32) / np.float32(samples)
    dark = np.zeros((eye.height_px, eye.width_px), np.float32)
    if ground:
        floor = float(mesh.positions[:, 1].min())
        dark = shadow(occluder(mesh, MAP_CELLS), floor, camera, eye)
    bare = _bare(of, light, share, dark)
    return _with_textures(mesh, camera, of, light, share, bare)


def _bare(
    of: Fragments, light: Lit, share: NDArray[np.float32], dark: NDArray[np.float32]
) -> NDArray[np.float16]:
    height, width = dark.shape
    out = np.zeros((height * width, 4), np.float32)
    for channel in range(3):
        out[:, channel] = _summed(of.pixel, light.bare[:, channel] * share, len(out))
    out[:, 3] = np.minimum(_summed(of.pixel, share, len(out)), 1)
    out[:, 3] += (1 - out[:, 3]) * dark.reshape(-1)
    return out.reshape(height, width, 4).astype(np.float16)


def _summed(
    pixel: NDArray[np.int32], values: NDArray[np.float32], size: int
) -> NDArray[np.float64]:
    """Return sums by pixel, one after the other in the order of fragments."""
    return np.bincount(pixel, values.astype(np.float64), size).astype(np.float64)


def _with_textures(
    mesh: Mesh, camera: Camera, of: Fragments, light: Lit,
    share: NDArray[np.float32], bare: NDArray[np.float16],
) -> GBuffer:  # fmt: skip
    names = sorted({material.surface for material in mesh.materials if material.surface})
    surface = np.full(len(of.pixel), 255, np.uint8)
    uv = of.uv.astype(np.float64)
    footprint = of.footprint.astype(np.float32)
    for index, material in enumerate(mesh.materials):
        if not material.surface:
            continue
        rows = of.material == index
        surface[rows] = names.index(material.surface)
        u0, v0, u1, v1 = material.uv_window
        size = np.array([u1 - u0, v1 - v0], np.float64)
        uv[rows] = (uv[rows] - np.array([u0, v0], np.float64)) / size
        footprint[rows] = (footprint[rows] / size).astype(np.float32)
    place = np.zeros((len(of.pixel), 2), np.float32)
    textures = []
    for index, name in enumerate(names):
        rows = surface == index
        closes = _closes(mesh, name)
        ripmap, level = plan(footprint[rows], closes)
        inside = np.where(np.array(closes), uv[rows] - np.floor(uv[rows]), uv[rows])
        if len(level):
            place[rows] = ripmap.places(inside, level)
        textures.append(Texture(name, ripmap))
    kept = surface < 255
    return GBuffer(
        width_px=camera.width_px,
        height_px=camera.height_px,
        camera=camera,
        textures=tuple(textures),
        bare=bare,
        shown=straight(bare.astype(np.float32)),
        pixel=of.pixel[kept].astype(np.uint32),
        surface=surface[kept],
        share=share[kept],
        place=place[kept],
        fallen=_half(light.fallen[kept]),
        change=_half((light.gloss - light.bare)[kept]),
        normal=np.rint(of.normal[kept] * np.float32(127)).astype(np.int8),
        tangent=np.rint(of.tangent[kept] * np.float32(127)).astype(np.int8),
        open=np.rint(np.clip(light.open_[kept], 0, 1) * np.float32(255)).astype(np.uint8),
    )


def _half(light: NDArray[np.float32]) -> NDArray[np.float16]:
    return np.clip(light, np.float32(-_MAX_LIGHT), np.float32(_MAX_LIGHT)).astype(np.float16)


def _closes(mesh: Mesh, surface: str) -> tuple[bool, bool]:
    """Return whether u and v of a surface close around: all of its parts do."""
    of = [part for part in mesh.parts if mesh.materials[part.material].surface == surface]
    ways = [wraps(mesh, part) for part in of]
    return all(across for across, _ in ways), all(down for _, down in ways)
