"""Puts the spec service together."""

from __future__ import annotations

from services.runtime.service import Runtime, Service
from services.spec import store
from services.spec.actors import actors
from services.spec.composing import Composer, Revisions
from services.spec.freezing import Freezer
from services.spec.intake import Intake
from services.spec.picture_uris import PictureUris
from services.spec.servicer.assets import AssetServicer
from services.spec.servicer.designs import DesignServicer
from services.spec.servicer.fonts import FontServicer
from services.spec.servicer.products import ProductServicer
from services.spec.servicer.specs import SpecServicer


def build(runtime: Runtime) -> Service:
    """Return the spec service."""
    revisions = Revisions(runtime.database)
    composer = Composer(runtime.database, runtime.objects)
    intake = Intake(runtime)
    uris = PictureUris(runtime)
    freezer = Freezer(runtime, composer)
    return Service(
        name="spec",
        servicers=(
            ("luneo.spec.v1.ProductService", ProductServicer(runtime, revisions, composer, uris)),
            ("luneo.spec.v1.FontService", FontServicer(runtime, intake)),
            ("luneo.spec.v1.AssetService", AssetServicer(runtime, intake, uris)),
            ("luneo.spec.v1.DesignService", DesignServicer(revisions, composer, uris)),
            ("luneo.spec.v1.SpecService", SpecServicer(runtime, revisions, composer, freezer)),
        ),
        actors=actors(runtime, intake),
        holds=store.contents.held,
    )
