"""What stays in memory after ten thousand different texts: caches are bounded by bytes, and evict.

    python -m tests.bench.memory

In a process of its own, so that nothing else counts; prints what it found as JSON.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from render_core.byte_bounded import ByteBounded
from render_core.compose import compose
from tests.bench.table import Measure
from tests.fonts import FontLibrary
from tests.render_core.composing import design, text_zone

STRINGS = 10_000
MB = 1024 * 1024
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह",
)
FACES = ("script", "arabic", "devanagari")


def measures() -> Iterator[Measure]:
    """Run the texts in a child process; what is kept, and what the process has grown by."""
    program = [sys.executable, "-m", "tests.bench.memory"]
    found = json.loads(subprocess.run(program, check=True, capture_output=True).stdout)
    name = f"caches after {STRINGS:,} texts"
    yield Measure(name, found["held_mb"], "MB", "their bounds", found["bound_mb"], 1.0, True)
    yield Measure(
        "memory that they took", found["grown_mb"], "MB", "bounds", found["bound_mb"], 1.0, True
    )
    yield Measure(
        "memory of the second half",
        found["later_mb"],
        "MB",
        "the first",
        found["first_mb"],
        1.0,
        True,
    )
    yield Measure("evictions by then", -found["evictions"], "", goal=-1)


def main() -> None:
    chance, library = random.Random(20261121), FontLibrary()
    zones = [text_zone(60, 20, font=face) for face in FACES]
    evictions, held = 0, {id(cache): cache.held_bytes for cache in _caches()}
    before = _peak_mb()
    halfway = before
    for number in range(STRINGS):
        kind = number % len(ALPHABETS)
        typed = "".join(chance.choices(ALPHABETS[kind], k=chance.randint(3, 10)))
        compose(design(zones[kind], typed), library)
        if number == STRINGS // 2:
            halfway = _peak_mb()
        for cache in _caches() if number % 500 == 499 else ():
            evictions += cache.held_bytes < held.get(id(cache), 0)
            held[id(cache)] = cache.held_bytes
    caches = _caches()
    found = {
        "held_mb": sum(cache.held_bytes for cache in caches) / MB,
        "bound_mb": sum(cache.limit_bytes for cache in caches) / MB,
        "grown_mb": _peak_mb() - before,
        "first_mb": halfway - before,
        "later_mb": _peak_mb() - halfway,
        "evictions": evictions,
    }
    json.dump(found, sys.stdout)


def _caches() -> list[ByteBounded[object]]:
    return [one for one in gc.get_objects() if isinstance(one, ByteBounded)]


def _peak_mb() -> float:
    """Return the most memory that the process had; `ru_maxrss` of a child begins with its parent's."""
    status = Path("/proc/self/status")
    if not status.exists():  # macOS
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB
    (line,) = [one for one in status.read_text().splitlines() if one.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
