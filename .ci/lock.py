"""Resolve the dependencies of pyproject.toml into the locks: versions and hashes, no addresses.

python3 .ci/lock.py                 keeps what is locked, adds and removes what changed
python3 .ci/lock.py --upgrade       takes the newest of everything
python3 .ci/lock.py --upgrade-package NAME
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.8"
EXTRAS = {
    "requirements.lock": ("render", "node", "build"),
    "requirements-dev.lock": ("render", "node", "build", "dev"),
}


def main() -> None:
    uv = resolver()
    for lock, extras in EXTRAS.items():
        named = [argument for extra in extras for argument in ("--extra", extra)]
        # What runs is a part of what is tested: the same versions in both.
        same = ["-c", "requirements.lock"] if lock != "requirements.lock" else []
        compile_lock(uv, ["pyproject.toml", *named, *same, *sys.argv[1:]], lock)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    build = "\n".join(extras["optional-dependencies"]["build"])
    compile_lock(uv, ["-", "-c", "requirements.lock"], "requirements-build.lock", given=build)


def resolver() -> str:
    """Install uv into build/, once, and return its path."""
    home = ROOT / "build" / "lock"
    uv = home / "bin" / "uv"
    if not uv.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", UV], check=True)
    return str(uv)


def compile_lock(uv: str, arguments: list[str], lock: str, given: str = "") -> None:
    options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet"]
    subprocess.run(
        [uv, "pip", "compile", *arguments, *options, "-o", lock],
        input=given, text=True, check=True, cwd=ROOT, env={**os.environ, "UV_NO_CONFIG": "1"},
    )  # fmt: skip
    path = ROOT / lock
    text = re.sub(r"(?m)^--(?:find-links|index-url|extra-index-url) .*\n", "", path.read_text())
    path.write_text(text)


if __name__ == "__main__":
    main()
