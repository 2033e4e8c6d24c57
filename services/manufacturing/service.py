"""Puts the manufacturing service together."""

from __future__ import annotations

from services.manufacturing import store
from services.manufacturing.actors import actors
from services.manufacturing.servicer import ExportPackServicer
from services.runtime.service import Runtime, Service


def build(runtime: Runtime) -> Service:
    """Return the manufacturing service."""
    return Service(
        name="manufacturing",
        servicers=(("luneo.manufacturing.v1.ExportPackService", ExportPackServicer(runtime)),),
        actors=actors(runtime),
        holds=store.held,
    )
