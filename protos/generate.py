"""Generate the Python modules of the protos, and the image that `buf` lints and compares.

    python protos/generate.py            writes protos/gen/python
    python protos/generate.py --check    exits with 1 if what is committed differs
    python protos/generate.py --image F  writes a descriptor image with comments, for `buf lint F`

Imports come from locked packages: google/api and google/rpc as sources from
googleapis-common-protos; google/longrunning, which it ships under another file name than the one
it registers, and buf/validate, whose wheel holds no source, as descriptors. So nothing of others
is copied into the repository.
"""

from __future__ import annotations

import argparse
import filecmp
import importlib
import importlib.resources
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import google.api
import grpc_tools
from google.longrunning import operations_proto_pb2
from google.protobuf import descriptor_pb2
from grpc_tools import protoc
from protovalidate._gen.buf.validate import validate_pb

ROOT = Path(__file__).resolve().parent
OUT = ROOT / "gen" / "python"
VALIDATE = "buf/validate/validate.proto"


def sources(root: Path = ROOT) -> list[str]:
    """Return the proto files below root/luneo, relative to root, sorted."""
    return sorted(str(path.relative_to(root)) for path in (root / "luneo").rglob("*.proto"))


def includes(folder: Path, root: Path = ROOT) -> list[str]:
    """Return the protoc flags that find every import; writes the descriptors without sources."""
    google_wkt = importlib.resources.files(grpc_tools) / "_proto"
    google_api = Path(next(iter(google.api.__path__))).parents[1]
    own = descriptor_pb2.FileDescriptorProto.FromString(validate_pb.desc().proto.to_binary())
    needed = descriptor_pb2.FileDescriptorSet()
    for name in own.dependency:
        module = name.removeprefix("google/protobuf/").removesuffix(".proto") + "_pb2"
        wkt = importlib.import_module(f"google.protobuf.{module}")
        wkt.DESCRIPTOR.CopyToProto(needed.file.add())
    needed.file.append(own)
    operations_proto_pb2.DESCRIPTOR.CopyToProto(needed.file.add())
    path = folder / "validate.binpb"
    path.write_bytes(needed.SerializeToString())
    return [f"-I{root}", f"-I{google_api}", f"-I{google_wkt}", f"--descriptor_set_in={path}"]


def run(arguments: list[str]) -> None:
    """Run protoc in this process; leave with its exit code if it fails."""
    code = protoc.main(["protoc", *arguments])
    if code != 0:
        sys.exit(code)


def generate(out: Path, root: Path = ROOT) -> None:
    """Write the Python modules, their types and the gRPC stubs into `out`."""
    with tempfile.TemporaryDirectory() as scratch:
        flags = includes(Path(scratch), root)
        run([*flags, f"--python_out={out}", f"--pyi_out={out}", VALIDATE])
        names = sources(root)
        plain = [f"--python_out={out}", f"--pyi_out={out}"]
        run([*flags, *plain, *names])
        services = [name for name in names if name.endswith("_service.proto")]
        if services:
            run([*flags, f"--grpc_python_out={out}", *services])
        image = Path(scratch) / "image.binpb"
        run([*flags, "--include_source_info", f"--descriptor_set_out={image}", *names])
        _write_comments(image, out / "luneo" / "comments.py")
    inside = {folder for path in out.rglob("*.py") for folder in path.parents}
    for folder in inside - {out, *out.parents}:
        (folder / "__init__.py").touch()


def _write_comments(image: Path, target: Path) -> None:
    """Write the comments of the protos, which generated modules leave out, as a module."""
    files = descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes())
    found = dict(pair for file in files.file for pair in _comments(file))
    lines = [f"    {name!r}: {found[name]!r},\n" for name in sorted(found)]
    head = (
        '"""What the protos say of each declaration, by full name. Generated: do not edit."""\n\n'
    )
    target.write_text(f"{head}COMMENTS: dict[str, str] = {{\n{''.join(lines)}}}\n")


def _comments(file: descriptor_pb2.FileDescriptorProto) -> Iterator[tuple[str, str]]:
    for location in file.source_code_info.location:
        name = _name_at(file, location.path)
        if name and location.leading_comments:
            lines = [line.removeprefix(" ") for line in location.leading_comments.splitlines()]
            yield f"{file.package}.{name}", "\n".join(lines).strip()


def _name_at(node: Any, path: Sequence[int]) -> str:
    """Return the dotted name of the declaration that a source location leads to, "" for none."""
    if len(path) % 2:
        return ""
    names = []
    for number, index in zip(path[::2], path[1::2], strict=True):
        field = node.DESCRIPTOR.fields_by_number[number]
        if not field.is_repeated or field.message_type is None:
            return ""
        node = getattr(node, field.name)[index]
        if not hasattr(node, "name"):
            return ""
        names.append(node.name)
    return ".".join(names)


def write_image(target: Path) -> None:
    """Write our protos with their imports and comments as one image."""
    with tempfile.TemporaryDirectory() as scratch:
        flags = includes(Path(scratch))
        run(
            [
                *flags,
                "--include_imports",
                "--include_source_info",
                f"--descriptor_set_out={target}",
                *sources(),
            ]
        )


def same(left: Path, right: Path) -> bool:
    """Return whether two folders hold the same files with the same bytes."""
    names = [
        sorted(
            str(p.relative_to(root)) for p in root.rglob("*.py*") if "__pycache__" not in p.parts
        )
        for root in (left, right)
    ]
    if names[0] != names[1]:
        return False
    _, differing, failed = filecmp.cmpfiles(left, right, names[0], shallow=False)
    return not differing and not failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--image", type=Path, help="write a descriptor image to this path")
    options = parser.parse_args()
    if options.image:
        write_image(options.image)
        return
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "python"
        fresh.mkdir()  # the folder above is for its owner alone, and copytree copies that
        generate(fresh)
        if options.check:
            if not same(fresh, OUT):
                sys.exit("protos/gen/python is not what the protos generate: run `make protos`")
            return
        shutil.rmtree(OUT, ignore_errors=True)
        shutil.copytree(fresh, OUT)


if __name__ == "__main__":
    main()
