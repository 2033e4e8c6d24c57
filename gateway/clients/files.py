"""Which files are generated, and what each must hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from gateway.clients import python_calls, python_types, typescript

_HERE: Final = Path(__file__).resolve().parent
_PYTHON: Final = _HERE / "python" / "luneo_client"
_TYPESCRIPT: Final = _HERE.parent / "web" / "api" / "types.ts"


@cache
def made() -> dict[Path, str]:
    """Return the text of each generated file."""
    return {
        _PYTHON / "types.py": python_types.module(),
        _PYTHON / "calls.py": python_calls.module(),
        _PYTHON / "async_calls.py": python_calls.async_module(),
        _TYPESCRIPT: typescript.module(),
    }


def stale() -> list[Path]:
    """Return the files that are not what the descriptors say."""
    return [path for path, text in made().items() if not path.is_file() or path.read_text() != text]
