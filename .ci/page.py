"""Build the page into build/page, unless what is there was built from the same sources."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from install import ROOT, node

WEB = ROOT / "gateway" / "web"
OUT = ROOT / "build" / "page"
STATE = ROOT / "build" / "page.sha256"


def main() -> None:
    wanted = fingerprint()
    if OUT.is_dir() and STATE.is_file() and STATE.read_text() == wanted:
        return
    sys.stderr.write("Building the page\n")
    command = [node()[0], str(WEB / "build.mjs"), str(OUT)]
    environment = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
        sys.exit("The page was not built; the lines above say why.")
    STATE.write_text(wanted)


def fingerprint() -> str:
    """Return one hash over the page's sources and the lock of what builds it."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    for path in sorted(WEB.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(WEB).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
