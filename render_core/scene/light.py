"""How fragments are lit: what falls on them, what the bare product sends, what print changes of it.

Source: image-based diffuse light with visibility by direction; Schlick, "An inexpensive BRDF model",
1994, for the reflection at grazing angles; J. Jimenez et al., "Practical realtime strategies for
accurate indirect occlusion", 2016, for light that bounces within a pale hollow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.mesh.model import Material, Mesh
from render_core.scene.camera import Camera
from render_core.scene.fragments import Fragments, unit
from render_core.scene.occlusion import Occluder, lit
from render_core.scene.studio import light_directions, radiance
from render_core.scene.tone import colour

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
DIELECTRIC: Final = 0.04
_GREEN: Final = 1  # stands for how strong a light is
# Fragments that are lit at once: bounds the working memory.
CHUNK: Final = 131_072


@dataclass(frozen=True, slots=True, eq=False)
class Lit:
    """Linear light of fragments, (n, 3) each. fallen: on a white diffuse surface it would send this.

    bare: what the product sends without print. gloss: what a printed, varnished surface mirrors.
    open_: (n,) how much of the studio's light arrives, 0 to 1.
    """

    fallen: Floats
    bare: Floats
    gloss: Floats
    open_: Floats


def light_fragments(
    mesh: Mesh, of: Fragments, by: Occluder, camera: Camera, seen_from: Doubles, threads: int = 1
) -> Lit:
    """Return the light of all fragments. seen_from: (n, 3), where the eye is that sees each."""
    fallen, open_ = fallen_light(by, of.position, of.normal, camera, threads=threads)
    bare = np.empty_like(fallen)
    gloss = np.empty_like(fallen)
    for index, material in enumerate(mesh.materials):
        rows = np.flatnonzero(of.material == index)
        for start in range(0, len(rows), CHUNK):
            some = rows[start : start + CHUNK]
            view = unit(seen_from[some] - of.position[some].astype(np.float64))
            normal = of.normal[some].astype(np.float64)
            bounced = _bounced(fallen[some], open_[some], material)
            fallen[some] = bounced
            shine = mirrored(view, normal, open_[some], material, camera)
            gloss[some] = shine
            bare[some] = _bare(bounced, shine, view, normal, open_[some], material, camera)
    return Lit(fallen, bare, gloss, open_)


def fallen_light(
    by: Occluder,
    places: Floats,
    normals: Floats,
    camera: Camera,
    detail: int = 1,
    threads: int = 1,
) -> tuple[Floats, Floats]:
    """Return the light (n, 3) that reaches places and its share (n,) of what would without the mesh.

    detail: see `studio.light_directions`.
    """
    directions, sent = light_directions(camera.azimuth_mdeg, detail)
    fallen = np.zeros((3, len(places)), np.float32)
    free = np.zeros(len(places), np.float32)
    part = np.empty(len(places), np.float32)
    arriving = lit(by, places, normals, directions, threads)
    for (cosine, reached), colours in zip(arriving, sent, strict=True):
        free += np.multiply(cosine, np.float32(colours[_GREEN]), out=part)
        arrived = np.multiply(cosine, reached, out=reached)
        for channel in range(3):
            fallen[channel] += np.multiply(arrived, np.float32(colours[channel]), out=part)
    open_: Floats = fallen[_GREEN] / np.maximum(free, np.float32(1e-6))
    return np.ascontiguousarray(fallen.T), open_


def mirrored(
    view: Doubles, normal: Doubles, open_: Floats, material: Material, camera: Camera
) -> Floats:
    """Return what a varnished or glazed surface mirrors of the studio, (n, 3)."""
    facing, ray = reflection(view, normal)
    fresnel = DIELECTRIC + (1 - DIELECTRIC) * _fifth(1 - facing)
    rough, coat = material.roughness_permille / 1000, material.clearcoat_permille / 1000
    sheen = radiance(ray, 0.03 + 1.2 * rough * rough, camera.azimuth_mdeg) * (1 - 0.75 * rough)
    if coat:
        sheen = np.maximum(sheen, radiance(ray, 0.04, camera.azimuth_mdeg) * coat)
    return (sheen * (fresnel * _reached(open_))[:, None]).astype(np.float32)


def metal(
    view: Doubles, normal: Doubles, open_: Floats, rgb: Doubles, rough: float, camera: Camera
) -> Doubles:
    """Return what metal of a colour, (3,) or (n, 3) linear light, mirrors of the studio, (n, 3)."""
    facing, ray = reflection(view, normal)
    tint = rgb + (1 - rgb) * _fifth(1 - facing)[:, None]
    light = radiance(ray, 0.04 + 1.6 * rough * rough, camera.azimuth_mdeg)
    return light * tint * _reached(open_)[:, None]


def reflection(view: Doubles, normal: Doubles) -> tuple[Doubles, Doubles]:
    """Return the cosine to the viewer, 0 to 1, and the direction that is mirrored to him."""
    facing = view[:, 0] * normal[:, 0] + view[:, 1] * normal[:, 1] + view[:, 2] * normal[:, 2]
    return np.clip(facing, 0, 1), 2 * facing[:, None] * normal - view


def _bare(
    fallen: Floats, shine: Floats, view: Doubles, normal: Doubles, open_: Floats,
    material: Material, camera: Camera,
) -> Floats:  # fmt: skip
    rgb = colour(material.base_colour[:3])
    share = material.metallic_permille / 1000
    sent: Floats = fallen * rgb.astype(np.float32) + shine
    if share:
        rough = material.roughness_permille / 1000
        shining = metal(view, normal, open_, rgb, rough, camera).astype(np.float32)
        sent = sent * np.float32(1 - share) + shining * np.float32(share)
    return sent


def _bounced(fallen: Floats, open_: Floats, material: Material) -> Floats:
    rgb = colour(material.base_colour[:3]) * (1 - material.metallic_permille / 1000)
    a, b, c = (
        (2.0404 * rgb - 0.3324).astype(np.float32),
        (-4.7951 * rgb + 0.6417).astype(np.float32),
        (2.7552 * rgb + 0.6903).astype(np.float32),
    )
    share = np.maximum(open_, np.float32(0.02))[:, None]
    brighter = np.maximum((share * a + b) * share + c, np.float32(1))
    bounced: Floats = (fallen * brighter).astype(np.float32)
    return bounced


def _reached(open_: Floats) -> Doubles:
    return np.clip(open_.astype(np.float64) * 1.3 - 0.05, 0.04, 1)


def _fifth(value: Doubles) -> Doubles:
    square = value * value
    return square * square * value
