"""The ZIP of a snapshot's content: the layout that the shopper saw, as files for a workshop."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime

from luneo.snapshot.v1 import snapshot_service_pb2

from render_core.export.manifest import JSON, MANIFEST
from render_core.version import RENDERER_VERSION
from services.designs.frozen import design_of
from services.designs.library import ObjectLibrary, ReadsObjects
from services.designs.options import chosen_names
from services.designs.refusals import render_errors
from services.manufacturing.domain import PackFile, PackResult


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack's bytes and what its manifest says. layout_digest: of what every file was made from."""

    data: bytes
    layout_digest: str
    files: tuple[PackFile, ...]

    def result(self, at: datetime) -> PackResult:
        return PackResult(
            sha256=hashlib.sha256(self.data).hexdigest(),
            size_bytes=len(self.data),
            renderer_version=RENDERER_VERSION,
            layout_digest=self.layout_digest,
            files=self.files,
            created_at=at,
        )


def pack(
    content: snapshot_service_pb2.SnapshotContent, objects: ReadsObjects, brand: str
) -> Packed:
    """Return the pack of a snapshot: the same content and renderer give the same bytes."""
    from render_core.compose import compose
    from render_core.output_keys import OutputKind
    from render_core.outputs import render

    library = ObjectLibrary(objects, brand)
    design = design_of(content.revision, content.spec_document)
    job: dict[str, JSON] = {
        "snapshot": content.snapshot.name,
        "spec_hash": content.snapshot.spec_hash,
        "product_revision": content.snapshot.product_revision,
        "product": content.revision.display_name,
        "options": chosen_names(content.revision.template, design.options),
    }
    with render_errors():
        layout = compose(design, library).layout
        output = render(OutputKind.PACK, layout, design.template, library, {"job": job})
    return Packed(output.data, layout.digest(), _files(output.data))


def _files(data: bytes) -> tuple[PackFile, ...]:
    """Return the files of a pack as its manifest lists them, the manifest itself first."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = archive.read(MANIFEST)
    listed = json.loads(manifest)["files"]
    return (
        PackFile(MANIFEST, "application/json", len(manifest), hashlib.sha256(manifest).hexdigest()),
        *(
            PackFile(file["path"], file["media_type"], file["size"], file["sha256"])
            for file in listed
        ),
    )
