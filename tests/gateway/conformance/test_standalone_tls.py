"""The gateway by itself with certificates of `luneo certs`: HTTPS in front, mutual TLS behind."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.gateway.conformance.conftest import ROOT, environment, process
from tests.platform.installation import luneo


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certs")
    made = luneo("certs", str(folder))
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def secured(certs: Path) -> Iterator[str]:
    """The address of a gRPC server that asks for a certificate."""
    with process("tests.gateway.conformance.backend", str(certs / "server")) as port:
        yield f"127.0.0.1:{port}"


def pair(kind: str, folder: Path) -> list[str]:
    return [f"--{kind}-cert", str(folder / "tls.crt"), f"--{kind}-key", str(folder / "tls.key")]


def trusting(certs: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certs / "server" / "ca.crt")


def served_by(base: str, certs: Path) -> bytes:
    """Return the certificate that a new connection is shown (DER)."""
    parts = urlsplit(base)
    with (
        socket.create_connection((parts.hostname, parts.port), 20) as plain,
        trusting(certs).wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        shown = connection.getpeercert(binary_form=True)
        assert shown
        return shown


def test_calls_are_encrypted_on_both_sides(certs: Path, descriptors: Path, secured: str) -> None:
    options = ["--descriptors", str(descriptors), "--target", secured, "--port", "0"]
    roots = ["--tls-ca", str(certs / "gateway" / "ca.crt")]
    shown = pair("target", certs / "gateway")
    with process("gateway", *options, *roots, *shown, *pair("tls", certs / "server")) as line:
        base = line.split()[-1]
        assert base.startswith("https://")
        with httpx.Client(base_url=base, verify=trusting(certs)) as client:
            assert client.get("/v1/things/7").json()["id"] == "7"
            assert client.get("/readyz").status_code == 200
            with client.stream("GET", "/v1/things/7:watch?whole=3") as stream:
                assert len(list(filter(None, stream.iter_lines()))) == 3
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(base)
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(base.replace("https", "http"))


@pytest.mark.parametrize("left_out", ["certificate", "authority", "all"])
def test_a_target_that_is_called_without_what_it_asks_for_is_unavailable(
    certs: Path, descriptors: Path, secured: str, left_out: str
) -> None:
    options = ["--descriptors", str(descriptors), "--target", secured, "--port", "0"]
    if left_out == "authority":
        options += ["--tls", *pair("target", certs / "gateway")]
    elif left_out == "certificate":
        options += ["--tls-ca", str(certs / "gateway" / "ca.crt")]
    with process("gateway", *options) as line:
        answer = httpx.get(f"{line.split()[-1]}/v1/things/7")
    assert (answer.status_code, answer.json()["error"]["status"]) == (503, "UNAVAILABLE")


def test_a_new_certificate_is_shown_without_a_restart(
    certs: Path, descriptors: Path, secured: str, tmp_path: Path
) -> None:
    own = shutil.copytree(certs / "server", tmp_path / "own")
    options = ["--descriptors", str(descriptors), "--target", secured, "--port", "0"]
    with process("gateway", *options, *pair("tls", own)) as line:
        base = line.split()[-1]
        first = served_by(base, certs)
        assert served_by(base, certs) == first
        (own / "tls.crt").write_text("half of a fi")
        time.sleep(1.1)  # files are looked at once a second
        assert served_by(base, certs) == first
        assert luneo("certs", str(certs), "--renew").returncode == 0
        for name in ("tls.key", "tls.crt"):
            shutil.copy(certs / "server" / name, tmp_path / name)
            os.replace(tmp_path / name, own / name)
        end = time.monotonic() + 20
        while served_by(base, certs) == first:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert httpx.get(f"{base}/healthz", verify=trusting(certs)).status_code == 200


def wrong(certs: Path) -> dict[str, tuple[list[str], str]]:
    server, other = certs / "server", certs / "gateway"
    crossed = ["--tls-cert", str(server / "tls.crt"), "--tls-key", str(other / "tls.key")]
    return {
        "a certificate alone": (["--tls-cert", str(server / "tls.crt")], "belong together"),
        "a key alone": (["--target-key", str(server / "tls.key")], "belong together"),
        "the key of another": (crossed, "KEY_VALUES_MISMATCH"),
        "no such file": (pair("target", certs / "none"), "No such file"),
        "an authority that is none": (["--tls-ca", str(server / "tls.key")], "tls.key"),
    }


@pytest.mark.parametrize("name", list(wrong(Path())))
def test_certificates_that_cannot_be_used_end_it_at_its_start(
    certs: Path, descriptors: Path, name: str
) -> None:
    options, said = wrong(certs)[name]
    ended = subprocess.run(
        [sys.executable, "-m", "gateway", "--descriptors", descriptors, "--target", "a:1", *options],
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT, env=environment(),
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
