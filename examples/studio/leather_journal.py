"""The journal: a cover of cognac leather with a stitched edge and a crease along the spine."""

from __future__ import annotations

from typing import Final

import numpy as np

from examples.studio.canvas import (
    Colour,
    Plane,
    blur,
    grid_mm,
    halve,
    layered_noise,
    mix,
    noise,
    smoothstep,
    tint,
)

WIDTH_PX: Final = 1600
HEIGHT_PX: Final = 1200
PX_PER_MM: Final = 6.7
CENTRE_MM: Final = (-1.0, -2.0)
WIDTH_MM: Final = 120.0
HEIGHT_MM: Final = 160.0
CORNER_MM: Final = 5.0
SPINE_MM: Final = 11.0  # From the left edge to the crease.
STITCHES_IN_MM: Final = 3.6
STITCH_MM: Final = 3.9  # From stitch to stitch.
_LIGHT: Final = (-0.44, -0.60, 0.67)
_LEATHER: Final = np.array((0.300, 0.106, 0.036), np.float32)
_DEEP: Final = np.array((0.120, 0.036, 0.013), np.float32)
_THREAD: Final = np.array((0.62, 0.44, 0.24), np.float32)


def photograph() -> Colour:
    """Return the picture in linear light."""
    scale = 2
    x, y = grid_mm(WIDTH_PX * scale, HEIGHT_PX * scale, PX_PER_MM * scale)
    px = PX_PER_MM * scale
    bx, by = x - CENTRE_MM[0], y - CENTRE_MM[1]
    edge = _edge(bx, by, WIDTH_MM, HEIGHT_MM, CORNER_MM)
    pages = _edge(bx - 1.5, by - 1.6, WIDTH_MM - 1.9, HEIGHT_MM - 1.9, 2.5)
    cover, paper = smoothstep(0.08, -0.08, edge), smoothstep(0.08, -0.08, pages)
    below = _edge(bx - 2.3, by - 2.8, WIDTH_MM, HEIGHT_MM, CORNER_MM)
    back = smoothstep(0.08, -0.08, below)
    picture = _table(x, y)
    picture *= 1 - _shadow(np.maximum(cover, back), px)[..., None]
    picture = mix(picture, np.broadcast_to(_DEEP * 0.75, picture.shape), back)
    picture = mix(picture, _paper(bx, by), paper)
    picture *= 1 - (0.55 * _contact(cover, px) * (1 - cover))[..., None]
    return halve(mix(picture, _leather(bx, by, edge, px), cover))


def _edge(x: Plane, y: Plane, width: float, height: float, corner: float) -> Plane:
    """Return the signed distance to a rectangle with round corners, negative inside."""
    qx, qy = np.abs(x) - width / 2 + corner, np.abs(y) - height / 2 + corner
    outside = np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qy, 0) ** 2)
    return (outside + np.minimum(np.maximum(qx, qy), 0) - corner).astype(np.float32)


def _table(x: Plane, y: Plane) -> Colour:
    """Return heavy linen, off-white."""
    weft = noise(x * 1.9, y * 0.5, 141) * np.sin(y * 9.2 + 0.5 * noise(x * 0.3, y * 0.3, 142))
    warp = noise(x * 0.5, y * 1.9, 143) * np.sin(x * 9.2 + 0.5 * noise(x * 0.3, y * 0.3, 144))
    glow = 0.76 - 0.0012 * x - 0.0009 * y - 0.000014 * (x * x + y * y)
    folds = 0.05 * layered_noise(x * 0.012 + 4, y * 0.009, 145, 3)
    cloth = glow * (1 + 0.030 * weft + 0.030 * warp + folds)
    return tint(cloth.astype(np.float32), (0.985, 0.965, 0.925))


def _shadow(cover: Plane, px: float) -> Plane:
    near = blur(np.roll(cover, (round(1.6 * px), round(1.1 * px)), (0, 1)), 1.3 * px)
    middle = blur(np.roll(cover, (round(5 * px), round(3.6 * px)), (0, 1)), 4.4 * px)
    wide = blur(np.roll(cover, (round(11 * px), round(7 * px)), (0, 1)), 12 * px)
    return np.clip(0.36 * near + 0.28 * middle + 0.22 * wide, 0, 0.9).astype(np.float32)


def _contact(cover: Plane, px: float) -> Plane:
    return blur(np.roll(cover, (round(0.8 * px), round(0.6 * px)), (0, 1)), 0.6 * px)


def _paper(x: Plane, y: Plane) -> Colour:
    """Return the edges of cream pages."""
    leaves = 0.5 + 0.5 * np.sin((x + y) * 16.0 + 2.0 * noise(x * 0.2, y * 0.2, 146))
    return tint((0.62 - 0.16 * leaves).astype(np.float32), (1.0, 0.93, 0.79))


def _pebbles(x: Plane, y: Plane, cell_mm: float, seed: int) -> tuple[Plane, Plane]:
    """Return how near each place is to a furrow between pebbles of grain, and a shade per pebble.

    Cells about points scattered one to a square (S. Worley, 1996): nearest and second nearest.
    """
    gx, gy = x / cell_mm, y / cell_mm
    ix, iy = np.floor(gx).astype(np.int32), np.floor(gy).astype(np.int32)
    rng = np.random.default_rng(seed)
    at = rng.uniform(0.05, 0.95, (256, 256, 2)).astype(np.float32)
    shades = rng.uniform(-1, 1, (256, 256)).astype(np.float32)
    nearest, second = np.full_like(gx, 9.0), np.full_like(gx, 9.0)
    shade = np.zeros_like(gx)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            cx, cy = ix + dx, iy + dy
            place = at[cy & 255, cx & 255]
            away_x, away_y = cx + place[..., 0] - gx, cy + place[..., 1] - gy
            distance = away_x * away_x + away_y * away_y
            closer = distance < nearest
            second = np.where(closer, nearest, np.minimum(second, distance))
            shade = np.where(closer, shades[cy & 255, cx & 255], shade)
            nearest = np.where(closer, distance, nearest)
    furrow = np.sqrt(second) - np.sqrt(nearest)
    return furrow.astype(np.float32), shade.astype(np.float32)


def _height(x: Plane, y: Plane, edge: Plane) -> tuple[Plane, Plane]:
    """Return the relief in millimetres, and a shade for each pebble of the grain."""
    wx = x + 0.22 * noise(x * 0.9, y * 0.9, 147)
    wy = y + 0.22 * noise(x * 0.9, y * 0.9, 148)
    furrow, shade = _pebbles(wx, wy * 0.94, 0.62, 149)
    grain = 0.040 * smoothstep(0.0, 0.34, furrow) + 0.008 * shade
    swell = 0.30 * layered_noise(x * 0.016, y * 0.016, 150, 3)
    turned = -1.7 * smoothstep(-1.9, 0.3, edge) ** 2
    crease = x + WIDTH_MM / 2 - SPINE_MM
    groove = -0.55 * smoothstep(1.5, 0.0, np.abs(crease))
    from_seam = np.abs(edge + STITCHES_IN_MM)
    seam = -0.22 * smoothstep(1.1, 0.1, from_seam)
    return (grain + swell + turned + groove + seam).astype(np.float32), shade


def _leather(x: Plane, y: Plane, edge: Plane, px: float) -> Colour:
    height, shade = _height(x, y, edge)
    down, across = np.gradient(height, 1 / px)
    length = np.sqrt(across * across + down * down + 1)
    nx, ny, nz = -across / length, -down / length, 1 / length
    lambert = np.maximum(0, nx * _LIGHT[0] + ny * _LIGHT[1] + nz * _LIGHT[2])
    half = np.maximum(0, nx * -0.25 + ny * -0.34 + nz * 0.906)
    handled = smoothstep(0.05, 0.6, layered_noise(x * 0.02 + 2, y * 0.02, 151, 4))
    dark = np.clip(0.28 * handled + 0.06 * shade + 0.34 * smoothstep(-7, 0, edge), 0, 1)
    colour = _LEATHER + (_DEEP - _LEATHER) * dark[..., None]
    falloff = 1.07 - 0.0019 * x - 0.0016 * y
    lit = colour * ((0.30 + 0.98 * lambert) * falloff)[..., None]
    gloss = 0.075 * half**26 + 0.020 * half**6
    lit = lit + tint((gloss * falloff).astype(np.float32), (1.0, 0.92, 0.80))
    return _stitched(lit.astype(np.float32), x, y, edge)


def _stitched(leather: Colour, x: Plane, y: Plane, edge: Plane) -> Colour:
    """Sew saddle stitches along the edge."""
    across = edge + STITCHES_IN_MM
    along = _way(x, y)
    share = along / STITCH_MM - np.floor(along / STITCH_MM) - 0.5
    lean = across - 0.55 * share  # Saddle stitches slant.
    length = np.abs(share) * STITCH_MM
    body = np.sqrt((np.maximum(length - 1.25, 0)) ** 2 + lean * lean)
    cover = smoothstep(0.42, 0.32, body)
    shadow = smoothstep(0.85, 0.3, np.sqrt(np.maximum(length - 1.35, 0) ** 2 + (lean - 0.22) ** 2))
    hole = smoothstep(0.55, 0.2, np.sqrt((length - STITCH_MM / 2) ** 2 + lean * lean))
    leather = leather * (1 - 0.55 * shadow * (1 - cover))[..., None]
    leather = leather * (1 - 0.65 * hole)[..., None]
    round_ = 1 - np.clip(lean / 0.42, -1, 1) ** 2
    twist = 0.88 + 0.12 * np.sin((along + 1.4 * lean) * 11.0)
    thread = _THREAD * (twist * (0.45 + 0.65 * round_) * (1 - 0.25 * lean))[..., None]
    return mix(leather, thread.astype(np.float32), cover.astype(np.float32))


def _way(x: Plane, y: Plane) -> Plane:
    """Return the length along the seam, clockwise from the left end of its top side."""
    half_x, half_y = WIDTH_MM / 2 - CORNER_MM, HEIGHT_MM / 2 - CORNER_MM
    corner = (CORNER_MM - STITCHES_IN_MM) * np.pi / 2
    ox, oy = np.abs(x) - half_x, np.abs(y) - half_y
    in_corner = (ox > 0) & (oy > 0)
    level = ~in_corner & (oy >= ox)  # By the top or the bottom side.
    turn = np.arctan2(np.maximum(ox, 0), np.maximum(oy, 1e-6)) / (np.pi / 2) * corner
    across, down = 2 * half_x + corner, 2 * half_y + corner
    top, right = y < 0, x > 0
    way = np.select(
        [
            level & top,
            in_corner & top & right,
            ~level & ~in_corner & right,
            in_corner & ~top & right,
            level,
            in_corner & ~top,
            ~in_corner,
        ],
        [
            x + half_x,
            2 * half_x + turn,
            across + y + half_y,
            across + down - turn,
            across + down + half_x - x,
            2 * across + down - corner + turn,
            2 * across + down + half_y - y,
        ],
        2 * (across + down) - turn,
    )
    return way.astype(np.float32)
