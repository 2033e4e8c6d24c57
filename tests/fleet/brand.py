"""A brand of an installation that is reached over gRPC alone, with keys as clients hold them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.longrunning import operations_pb2
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from luneo.design.v1 import design_pb2
from luneo.manufacturing.v1 import (
    export_pack_pb2,
    export_pack_service_pb2,
    export_pack_service_pb2_grpc,
)
from luneo.operations.v1 import operation_service_pb2, operation_service_pb2_grpc
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2, snapshot_service_pb2_grpc
from luneo.spec.v1 import (
    font_pb2,
    font_service_pb2,
    font_service_pb2_grpc,
    product_service_pb2,
    product_service_pb2_grpc,
)
from luneo.tenant.v1 import session_service_pb2, session_service_pb2_grpc

from tests.fleet.fleet import SERVICES, Fleet
from tests.fonts import font_bytes
from tests.platform.installation import luneo
from tests.spec.shop import design, product, text_zone

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class OverGrpc:
    """A brand's calls by generated stubs.

    channel_of: service name ("spec") → channel. publishable, secret: its keys.
    """

    brand: str
    channel_of: Callable[[str], grpc.Channel]
    publishable: str
    secret: str

    @property
    def name(self) -> str:
        return f"brands/{self.brand}"

    def call(
        self,
        service: str,
        stub: Any,
        rpc: str,
        request: Any,
        key: str = "",
        timeout_s: float = TIMEOUT_S,
        **metadata: str,
    ) -> Any:
        """Make one call; raises grpc.RpcError."""
        shown = {"x-api-key": key or self.secret, **metadata}
        return getattr(stub(self.channel_of(service)), rpc)(
            request,
            timeout=timeout_s,
            metadata=tuple((name.replace("_", "-"), value) for name, value in shown.items()),
        )

    def plate(self) -> str:
        """Bring in a font and publish a plate with one text zone; return the revision's name."""
        self.call(
            "spec", font_service_pb2_grpc.FontServiceStub, "CreateFont",
            font_service_pb2.CreateFontRequest(
                parent=self.name, font=font_pb2.Font(display_name="Sans"),
                data=font_bytes("sans"), font_id="noto-sans",
            ),
        )  # fmt: skip
        products = product_service_pb2_grpc.ProductServiceStub
        made = self.call(
            "spec", products, "CreateProduct",
            product_service_pb2.CreateProductRequest(
                parent=self.name, product=product(text_zone(f"{self.name}/fonts/noto-sans"))
            ),
        )  # fmt: skip
        publish = product_service_pb2.PublishProductRequest(name=made.name)
        return str(self.call("spec", products, "PublishProduct", publish).name)

    def session(self) -> str:
        """Return the token of a new guest."""
        request = session_service_pb2.CreateGuestSessionRequest(parent=self.name)
        stub = session_service_pb2_grpc.SessionServiceStub
        made = self.call("tenant", stub, "CreateGuestSession", request, self.publishable)
        return str(made.token)

    def keep(
        self,
        filled: design_pb2.Design,
        session: str,
        timeout_s: float = TIMEOUT_S,
        **metadata: str,
    ) -> Any:
        """Freeze a design as the guest of a session."""
        request = snapshot_service_pb2.CreateSnapshotRequest(parent=self.name, design=filled)
        stub = snapshot_service_pb2_grpc.SnapshotServiceStub
        made: snapshot_pb2.Snapshot = self.call(
            "snapshot", stub, "CreateSnapshot", request, self.publishable, timeout_s,
            luneo_session=session, **metadata,
        )  # fmt: skip
        return made

    def pack(self, snapshot: str) -> operations_pb2.Operation:
        """Ask for a pack as the brand's server."""
        request = export_pack_service_pb2.CreateExportPackRequest(
            parent=self.name, export_pack=export_pack_pb2.ExportPack(snapshot=snapshot)
        )
        stub = export_pack_service_pb2_grpc.ExportPackServiceStub
        started: operations_pb2.Operation = self.call(
            "manufacturing", stub, "CreateExportPack", request
        )
        return started

    def get_pack(self, name: str) -> export_pack_pb2.ExportPack:
        """Return a pack with the address from which it can be loaded down."""
        request = export_pack_service_pb2.GetExportPackRequest(name=name)
        stub = export_pack_service_pb2_grpc.ExportPackServiceStub
        made: export_pack_pb2.ExportPack = self.call(
            "manufacturing", stub, "GetExportPack", request
        )
        return made

    def watch(self, operation: str) -> list[operations_pb2.Operation]:
        """Return every state of an operation that is streamed until it is done."""
        request = operation_service_pb2.WatchOperationRequest(name=operation)
        stub = operation_service_pb2_grpc.OperationServiceStub
        states: Iterable[Any] = self.call("manufacturing", stub, "WatchOperation", request)
        return [state.operation for state in states]


@contextmanager
def brand_of(fleet: Fleet) -> Iterator[OverGrpc]:
    """The brand acme of a fleet, which its operator makes by the command line."""

    def run(*arguments: str) -> str:
        done = luneo(*arguments, **fleet.settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("brand", "create", "acme", "--owner", "ann@acme.example")
    keys = {
        kind: json.loads(run("key", "create", "acme", f"--{kind}", "--json"))["secret"]
        for kind in ("publishable", "secret")
    }
    with ExitStack() as stack:
        channels = {name: stack.enter_context(fleet.channel(name)) for name in SERVICES}
        yield OverGrpc("acme", channels.__getitem__, **keys)


def named(revision: str, text: str) -> design_pb2.Design:
    """A design of the plate."""
    return design(revision, name=text)


def details(error: Any) -> tuple[Any, dict[str, Any]]:
    """Return the status of an RpcError and its details by the names of their messages."""
    status = rpc_status.from_call(error)
    assert status is not None, error
    found: dict[str, Any] = {}
    kinds: tuple[Any, ...] = (
        error_details_pb2.ErrorInfo,
        error_details_pb2.BadRequest,
        error_details_pb2.RetryInfo,
        error_details_pb2.RequestInfo,
    )
    for detail in status.details:
        for kind in kinds:
            message = kind()
            if detail.Unpack(message):
                found[kind.DESCRIPTOR.name] = message
    return status, found
