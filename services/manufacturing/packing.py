"""The ZIP of a snapshot's content: the layout that the shopper saw, as files for a workshop."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from luneo.snapshot.v1 import snapshot_service_pb2
from luneo.spec.v1 import product_pb2

from render_core.design import Library
from render_core.export.drawings import Drawings
from render_core.export.manifest import JSON, MANIFEST
from render_core.export.preflight_file import PreflightFailed
from render_core.export.receipt import RECEIPT, Seal, without_salt
from render_core.export.ticket_facts import TicketFacts
from render_core.making.profile import MachineProfile
from render_core.version import RENDERER_VERSION
from services.designs.frozen import design_of
from services.designs.library import ObjectLibrary, ReadsObjects
from services.designs.options import chosen_names
from services.designs.refusals import render_errors
from services.manufacturing.domain.packs import PackBlocked, PackFile, PackResult
from services.manufacturing.pack_inputs import inputs_file
from services.runtime.errors import Violation

MATERIAL: Final = "Material"  # as a ticket says it, above what was chosen


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

    def receipt(self) -> str:
        """Return the receipt without the salt, as it is kept beside the pack; "" if it has none."""
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            if RECEIPT not in archive.namelist():
                return ""
            return without_salt(archive.read(RECEIPT)).decode("ascii")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What decides a pack's bytes, but for fonts, pictures and the receipt."""

    revision: product_pb2.ProductRevision
    spec_document: str
    job: Mapping[str, JSON]
    dpi: int
    facts: TicketFacts
    machines: Sequence[MachineProfile] = ()
    drawings: Drawings = field(default_factory=Drawings)


def pack(
    content: snapshot_service_pb2.SnapshotContent,
    objects: ReadsObjects,
    brand: str,
    dpi: int = 0,
    *,
    facts: TicketFacts,
    fonts: Path,
    machines: Sequence[MachineProfile] = (),
    drawings: Drawings | None = None,
    seal: Seal | None = None,
) -> Packed:
    """Return the pack of a snapshot: the same content, renderer and resolution give the same bytes.

    dpi: of its pixel files; 0 for the highest usual one that fits. facts: what the job ticket says;
    product and options follow from the content. fonts: folder of the packages that the ticket is
    set in. machines: those that it has files for. drawings: which ones, None for the usual. seal: who
    signs its receipt.
    Raises PackBlocked with every problem that keeps it from being made.
    """
    job: dict[str, JSON] = {
        "snapshot": content.snapshot.name,
        "spec_hash": content.snapshot.spec_hash,
        "product_revision": content.snapshot.product_revision,
    }
    if seal is not None:
        job["export_pack"] = seal.pack
    inputs = inputs_file(content.revision, content.spec_document)
    library = ObjectLibrary(objects, brand)
    with render_errors(), _blocked():
        wanted = Wanted(
            content.revision,
            content.spec_document,
            job,
            dpi,
            facts,
            machines,
            drawings or Drawings(),
        )
        data, digest = made(wanted, library, fonts, inputs, seal)
    files, resolution = _listed(data)
    return Packed(data, digest, resolution, files)


def made(
    wanted: Wanted, library: Library, fonts: Path, inputs: bytes, seal: Seal | None = None
) -> tuple[bytes, str]:
    """Return the ZIP of a frozen design and the digest of its layout. Raises what `build_pack` raises."""
    from render_core.compose import compose
    from render_core.export.pack import PackParts, build_pack
    from render_core.export.ticket_faces import ticket_faces

    design = design_of(wanted.revision, wanted.spec_document)
    if press := wanted.drawings.output_profile:
        design = replace(design, template=replace(design.template, output_profile=press))
    composed = compose(design, library)
    product = wanted.revision.display_name
    options = chosen_names(wanted.revision.template, design.options)
    job: dict[str, JSON] = {**wanted.job, "product": product, "options": options}
    said = {MATERIAL: wanted.revision.material} if wanted.revision.material else {}
    facts = replace(wanted.facts, product=product, options={**said, **options})
    parts = PackParts(
        problems=composed.problems,
        ticket=(facts, ticket_faces(fonts)),
        machines=wanted.machines,
        inputs=inputs,
        seal=seal,
        drawings=wanted.drawings,
    )
    data = build_pack(
        composed.layout, design.template, library, job=job, dpi=wanted.dpi, parts=parts
    )
    return data, composed.layout.digest()


@contextmanager
def _blocked() -> Iterator[None]:
    """Say of each problem where it lies, as a violation."""
    try:
        yield
    except PreflightFailed as error:
        raise PackBlocked(
            error.message,
            violations=[
                Violation(f"design.zones[{problem.zone}]", problem.code, problem.message)
                for problem in error.problems
            ],
        ) from error


def _listed(data: bytes) -> tuple[tuple[PackFile, ...], int]:
    """Return the files of a pack, manifest and receipt first, and the resolution of its pixels.

    The resolution is 0 where there are none.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        own = [name for name in (MANIFEST, RECEIPT) if name in archive.namelist()]
        heads = [(name, archive.read(name)) for name in own]
    listed = json.loads(heads[0][1])["files"]
    files = (
        *(
            PackFile(name, "application/json", len(text), hashlib.sha256(text).hexdigest())
            for name, text in heads
        ),
        *(
            PackFile(
                file["path"],
                file["media_type"],
                file["size"],
                file["sha256"],
                file.get("output_profile", ""),
            )
            for file in listed
        ),
    )
    return files, max((file.get("dpi", 0) for file in listed), default=0)
