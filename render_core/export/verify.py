"""Checks a pack against its manifest, offline, and treats the file as hostile."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from render_core.export.manifest import FORMAT, MANIFEST

MAX_ENTRIES: Final = 2_000
MAX_MANIFEST_BYTES: Final = 16 * 1024 * 1024
MAX_TOTAL_BYTES: Final = 2 * 1024 * 1024 * 1024
CHUNK_BYTES: Final = 1 << 20

# What a damaged or hostile entry makes zipfile raise: bad data, unknown methods, encryption.
_UNREADABLE: Final = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PackFailure:
    """One file that is not what the manifest says. reason: stable UPPER_SNAKE."""

    path: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class PackReport:
    """What was found. manifest: the parsed document, {} if unreadable; manifest_sha256: of its
    bytes, the identity of the pack, or ""."""

    failures: tuple[PackFailure, ...]
    files: tuple[str, ...] = ()
    manifest_sha256: str = ""
    manifest: dict[str, Any] | None = None

    @property
    def ok(self) -> bool:
        return not self.failures


def verify_pack(data: bytes) -> PackReport:
    """Return which files of a pack fail, each with a reason and a sentence. Never raises.

    Time and memory are bounded by the sizes that the manifest states, at most MAX_TOTAL_BYTES.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _verify(archive)
    except _UNREADABLE:
        message = "This is not a pack, or it is cut off. Download it again."
        return PackReport((PackFailure("", "PACK_UNREADABLE", message),))


def _verify(archive: zipfile.ZipFile) -> PackReport:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        message = f"It holds {len(entries)} files; a pack has at most {MAX_ENTRIES}."
        return PackReport((PackFailure("", "PACK_TOO_LARGE", message),))
    failures = _bad_names(entries)
    if failures:
        return PackReport(tuple(failures))
    by_path = {entry.filename: entry for entry in entries}
    text = _manifest_bytes(archive, by_path)
    document = _parse(text)
    if document is None:
        message = "The manifest is missing or damaged. Download the pack again."
        return PackReport((PackFailure(MANIFEST, "MANIFEST_INVALID", message),))
    listed = {file["path"]: file for file in document["files"]}
    if sum(file["size"] for file in listed.values()) > MAX_TOTAL_BYTES:
        message = "The manifest states more data than a pack may have."
        return PackReport((PackFailure("", "PACK_TOO_LARGE", message),))
    for path in sorted(set(by_path) - set(listed) - {MANIFEST}):
        failures.append(PackFailure(path, "FILE_EXTRA", "The manifest does not know this file."))
    for path, file in listed.items():
        failure = _check(archive, by_path.get(path), file)
        failures += [failure] if failure else []
    return PackReport(tuple(failures), tuple(listed), hashlib.sha256(text).hexdigest(), document)


def _bad_names(entries: list[zipfile.ZipInfo]) -> list[PackFailure]:
    """Refuse names that leave the folder they are unpacked to, links, folders and doubles."""
    failures, seen = [], set()
    for entry in entries:
        name = entry.orig_filename
        unsafe = (
            name != entry.filename
            or not name
            or any(letter in name for letter in "\\:\0")
            or name.startswith("/")
            or any(part in ("", ".", "..") for part in name.split("/"))
            or str(PurePosixPath(name)) != name
            or stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG)
        )
        if unsafe:
            message = "A file of this name is never part of a pack."
            failures.append(PackFailure(name, "NAME_UNSAFE", message))
        if name in seen:
            failures.append(PackFailure(name, "FILE_TWICE", "The pack holds this file twice."))
        seen.add(name)
    return failures


def _manifest_bytes(archive: zipfile.ZipFile, by_path: dict[str, zipfile.ZipInfo]) -> bytes:
    entry = by_path.get(MANIFEST)
    if entry is None or entry.file_size > MAX_MANIFEST_BYTES:
        return b""
    try:
        with archive.open(entry) as stream:
            return stream.read(MAX_MANIFEST_BYTES)
    except _UNREADABLE:
        return b""


def _parse(text: bytes) -> dict[str, Any] | None:
    """Return the manifest if it has the form this program writes, else None."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return None
    files = document.get("files")
    if not isinstance(files, list) or len(files) > MAX_ENTRIES:
        return None
    return document if all(_is_file(file) for file in files) else None


def _is_file(file: object) -> bool:
    if not isinstance(file, dict):
        return False
    size = file.get("size")
    return (
        isinstance(file.get("path"), str)
        and isinstance(file.get("sha256"), str)
        and type(size) is int
        and size >= 0
    )


def _check(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None, file: dict[str, Any]
) -> PackFailure | None:
    path, size = file["path"], file["size"]
    if entry is None:
        return PackFailure(path, "FILE_MISSING", "The manifest lists this file; it is not there.")
    changed = PackFailure(path, "FILE_CHANGED", "This file is not the one that was made.")
    if entry.file_size != size:
        return changed
    digest, left = hashlib.sha256(), size
    try:
        with archive.open(entry) as stream:
            while left > 0 and (chunk := stream.read(min(left, CHUNK_BYTES))):
                digest.update(chunk)
                left -= len(chunk)
    except _UNREADABLE:
        return changed
    return None if left == 0 and digest.hexdigest() == file["sha256"] else changed
