"""Names of resources of other services that orders and batches refer to."""

from __future__ import annotations

from luneo.snapshot.v1 import snapshot_pb2
from luneo.spec.v1 import product_pb2

from services.runtime import names

SNAPSHOT = names.of(snapshot_pb2.Snapshot)
PRODUCT = names.of(product_pb2.Product)
