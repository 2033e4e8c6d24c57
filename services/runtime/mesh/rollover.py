"""From one authority to the next, while every process goes on: three steps.

    trust    there is a next authority; everybody trusts both, the one before signs
    switch   the next one signs; everybody trusts both
    finish   only the new one is trusted

After each step every process has to have its files before the next one is taken: a process that does
not trust the other's authority is not called. On one machine that is a second; elsewhere, as long as
it takes to bring the files there. Before `finish`, connections that began before `switch` should have
ended, which takes `security.CONNECTION_LIFE_MS` at most.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509

from services.runtime import whole_files
from services.runtime.mesh import ca_files
from services.runtime.mesh.authority import CERT, AuthorityUnusable, new_authority


class Step(StrEnum):
    """A step of the change."""

    TRUST = "trust"
    SWITCH = "switch"
    FINISH = "finish"


def take(step: Step, folder: Path, now: datetime) -> None:
    """Take a step. The certificates are to be issued after it.

    Raises AuthorityUnusable if it is not that step's turn; the same step again is no error.
    """
    ca_files.complete(folder)
    if not (folder / ca_files.CA).exists():
        raise AuthorityUnusable(f"{folder} holds no authority. Run it without --roll first.")
    {Step.TRUST: _trust, Step.SWITCH: _switch, Step.FINISH: _finish}[step](folder, now)


def _trust(folder: Path, now: datetime) -> None:
    if (folder / ca_files.OLD).exists():
        raise AuthorityUnusable(f"{folder} is in a change already. Run --roll finish first.")
    if not (folder / ca_files.NEXT).exists():
        key, cert = new_authority(now)
        whole_files.write(folder / ca_files.NEXT_KEY, key, 0o600)
        whole_files.write(folder / ca_files.NEXT, cert, 0o644)


def _switch(folder: Path, _: datetime) -> None:
    if (folder / ca_files.NEXT).exists():
        ca_files.switch(folder)
    elif not (folder / ca_files.OLD).exists():
        raise AuthorityUnusable(f"{folder} has no next authority. Run --roll trust first.")


def _finish(folder: Path, _: datetime) -> None:
    if (folder / ca_files.NEXT).exists():
        raise AuthorityUnusable(f"In {folder} the next authority does not sign yet: --roll switch.")
    signer = x509.load_pem_x509_certificate((folder / ca_files.CA).read_bytes())
    left = sorted(
        path.parent.name
        for path in folder.glob(f"*/{CERT}")
        if x509.load_pem_x509_certificate(path.read_bytes()).issuer != signer.subject
    )
    if left:
        raise AuthorityUnusable(
            f"Still of the authority before: {', '.join(left)}. Run --roll switch again, or remove "
            "the folders that nobody uses."
        )
    (folder / ca_files.OLD).unlink(missing_ok=True)
