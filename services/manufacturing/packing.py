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
from services.manufacturing.domain.packs import PackFile, PackResult


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack's bytes and what its manifest says. layout_digest: of what every file was made from.

    dpi: of its pixel files, 0 if it has none.
    """

    data: bytes
    layout_digest: str
    dpi: int
    files: tuple[PackFile, ...]

    def result(self, at: datetime) -> PackResult:
        return PackResult(
            sha256=hashlib.sha256(self.data).hexdigest(),
            size_bytes=len(self.data),
            renderer_version=RENDERER_VERSION,
            layout_digest=self.layout_digest,
            files=self.files,
            dpi=self.dpi,
            created_at=at,
        )


def pack(
    content: snapshot_service_pb2.SnapshotContent, objects: ReadsObjects, brand: str, dpi: int = 0
) -> Packed:
    """Return the pack of a snapshot: the same content, renderer and resolution give the same bytes.

    dpi: of its pixel files; 0 for the highest usual one that fits.
    """
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
        output = render(OutputKind.PACK, layout, design.template, library, {"job": job, "dpi": dpi})
    manifest = _manifest_of(output.data)
    return Packed(output.data, layout.digest(), _dpi(manifest), _files(manifest))


def _manifest_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(MANIFEST)


def _files(manifest: bytes) -> tuple[PackFile, ...]:
    """Return the files of a pack as its manifest lists them, the manifest itself first."""
    return (
        PackFile(MANIFEST, "application/json", len(manifest), hashlib.sha256(manifest).hexdigest()),
        *(
            PackFile(file["path"], file["media_type"], file["size"], file["sha256"])
            for file in json.loads(manifest)["files"]
        ),
    )


def _dpi(manifest: bytes) -> int:
    """Return the resolution of the pixel files, 0 if there are none."""
    return max((file.get("dpi", 0) for file in json.loads(manifest)["files"]), default=0)
