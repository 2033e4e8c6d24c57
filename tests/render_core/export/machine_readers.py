"""What a plotter and a controller make of their files: walked word by word, apart from what writes them.

Lines are (n, 2) float64 millimetres, as the machine counts, of what is drawn, cut or burnt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]

_WORD = re.compile(r"([A-Z])\s*([-+]?\d*\.?\d+)")
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass
class Job:
    """tools: which pen or tool each line was made with. powers: S of each. depths: Z of each, mm."""

    lines: list[Line] = field(default_factory=list)
    tools: list[int] = field(default_factory=list)
    powers: list[float] = field(default_factory=list)
    depths: list[float] = field(default_factory=list)
    feeds_mm_min: list[float] = field(default_factory=list)
    arcs: int = 0
    worst_radius_mm: float = 0.0
    ended: bool = False


class _Controller:
    """The state of a machine, and what it has made so far."""

    def __init__(self) -> None:
        self.job = Job()
        self.at = [0.0, 0.0, 0.0]
        self.motion, self.power, self.feed, self.tool = 0, 0.0, 0.0, 1
        self.scale, self.on = 1.0, False
        self.line: list[tuple[float, float]] = []
        self.how: tuple[int, float, float, float] = (1, 0.0, 0.0, 0.0)

    def obey(self, words: list[tuple[str, float]]) -> None:
        for letter, number in words:
            if letter == "G":
                self._prepare(int(number))
            elif letter == "M":
                assert number in (0, 2, 3, 4, 5), words
                self.on = number in (3, 4) if number in (3, 4, 5) else self.on
                self.job.ended = number == 2
            elif letter == "S":
                self.power = number
            elif letter == "F":
                self.feed = number * self.scale
            elif letter == "T":
                self.tool = int(number)
        if given := {letter: number * self.scale for letter, number in words if letter in "XYZIJ"}:
            self._move(given)

    def _prepare(self, code: int) -> None:
        if code in (20, 21):
            self.scale = 25.4 if code == 20 else 1.0
        elif code in (0, 1, 2, 3):
            self.motion = code
        else:
            assert code in (17, 90, 94), code

    def _move(self, given: dict[str, float]) -> None:
        here = self.at
        self.at = [given.get(axis, old) for axis, old in zip("XYZ", here, strict=True)]
        if self.motion == 0 or self.at[:2] == here[:2]:
            self.lift()
            return
        assert self.feed > 0
        points = [(self.at[0], self.at[1])]
        if self.motion in (2, 3):
            centre = (here[0] + given["I"], here[1] + given["J"])
            points = _around(here, self.at, centre, self.motion == 3, self.job)
        if self.on and self.power > 0 and self.at[2] <= 0:
            self.line = [*(self.line or [(here[0], here[1])]), *points]
            self.how = (self.tool, self.power, self.at[2], self.feed)

    def lift(self) -> None:
        """End the line that is being made."""
        if self.line:
            job = self.job
            job.lines.append(np.array(self.line))
            job.tools.append(self.how[0])
            job.powers.append(self.how[1])
            job.depths.append(self.how[2])
            job.feeds_mm_min.append(self.how[3])
        self.line = []


def read_gcode(data: bytes) -> Job:
    """Walk a file of G-code; what no controller knows, or would refuse, is an AssertionError."""
    machine = _Controller()
    for text in data.decode("ascii").splitlines():
        code = "".join(_COMMENT.sub("", text).split())
        assert "".join(word.group() for word in _WORD.finditer(code)) == code, text
        assert not set(text) & set("%!~?;"), text
        assert len(text) <= 80, text
        machine.obey([(letter, float(number)) for letter, number in _WORD.findall(code)])
    assert not machine.line
    assert not machine.on
    return machine.job


def _around(
    here: list[float],
    target: list[float],
    centre: tuple[float, float],
    anticlockwise: bool,
    job: Job,
) -> list[tuple[float, float]]:
    begin = np.arctan2(here[1] - centre[1], here[0] - centre[0])
    end = np.arctan2(target[1] - centre[1], target[0] - centre[0])
    radius = np.hypot(here[0] - centre[0], here[1] - centre[1])
    other = np.hypot(target[0] - centre[0], target[1] - centre[1])
    job.arcs += 1
    job.worst_radius_mm = max(job.worst_radius_mm, abs(radius - other))
    turn = (end - begin) % (2 * np.pi) if anticlockwise else -((begin - end) % (2 * np.pi))
    turn = turn or (2 * np.pi if anticlockwise else -2 * np.pi)
    angles = begin + turn * np.linspace(0, 1, 65)[1:]
    points = np.stack([centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)], 1)
    points[-1] = target[:2]
    return [(x, y) for x, y in points.tolist()]


def read_hpgl(data: bytes) -> Job:
    """Walk a file of HPGL: IN, SP, VS, PU and PD with absolute coordinates."""
    job, pen, down, at = Job(), 0, False, (0.0, 0.0)
    line: list[tuple[float, float]] = []
    text = data.decode("ascii").replace("\n", "")
    assert text.startswith("IN;")
    for command in text.split(";")[:-1]:
        name, numbers = command[:2], [float(n) for n in command[2:].split(",") if n]
        if line and name != "PD":
            job.lines.append(np.array(line) / 40)
            job.tools.append(pen)
            line = []
        if name == "SP":
            pen = int(numbers[0])
        elif name == "VS":
            assert 1 <= numbers[0] <= 127
            job.feeds_mm_min.append(numbers[0] * 600)
        elif name in ("PU", "PD"):
            down = name == "PD"
            for x, y in zip(numbers[::2], numbers[1::2], strict=True):
                if down:
                    line = line or [at]
                    line.append((x, y))
                at = (x, y)
        else:
            assert name == "IN", command
    job.ended = pen == 0 and not down
    return job
