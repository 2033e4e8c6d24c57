"""Who may import whom, and what a process that only answers calls must not load."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(
    path.name
    for path in (ROOT / "services").iterdir()
    if (path.is_dir() and (path / "store.py").exists()) or (path / "store").is_dir()
)
# Values, and rules over values: no storage, no transport. Messages are values where the document
# itself is a message; the messages of calls (`_service_pb2`) are not.
DOMAIN_MAY_IMPORT = (
    "luneo.",
    "services.designs.",
    "services.runtime.calls.",
    "services.runtime.errors.",
    "services.runtime.names",
    "services.runtime.time_zones",  # values of a table that is locked with the program
)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "protos/gen/python")])
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_contracts_hold() -> None:
    code = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    )
    result = run("-c", code)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_knows_values_errors_and_names_only(service: str) -> None:
    own = f"services.{service}.domain"
    place = ROOT / "services" / service
    files = (
        [place / "domain.py"] if (place / "domain.py").exists() else (place / "domain").glob("*.py")
    )
    wrong = [
        f"{path.name}: {module}"
        for path in files
        for module in imported(path)
        if module.split(".")[0]
        in ("services", "gateway", "migrations", "luneo", "sqlalchemy", "psycopg", "grpc")
        and not module.startswith((own, *DOMAIN_MAY_IMPORT))
    ]
    assert wrong == []


def imported(path: Path) -> list[str]:
    """Return the modules that a file imports, `from a import b` as "a.b"."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def test_a_process_that_answers_calls_loads_no_pixels() -> None:
    code = (
        "import sys, services.server, services.tenant.service, services.snapshot.service, "
        "services.spec.service\n"
        "print([name for name in ('pyvips', 'scipy', 'statsmodels') if name in sys.modules])"
    )
    result = run("-c", code)
    assert (result.stdout.strip(), result.stderr) == ("[]", "")
