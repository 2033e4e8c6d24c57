"""A small output of every kind in every format that it takes, as digests.

python -m tests.render_core.every_kind     prints them as JSON
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from render_core.compose import compose
from render_core.errors import UnsupportedDesign
from render_core.files import load_design
from render_core.output_keys import DEFAULTS, OutputKind, normalised_parameters
from render_core.outputs import render
from tests.render_core.export.samples import tooled_layout

_DESIGN: Final = Path(__file__).parents[2] / "examples/designs/mug-photo.json"
_SMALL: Final[dict[str, Any]] = {"width": 96, "dpi": 40, "frames": 2}
_FORMATS: Final = ("png", "webp", "jpeg", "avif", "mp4")


def asked() -> Iterator[tuple[OutputKind, dict[str, Any]]]:
    """Yield every kind, with each format that it takes."""
    for kind, defaults in DEFAULTS.items():
        small = {name: value for name, value in _SMALL.items() if name in defaults}
        if "format" not in defaults:
            yield kind, small
            continue
        for name in _FORMATS:
            parameters = {**small, "format": name}
            try:
                normalised_parameters(kind, parameters)
            except UnsupportedDesign:
                continue
            yield kind, parameters


def digests() -> dict[str, str]:
    """Return the SHA-256 of each, by kind and format."""
    loaded = load_design(_DESIGN)
    printed = compose(loaded.design, loaded.library).layout
    return {
        f"{kind.value} {parameters.get('format', '')}".strip(): hashlib.sha256(
            render(
                kind,
                tooled_layout() if "machine" in DEFAULTS[kind] else printed,
                loaded.design.template,
                loaded.library,
                parameters,
            ).data
        ).hexdigest()
        for kind, parameters in asked()
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(digests()))
