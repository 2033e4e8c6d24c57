"""What `luneo demo` keeps in a data folder.

    demo.json       what it made, complete, for `luneo status --json`
    demo-keys.json  its keys, each written as soon as it is made: a key is shown only once, and the
                    demo may be stopped at any moment
    samples.json    what the sample shop may know: nothing secret

The first two open the sample brands of this installation, so only its user may read them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def read(data: Path) -> dict[str, Any]:
    """Return what the demo made; empty where there is no demo."""
    return _read(data / "demo.json")


def write(data: Path, record: dict[str, Any]) -> None:
    """Keep what the demo made."""
    _write(data / "demo.json", record)


def read_keys(data: Path) -> dict[str, Any]:
    """Return the keys of each sample brand, by kind."""
    return _read(data / "demo-keys.json")


def write_keys(data: Path, keys: dict[str, Any]) -> None:
    """Keep the keys made so far."""
    _write(data / "demo-keys.json", keys)


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
    _write(data / "samples.json", {"brands": shown})


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, record: dict[str, Any]) -> None:
    """Replace the file at once, on the disk as well."""
    draft = path.with_name(f"{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(record, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
