"""Bare metal under studio light: what it mirrors, and balls and rings of it seen from above."""

from __future__ import annotations

import numpy as np

from examples.studio.canvas import Plane, noise, smoothstep

Vector = tuple[Plane, Plane, Plane]


def studio(x: Plane, y: Plane, z: Plane) -> Plane:
    """Return the light that comes from a direction (unit vector, y down, z towards the camera).

    A large softbox above left, a strip on the right, a pale table, a dark room behind the camera.
    """
    room = 0.10 + 0.16 * smoothstep(-1.0, 1.0, -y)
    table = 0.55 * smoothstep(0.05, -0.5, z)
    key = 2.6 * _box_light(x, y, z, (-0.45, -0.62, 0.64), 0.42, 0.20)
    strip = 1.3 * _box_light(x, y, z, (0.86, -0.05, 0.5), 0.22, 0.12)
    fill = 0.55 * _box_light(x, y, z, (0.1, 0.75, 0.65), 0.35, 0.35)
    return (room + table + key + strip + fill).astype(np.float32)


def _box_light(
    x: Plane, y: Plane, z: Plane, towards: tuple[float, float, float], size: float, edge: float
) -> Plane:
    tx, ty, tz = towards
    cosine = (x * tx + y * ty + z * tz) / np.float32((tx * tx + ty * ty + tz * tz) ** 0.5)
    angle = np.sqrt(np.maximum(0, 2 - 2 * cosine))
    return smoothstep(size + edge, size - edge, angle)


def mirrored(nx: Plane, ny: Plane, nz: Plane) -> Vector:
    """Return the directions seen in a mirror with these normals, looking straight down."""
    return 2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1


def brushed(x: Plane, y: Plane, tilt_x: Plane, tilt_y: Plane) -> Plane:
    """Return the light off steel brushed along x.

    The brush leaves grooves along x, so the mirror is smeared across them: many normals spread in
    y are averaged, and each groove leans its own way. x, y: millimetres; tilts: slope of the face.
    """
    grooves = noise(x * 0.035, y * 9.0, 11) + 0.8 * noise(x * 0.11, y * 21.0, 12)
    fine = noise(x * 0.5, y * 34.0, 13)
    lean = 0.075 * grooves + 0.05 * fine
    # The camera is near: the view leans a little more towards the edges.
    far_x, far_y = x / 185 + 0.02, y / 230
    total = np.zeros_like(x)
    weight = 0.0
    for spread, share in (
        (-0.5, 0.1),
        (-0.28, 0.2),
        (-0.1, 0.3),
        (0.1, 0.3),
        (0.28, 0.2),
        (0.5, 0.1),
    ):
        nx = tilt_x + far_x + 0.012 * fine
        ny = tilt_y + far_y + lean + spread
        length = np.sqrt(nx * nx + ny * ny + 1)
        total += share * studio(*mirrored(nx / length, ny / length, 1 / length))
        weight += share
    scratches = smoothstep(0.55, 0.95, noise(x * 0.06 + 7, y * 27.0, 14))
    return (total / weight * (1.06 + 0.06 * grooves - 0.08 * scratches)).astype(np.float32)


def ball(x: Plane, y: Plane, cx: float, cy: float, radius: float) -> tuple[Plane, Plane]:
    """Return cover and light of a polished ball seen from above."""
    dx, dy = (x - cx) / radius, (y - cy) / radius
    squared = dx * dx + dy * dy
    nz = np.sqrt(np.maximum(0.0004, 1 - squared))
    light = studio(*mirrored(dx, dy, nz)) * (0.62 + 0.38 * smoothstep(1.0, 0.35, squared))
    return (squared < 1).astype(np.float32), light


def ring(
    x: Plane, y: Plane, cx: float, cy: float, radius: float, wire: float
) -> tuple[Plane, Plane]:
    """Return cover and light of a round wire bent to a ring, lying flat, seen from above."""
    dx, dy = x - cx, y - cy
    distance = np.sqrt(dx * dx + dy * dy) + 1e-6
    across = (distance - radius) / wire
    nz = np.sqrt(np.maximum(0.0004, 1 - across * across))
    light = studio(*mirrored(across * dx / distance, across * dy / distance, nz))
    return (np.abs(across) < 1).astype(np.float32), light * (0.55 + 0.45 * nz)
