"""What is engraved, pressed or foiled under the studio's light: it has depth and shines, print does not.

Finishes are drawn as a second picture of the surface: foil, the slopes of the height field across and
down, and depth. It goes through the same levels as the inks, so slopes are averaged over a footprint;
the fragment's normal is turned by them.

Source: J. Blinn, "Simulation of wrinkled surfaces", 1978 (turning normals by a height field).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from render_core.layout import Ink, Item
from render_core.looks import Finish
from render_core.raster.finish import DEFAULT_DEPTH_UM, is_blind
from render_core.scene.camera import Camera, Eye
from render_core.scene.fragments import unit
from render_core.scene.light import metal, reflection
from render_core.scene.studio import light_directions, radiance

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

# A slope of 1 is 45°. Steeper ones would face away from every eye.
MAX_SLOPE: Final = 1.5
FLAT: Final = 32_768
# A texel without a mark, packed, and how far around a mark slopes reach.
FLAT_TEXEL: Final = np.uint64(FLAT << 16 | FLAT << 32)
SOFT_TEXELS: Final = 2
_SLOPE_STEPS: Final = 32_000 / MAX_SLOPE
_FOIL_ROUGHNESS: Final = 0.22
# How much darker the ground of a cut is, by its depth in 1/1 of the deepest.
_IN_THE_CUT: Final = 0.22
_SUNK: Final = (Finish.ENGRAVED, Finish.DEBOSSED)


def inked(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return the items that carry a colour: all but what is pressed blind."""
    return tuple(item for item in items if not is_blind(item))


def marks(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return items that draw what is foiled, sunk or raised; none where nothing has a finish."""
    deepest = _deepest(items)
    return tuple(_mark(item, deepest) for item in items) if deepest else ()


def finished(
    canvas: NDArray[np.uint8], items: tuple[Item, ...], texel_um: tuple[float, float]
) -> NDArray[np.uint64]:
    """Return foil, slope across, slope down and depth as packed texels (h, w).

    canvas: (h, w, 4), what `marks` draw, with SOFT_TEXELS about it. texel_um: a texel's extent.
    """
    alpha = canvas[..., 3].astype(np.int32)
    raised = (canvas[..., 2].astype(np.int32) - canvas[..., 1]) * alpha
    height_um = _softened(raised).astype(np.float32)
    height_um *= np.float32(_deepest(items) / (255 * 255 * 16))
    out = np.empty(canvas.shape, np.uint16)
    out[..., 0] = canvas[..., 0] * alpha
    out[..., 1] = _steps(_slope(height_um, 1) * np.float32(0.5 / texel_um[0]))
    out[..., 2] = _steps(_slope(height_um, 0) * np.float32(0.5 / texel_um[1]))
    out[..., 3] = np.maximum(-raised, 0)
    return out.view(np.uint64)[..., 0]


def relit(
    sent: Floats, ink: Floats, marks: Floats, bare: Floats, normal: Doubles, tangent: Doubles,
    open_: Floats, view: Doubles, camera: Camera,
) -> Floats:  # fmt: skip
    """Return the light (n, 3) that fragments send with their finishes.

    sent: without them. ink: (n, 4) premultiplied. marks: (n, 4) as `finished`, 0 to 65535. bare: what
    the product sends there. normal, tangent, view: unit vectors (n, 3), world axes.
    """
    slope = ((marks[:, 1:3] - np.float32(FLAT)) / np.float32(_SLOPE_STEPS)).astype(np.float64)
    across = unit(tangent - normal * (tangent * normal).sum(axis=1)[:, None])
    ax, ay, az = across[:, 0], across[:, 1], across[:, 2]
    nx, ny, nz = normal[:, 0], normal[:, 1], normal[:, 2]
    down = np.stack([ay * nz - az * ny, az * nx - ax * nz, ax * ny - ay * nx], axis=1)
    bent = unit(normal - across * slope[:, :1] - down * slope[:, 1:])
    foil = marks[:, :1] * np.float32(1 / 65025)
    out = _in_other_light(sent, normal, bent, marks[:, 3] * np.float32(1 / 65025), camera)
    out += _shine(view, normal, bent, open_, camera)
    foiled = np.flatnonzero(foil[:, 0] > 0)
    if len(foiled):
        rgb = ink[foiled, :3] / np.maximum(ink[foiled, 3:], np.float32(1e-3))
        mirrored = metal(
            view[foiled],
            bent[foiled],
            open_[foiled],
            rgb.astype(np.float64),
            _FOIL_ROUGHNESS,
            camera,
        )
        part = foil[foiled]
        out[foiled] = bare[foiled] * (1 - part) + mirrored.astype(np.float32) * part
    return out


def sight(eye: Eye, pixel: NDArray[np.int64]) -> Doubles:
    """Return unit vectors from what pixels see towards the eye, (n, 3), world axes."""
    x = (pixel % eye.width_px + 0.5 - eye.width_px / 2) / eye.focal_px
    y = (eye.height_px / 2 - 0.5 - pixel // eye.width_px) / eye.focal_px
    return unit(-(x[:, None] * eye.right + y[:, None] * eye.up + eye.forward))


def _in_other_light(
    sent: Floats, normal: Doubles, bent: Doubles, depth: Floats, camera: Camera
) -> Floats:
    """Return diffuse light after the normal is bent, darker in the depth of a cut."""
    before, after = (_fallen(vectors, camera) for vectors in (normal, bent))
    ratio = after / np.maximum(before, np.float32(0.05)) * (1 - np.float32(_IN_THE_CUT) * depth)
    changed: Floats = sent * np.clip(ratio, np.float32(0.15), np.float32(2.2))[:, None]
    return changed


def _fallen(normal: Doubles, camera: Camera) -> Floats:
    directions, sent = light_directions(camera.azimuth_mdeg)
    n = normal.astype(np.float32)
    x, y, z = n[:, 0], n[:, 1], n[:, 2]
    fallen = np.zeros(len(n), np.float32)
    for direction, colours in zip(directions.astype(np.float32), sent, strict=True):
        cosine = x * direction[0] + y * direction[1] + z * direction[2]
        fallen += np.maximum(cosine, np.float32(0)) * np.float32(colours[1])
    return fallen


def _shine(view: Doubles, normal: Doubles, bent: Doubles, open_: Floats, camera: Camera) -> Floats:
    """Return what slopes mirror more or less than the flat surface does, (n, 3)."""
    gained = np.zeros(view.shape, np.float64)
    for vectors, sign in ((bent, 1.0), (normal, -1.0)):
        facing, ray = reflection(view, vectors)
        rest = 1 - facing
        fresnel = 0.05 + 0.95 * rest * rest * rest * rest * rest
        gained += sign * radiance(ray, 0.3, camera.azimuth_mdeg) * fresnel[:, None]
    return (gained * open_.astype(np.float64)[:, None]).astype(np.float32)


def _deepest(items: tuple[Item, ...]) -> int:
    return max((_depth_um(item) for item in items), default=0)


def _depth_um(item: Item) -> int:
    return 0 if item.finish is Finish.NONE else item.depth_um or DEFAULT_DEPTH_UM[item.finish]


def _mark(item: Item, deepest: int) -> Item:
    level = max(1, _depth_um(item) * 255 // deepest) if item.finish is not Finish.NONE else 0
    sunk, raised = (level, 0) if item.finish in _SUNK else (0, level)
    foil = 255 if item.finish is Finish.FOIL else 0
    return replace(item, ink=Ink((foil, sunk, raised)), gradient=None)


def _softened(plane: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return 16 times the plane after a 1-2-1 filter each way: the bevel that every tool leaves."""
    for axis in (0, 1):
        padded = np.pad(plane, [(1, 1) if axis == at else (0, 0) for at in (0, 1)], mode="edge")
        low, middle, high = (
            np.take(padded, range(step, step + plane.shape[axis]), axis=axis) for step in range(3)
        )
        plane = low + 2 * middle + high
    return plane


def _slope(height: Floats, axis: int) -> Floats:
    """Return the difference of both neighbours; nothing at the edges."""
    out = np.zeros_like(height)
    if axis:
        out[:, 1:-1] = height[:, 2:] - height[:, :-2]
    else:
        out[1:-1] = height[2:] - height[:-2]
    return out


def _steps(slope: Floats) -> NDArray[np.uint16]:
    limited = np.clip(slope, np.float32(-MAX_SLOPE), np.float32(MAX_SLOPE))
    steps: NDArray[np.uint16] = np.rint(limited * np.float32(_SLOPE_STEPS) + FLAT).astype(np.uint16)
    return steps
