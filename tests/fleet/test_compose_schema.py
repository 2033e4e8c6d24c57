"""docker-compose.yml as the Compose Specification defines it, judged by its JSON schema.

https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json, which the package
check-jsonschema brings.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fleet.compose import FILE, file


def refusals(path: Path) -> list[str]:
    """Return the places that do not conform, as JSON paths."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
         "--output-format", "json", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    told = json.loads(done.stdout)
    assert not told.get("parse_errors"), told
    return [error["path"] for error in told.get("errors", [])]


def filled(folder: Path, change: Callable[[dict[str, Any]], Any] = lambda _: None) -> Path:
    """Write the file as its engine reads it, after a change."""
    composed = file()
    change(composed)
    made = folder / "docker-compose.json"
    made.write_text(json.dumps(composed), encoding="utf-8")
    return made


def test_the_file_conforms_as_it_is_written() -> None:
    assert refusals(FILE) == []


def test_it_conforms_with_its_variables_filled_in(tmp_path: Path) -> None:
    assert refusals(filled(tmp_path)) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda one: one["services"]["gateway"].update(helthcheck={}), "$.services.gateway"),
        (lambda one: one["services"]["gateway"].update(read_only=[]), "$.services.gateway"),
        (lambda one: one.update(service={}), "$"),
    ],
    ids=["unknown key", "wrong type", "unknown section"],
)
def test_what_does_not_conform_would_be_seen(
    change: Callable[[dict[str, Any]], Any], place: str, tmp_path: Path
) -> None:
    assert any(found.startswith(place) for found in refusals(filled(tmp_path, change)))
