"""The table of measures: `make bench`, or `make bench ARGS=--json`.

    python -m tests.bench [--json] [--only core,shoppers]

Every speed stands beside a named peer measured in the same run; times of one machine say little.
Ends with 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator

from tests.bench import (
    bridge,
    codec,
    core,
    crowd,
    export,
    formats,
    hostile,
    letters,
    making,
    memory,
    mockup,
    nest,
    pack,
    pixels,
    preflight,
    proof,
    scene,
    shoppers,
    streams,
    tracing,
)
from tests.bench.table import Measure, print_table

GROUPS: dict[str, Callable[[], Iterator[Measure]]] = {
    "core": core.measures,
    "codec": codec.measures,
    "bridge": bridge.measures,
    "letters": letters.measures,
    "pixels": pixels.measures,
    "memory": memory.measures,
    "formats": formats.measures,
    "export": export.measures,
    "hostile": hostile.measures,
    "preflight": preflight.measures,
    "proof": proof.measures,
    "mockup": mockup.measures,
    "nest": nest.measures,
    "pack": pack.measures,
    "making": making.measures,
    "scene": scene.measures,
    "shoppers": shoppers.measures,
    "tracing": tracing.measures,
    "crowd": crowd.measures,
    "streams": streams.measures,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--only", default=",".join(GROUPS), help="groups, with commas")
    options = parser.parse_args()
    measures = [measure for name in options.only.split(",") for measure in GROUPS[name]()]
    if options.json:
        json.dump([measure.record() for measure in measures], sys.stdout, indent=1)
        print()
    else:
        print_table(measures)
    sys.exit(0 if all(measure.holds for measure in measures) else 1)


if __name__ == "__main__":
    main()
