"""The mug: white glazed stoneware, traced as a signed distance field under two softboxes.

An orthographic camera looks slightly down, so a small panel on the front falls on the photo by a
map that is affine to within a millimetre.
"""

from __future__ import annotations

from math import cos, radians, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray

from examples.studio.canvas import Colour, Plane, grid_mm, halve, layered_noise, noise, smoothstep

WIDTH_PX: Final = 1600
HEIGHT_PX: Final = 1200
PX_PER_MM: Final = 8.6
RADIUS_MM: Final = 41.0
HEIGHT_MM: Final = 96.0
WALL_MM: Final = 3.6
ELEVATION: Final = radians(11)
# Where the middle of the mug stands on the picture, in millimetres from the picture's middle.
CENTRE_MM: Final = (-9.0, 3.0)

Points = NDArray[np.float32]  # (n, 3): x right, y up, z towards the camera; mug's middle at 0.
_KEY: Final = np.array((-0.62, 0.58, 0.53), np.float32)
_FILL: Final = np.array((0.80, 0.30, 0.52), np.float32)
_STEPS: Final = 90


def photograph() -> Colour:
    """Return the picture in linear light."""
    scale = 2
    x, y = grid_mm(WIDTH_PX * scale, HEIGHT_PX * scale, PX_PER_MM * scale)
    x, y = x - CENTRE_MM[0], -(y - CENTRE_MM[1])
    picture = np.empty((*x.shape, 3), np.float32)
    rows = 120
    for top in range(0, x.shape[0], rows):
        band = slice(top, top + rows)
        picture[band] = _trace(x[band], y[band])
    return halve(picture)


def _camera(x: Plane, y: Plane) -> tuple[Points, Points]:
    """Return where each ray starts, and the one direction they share."""
    up = np.array((0, cos(ELEVATION), -sin(ELEVATION)), np.float32)
    towards = np.array((0, sin(ELEVATION), cos(ELEVATION)), np.float32)
    start = x[..., None] * np.array((1, 0, 0), np.float32) + y[..., None] * up + 160 * towards
    return start.reshape(-1, 3).astype(np.float32), -towards


def _length(*parts: Plane) -> Plane:
    total = parts[0] * parts[0]
    for part in parts[1:]:
        total = total + part * part
    return np.sqrt(total)


def _body(p: Points) -> Plane:
    """Return the distance to the cup: a rounded cylinder with a rounded hollow."""
    across = _length(p[:, 0], p[:, 2])
    outer = _rounded(across - RADIUS_MM, np.abs(p[:, 1]) - HEIGHT_MM / 2, 5.0, p[:, 1])
    inner_x = across - (RADIUS_MM - WALL_MM)
    inner_y = -(p[:, 1] + HEIGHT_MM / 2 - 5)
    hollow = (
        np.minimum(np.maximum(inner_x + 9, inner_y + 9), 0)
        + _length(np.maximum(inner_x + 9, 0), np.maximum(inner_y + 9, 0))
        - 9
    )
    return _smooth_max(outer, -hollow, 1.7)


def _rounded(dx: Plane, dy: Plane, foot: float, y: Plane) -> Plane:
    radius = np.where(y < 0, foot, 0.6).astype(np.float32)
    qx, qy = dx + radius, dy + radius
    return (
        np.minimum(np.maximum(qx, qy), 0) + _length(np.maximum(qx, 0), np.maximum(qy, 0)) - radius
    )


def _handle(p: Points) -> Plane:
    """Return the distance to the handle: a flattened bow on the right."""
    x, y = p[:, 0] - (RADIUS_MM - 3.0), p[:, 1] - 1.0
    stretched = y * np.float32(0.80)
    bow = _length(x, stretched) - 27.0
    bow = bow * (0.80 + 0.20 * np.abs(x) / (_length(x, stretched) + 1e-3))
    side = np.abs(p[:, 2])
    # A rounded strap, 11 mm wide and 8 mm thick.
    qx, qz = np.abs(bow) - 1.6, side - 3.2
    strap = np.minimum(np.maximum(qx, qz), 0) + _length(np.maximum(qx, 0), np.maximum(qz, 0)) - 2.9
    return np.maximum(strap, -(_length(p[:, 0], p[:, 2]) - (RADIUS_MM - WALL_MM / 2)))


def _mug(p: Points) -> Plane:
    return _smooth_min(_body(p), _handle(p), 4.5)


def _scene(p: Points) -> Plane:
    return np.minimum(_mug(p), p[:, 1] + HEIGHT_MM / 2)


def _smooth_min(a: Plane, b: Plane, width: float) -> Plane:
    h = np.clip(0.5 + 0.5 * (b - a) / width, 0, 1)
    return (b + (a - b) * h - width * h * (1 - h)).astype(np.float32)


def _smooth_max(a: Plane, b: Plane, width: float) -> Plane:
    return -_smooth_min(-a, -b, width)


def _march(start: Points, direction: Points) -> tuple[Plane, NDArray[np.bool_]]:
    """Return how far each ray runs and whether it meets the mug (the table is met exactly)."""
    reach = np.zeros(len(start), np.float32)
    hit = np.zeros(len(start), bool)
    active = np.flatnonzero(_near(start, direction))
    table = (start[:, 1] + HEIGHT_MM / 2) / -direction[1]
    for _ in range(_STEPS):
        if not active.size:
            break
        distance = _mug(start[active] + reach[active, None] * direction)
        met = distance < 0.01
        hit[active[met]] = True
        reach[active] += np.where(met, 0, distance * np.float32(0.92))
        active = active[~met & (reach[active] < table[active])]
    return np.where(hit, reach, table).astype(np.float32), hit


def _near(start: Points, direction: Points) -> NDArray[np.bool_]:
    """Return which rays can meet the box around the mug on the picture."""
    middle = start + 160 * direction
    x, y = middle[:, 0], middle[:, 1]
    return (x > -RADIUS_MM - 2) & (x < RADIUS_MM + 40) & (np.abs(y) < HEIGHT_MM / 2 + 14)


def _normals(p: Points) -> Points:
    step = np.float32(0.03)
    offsets = np.eye(3, dtype=np.float32) * step
    slopes = [_mug(p + offset) - _mug(p - offset) for offset in offsets]
    normal = np.stack(slopes, axis=1)
    return normal / (np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9)


def _open_sky(p: Points, n: Points) -> Plane:
    """Return how much of the room a point sees, from the distances along its normal."""
    closed = np.zeros(len(p), np.float32)
    for height, weight in ((1.5, 0.24), (4.0, 0.16), (9.0, 0.085), (18.0, 0.042), (32.0, 0.02)):
        closed += weight * np.maximum(0, height - _scene(p + n * np.float32(height)))
    return np.exp(-0.62 * closed).astype(np.float32)


def _shadow(p: Points, towards: Points, softness: float) -> Plane:
    """Return how much of a light a point sees: the narrowest gap on the way, as a penumbra."""
    light = np.ones(len(p), np.float32)
    reach = np.full(len(p), 0.6, np.float32)
    for _ in range(46):
        distance = _mug(p + reach[:, None] * towards)
        light = np.minimum(light, 0.5 + 0.5 * distance / (softness * reach))
        reach += np.clip(distance, 0.5, 9.0)
    light = np.clip(light, 0, 1)
    return (light * light * (3 - 2 * light)).astype(np.float32)


def _studio(d: Points) -> Plane:
    """Return what the glaze mirrors: a tall softbox left, a strip right, a pale sweep."""
    x, y, z = d[:, 0], d[:, 1], d[:, 2]
    room = 0.30 + 0.32 * smoothstep(-0.2, 0.9, y) + 0.22 * smoothstep(0.05, -0.4, y)
    turn = np.degrees(np.arctan2(x, z))
    left = smoothstep(-73, -78, turn) * smoothstep(-108, -98, turn)
    right = smoothstep(92, 97, turn) * smoothstep(116, 111, turn)
    tall = smoothstep(-0.46, -0.36, y) * smoothstep(0.80, 0.62, y)
    return (room + (5.5 * left + 3.4 * right) * tall).astype(np.float32)


def _trace(x: Plane, y: Plane) -> Colour:
    start, direction = _camera(x, y)
    reach, hit = _march(start, direction)
    colour = np.empty((len(start), 3), np.float32)
    points = start + reach[:, None] * direction
    if hit.any():
        colour[hit] = _glaze(points[hit], direction)
    if not hit.all():
        colour[~hit] = _sweep(points[~hit], y.reshape(-1)[~hit], x.reshape(-1)[~hit])
    return colour.reshape(*x.shape, 3)


def _glaze(p: Points, direction: Points) -> Colour:
    normal = _normals(p)
    # Fired glaze is never quite flat.
    waves = 0.006 * noise(p[:, 0] * 0.11, p[:, 1] * 0.09 + p[:, 2] * 0.1, 141)
    bumped = normal + waves[:, None] * np.array((1, 0.6, 0.3), np.float32)
    bumped /= np.linalg.norm(bumped, axis=1, keepdims=True)
    sky = _open_sky(p, normal)
    key = np.maximum(0, 0.22 + 0.78 * (normal @ _KEY)) * _shadow(p + normal * 0.3, _KEY, 0.35)
    fill = np.maximum(0, 0.15 + 0.85 * (normal @ _FILL))
    bounce = 0.5 - 0.5 * normal[:, 1]
    warm = np.array((1.0, 0.975, 0.94), np.float32)
    cool = np.array((0.93, 0.965, 1.0), np.float32)
    light = (
        (0.66 * key)[:, None] * warm
        + (0.21 * fill * sky)[:, None] * cool
        + ((0.27 + 0.14 * bounce) * sky)[:, None] * np.array((1, 0.99, 0.97), np.float32)
    )
    facing = np.clip(-(bumped @ direction), 0, 1)
    mirror = direction + 2 * facing[:, None] * bumped
    fresnel = 0.042 + 0.958 * (1 - facing) ** 5 * 0.75
    gloss = fresnel * _studio(mirror) * (0.35 + 0.65 * sky)
    body = light * np.array((0.93, 0.925, 0.91), np.float32) * (1 - 0.6 * fresnel)[:, None]
    return (body + gloss[:, None]).astype(np.float32)


def _sweep(p: Points, screen_y: Plane, screen_x: Plane) -> Colour:
    """Return the paper sweep: a table that bends up into the background without a line."""
    up = np.zeros_like(p)
    up[:, 1] = 1
    near = (np.abs(p[:, 0]) < 190) & (np.abs(p[:, 2]) < 190)
    light = np.ones(len(p), np.float32)
    if near.any():
        spot = p[near] + up[near] * np.float32(0.05)
        key = _shadow(spot, _KEY, 0.42)
        fill = _shadow(spot, _FILL, 0.6)
        sky = _open_sky(spot, up[near])
        light[near] = 0.40 * key + 0.17 * fill + 0.43 * sky
    edge = np.maximum(np.abs(p[:, 0]), np.abs(p[:, 2]))
    light = light + (1 - light) * smoothstep(140, 188, edge)
    glow = 0.83 - 0.0009 * screen_x + 0.0006 * screen_y
    glow -= 0.0000085 * (screen_x * screen_x + screen_y * screen_y)
    fibre = 0.004 * layered_noise(screen_x * 1.3, screen_y * 1.3, 151, 3)
    tone = (glow + fibre) * (0.12 + 0.88 * light)
    return tone[:, None] * np.array((0.985, 0.975, 0.958), np.float32)
