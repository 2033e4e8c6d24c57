"""A pack made again from what it holds, and compared file by file.

What it pins by hash (fonts, pictures, photos) comes from a folder, such as an installation's object
store or a copy of it: a pack holds none of it, since fonts never leave the server.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from render_core.design import Library
from render_core.errors import RenderError
from render_core.export.drawings import drawings_of
from render_core.export.manifest import MANIFEST
from render_core.export.receipt import RECEIPT
from render_core.export.ticket_facts import facts_of
from render_core.making.profile_json import read_file
from render_core.version import RENDERER_VERSION
from services.manufacturing.pack_inputs import read_inputs
from services.manufacturing.packing import Wanted, made

# What `made` says anew of the job.
_DERIVED: Final = ("drawings", "options", "product", "ticket")
_FROM_FOLDER: Final = ("artwork", "font", "output-profile", "photo")
MAX_INPUT_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. reason: stable UPPER_SNAKE."""

    path: str
    reason: str
    message: str


class FolderLibrary:
    """Files below a folder by their SHA-256, whatever they are called: the `Library` of a remake.

    Names that are hashes are believed once their content is; others are all read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._named = {path.name: path for path in sorted(folder.rglob("*")) if path.is_file()}
        self._others: dict[str, Path] | None = None

    def font(self, sha256: str) -> bytes:
        return self._get(sha256)

    def artwork(self, sha256: str) -> bytes:
        return self._get(sha256)

    def mesh(self, sha256: str) -> bytes:
        return self._get(sha256)

    def _get(self, sha256: str) -> bytes:
        path = self._named.get(sha256) or self._by_content().get(sha256)
        if path is None:
            raise KeyError(sha256)
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise KeyError(sha256)
        return data

    def _by_content(self) -> Mapping[str, Path]:
        if self._others is None:
            small = [
                path for path in self._named.values() if path.stat().st_size <= MAX_INPUT_BYTES
            ]
            self._others = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in small}
        return self._others


def remake(data: bytes, library: Library, fonts: Path) -> list[Difference]:
    """Return how a pack, made again, differs; [] where every byte but the receipt's is the same.

    data: a pack that `verify_pack` found whole, by a key: what a stranger made may take long.
    fonts: folder of the ticket's font packages.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        before = {name: archive.read(name) for name in archive.namelist() if name != RECEIPT}
    manifest = json.loads(before[MANIFEST])
    try:
        missing = _missing(manifest, library)
        if missing:
            return missing
        again, _ = made(_wanted(before, manifest), library, fonts, before["inputs.json"])
    except RenderError as error:
        return [*_renderer(manifest), Difference("", error.reason, error.message)]
    except (AttributeError, KeyError, TypeError, ValueError):  # what strangers' documents raise
        message = "It does not hold what it can be made again from, or not in a form that is known."
        return [*_renderer(manifest), Difference("inputs.json", "INPUTS_UNUSABLE", message)]
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        after = {name: archive.read(name) for name in archive.namelist()}
    found = _compared(before, after)
    return [*_renderer(manifest), *found] if found else []


def _wanted(before: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Wanted:
    revision, spec_document = read_inputs(before["inputs.json"])
    job = {name: value for name, value in manifest["job"].items() if name not in _DERIVED}
    machines = tuple(
        read_file(before[f"machines/{machine['id']}/machine.json"])
        for machine in manifest.get("machines", ())
    )
    dpi = max((file.get("dpi", 0) for file in manifest["files"]), default=0)
    facts = facts_of(manifest["job"]["ticket"])
    drawings = drawings_of(manifest["job"].get("drawings", {}))
    return Wanted(revision, spec_document, job, dpi, facts, machines, drawings)


def _missing(manifest: Mapping[str, Any], library: Library) -> list[Difference]:
    found = []
    for pinned in manifest.get("pinned_inputs", ()):
        if pinned["kind"] not in _FROM_FOLDER:
            continue
        try:
            library.artwork(pinned["sha256"])
        except KeyError:
            message = f"The {pinned['kind']} {pinned['sha256']} is not in the folder of inputs."
            found.append(Difference("", "INPUT_MISSING", message))
    return found


def _renderer(manifest: Mapping[str, Any]) -> list[Difference]:
    """Say that another renderer made the pack, where that may be why."""
    version = manifest.get("renderer_version")
    if version == RENDERER_VERSION:
        return []
    message = (
        f"It was made by renderer {version}; this is {RENDERER_VERSION}, which draws otherwise."
    )
    return [Difference("", "RENDERER_OTHER", message)]


def _compared(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[Difference]:
    """Return the files that differ; the manifest only where no other does, since it lists them."""
    names = sorted((before.keys() | after.keys()) - {MANIFEST})
    found = []
    for name in names:
        if name not in after:
            message = "This file is not made again."
            found.append(Difference(name, "FILE_NOT_REMADE", message))
        elif name not in before:
            message = "The pack lacks this file, which is made today."
            found.append(Difference(name, "FILE_NEW", message))
        elif before[name] != after[name]:
            message = "This file, made again, has other bytes."
            found.append(Difference(name, "FILE_DIFFERS", message))
    if not found and before[MANIFEST] != after[MANIFEST]:
        message = "The files are the same; what the manifest says beside them is not."
        found.append(Difference(MANIFEST, "MANIFEST_DIFFERS", message))
    return found
