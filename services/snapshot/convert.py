"""Between the snapshot's values and its messages."""

from __future__ import annotations

from datetime import datetime

from luneo.design.v1 import design_pb2, template_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from luneo.spec.v1 import product_pb2, spec_pb2

from services.designs.pins import pins_of
from services.runtime import moments, names
from services.runtime.objects import Objects
from services.snapshot.domain import Asset, Event, Snapshot, Supersession

SNAPSHOT = names.of(snapshot_pb2.Snapshot)
SPEC = names.of(spec_pb2.Spec)

_PREFIX = "SNAPSHOT_ASSET_KIND_"
_EXTENSIONS = {
    "image/png": "png",
    "image/webp": "webp",
    "image/jpeg": "jpg",
    "image/avif": "avif",
    "video/mp4": "mp4",
    "application/zip": "zip",
    "model/gltf-binary": "glb",
    "model/vnd.usdz+zip": "usdz",
}


def name_of(snapshot: Snapshot) -> str:
    return SNAPSHOT.format(brand=snapshot.brand, snapshot=snapshot.snapshot)


def to_proto(snapshot: Snapshot, objects: Objects) -> snapshot_pb2.Snapshot:
    """Return the message of a snapshot, with fresh signed addresses of its assets."""
    message = snapshot_pb2.Snapshot(
        name=name_of(snapshot),
        owner=snapshot.owner,
        product_revision=snapshot.product_revision,
        renderer_version=snapshot.renderer_version,
        price=template_pb2.Price.FromString(snapshot.price),
        assets=[_asset(snapshot, asset, objects) for asset in snapshot.assets],
        create_time=moments.to_message(snapshot.created_at),
        erase_time=moments.to_message(snapshot.erased_at),
        provenance=snapshot.provenance,
    )
    if snapshot.erased_at is None:
        message.material = product_pb2.ProductRevision.FromString(snapshot.revision).material
        message.spec = SPEC.format(brand=snapshot.brand, spec=snapshot.spec)
        message.spec_hash = snapshot.spec_hash
        message.layout_digest = snapshot.layout_digest
    if snapshot.superseded_by:
        message.superseded_by = SNAPSHOT.format(
            brand=snapshot.brand, snapshot=snapshot.superseded_by
        )
    if snapshot.supersedes:
        message.supersedes.CopyFrom(_supersession(snapshot.brand, snapshot.supersedes))
    if snapshot.validation:
        message.validation.CopyFrom(_validation(snapshot.validation))
    if snapshot.lock:
        message.lock.CopyFrom(_lock(snapshot.lock))
    return message


def content_to_proto(snapshot: Snapshot, objects: Objects) -> snapshot_service_pb2.SnapshotContent:
    return snapshot_service_pb2.SnapshotContent(
        snapshot=to_proto(snapshot, objects),
        spec_document=snapshot.spec_document,
        revision=product_pb2.ProductRevision.FromString(snapshot.revision),
        design=design_pb2.Design.FromString(snapshot.design),
    )


def revision_bytes(revision: product_pb2.ProductRevision) -> bytes:
    """Return the copy of a revision that a snapshot keeps: without addresses, which expire."""
    kept = product_pb2.ProductRevision()
    kept.CopyFrom(revision)
    for asset in kept.assets:
        asset.ClearField("uri")
    return kept.SerializeToString(deterministic=True)


def pinned_by(revision: bytes) -> frozenset[str]:
    """Return the SHA-256 of what the copy of a revision pins."""
    return pins_of(product_pb2.ProductRevision.FromString(revision)).sha256s()


def spec_id(spec: spec_pb2.Spec) -> str:
    return SPEC.parse(spec.name)["spec"]


def asset_of(message: snapshot_pb2.SnapshotAsset, at: datetime) -> Asset:
    kind = snapshot_pb2.SnapshotAssetKind.Name(message.kind)
    return Asset(
        kind=kind.removeprefix(_PREFIX).lower(),
        sha256=message.sha256,
        media_type=message.media_type,
        size_bytes=message.size_bytes,
        renderer_version=message.renderer_version,
        source=message.source,
        created_at=at,
    )


def _asset(snapshot: Snapshot, asset: Asset, objects: Objects) -> snapshot_pb2.SnapshotAsset:
    extension = _EXTENSIONS.get(asset.media_type, "bin")
    filename = f"{snapshot.snapshot}-{asset.kind}.{extension}"
    return snapshot_pb2.SnapshotAsset(
        kind=_PREFIX + asset.kind.upper(),
        media_type=asset.media_type,
        sha256=asset.sha256,
        size_bytes=asset.size_bytes,
        renderer_version=asset.renderer_version,
        source=asset.source,
        uri=objects.signed_url(
            snapshot.brand, asset.sha256, media_type=asset.media_type, filename=filename
        ),
        create_time=moments.to_message(asset.created_at),
    )


def cents_of(price: bytes) -> int:
    """Return the sum of a stored price."""
    return template_pb2.Price.FromString(price).total.amount_cents


def _supersession(brand: str, what: Supersession) -> snapshot_pb2.Supersession:
    return snapshot_pb2.Supersession(
        snapshot=SNAPSHOT.format(brand=brand, snapshot=what.snapshot),
        price_difference_cents=what.price_difference_cents,
        time=moments.to_message(what.at),
    )


def _validation(event: Event) -> snapshot_pb2.Validation:
    return snapshot_pb2.Validation(by=event.by, time=moments.to_message(event.at))


def _lock(event: Event) -> snapshot_pb2.Lock:
    return snapshot_pb2.Lock(by=event.by, time=moments.to_message(event.at))
