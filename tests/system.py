"""What tests need of the machine that runs them: its programs, its data, its rights.

Where something is missing, the tests that need it are skipped and say what it is; on CI they fail.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TypeVar

import pytest

_Found = TypeVar("_Found")


def needed(found: _Found | None, what: str) -> _Found:
    """Return what was found; None skips the test, on CI fails it.

    what: the thing and where it comes from, as the end of a sentence.
    """
    if found is None:
        assert not os.environ.get("CI"), f"CI needs {what}: see .ci/run"
        pytest.skip(f"needs {what}")
    return found


def file(path: Path, package: str) -> Path:
    """Return a file that a Debian package brings."""
    return needed(path if path.exists() else None, f"{path} (Debian package {package})")


def program(package: str, *names: str) -> str:
    """Return the path of a program by the first of its names that is there.

    package: Debian's. names: of the program; without any, the package's own.
    """
    found = next(filter(None, map(shutil.which, names or (package,))), None)
    return needed(found, f"{' or '.join(names or (package,))} (Debian package {package})")


def chromium() -> str:
    """Return the path of Chromium or Chrome."""
    return program("chromium", "chromium", "google-chrome")
