"""A change of the authority: step by step, under load, and with what goes wrong on the way."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from services.cli.exits import Exit
from services.runtime import whole_files
from services.runtime.mesh import rollover
from services.runtime.mesh.authority import Authority, AuthorityUnusable
from services.runtime.mesh.rollover import Step
from services.runtime.mesh.security import Security
from tests.platform.installation import luneo
from tests.runtime import echo
from tests.runtime.mutual_tls import CALLER, SERVER, Seeing, calling, files, refusal, serving

NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An authority with a certificate for a server and for a caller."""
    issue(tmp_path / "certs")
    return tmp_path / "certs"


def issue(folder: Path) -> None:
    authority = Authority(folder, NOW)
    authority.issue(SERVER)
    authority.issue(CALLER)


def take(step: Step, folder: Path) -> None:
    rollover.take(step, folder, NOW)
    issue(folder)


def issuer(certificate: Path) -> x509.Name:
    return x509.load_pem_x509_certificate(certificate.read_bytes()).issuer


@pytest.fixture
def seeing(folder: Path) -> Seeing:
    return Seeing(files(folder / "test"))


@pytest.fixture
def address(world: echo.World, seeing: Seeing) -> Iterator[str]:
    with serving(world, seeing) as at:
        yield at


def test_the_authority_changes_under_load_and_no_call_fails(
    world: echo.World, address: str, folder: Path, seeing: Seeing
) -> None:
    caller, ended = Security(files(folder / "caller")), threading.Event()
    first = issuer(folder / "caller" / "tls.crt")
    with calling(world, address, caller) as ping, ThreadPoolExecutor(4) as threads:

        def load() -> int:
            for number in itertools.count():
                if ended.is_set():
                    return number
                assert ping().text == "hi"
            raise AssertionError

        running = [threads.submit(load) for _ in range(4)]
        try:
            for step in Step:
                take(step, folder)
                shown = (folder / "caller" / "tls.crt").read_bytes()
                while shown not in seeing.seen:
                    assert not any(one.done() for one in running)
                    ping()
                for _ in range(10):
                    with calling(world, address, Security(files(folder / "caller"))) as new:
                        assert new().text == "hi"
        finally:
            ended.set()
        assert sum(one.result() for one in running) > 20
    assert issuer(folder / "caller" / "tls.crt") != first


def test_what_the_old_authority_signed_is_refused_in_the_end(
    world: echo.World, address: str, folder: Path, tmp_path: Path
) -> None:
    before = shutil.copytree(folder / "caller", tmp_path / "before")
    for step in (Step.TRUST, Step.SWITCH):
        take(step, folder)
        shutil.copy(folder / "caller" / "ca.crt", before)
        with calling(world, address, Security(files(before))) as ping:
            assert ping().text == "hi", step
    take(Step.FINISH, folder)
    assert refusal(world, address, Security(files(before))).startswith("UNAVAILABLE")


def test_openssl_verifies_each_process_s_certificate_after_each_step(folder: Path) -> None:
    openssl = shutil.which("openssl")
    assert openssl is not None
    for step, authorities in ((Step.TRUST, 2), (Step.SWITCH, 2), (Step.FINISH, 1)):
        take(step, folder)
        for one in ("test", "caller"):
            trusted = (folder / one / "ca.crt").read_bytes()
            assert len(x509.load_pem_x509_certificates(trusted)) == authorities
            judged = subprocess.run(
                [openssl, "verify", "-x509_strict", "-CAfile", folder / one / "ca.crt",
                 folder / one / "tls.crt"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert judged.returncode == 0, judged.stderr


def test_steps_are_taken_in_their_order_and_may_be_repeated(folder: Path) -> None:
    with pytest.raises(AuthorityUnusable, match="trust first"):
        take(Step.SWITCH, folder)
    take(Step.TRUST, folder)
    following = (folder / "next.crt").read_bytes()
    take(Step.TRUST, folder)
    assert (folder / "next.crt").read_bytes() == following
    with pytest.raises(AuthorityUnusable, match="does not sign yet"):
        take(Step.FINISH, folder)
    take(Step.SWITCH, folder)
    take(Step.SWITCH, folder)
    assert (folder / "ca.crt").read_bytes() == following
    with pytest.raises(AuthorityUnusable, match="finish first"):
        take(Step.TRUST, folder)
    take(Step.FINISH, folder)
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["ca.crt", "ca.key"]


def test_the_old_key_is_gone_once_the_new_authority_signs(folder: Path) -> None:
    old = (folder / "ca.key").read_bytes()
    take(Step.TRUST, folder)
    take(Step.SWITCH, folder)
    assert not any(path.read_bytes() == old for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("files_done", [0, 1, 2])
def test_a_switch_that_was_interrupted_is_completed(folder: Path, files_done: int) -> None:
    take(Step.TRUST, folder)
    following = (folder / "next.crt").read_bytes()
    whole_files.write(folder / "old.crt", (folder / "ca.crt").read_bytes(), 0o644)
    if files_done >= 1:
        whole_files.write(folder / "ca.crt", following, 0o644)
    if files_done >= 2:
        os.unlink(folder / "next.crt")
    issue(folder)
    assert (folder / "ca.crt").read_bytes() == following
    name = x509.load_pem_x509_certificate(following).subject
    assert issuer(folder / "test" / "tls.crt") == name
    take(Step.FINISH, folder)


def test_nobody_is_left_behind_by_the_last_step(folder: Path) -> None:
    shutil.copytree(folder / "caller", folder / "elsewhere")
    take(Step.TRUST, folder)
    take(Step.SWITCH, folder)
    with pytest.raises(AuthorityUnusable, match="elsewhere"):
        take(Step.FINISH, folder)


def test_the_command_takes_the_steps_and_says_what_comes_next(tmp_path: Path) -> None:
    folder = str(tmp_path / "certs")
    assert luneo("certs", folder, "--roll", "trust").returncode == Exit.BAD_INPUT
    assert luneo("certs", folder).returncode == Exit.OK
    assert luneo("certs", folder, "--roll", "nonsense").returncode == Exit.USAGE
    trusted = luneo("certs", folder, "--roll", "trust")
    assert (trusted.returncode, trusted.stdout.count("kept")) == (Exit.OK, 9)
    assert "--roll switch" in trusted.stderr
    switched = luneo("certs", folder, "--roll", "switch")
    assert (switched.returncode, switched.stdout.count("new ")) == (Exit.OK, 9)
    assert luneo("certs", folder, "--roll", "finish").returncode == Exit.OK
