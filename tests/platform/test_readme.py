"""The README's example is what a new user copies: it runs as it stands."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.platform.installation import environment, installation

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_readmes_example_leads_from_a_name_to_a_pack_that_verifies(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    script = text.partition("```sh\n")[2].partition("```")[0]
    with installation(tmp_path / "data") as made:
        made.start(subcommand="demo")
        made.seeded()
        script = script.replace("http://localhost:8400", made.status()["rest"])
        for name in ("pack.zip", "brand.pub"):
            script = script.replace(name, str(tmp_path / name))
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT,
            env=environment(LUNEO_DATA=str(made.data)),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    assert "pack.zip: every file is as the manifest says.\nSigned by the brand: " in ran.stdout
