"""Pixel grids, noise, blur and the way from linear light to a WebP file.

Everything is float32, linear light, y down, and seeded: a second run gives the same picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render_core import vips

Plane = NDArray[np.float32]  # (h, w)
Colour = NDArray[np.float32]  # (h, w, 3), linear light


def grid_mm(width: int, height: int, px_per_mm: float) -> tuple[Plane, Plane]:
    """Return x and y of the pixel centres in millimetres, origin at the middle of the picture."""
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / px_per_mm
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) / px_per_mm
    return np.meshgrid(x.astype(np.float32), y.astype(np.float32))


def smoothstep(low: float, high: float, value: Plane) -> Plane:
    """Return 0 below `low`, 1 above `high`, and a cubic ramp between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def noise(x: Plane, y: Plane, seed: int) -> Plane:
    """Return smooth value noise in −1…1 with one lattice cell per unit of x and y."""
    lattice = np.random.default_rng(seed).uniform(-1, 1, (256, 256)).astype(np.float32)
    xf, yf = np.floor(x), np.floor(y)
    xi, yi = xf.astype(np.int32) & 255, yf.astype(np.int32) & 255
    u, v = x - xf, y - yf
    u, v = u * u * u * (u * (u * 6 - 15) + 10), v * v * v * (v * (v * 6 - 15) + 10)
    x1, y1 = (xi + 1) & 255, (yi + 1) & 255
    top = lattice[yi, xi] * (1 - u) + lattice[yi, x1] * u
    low = lattice[y1, xi] * (1 - u) + lattice[y1, x1] * u
    return (top * (1 - v) + low * v).astype(np.float32)


def layered_noise(x: Plane, y: Plane, seed: int, octaves: int) -> Plane:
    """Return noise of `octaves` octaves, each twice as fine and half as strong as the last."""
    total = np.zeros_like(x)
    strength, scale = 0.5, 1.0
    for octave in range(octaves):
        total += strength * noise(x * scale, y * scale, seed + octave)
        strength, scale = strength / 2, scale * 2.03
    return total


def blur(plane: Plane, radius_px: float, *, axes: tuple[int, ...] = (0, 1)) -> Plane:
    """Blur by three box filters, which together are close to a Gaussian of that radius."""
    box = max(1, round(radius_px * 0.94) | 1)
    for _ in range(3):
        for axis in axes:
            plane = _box(plane, box, axis)
    return plane


def _box(plane: Plane, size: int, axis: int) -> Plane:
    if size == 1:
        return plane
    half = size // 2
    padding = [(0, 0), (0, 0)]
    padding[axis] = (half + 1, half)
    sums = np.cumsum(np.pad(plane, padding, mode="edge"), axis=axis, dtype=np.float64)
    length = plane.shape[axis]
    high = np.take(sums, range(size, size + length), axis=axis)
    low = np.take(sums, range(length), axis=axis)
    return ((high - low) / size).astype(np.float32)


def mix(below: Colour, above: Colour, cover: Plane) -> Colour:
    """Lay one picture over another by a cover of 0…1."""
    return below + (above - below) * cover[..., None]


def tint(plane: Plane, rgb: tuple[float, float, float]) -> Colour:
    """Return a grey picture in a colour, linear light."""
    return plane[..., None] * np.array(rgb, dtype=np.float32)


def halve(picture: Colour) -> Colour:
    """Average blocks of 2 × 2 pixels."""
    height, width, _ = picture.shape
    return picture.reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3), dtype=np.float32)


def develop(picture: Colour, *, exposure: float = 1.0, grain_seed: int = 1) -> vips.Pixels:
    """Return 8-bit sRGB pixels from linear light: a soft shoulder, then a breath of grain."""
    light = np.maximum(picture * exposure, 0)
    shoulder = np.where(light < 0.7, light, 0.7 + 0.3 * np.tanh((light - 0.7) / 0.3))
    signal = _signal(shoulder)
    rng = np.random.default_rng(grain_seed)
    grain = rng.normal(0, 0.0025, signal.shape[:2]).astype(np.float32)
    return (np.clip(signal + grain[..., None], 0, 1) * 255 + 0.5).astype(np.uint8)


def grey(plane: Plane, *, light: bool) -> vips.Pixels:
    """Return a plane of 0 to 1 as a grey picture: light in sRGB, anything else as it is."""
    signal = np.clip(plane, 0, 1)
    if light:
        signal = _signal(signal)
    return np.repeat((signal * 255 + 0.5).astype(np.uint8)[..., None], 3, axis=2)


def _signal(light: Plane) -> Plane:
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** np.float32(1 / 2.4) - 0.055)


def webp(pixels: vips.Pixels, quality: int) -> bytes:
    """Encode a finished picture."""
    return vips.webp(pixels, quality=quality, effort=6)
