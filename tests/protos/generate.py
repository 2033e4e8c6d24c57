"""Generates the modules of the test service, as `protos/generate.py` does for the real ones.

python tests/protos/generate.py
"""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def main() -> None:
    spec = importlib.util.spec_from_file_location("generate_protos", ROOT / "protos/generate.py")
    assert spec is not None
    assert spec.loader is not None
    protos = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(protos)
    with tempfile.TemporaryDirectory() as scratch:
        outputs = [f"--{kind}_out={ROOT}" for kind in ("python", "pyi", "grpc_python")]
        flags = protos.includes(Path(scratch))
        protos.run([*flags, f"-I{ROOT}", *outputs, "tests/protos/echo.proto"])


if __name__ == "__main__":
    main()
