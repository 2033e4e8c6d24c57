"""What a render is made from, fetched from the services that own it.

Revisions and specs never change, so those that were used last are kept in the process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

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
from services.render import convert
from services.runtime.calls import Context
from services.runtime.clients import Clients

_KEPT: Final = 256

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Content:
    """A spec and the revision it fills in. spec: id. layout_digest: of the layout it resolves to."""

    spec: str
    spec_hash: str
    spec_document: str
    layout_digest: str
    revision: product_pb2.ProductRevision

    @property
    def views(self) -> tuple[str, ...]:
        return tuple(view.id for view in self.revision.template.views)

    @property
    def surfaces(self) -> tuple[str, ...]:
        return tuple(surface.id for surface in self.revision.template.surfaces)


class Contents:
    """Fetches contents with the rights of the call that wants them."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._revisions = _Kept(self._get_revision)
        self._specs = _Kept(self._get_spec)

    def of_spec(self, name: str, context: Context) -> Content:
        """Return the content of a spec, by resource name."""
        return self.of_message(self._specs.get(name, context), context)

    def of_message(self, spec: spec_pb2.Spec, context: Context) -> Content:
        """Return the content of a spec that is at hand."""
        return Content(
            spec=convert.SPEC.parse_last(spec.name, brand=context.brand),
            spec_hash=spec.spec_hash,
            spec_document=spec.document,
            layout_digest=spec.layout_digest,
            revision=self._revisions.get(spec.product_revision, context),
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

    def _get_revision(self, name: str, context: Context) -> product_pb2.ProductRevision:
        stub = product_service_pb2_grpc.ProductServiceStub(self._clients.channel(context))
        revision: product_pb2.ProductRevision = stub.GetProductRevision(
            product_service_pb2.GetProductRevisionRequest(name=name)
        )
        return revision

    def _get_spec(self, name: str, context: Context) -> spec_pb2.Spec:
        stub = spec_service_pb2_grpc.SpecServiceStub(self._clients.channel(context))
        spec: spec_pb2.Spec = stub.GetSpec(spec_service_pb2.GetSpecRequest(name=name))
        return spec


class _Kept(Generic[Message]):
    """The messages that were fetched last, by brand and name. The same for every caller of a brand:
    who may read one revision or spec of a brand may read all.
    """

    def __init__(self, fetch: Callable[[str, Context], Message]) -> None:
        self._fetch = fetch
        self._held = RecentlyUsed[Message](_KEPT)

    def get(self, name: str, context: Context) -> Message:
        return self._held.get((context.brand, name), lambda: self._fetch(name, context))
