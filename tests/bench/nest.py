"""Nesting beside what is published and what is possible: densities, sheets, and what the checks cost.

Instances of the sparrow benchmark are read from the folder that LUNEO_NEST_INSTANCES names (swim.json,
shirts.json and jakobs1.json of github.com/JeroenGar/sparrow, data/input); without it, generated ones stand
beside the solver's own answer. LUNEO_NEST_SECONDS: time for each, 60 if it is not set.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from render_core.layout import Outline, Verb
from render_core.making.nest.check import faults
from render_core.making.nest.labels import footprints
from render_core.making.nest.request import QUARTERS, NestPart, NestRequest, Stock
from render_core.making.nest.shapes import Shapes, moved_box
from render_core.making.nest.sheet import sheets
from render_core.making.nest.sheet_map import map_json
from render_core.making.nest.solution import Solution, read_solution
from render_core.making.nest.solve import solve
from tests.bench.table import Measure, timed_ms

FOLDER = os.environ.get("LUNEO_NEST_INSTANCES", "")
SECONDS = float(os.environ.get("LUNEO_NEST_SECONDS", "60"))
# Mean usage of a hundred runs of 20 minutes (Gardeyn and others, 2025, logs of the repository), and
# micrometres to a unit, so that parts are as large as parts are.
PUBLISHED = {"swim": (78.302, 100), "shirts": (89.720, 10_000), "jakobs1": (89.083, 10_000)}
# What is to be reached of the published density: the goal is its inverse, since less waste is better.
SHARE = 0.95
# A tenth and two seconds over 30 s.
_LATEST = (30 * 1.1 + 2) / 30


def measures() -> Iterator[Measure]:
    """Strips, rectangles, and a batch of 500."""
    if FOLDER:
        for name, (published, unit) in PUBLISHED.items():
            yield _strip(name, published, unit)
    yield _rectangles()
    yield from _batch()


def _strip(name: str, published: float, unit: int) -> Measure:
    """Waste is what counts: the length of the strip, beside that of the published density."""
    instance: dict[str, Any] = json.loads((Path(FOLDER) / f"{name}.json").read_text())
    parts = tuple(
        NestPart(
            str(item["id"]),
            _polygon(np.array(item["shape"]["data"]) * unit),
            item["demand"],
            tuple(round(angle * 100) for angle in item["allowed_orientations"]),
        )
        for item in instance["items"]
    )
    height = int(instance["strip_height"] * unit)
    area = sum(part.quantity * _area(part.outline) for part in parts)
    request = NestRequest(parts, (Stock("strip", int(2 * area / height), height),))
    solution = solve(request, SECONDS)
    assert faults(solution, request) == ()
    assert len(solution.sheets) == 1
    density = 100 * area / height / _length(solution, request)
    return Measure(
        f"{name}, strip length at {density:.2f} %",
        100 / density,
        "of the area",
        f"published {published:.2f} %",
        100 / published,
        goal=1 / SHARE,
        goal_of_ratio=True,
    )


def _rectangles() -> Measure:
    """Sheets, beside the least that the area leaves."""
    rng = random.Random(1)
    parts = tuple(
        NestPart(
            f"card-{index}",
            _rectangle(rng.randrange(20_000, 150_000, 500), rng.randrange(20_000, 120_000, 500)),
            rng.randrange(1, 4),
        )
        for index in range(250)
    )
    stock = Stock("sheet", 1_000_000, 600_000)
    request = NestRequest(parts, (stock,), 2_000, 5_000)
    solution = solve(request, 10)
    needed = sum(
        part.quantity * int(np.prod(part.outline.points_um[2].astype(np.int64) + 2_000))
        for part in parts
    )
    least = -(-needed // (992_000 * 592_000))
    return Measure(
        f"sheets for {solution.count} rectangles",
        len(solution.sheets),
        "sheets",
        "lower bound by area",
        least,
        goal=7 / 6,
        goal_of_ratio=True,
    )


def _batch() -> Iterator[Measure]:
    """A batch of 500 with 200 points each: how late it ends, and what follows from what is stored."""
    parts = tuple(
        NestPart(f"part-{index}", _blob(index, 15_000 + 30 * index), 1, QUARTERS)
        for index in range(500)
    )
    request = NestRequest(parts, (Stock("sheet", 1_200_000, 800_000),), 1_500)
    begun = time.perf_counter()
    solution = solve(request, 30)
    spent = time.perf_counter() - begun
    stored = solution.canonical(request)
    yield Measure(
        "500 parts, 30 s allowed", spent, "s", "allowed", 30.0, _LATEST, goal_of_ratio=True
    )
    used = json.loads(map_json(solution, request))["sheets"]
    full = [sheet["used_permille"] / 10 for sheet in used[:-1]]
    yield Measure("500 parts, unused of the emptiest full sheet", 100 - min(full), "%")
    check_ms = timed_ms(lambda: faults(solution, request))
    made_ms = timed_ms(lambda: sheets(read_solution(stored, request), request, {}))
    yield Measure("sheets remade from what is stored", made_ms, "ms", "the check alone", check_ms)


def _length(solution: Solution, request: NestRequest) -> int:
    shapes = Shapes(footprints(request))
    placed = solution.sheets[0].placed
    return max(moved_box(shapes.at(one.part, one.at.rotation), one.at)[2] for one in placed)


def _polygon(points: np.ndarray[Any, Any]) -> Outline:
    corners = np.rint(points).astype(np.int32)
    corners = corners[:-1] if (corners[0] == corners[-1]).all() else corners
    verbs = [Verb.MOVE, *[Verb.LINE] * (len(corners) - 1), Verb.CLOSE]
    return Outline(np.array(verbs, np.uint8), corners)


def _rectangle(width: int, height: int) -> Outline:
    return _polygon(np.array([(0, 0), (width, 0), (width, height), (0, height)]))


def _blob(seed: int, radius: int) -> Outline:
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    reach = np.ones_like(angle)
    for wave in (2, 3, 5):
        reach += rng.uniform(0, 0.15) / wave * np.cos(wave * angle + rng.uniform(0, 6))
    return _polygon(radius * np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1))


def _area(outline: Outline) -> float:
    x, y = outline.points_um.T.astype(float)
    return float(abs((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2)
