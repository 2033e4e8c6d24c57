"""One service per process: what is called in this process elsewhere goes over gRPC here."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from luneo.design.v1 import design_pb2
from luneo.snapshot.v1 import snapshot_pb2, snapshot_service_pb2, snapshot_service_pb2_grpc
from luneo.spec.v1 import product_service_pb2, product_service_pb2_grpc

from tests.platform.installation import LUNEO, Installation, environment, free_port, installation

pytestmark = pytest.mark.slow


def _brand(running: Installation) -> dict[str, Any]:
    """Return the first sample brand, once it is there."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        brands = running.status()["demo"].get("brands")
        if brands:
            return dict(brands[0])
        time.sleep(0.2)
    raise AssertionError("the samples did not appear")


@contextmanager
def _snapshots_alone(running: Installation, spec_at: str) -> Iterator[str]:
    """Run the snapshot service by itself; yield its address."""
    port = free_port()
    flags = ["snapshot", "--no-rest", "--grpc-port", str(port)]
    process = subprocess.Popen(
        [*LUNEO, "serve", *flags, "--data", str(running.data)],
        env=environment(LUNEO_SERVICE_ADDRESSES=f"spec={spec_at}"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        assert process.wait(60) == 0


def _create(address: str, key: str, design: design_pb2.Design) -> snapshot_pb2.Snapshot:
    request = snapshot_service_pb2.CreateSnapshotRequest(
        parent="brands/hearth-oak", design=design, owner="customer:fleet"
    )
    with grpc.insecure_channel(address) as channel:
        stub = snapshot_service_pb2_grpc.SnapshotServiceStub(channel)
        return stub.CreateSnapshot(
            request, metadata=(("x-api-key", key),), timeout=60, wait_for_ready=True
        )


def test_a_service_in_a_process_of_its_own_answers_as_it_does_among_the_others(
    tmp_path: Path,
) -> None:
    with installation(tmp_path) as running:
        together = running.start(subcommand="demo")["grpc"]
        brand = _brand(running)
        key = brand["keys"]["secret"]
        with grpc.insecure_channel(together) as channel:
            product = product_service_pb2_grpc.ProductServiceStub(channel).GetProduct(
                product_service_pb2.GetProductRequest(name=f"{brand['name']}/products/steel-tag"),
                metadata=(("x-api-key", key),),
            )
        design = design_pb2.Design(
            product_revision=product.published_revision,
            zones={"name": design_pb2.ZoneValue(text=design_pb2.TextValue(text="Emma"))},
        )
        with _snapshots_alone(running, together) as alone:
            assert _create(alone, key, design) == _create(together, key, design)
