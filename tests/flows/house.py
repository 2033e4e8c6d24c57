"""Every service of one process with its relay and worker, and brands that live in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from google.longrunning.operations_pb2 import Operation
from google.protobuf.message import Message
from luneo.design.v1 import design_pb2
from luneo.operations.v1 import operation_service_pb2
from luneo.options.v1 import access_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2
from luneo.tenant.v1 import (
    brand_pb2,
    brand_service_pb2,
    membership_pb2,
    membership_service_pb2,
)

from services.composition import Process
from services.render.jobs import PREPARE_QUEUE
from services.runtime import names
from services.runtime.calls import PLATFORM, Caller, CallerKind, Deadline, Role
from services.runtime.pipeline import CallFailed, Incoming
from services.runtime.queue import WorkerProcess
from services.runtime.relay import Relay
from services.tenant.domain import SHOPPER_SCOPES
from tests.spec.shop import Refused, Shop, design, product, text_zone

SERVER_SCOPES = SHOPPER_SCOPES | {
    "api_keys.read",
    "api_keys.write",
    "batches.create",
    "batches.read",
    "export_packs.create",
    "export_packs.read",
    "fonts.read",
    "fonts.write",
    "machine_profiles.read",
    "machine_profiles.write",
    "operations.cancel",
    "orders.create",
    "orders.read",
    "orders.write",
    "products.write",
    "renders.create",
    "renders.read",
    "signing_keys.read",
    "signing_keys.write",
    "snapshots.lock",
    "snapshots.validate",
    "subjects.erase",
    "work_orders.read",
    "work_orders.write",
}


class Brand(Shop):
    """A brand with a font and a published plate, and everybody who may call for it."""

    def __init__(self, process: Process) -> None:
        super().__init__(process, f"b{names.new_id()}")
        self.staff = Caller(CallerKind.SERVER_KEY, "key:k1", self.brand, frozenset(SERVER_SCOPES))
        self.created: brand_pb2.Brand = self.rpc(
            "luneo.tenant.v1.BrandService/CreateBrand",
            brand_service_pb2.CreateBrandRequest(
                brand=brand_pb2.Brand(display_name="Brand", currency_code="EUR"),
                brand_id=self.brand,
            ),
            PLATFORM,
        )

    def guest(self, guest: str) -> Caller:
        return Caller(CallerKind.WIDGET_KEY, f"guest:{guest}", self.brand, SHOPPER_SCOPES, key="w1")

    def person(self, role: Role) -> Caller:
        """A new member of the brand."""
        member = membership_pb2.Membership(
            email=f"{names.new_id()}@example.com", role=access_pb2.Role.Name(role)
        )
        request = membership_service_pb2.CreateMembershipRequest(
            parent=self.name, membership=member
        )
        made = self.rpc("luneo.tenant.v1.MembershipService/CreateMembership", request, PLATFORM)
        return Caller(CallerKind.USER, f"user:{made.user.removeprefix('users/')}")

    def rpc(
        self,
        path: str,
        request: Message,
        caller: Caller | None = None,
        timeout_s: float = 30.0,
        **metadata: str,
    ) -> Any:
        """Make one call of any service. path: "luneo.spec.v1.SpecService/GetSpec"."""
        incoming = Incoming(
            f"/{path}", request, metadata, Deadline.after(timeout_s), caller=caller or self.staff
        )
        try:
            return self.process.pipeline.unary(incoming)
        except CallFailed as failed:
            raise Refused(failed.status) from failed

    def plate(self) -> str:
        """Publish a plate with one text zone; return the revision's name."""
        self.add_font("sans", "noto-sans")
        plate = product(text_zone(f"{self.name}/fonts/noto-sans"))
        return self.published(plate).name

    def keep(
        self, filled: design_pb2.Design, caller: Caller | None = None, owner: str = ""
    ) -> snapshot_pb2.Snapshot:
        request = snapshot_service_pb2.CreateSnapshotRequest(
            parent=self.name, design=filled, owner=owner
        )
        kept: snapshot_pb2.Snapshot = self.rpc(
            "luneo.snapshot.v1.SnapshotService/CreateSnapshot", request, caller
        )
        return kept

    def wait(self, operation: Operation, caller: Caller | None = None) -> Operation:
        """Return the operation once it is done."""
        request = operation_service_pb2.WaitOperationRequest(name=operation.name, timeout_ms=25_000)
        done: Operation = self.rpc(
            "luneo.operations.v1.OperationService/WaitOperation", request, caller
        )
        assert done.done, done
        return done


@contextmanager
def relaying(process: Process, redis_url: str) -> Iterator[None]:
    """Relay what a process sends, in a thread; who works on it is another matter."""
    stopped = threading.Event()
    relay = Relay(process.runtime.database, redis_url)
    thread = threading.Thread(target=relay.run, args=(stopped,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(10)


@contextmanager
def working(process: Process, redis_url: str, *, prepares: bool = False) -> Iterator[None]:
    """Relay and work the queues of a process in threads of its own.

    prepares: also the sides of published models, which takes a while.
    """
    actors = [actor for service in process.services for actor in service.actors]
    queues = {actor.queue for actor in actors} - (set() if prepares else {PREPARE_QUEUE})
    worker = WorkerProcess(process.runtime.database, redis_url, actors, queues=queues)
    with relaying(process, redis_url):
        worker.start()
        try:
            yield
        finally:
            worker.stop()


def named(revision: str, text: str = "Emma") -> design_pb2.Design:
    """A design of the plate."""
    return design(revision, name=text)
