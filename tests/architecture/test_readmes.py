"""READMEs are true about where things are: every path that one names in backquotes is there.

A path is taken to be one that ends in a known ending or in a slash, or, in the first column of a
table headed "file", the name of a module of the README's folder.
"""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READMES = sorted((ROOT / "render_core").rglob("README.md"))
PATH = re.compile(r"[\w./-]+(?:\.(?:py|json|md|toml|proto|svg|png)|/)")
QUOTED = re.compile(r"`([^`\n]+)`")
# Files of a pack and of other programs, not of this tree.
NOT_OURS = {"manifest.json", "preflight.json", "receipt.json"}


@cache
def tracked() -> frozenset[str]:
    """Return the files of the tree and their folders, as paths from its root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    files = {name for name in listed if name and (ROOT / name).exists()}
    return frozenset(files | {str(p) + "/" for name in files for p in Path(name).parents})


def missing(readme: Path) -> list[str]:
    """Return the names in a README that nothing in the tree has."""
    text = readme.read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    named = [name for quoted in QUOTED.findall(text) for name in quoted.split()]
    paths = [name for name in named if PATH.fullmatch(name) and name not in NOT_OURS]
    return [name for name in [*paths, *_of_table(text)] if not _is_there(readme.parent, name)]


def _of_table(text: str) -> list[str]:
    names = []
    for table in re.findall(r"^\| file \|.*?(?:\n\n|\Z)", text, flags=re.S | re.M):
        for row in table.strip().splitlines()[2:]:
            told = QUOTED.findall(row.split("|")[1])
            names += [name if "." in name or name.endswith("/") else f"{name}.py" for name in told]
    return names


def _is_there(folder: Path, name: str) -> bool:
    inside = folder.relative_to(ROOT)
    tried = [inside / name, *(parent / name for parent in inside.parents), Path("tests") / name]
    ending = "/" if name.endswith("/") else ""
    if any(str(path) + ending in tracked() for path in tried):
        return True
    # A test is often named by its file alone.
    return "/" not in name and any(path.endswith(f"/{name}") for path in tracked())


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_readme_names_is_there(readme: Path) -> None:
    assert missing(readme) == []


def test_a_path_that_is_gone_is_found(tmp_path: Path) -> None:
    gone = ROOT / "render_core" / "README.md"
    text = (
        "| file | what |\n|---|---|\n| `nowhere` | x |\n\nSee `text/no_such_module.py`, `steps/`.\n"
    )
    copy = tmp_path / "README.md"
    copy.write_text(text, encoding="utf-8")
    named = [name for quoted in QUOTED.findall(text) for name in quoted.split()]
    assert [
        name for name in named if PATH.fullmatch(name) and not _is_there(gone.parent, name)
    ] == ["text/no_such_module.py"]
    assert _of_table(text) == ["nowhere.py"]
