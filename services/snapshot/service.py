"""Puts the snapshot service together."""

from __future__ import annotations

from services.runtime.service import Runtime, Service
from services.snapshot import store
from services.snapshot.servicer import SnapshotServicer


def build(runtime: Runtime) -> Service:
    """Return the snapshot service."""
    return Service(
        name="snapshot",
        servicers=(("luneo.snapshot.v1.SnapshotService", SnapshotServicer(runtime)),),
        holds=store.held,
    )
