"""Puts the render service together."""

from __future__ import annotations

from services.render import store
from services.render.actors import actors
from services.render.servicer import RenderServicer
from services.runtime.service import Runtime, Service


def build(runtime: Runtime) -> Service:
    """Return the render service."""
    return Service(
        name="render",
        servicers=(("luneo.render.v1.RenderService", RenderServicer(runtime)),),
        actors=actors(runtime),
        holds=store.held,
    )
