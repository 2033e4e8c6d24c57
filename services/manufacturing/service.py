"""Puts the manufacturing service together."""

from __future__ import annotations

from services.manufacturing.actors import packs
from services.manufacturing.servicer.packs import ExportPackServicer
from services.manufacturing.store import packs as packs_store
from services.runtime.service import Runtime, Service


def build(runtime: Runtime) -> Service:
    """Return the manufacturing service."""
    return Service(
        name="manufacturing",
        servicers=(("luneo.manufacturing.v1.ExportPackService", ExportPackServicer(runtime)),),
        actors=packs.actors(runtime),
        holds=packs_store.held,
    )
