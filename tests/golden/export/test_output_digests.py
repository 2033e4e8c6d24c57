"""Golden hashes of every output of the hand-made samples.

They change with the renderer's version and with nothing else: raise `render_core/version.py` in
the commit that rewrites them (`make golden`).
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.render_core.export.digests import digests

GOLDEN = Path(__file__).with_name("digests.json")


def test_outputs_are_those_of_the_golden_file(rewrite_golden: bool) -> None:
    made = digests()
    if rewrite_golden:
        GOLDEN.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")
    assert made == json.loads(GOLDEN.read_text())
