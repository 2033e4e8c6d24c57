"""Photos of products whose mesh we have: the bare mesh before the scene's camera, on paper.

The place of a surface on such a photo is the affine map that fits its vertices best: `placement`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from examples.meshes.phone_case import (
    CAMERA_CORNER_MM,
    CAMERA_HALF_MM,
    CAMERA_MM,
    RIM_MM,
    SHEET_HEIGHT_MM,
    SHEET_WIDTH_MM,
    phone_case,
)
from examples.meshes.ring import ring
from examples.meshes.t_shirt import t_shirt
from examples.studio.canvas import (
    Colour,
    Plane,
    blur,
    grid_mm,
    layered_noise,
    noise,
    smoothstep,
    tint,
)
from render_core.files import FileLibrary
from render_core.layout import Layout
from render_core.mesh.model import Mesh
from render_core.scene.camera import Camera, eye_of
from render_core.scene.picture import picture
from render_core.scene.prepare import prepare
from render_core.srgb import light_of_bytes

WIDTH_PX, HEIGHT_PX = 1600, 1200
_SAMPLES: Final = 16
_FOV_MDEG: Final = 12_000
_T_SHIRT: Final = (0, 352_000, 0)
_CASE: Final = (56_500, 74_000, 25_100)  # to the right of it: it stands on the left
CAMERAS: Final = {
    "t-shirt-front": Camera(0, 0, 3_900_000, _T_SHIRT, _FOV_MDEG, WIDTH_PX, HEIGHT_PX),
    "t-shirt-back": Camera(180_000, 0, 3_900_000, _T_SHIRT, _FOV_MDEG, WIDTH_PX, HEIGHT_PX),
    "phone-case": Camera(-24_000, 12_000, 980_000, _CASE, _FOV_MDEG, WIDTH_PX, HEIGHT_PX),
    "ring": Camera(-24_000, 30_000, 235_000, (0, 2_200, 0), _FOV_MDEG, WIDTH_PX, HEIGHT_PX),
}
NAVY: Final = (30, 42, 71)
INK: Final = (38, 39, 43)
SHELL: Final = (247, 247, 245)
ROSE: Final = (224, 164, 140)
WHITE_GOLD: Final = (214, 212, 206)
_GOLD: Final = (236, 196, 112)
# The ring's engraving laid flat below it, on the photo: left and top, and pixels in a millimetre.
STRIP_PX: Final = (137.5, 962.0)
STRIP_PX_PER_MM: Final = 26.5
_STRIP_MM: Final = (50.0, 4.0)
# The case's sheet, laid flat beside it.
SHEET_PX: Final = (850.0, 52.8)
SHEET_PX_PER_MM: Final = 6.5
_SHEET_CORNER_MM: Final = 19.0


def photograph_t_shirt(side: str, colour: tuple[int, int, int] | None = None) -> Colour:
    """Return the T-shirt's front or back in a colour."""
    return _on_paper(_dyed(t_shirt(), colour), CAMERAS[f"t-shirt-{side}"], 151)


def photograph_phone_case(colour: tuple[int, int, int] = SHELL) -> Colour:
    """Return the case with a phone in it, and beside it the sheet that is pressed around it."""
    shown = _on_paper(_dyed(phone_case(), colour, 2), CAMERAS["phone-case"], 171)
    return _with_sheet(shown, colour)


def photograph_ring(colour: tuple[int, int, int] = _GOLD) -> Colour:
    """Return the ring, and below it its engraved strip laid flat, 50 × 4 mm."""
    shown = _on_paper(_dyed(ring(), colour), CAMERAS["ring"], 191)
    return _with_strip(shown, colour)


def placement(mesh: Mesh, surface: str, camera: Camera) -> NDArray[np.float64]:
    """Return top left, top right and bottom left of a surface on the photo, (3, 2) pixels."""
    part = next(p for p in mesh.parts if mesh.materials[p.material].surface == surface)
    used = np.unique(mesh.triangles_of(part))
    eye = eye_of(camera)
    seen = eye.see(mesh.positions[used])
    facing = mesh.normals[used].astype(np.float64) @ -eye.forward > 0.7
    x = eye.width_px / 2 + seen[:, 0] / seen[:, 2] * eye.focal_px
    y = eye.height_px / 2 - seen[:, 1] / seen[:, 2] * eye.focal_px
    uv = mesh.uvs[used].astype(np.float64)
    table = np.stack((np.ones(len(uv)), uv[:, 0], uv[:, 1]), axis=1)[facing]
    found, *_ = np.linalg.lstsq(table, np.stack((x, y), axis=1)[facing], rcond=None)
    return np.array((found[0], found[0] + found[1], found[0] + found[2]))


def _dyed(mesh: Mesh, colour: tuple[int, int, int] | None, count: int = 99) -> Mesh:
    """Return a mesh whose first materials have a colour."""
    if colour is None:
        return mesh
    materials = tuple(
        replace(material, base_colour=(*colour, 255)) if number < count else material
        for number, material in enumerate(mesh.materials)
    )
    return replace(mesh, materials=materials)


def _on_paper(mesh: Mesh, camera: Camera, seed: int) -> Colour:
    """Return the mesh before a paper sweep, linear light, with its shadow on it."""
    shown = picture(prepare(mesh, camera, samples=_SAMPLES), Layout((), "15.0"), FileLibrary())
    light = light_of_bytes()[shown[..., :3]].astype(np.float32) / np.float32(65535)
    alpha = shown[..., 3:].astype(np.float32) / np.float32(255)
    x, y = grid_mm(WIDTH_PX, HEIGHT_PX, 8.0)
    glow = 0.80 - 0.0010 * x + 0.0004 * y - 0.0000095 * (x * x + y * y)
    glow += 0.004 * layered_noise(x * 1.3, y * 1.3, seed, 3)
    paper = tint(glow.astype(np.float32), (0.985, 0.975, 0.958))
    return (light * alpha + paper * (1 - alpha)).astype(np.float32)


def _with_strip(photo: Colour, rgb: tuple[int, int, int]) -> Colour:
    left, top = STRIP_PX
    wide, high = (side * STRIP_PX_PER_MM for side in _STRIP_MM)
    x = np.arange(WIDTH_PX, dtype=np.float32)[None, :] + 0.5 - (left + wide / 2)
    y = np.arange(HEIGHT_PX, dtype=np.float32)[:, None] + 0.5 - (top + high / 2)
    margin = 0.6 * STRIP_PX_PER_MM
    half_x, half_y = wide / 2 + margin, high / 2 + margin
    inside = smoothstep(0.8, -0.8, np.maximum(np.abs(x) - half_x, np.abs(y) - half_y))
    colour = light_of_bytes()[list(rgb)].astype(np.float32) / np.float32(65535)
    across = y / half_y
    sheen = 0.80 - 0.22 * across - 0.10 * across * across + 0.16 * smoothstep(0.7, 0.0, np.abs(
        x / half_x + 0.35 + 0.25 * across))  # fmt: skip
    grain = 0.03 * noise(x * 0.02 + 0 * y, y * 1.1 + 0 * x, 193)
    edge = 0.25 * smoothstep(0.86, 1.0, np.abs(across)) * np.where(across < 0, 1.0, -1.0)
    metal = np.clip(sheen + grain + edge, 0, 2).astype(np.float32)[..., None] * colour
    cover = np.broadcast_to(inside, photo.shape[:2]).astype(np.float32)
    shade = blur(np.roll(cover, (9, 3), (0, 1)), 9) * 0.55
    ground = photo * (1 - shade * (1 - cover))[..., None]
    return (ground + (metal * 1.05 - ground) * cover[..., None]).astype(np.float32)


def _with_sheet(photo: Colour, rgb: tuple[int, int, int]) -> Colour:
    left, top = SHEET_PX
    x, y = grid_mm(WIDTH_PX, HEIGHT_PX, SHEET_PX_PER_MM)
    x = x + (WIDTH_PX / 2 - left) / SHEET_PX_PER_MM - SHEET_WIDTH_MM / 2
    y = y + (HEIGHT_PX / 2 - top) / SHEET_PX_PER_MM - SHEET_HEIGHT_MM / 2
    sheet = _rounded(x, y, SHEET_WIDTH_MM / 2, SHEET_HEIGHT_MM / 2, _SHEET_CORNER_MM)
    hole = _rounded(x - CAMERA_MM[0], y + CAMERA_MM[1], CAMERA_HALF_MM + RIM_MM,
                    CAMERA_HALF_MM + RIM_MM, CAMERA_CORNER_MM + RIM_MM)  # fmt: skip
    edge = np.maximum(sheet, -hole)
    cover = smoothstep(0.09, -0.09, edge)
    shade = blur(np.roll(cover, (10, 4), (0, 1)), 10) * 0.42
    colour = light_of_bytes()[list(rgb)].astype(np.float32) / np.float32(65535)
    sheen = 0.93 - 0.0006 * x - 0.0007 * y + 0.5 * smoothstep(-0.5, -0.1, edge) * 0.12
    flat = (sheen + 0.003 * layered_noise(x * 2.1, y * 2.1, 181, 3))[..., None] * colour
    ground = photo * (1 - shade * (1 - cover))[..., None]
    return (ground + (flat - ground) * cover[..., None]).astype(np.float32)


def _rounded(x: Plane, y: Plane, half_x: float, half_y: float, corner: float) -> Plane:
    """Return the signed distance to a rectangle with round corners, negative inside."""
    qx, qy = np.abs(x) - half_x + corner, np.abs(y) - half_y + corner
    outside = np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qy, 0) ** 2)
    return (outside + np.minimum(np.maximum(qx, qy), 0) - corner).astype(np.float32)
