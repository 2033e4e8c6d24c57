"""A gateway by its command line, in front of a gRPC server by its own; each a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.gateway.conformance.schema import descriptor_set

ROOT = Path(__file__).parents[3]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'protos/gen/python'}"}


@contextmanager
def process(*arguments: str) -> Iterator[str]:
    """Run a Python module until the context ends; yields the first line that it prints."""
    running = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
    )
    assert running.stdin
    assert running.stdout
    try:
        yield running.stdout.readline().strip()
    finally:
        running.stdin.close()
        running.terminate()
        running.wait(20)
        running.stdout.close()


@pytest.fixture(scope="session")
def descriptors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("descriptors") / "conformance.pb"
    file.write_bytes(descriptor_set())
    return file


@pytest.fixture(scope="session")
def backend() -> Iterator[str]:
    """The address of the gRPC server."""
    with process("tests.gateway.conformance.backend") as port:
        yield f"127.0.0.1:{port}"


@pytest.fixture(scope="session")
def gateway(descriptors: Path, backend: str) -> Iterator[str]:
    """The address of the gateway."""
    options = ["--descriptors", str(descriptors), "--target", backend, "--port", "0"]
    passed = [
        "--pass-header",
        "x-tenant,x-blob-bin",
        "--answer-metadata",
        "x-tag,x-count,x-bytes-bin",
    ]
    with process("gateway", *options, *passed) as line:
        yield line.rpartition(" ")[2]
