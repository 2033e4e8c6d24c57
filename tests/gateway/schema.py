"""The messages and the service of rules.proto, compiled when the tests are collected."""

from __future__ import annotations

import importlib.resources
import tempfile
from pathlib import Path
from typing import Any

import grpc_tools
from google.api import annotations_pb2, httpbody_pb2
from google.protobuf import (
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc

PACKAGE = "luneo.gatewaytest.v1"
# What protos of tests may import: a pool takes a file only after those that it names.
IMPORTED = (
    any_pb2,
    annotations_pb2,
    duration_pb2,
    empty_pb2,
    field_mask_pb2,
    httpbody_pb2,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)


def compile_proto(source: Path) -> bytes:
    """Return the serialised FileDescriptorProto of a proto file."""
    well_known = importlib.resources.files(grpc_tools) / "_proto"
    site_packages = Path(annotations_pb2.__file__).parents[2]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set.binpb"
        code = protoc.main(
            [
                "protoc",
                f"-I{source.parent}",
                f"-I{well_known}",
                f"-I{site_packages}",
                f"--descriptor_set_out={out}",
                str(source),
            ]
        )
        assert code == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
    return files.file[0].SerializeToString()


def _register() -> ServiceDescriptor:
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(compile_proto(Path(__file__).with_name("rules.proto")))
    return pool.FindServiceByName(f"{PACKAGE}.Messaging")


MESSAGING = _register()


def message_class(name: str) -> Any:
    """Return the class of a message of rules.proto."""
    return GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(f"{PACKAGE}.{name}"))


Everything = message_class("Everything")
Message = message_class("Message")
