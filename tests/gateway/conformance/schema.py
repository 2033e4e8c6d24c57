"""conformance.proto, compiled: as a descriptor set for gateways, and as classes for the backend."""

from __future__ import annotations

import importlib.resources
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import grpc_tools
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc

SERVICE = "luneo.conformance.v1.Conformance"
PROTO = Path(__file__).with_name("conformance.proto")


def descriptor_set(source: Path = PROTO) -> bytes:
    """Return a FileDescriptorSet of a proto file with all that it imports and its comments."""
    well_known = importlib.resources.files(grpc_tools) / "_proto"
    site_packages = Path(annotations_pb2.__file__).parents[2]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set.binpb"
        arguments = [
            "protoc",
            f"-I{source.parent}",
            f"-I{well_known}",
            f"-I{site_packages}",
            "--include_imports",
            "--include_source_info",
            f"--descriptor_set_out={out}",
            str(source),
        ]
        assert protoc.main(arguments) == 0
        return out.read_bytes()


@cache
def pool() -> descriptor_pool.DescriptorPool:
    """Return a pool of its own with the service and its messages."""
    made = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(descriptor_set()).file:
        made.AddSerializedFile(file.SerializeToString())
    return made


def message_class(name: str) -> Any:
    """Return the class of a message by its full name."""
    return GetMessageClass(pool().FindMessageTypeByName(name))
