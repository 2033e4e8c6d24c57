"""A real S3 server for tests: a process of its own on a free port, with one bucket."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

BUCKET: Final = "luneo"
REGION: Final = "eu-central-1"
KEY: Final = "test"  # of both kinds


@contextmanager
def s3_server() -> Iterator[str]:
    """Yield the endpoint of a server that has the bucket."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _create_bucket(endpoint, server)
        yield endpoint
    finally:
        server.kill()
        server.wait()


def _create_bucket(endpoint: str, server: subprocess.Popen[bytes]) -> None:
    request = urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT")
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(request, timeout=5).close()
            return
        except OSError:
            assert server.poll() is None, "the S3 server has ended"
            assert time.monotonic() < deadline, "the S3 server does not answer"
            time.sleep(0.05)
