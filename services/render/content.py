"""What a render is made from, fetched from the services that own it.

Revisions never change, so those that were used last are kept in the process. Specs and snapshots
are fetched each time: they are about persons, and what was erased must not come back from memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from luneo.snapshot.v1 import snapshot_service_pb2, snapshot_service_pb2_grpc
from luneo.spec.v1 import (
    product_pb2,
    product_service_pb2,
    product_service_pb2_grpc,
    spec_pb2,
    spec_service_pb2,
    spec_service_pb2_grpc,
)

from render_core.recently_used import RecentlyUsed
from services.designs.documents import parse
from services.render import convert
from services.render.domain import Camera, Offered
from services.runtime.calls import Context
from services.runtime.clients import Clients
from services.runtime.errors import NotFound, ServiceError

_KEPT: Final = 256
_ERASED: Final = "SNAPSHOT_ERASED"


@dataclass(frozen=True, slots=True)
class Content:
    """A spec and the revision it fills in. spec: id. layout_digest: of the layout it resolves to."""

    spec: str
    spec_hash: str
    spec_document: str
    layout_digest: str
    revision: product_pb2.ProductRevision

    def offered(self) -> Offered:
        """Return what the product offers with what was chosen."""
        chosen = parse(self.spec_document).options.items()
        template = self.revision.template
        return Offered(
            views=tuple(view.id for view in template.views if view.shown_for.items() <= chosen),
            surfaces=tuple(surface.id for surface in template.surfaces),
            models={
                model.id: tuple(
                    Camera(
                        camera.id,
                        camera.azimuth_degrees,
                        camera.elevation_degrees,
                        camera.distance_percent or 100,
                    )
                    for camera in model.cameras
                )
                for model in template.models
                if model.shown_for.items() <= chosen
            },
            has_press=bool(template.output_profile),
        )


class Contents:
    """Fetches contents with the rights of the call that wants them."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._revisions = RecentlyUsed[product_pb2.ProductRevision](_KEPT)

    def of_spec(self, name: str, context: Context) -> Content:
        """Return the content of a spec, by resource name."""
        stub = spec_service_pb2_grpc.SpecServiceStub(self._clients.channel(context))
        spec = stub.GetSpec(spec_service_pb2.GetSpecRequest(name=name))
        return self.of_message(spec, context)

    def of_message(self, spec: spec_pb2.Spec, context: Context) -> Content:
        """Return the content of a spec that is at hand."""
        return Content(
            spec=convert.SPEC.parse_last(spec.name, brand=context.brand),
            spec_hash=spec.spec_hash,
            spec_document=spec.document,
            layout_digest=spec.layout_digest,
            revision=self.revision(spec.product_revision, context),
        )

    def of_snapshot(self, name: str, context: Context) -> Content:
        """Return the copies that a snapshot holds."""
        stub = snapshot_service_pb2_grpc.SnapshotServiceStub(self._clients.channel(context))
        content = stub.GetSnapshotContent(snapshot_service_pb2.GetSnapshotContentRequest(name=name))
        return Content(
            spec=convert.SPEC.parse_last(content.snapshot.spec, brand=context.brand),
            spec_hash=content.snapshot.spec_hash,
            spec_document=content.spec_document,
            layout_digest=content.snapshot.layout_digest,
            revision=content.revision,
        )

    def revision(self, name: str, context: Context) -> product_pb2.ProductRevision:
        """Return a revision: the same for every caller of a brand, who may read one may read all."""
        return self._revisions.get((context.brand, name), lambda: self._fetched(name, context))

    def _fetched(self, name: str, context: Context) -> product_pb2.ProductRevision:
        stub = product_service_pb2_grpc.ProductServiceStub(self._clients.channel(context))
        revision: product_pb2.ProductRevision = stub.GetProductRevision(
            product_service_pb2.GetProductRevisionRequest(name=name)
        )
        return revision


def is_erased(error: ServiceError) -> bool:
    """Whether another service says that the content was erased: specs go, snapshots leave a tombstone."""
    return isinstance(error, NotFound) or error.public_reason == _ERASED
