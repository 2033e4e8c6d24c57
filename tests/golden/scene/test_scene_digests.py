"""G-buffers and pictures of the 3D preview change only on purpose."""

from __future__ import annotations

import json
from pathlib import Path

from tests.render_core.scene.digests import digests

GOLDEN = Path(__file__).with_name("digests.json")


def test_pictures_of_the_3d_preview_are_those_of_the_golden_file(rewrite_golden: bool) -> None:
    found = digests()
    if rewrite_golden:
        GOLDEN.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    assert found == json.loads(GOLDEN.read_text())
