"""Parts and sheets to nest, and shapely as the judge of what comes out."""

from __future__ import annotations

import math
import random
from itertools import combinations

import numpy as np
from shapely import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from render_core.geometry.flatten import flatten
from render_core.geometry.svg_path import parse_path_mm
from render_core.layout import Outline, Verb
from render_core.making.nest.labels import footprints
from render_core.making.nest.request import QUARTERS, NestPart, NestRequest, Stock
from render_core.making.nest.solution import Solution
from render_core.making.nest.turning import placed

HEART = parse_path_mm("M30 55C-10 25 5 0 30 15C55 0 70 25 30 55Z")
RING = parse_path_mm(
    "M40 0A40 40 0 0 1 40 80A40 40 0 0 1 40 0ZM40 15A25 25 0 0 0 40 65A25 25 0 0 0 40 15Z"
)
TAG = parse_path_mm(
    "M6 0H54A6 6 0 0 1 60 6V24A6 6 0 0 1 54 30H6A6 6 0 0 1 0 24V6A6 6 0 0 1 6 0Z"
    "M7 12.5A2.5 2.5 0 0 0 7 17.5A2.5 2.5 0 0 0 7 12.5Z"
)
ANGLE = parse_path_mm("M0 0H20V50H60V70H0Z")


def polygon(corners: list[tuple[int, int]]) -> Outline:
    verbs = [Verb.MOVE, *[Verb.LINE] * (len(corners) - 1), Verb.CLOSE]
    return Outline(np.array(verbs, np.uint8), np.array(corners, np.int32))


def rectangle(width: int, height: int) -> Outline:
    return polygon([(0, 0), (width, 0), (width, height), (0, height)])


def blob(seed: int, radius: int, points: int = 200) -> Outline:
    """Return a round shape with bumps."""
    rng = random.Random(seed)
    waves = [(k, rng.uniform(0, 0.15) / k, rng.uniform(0, math.tau)) for k in (2, 3, 5)]
    corners = []
    for index in range(points):
        angle = math.tau * index / points
        reach = radius * (1 + sum(size * math.cos(k * angle + at) for k, size, at in waves))
        corners.append((round(reach * math.cos(angle)), round(reach * math.sin(angle))))
    return polygon(corners)


def batch(count: int, seed: int = 1) -> tuple[NestPart, ...]:
    """Return parts of all kinds, three to an order."""
    rng = random.Random(seed)
    parts = []
    for index in range(count):
        kind = rng.randrange(5)
        outline = (blob(index, rng.randrange(8_000, 30_000)), HEART, RING, TAG, ANGLE)[kind]
        order = (f"ORD-{10_000 + index // 3}",)
        turns = None if kind == 1 else QUARTERS
        parts.append(NestPart(f"part-{index + 1}", outline, 1, turns, orders=order))
    return tuple(parts)


def area_of(outline: Outline) -> BaseGeometry:
    """Return what an outline covers by the even-odd rule, by shapely."""
    area: BaseGeometry = Polygon()
    for contour in flatten(outline, 0.5):
        area = area.symmetric_difference(Polygon(contour.points_um).buffer(0))
    return area


def judged(solution: Solution, request: NestRequest) -> list[str]:
    """Return what shapely finds wrong with a solution; a micrometre is allowed it."""
    wrong = []
    outlines = footprints(request)
    for number, sheet in enumerate(solution.sheets):
        stock: Stock = request.stocks[sheet.stock]
        left, top, right, bottom = request.usable_um(stock)
        within = Polygon([(left, top), (right, top), (right, bottom), (left, bottom)]).buffer(1)
        areas = [area_of(placed(outlines[one.part], one.at)) for one in sheet.placed]
        wrong += [f"{number}: out of the sheet" for area in areas if not within.covers(area)]
        fixed = unary_union([area_of(outline) for outline in request.fixed_on(stock)])
        for area in areas:
            if not fixed.is_empty and area.distance(fixed) < request.spacing_um - 1:
                wrong.append(f"{number}: on what is fixed")
        for one, other in combinations(areas, 2):
            if one.distance(other) < request.spacing_um - 1 or one.intersection(other).area > 1:
                wrong.append(f"{number}: {one.distance(other)} µm apart")
    return wrong
