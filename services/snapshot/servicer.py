"""luneo.snapshot.v1.SnapshotService."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from luneo.spec.v1 import (
    product_service_pb2,
    product_service_pb2_grpc,
    spec_pb2,
    spec_service_pb2,
    spec_service_pb2_grpc,
)
from sqlalchemy import Connection

from render_core.version import RENDERER_VERSION
from services.designs.provenance import channel_of, provenance_of
from services.runtime import names, requests
from services.runtime.calls import Context
from services.runtime.service import Runtime
from services.snapshot import convert, domain, store
from services.snapshot.domain import Snapshot
from services.snapshot.jobs import ForgetSubject, forget_subject


class SnapshotServicer:
    """Freezes what a shopper designed."""

    def __init__(self, runtime: Runtime) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._objects = runtime.objects
        self._outbox = runtime.outbox
        self._operations = runtime.operations
        self._clients = runtime.clients
        self._keyring = runtime.keyring

    def CreateSnapshot(
        self, request: snapshot_service_pb2.CreateSnapshotRequest, context: Context
    ) -> snapshot_pb2.Snapshot:
        owner = domain.owner_of(context.caller, request.owner)
        old = self._to_supersede(request.supersedes, owner, context)
        snapshot = self._frozen(request, owner, context)
        with self._database.brand(context.brand) as tx:
            snapshot = store.add(tx, snapshot)
            if old is not None:
                snapshot = self._superseding(tx, old, snapshot)
        return convert.to_proto(snapshot, self._objects)

    def GetSnapshot(
        self, request: snapshot_service_pb2.GetSnapshotRequest, context: Context
    ) -> snapshot_pb2.Snapshot:
        return convert.to_proto(self._get(request.name, context), self._objects)

    def ListSnapshots(
        self, request: snapshot_service_pb2.ListSnapshotsRequest, context: Context
    ) -> snapshot_service_pb2.ListSnapshotsResponse:
        page = self._pages.read(request, context)
        owner = context.owner or request.owner or None
        with self._database.brand(context.brand) as tx:
            found = store.newest(
                tx, context.brand, owner=owner, before=page.moment_and_id(), limit=page.limit
            )
        shown = page.cut(found, lambda item: (item.created_at.isoformat(), item.snapshot))
        return snapshot_service_pb2.ListSnapshotsResponse(
            snapshots=[convert.to_proto(item, self._objects) for item in shown.items],
            next_page_token=shown.next_page_token,
        )

    def GetSnapshotContent(
        self, request: snapshot_service_pb2.GetSnapshotContentRequest, context: Context
    ) -> snapshot_service_pb2.SnapshotContent:
        snapshot = domain.content_of(self._get(request.name, context))
        return convert.content_to_proto(snapshot, self._objects)

    def ValidateSnapshot(
        self, request: snapshot_service_pb2.ValidateSnapshotRequest, context: Context
    ) -> snapshot_pb2.Snapshot:
        with self._database.brand(context.brand) as tx:
            snapshot = store.get(tx, context.brand, self._id(request.name, context))
            validated = domain.validate(snapshot, by=context.caller.subject, at=self._clock.now())
            snapshot = store.record_validation(tx, validated)
        return convert.to_proto(snapshot, self._objects)

    def LockSnapshot(
        self, request: snapshot_service_pb2.LockSnapshotRequest, context: Context
    ) -> snapshot_pb2.Snapshot:
        with self._database.brand(context.brand) as tx:
            snapshot = store.get(tx, context.brand, self._id(request.name, context))
            locked = domain.lock(snapshot, by=context.caller.subject, at=self._clock.now())
            snapshot = store.record_lock(tx, locked)
        return convert.to_proto(snapshot, self._objects)

    def BatchGetSnapshots(
        self, request: snapshot_service_pb2.BatchGetSnapshotsRequest, context: Context
    ) -> snapshot_service_pb2.BatchGetSnapshotsResponse:
        with self._database.brand(context.brand) as tx:
            found = store.named(tx, context.brand, self._ids(request.names, context))
        return snapshot_service_pb2.BatchGetSnapshotsResponse(
            snapshots=[convert.to_proto(one, self._objects) for one in found]
        )

    def BatchGetSnapshotContents(
        self, request: snapshot_service_pb2.BatchGetSnapshotContentsRequest, context: Context
    ) -> snapshot_service_pb2.BatchGetSnapshotContentsResponse:
        with self._database.brand(context.brand) as tx:
            found = store.named(tx, context.brand, self._ids(request.names, context))
        return snapshot_service_pb2.BatchGetSnapshotContentsResponse(
            contents=[
                convert.content_to_proto(domain.content_of(one), self._objects) for one in found
            ]
        )

    def BatchLockSnapshots(
        self, request: snapshot_service_pb2.BatchLockSnapshotsRequest, context: Context
    ) -> snapshot_service_pb2.BatchLockSnapshotsResponse:
        by, now = context.caller.subject, self._clock.now()
        with self._database.brand(context.brand) as tx:
            found = store.named(tx, context.brand, self._ids(request.names, context))
            validated = [domain.validate(one, by=by, at=now) for one in found]
            store.record_locks(tx, [domain.lock(one, by=by, at=now) for one in validated])
        return snapshot_service_pb2.BatchLockSnapshotsResponse()

    def AddSnapshotAsset(
        self, request: snapshot_service_pb2.AddSnapshotAssetRequest, context: Context
    ) -> snapshot_pb2.Snapshot:
        asset = convert.asset_of(request.asset, self._clock.now())
        with self._database.brand(context.brand) as tx:
            snapshot = store.get(tx, context.brand, self._id(request.name, context))
            snapshot = store.add_asset(tx, domain.content_of(snapshot), asset)
        return convert.to_proto(snapshot, self._objects)

    def FilterSpecsInUse(
        self, request: snapshot_service_pb2.FilterSpecsInUseRequest, context: Context
    ) -> snapshot_service_pb2.FilterSpecsInUseResponse:
        names_by_id = {
            convert.SPEC.parse_last(name, brand=context.brand, field="specs"): name
            for name in request.specs
        }
        with self._database.brand(context.brand) as tx:
            in_use = store.specs_in_use(tx, context.brand, list(names_by_id))
        return snapshot_service_pb2.FilterSpecsInUseResponse(
            specs=[name for spec, name in names_by_id.items() if spec in in_use]
        )

    def EraseSubject(
        self, request: snapshot_service_pb2.EraseSubjectRequest, context: Context
    ) -> snapshot_service_pb2.EraseSubjectResponse:
        erasure = names.new_id()
        with self._database.brand(context.brand) as tx:
            erased = store.erase_subject(
                tx,
                subject=request.subject,
                digest=self._keyring.public_id(context.brand, "subject", request.subject),
                by=context.caller.subject,
                erasure=erasure,
            )
            forget_subject(
                self._outbox,
                tx,
                brand=context.brand,
                erasure=erasure,
                forget=ForgetSubject(request.subject, erased.snapshots, erased.specs),
            )
            requests.forget(tx, brand=context.brand, subject=request.subject)
            self._operations.forget_requester(tx, brand=context.brand, subject=request.subject)
        return snapshot_service_pb2.EraseSubjectResponse(
            snapshots=len(erased.snapshots),
            assets=len(erased.assets),
        )

    def _to_supersede(self, name: str, owner: str, context: Context) -> Snapshot | None:
        """Return the owner's snapshot that an edit is to take the place of, None if there is none."""
        if not name:
            return None
        snapshot = convert.SNAPSHOT.parse_last(name, brand=context.brand, field="supersedes")
        with self._database.brand(context.brand) as tx:
            old = store.get(tx, context.brand, snapshot, owner=owner)
        domain.check_superseding(old, old.superseded_by)
        return old

    def _superseding(self, tx: Connection, old: Snapshot, new: Snapshot) -> Snapshot:
        """Record that a snapshot takes the place of another; one that does already stays as it is."""
        old = store.get(tx, old.brand, old.snapshot)
        if new.snapshot in (old.snapshot, old.superseded_by):
            return new
        domain.check_superseding(old)
        what = domain.superseding(
            old,
            new_cents=convert.cents_of(new.price),
            old_cents=convert.cents_of(old.price),
            currency=new.currency_code,
            at=self._clock.now(),
        )
        return store.supersede(tx, old, new, what)

    def _get(self, name: str, context: Context) -> Snapshot:
        with self._database.brand(context.brand) as tx:
            return store.get(tx, context.brand, self._id(name, context), owner=context.owner)

    def _id(self, name: str, context: Context) -> str:
        return convert.SNAPSHOT.parse_last(name, brand=context.brand)

    def _ids(self, asked: Iterable[str], context: Context) -> list[str]:
        return [
            convert.SNAPSHOT.parse_last(name, brand=context.brand, field=f"names[{place}]")
            for place, name in enumerate(asked)
        ]

    def _frozen(
        self,
        request: snapshot_service_pb2.CreateSnapshotRequest,
        owner: str,
        context: Context,
    ) -> Snapshot:
        """Return the snapshot to store: the spec of the design and a copy of its revision."""
        channel = self._clients.channel(context)
        spec = spec_service_pb2_grpc.SpecServiceStub(channel).CreateSpec(
            spec_service_pb2.CreateSpecRequest(
                parent=request.parent, design=request.design, provenance=provenance_of(context)
            )
        )
        revision = product_service_pb2_grpc.ProductServiceStub(channel).GetProductRevision(
            product_service_pb2.GetProductRevisionRequest(name=spec.product_revision)
        )
        salt = secrets.token_bytes(32)
        return Snapshot(
            brand=context.brand,
            snapshot=names.new_id(),
            owner=owner,
            revision=convert.revision_bytes(revision),
            provenance=channel_of(context.caller).value,
            renderer_version=RENDERER_VERSION,
            salt=salt,
            commitment=domain.commit(salt, spec.document),
            created_at=self._clock.now(),
            **_of_spec(spec),
        )


def _of_spec(spec: spec_pb2.Spec) -> dict[str, Any]:
    return {
        "spec": convert.spec_id(spec),
        "spec_hash": spec.spec_hash,
        "product_revision": spec.product_revision,
        "layout_digest": spec.layout_digest,
        "currency_code": spec.price.total.currency_code,
        "price": spec.price.SerializeToString(deterministic=True),
        "spec_document": spec.document,
        "design": spec.design.SerializeToString(deterministic=True),
    }
