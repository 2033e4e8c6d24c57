"""What `luneo demo` made in a data folder, for `luneo status --json`: LUNEO_DATA/demo.json.

Its keys open the sample brands of this installation, so only its user may read it.
"""

import json
import os
from pathlib import Path
from typing import Any


def read(data: Path) -> dict[str, Any]:
    """Return what the demo wrote; empty where there is no demo."""
    try:
        found = json.loads((data / "demo.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def publish(data: Path, brands: list[dict[str, Any]]) -> None:
    """Write what the sample shop may know: names and publishable keys, nothing secret."""
    shown = [
        {
            "display_name": brand["display_name"],
            "key": brand["keys"]["publishable"],
            "products": [{"name": product["name"]} for product in brand["products"]],
        }
        for brand in brands
    ]
    draft = data / "samples.json.new"
    draft.write_text(json.dumps({"brands": shown}), "utf-8")
    draft.replace(data / "samples.json")


def write(data: Path, record: dict[str, Any]) -> None:
    """Replace the file at once."""
    draft = data / "demo.json.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(record, file, indent=1)
    draft.replace(data / "demo.json")
