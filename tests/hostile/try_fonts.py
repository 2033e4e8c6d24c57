"""Checks each hostile font and composes with those that pass: a line of JSON before and after each.

Run as a child of bounded memory and time, so that what brings it down brings down nothing else, and its last
line says what that was: `python -m tests.hostile.try_fonts [seed]`.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
from dataclasses import replace
from typing import Final

from render_core.compose import compose
from render_core.design import Align, Design, Overflow
from render_core.errors import RenderError
from render_core.intake.fonts import normalise_font
from tests.fonts import FontLibrary
from tests.hostile.font_files import all_fonts
from tests.render_core.composing import ELLIPSE, HEART_SHAPE, design, text_zone

MEMORY_BYTES: Final = 2 << 30
# Of the processor, for all that is done with one font: what has no end is far above, and the worst takes
# a third of it.
SECONDS: Final = 60
TEXTS: Final = ("A", "ABCDEFGHIJ", "JJJ AAA BBB", "A" * 30, "Ab 1")


class Library(FontLibrary):
    """The faces of the tests and a hostile one."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data
        self.sha256 = hashlib.sha256(data).hexdigest()

    def font(self, sha256: str) -> bytes:
        return self._data if sha256 == self.sha256 else super().font(sha256)


def designs(sha256: str, text: str) -> list[Design]:
    zones = [
        text_zone(max_lines=3, overflow=Overflow.CONDENSE, min_condense_permille=600),
        text_zone(max_lines=3, shape=ELLIPSE, min_stroke_um=300, min_gap_um=300),
        text_zone(shape=HEART_SHAPE, align=Align.JUSTIFY, tracking_permille=-150),
    ]
    rules = [replace(zone, text=replace(zone.text, fonts=(sha256,))) for zone in zones if zone.text]
    return [design(zone, text) for zone in rules]


def refusal(data: bytes) -> str:
    """Return for what a font is refused at upload, "" if it is taken."""
    try:
        normalise_font(data)
    except RenderError as error:
        return error.reason
    return ""


def errors(data: bytes) -> list[str]:
    """Return for what designs with a font are refused."""
    library = Library(data)
    found = set()
    for text in TEXTS:
        for made in designs(library.sha256, text):
            try:
                compose(made, library)
            except RenderError as error:
                found.add(error.reason)
    return sorted(found)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for name, data in all_fonts(int(sys.argv[1]) if len(sys.argv) > 1 else 0):
        _say({"trying": name})
        _grant(SECONDS)
        reason = refusal(data)
        _say({"font": name, "reason": reason, "composed": [] if reason else errors(data)})


def _grant(seconds: int) -> None:
    """Let this process end when it has worked so long from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
