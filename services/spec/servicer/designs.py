"""luneo.spec.v1.DesignService."""

from __future__ import annotations

from luneo.spec.v1 import design_service_pb2

from services.designs.layouts import layout_to_proto, problems_to_proto
from services.runtime.calls import Context
from services.spec.composing import Composer, Revisions
from services.spec.convert import specs as convert
from services.spec.domain.filling import filled
from services.spec.domain.prices import price_of
from services.spec.domain.specs import document_of
from services.spec.picture_uris import PictureUris


class DesignServicer:
    """Tells at once what a design will be. Nothing is stored."""

    def __init__(self, revisions: Revisions, composer: Composer, uris: PictureUris) -> None:
        self._revisions = revisions
        self._composer = composer
        self._uris = uris

    def ComposeDesign(
        self, request: design_service_pb2.ComposeDesignRequest, context: Context
    ) -> design_service_pb2.ComposeDesignResponse:
        revision = self._revisions.named(
            request.design.product_revision, context.brand, field="design.product_revision"
        )
        assets = self._composer.usable_artwork(
            request.design, context.brand, convert.shopper_of(context)
        )
        filling = filled(revision, request.design, assets)
        composition = self._composer.compose(context.brand, revision, filling)
        layout = composition.layout
        document = document_of(revision, filling, layout)
        names = {**revision.asset_names, **{sha256: name for name, sha256 in assets.items()}}
        return design_service_pb2.ComposeDesignResponse(
            layout=layout_to_proto(layout, names, self._uris.of_brand(context.brand)),
            problems=problems_to_proto(composition.problems),
            price=convert.price_to_proto(price_of(revision, document)),
            valid=composition.can_be_made,
        )
