"""Checks a pack against its manifest and its receipt, offline, and treats the file as hostile."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final

from render_core.export.container import strange_place
from render_core.export.manifest import FORMAT, MANIFEST
from render_core.export.receipt import MAX_RECEIPT_BYTES, RECEIPT, Receipt, read_receipt

MAX_ENTRIES: Final = 2_000
MAX_MANIFEST_BYTES: Final = 16 * 1024 * 1024
MAX_TOTAL_BYTES: Final = 2 * 1024 * 1024 * 1024
CHUNK_BYTES: Final = 1 << 20

# What a damaged or hostile entry makes zipfile raise: bad data, unknown methods, encryption.
_UNREADABLE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PackFailure:
    """One file that is not what the manifest says. reason: stable UPPER_SNAKE."""

    path: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class PackReport:
    """What was found. manifest: the parsed document, None if unreadable; manifest_sha256: of its
    bytes, the identity of the pack, or "". receipt: what is signed about it, None where it has none.
    """

    failures: tuple[PackFailure, ...]
    files: tuple[str, ...] = ()
    manifest_sha256: str = ""
    manifest: dict[str, Any] | None = None
    receipt: Mapping[str, str] | None = None

    @property
    def ok(self) -> bool:
        return not self.failures


def verify_pack(data: bytes, keys: Mapping[str, bytes] | None = None) -> PackReport:
    """Return which files of a pack fail, each with a reason and a sentence. Never raises.

    keys: public keys by id (`receipt.read_public_keys`); one of them must have signed the receipt.
    Without any the receipt may be missing, and its signature is not judged.
    Time and memory are bounded by the sizes that the manifest states, at most MAX_TOTAL_BYTES.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            report = _verify(archive, keys)
            return report if report.failures else _with_container(report, data, archive)
    except _UNREADABLE:
        message = "This is not a pack, or it is cut off. Download it again."
        return PackReport((PackFailure("", "PACK_UNREADABLE", message),))


def _with_container(report: PackReport, data: bytes, archive: zipfile.ZipFile) -> PackReport:
    """Return a report of sound files, with what is wrong around them."""
    place = strange_place(data, archive.infolist())
    if place is None:
        return report
    message = "Its content is right, but the ZIP around it was changed. Download the pack again."
    return replace(report, failures=(PackFailure(place, "CONTAINER_CHANGED", message),))


def verify_receipt(text: bytes, keys: Mapping[str, bytes]) -> tuple[PackFailure, ...]:
    """Return what is wrong with a receipt alone, without its pack: its form and its signature."""
    found = read_receipt(text)
    if found is None:
        return (_NO_RECEIPT,)
    return tuple(_signature_failures(found, keys))


def _verify(archive: zipfile.ZipFile, keys: Mapping[str, bytes] | None) -> PackReport:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        message = f"It holds {len(entries)} files; a pack has at most {MAX_ENTRIES}."
        return PackReport((PackFailure("", "PACK_TOO_LARGE", message),))
    failures = _bad_names(entries)
    if failures:
        return PackReport(tuple(failures))
    by_path = {entry.filename: entry for entry in entries}
    text = _bytes_of(archive, by_path, MANIFEST, MAX_MANIFEST_BYTES)
    document = _parse(text)
    if document is None:
        message = "The manifest is missing or damaged. Download the pack again."
        return PackReport((PackFailure(MANIFEST, "MANIFEST_INVALID", message),))
    listed = {file["path"]: file for file in document["files"]}
    if sum(file["size"] for file in listed.values()) > MAX_TOTAL_BYTES:
        message = "The manifest states more data than a pack may have."
        return PackReport((PackFailure("", "PACK_TOO_LARGE", message),))
    for path in sorted(set(by_path) - set(listed) - {MANIFEST, RECEIPT}):
        failures.append(PackFailure(path, "FILE_EXTRA", "The manifest does not know this file."))
    for path, file in listed.items():
        failure = _check(archive, by_path.get(path), file)
        failures += [failure] if failure else []
    found = None
    if RECEIPT in by_path:
        found = read_receipt(_bytes_of(archive, by_path, RECEIPT, MAX_RECEIPT_BYTES))
        failures += [_NO_RECEIPT] if found is None else _receipt_failures(found, text, document)
    elif keys is not None:
        message = "There is no receipt: nobody says that this pack was made by the brand."
        failures.append(PackFailure(RECEIPT, "RECEIPT_MISSING", message))
    if found is not None and keys is not None:
        failures += _signature_failures(found, keys)
    return PackReport(
        tuple(failures),
        tuple(listed),
        hashlib.sha256(text).hexdigest(),
        document,
        found.signed if found else None,
    )


_NO_RECEIPT: Final = PackFailure(
    RECEIPT, "RECEIPT_INVALID", "The receipt is damaged, or of a kind that is not known."
)


def _receipt_failures(
    found: Receipt, manifest: bytes, document: dict[str, Any]
) -> list[PackFailure]:
    """Return what keeps a receipt from being about this manifest."""
    if not found.is_whole():
        return [_NO_RECEIPT]
    if found.is_of(manifest):
        return []
    job = document.get("job")
    if isinstance(job, dict) and job.get("export_pack") == found.signed["pack"]:
        message = "The manifest is not the one that the receipt was issued for."
        return [PackFailure(MANIFEST, "MANIFEST_CHANGED", message)]
    message = f"The receipt is that of another pack, {found.signed['pack']}."
    return [PackFailure(RECEIPT, "RECEIPT_OF_ANOTHER_PACK", message)]


def _signature_failures(found: Receipt, keys: Mapping[str, bytes]) -> list[PackFailure]:
    key = keys.get(found.signed["key"])
    if key is None:
        message = (
            f"It was signed by the key {found.signed['key']}, which is not among those given. A brand "
            f"that has retired it still publishes it: /v1/brands/BRAND/signingKeys/{found.signed['key']}."
        )
        return [PackFailure(RECEIPT, "KEY_WRONG", message)]
    if found.is_signed_by(key):
        return []
    message = "The signature is not that of the brand's key: the receipt was changed or forged."
    return [PackFailure(RECEIPT, "SIGNATURE_WRONG", message)]


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


def _bytes_of(
    archive: zipfile.ZipFile, by_path: dict[str, zipfile.ZipInfo], path: str, limit: int
) -> bytes:
    """Return a file that is no larger than it may be, else b""."""
    entry = by_path.get(path)
    if entry is None or entry.file_size > limit:
        return b""
    try:
        with archive.open(entry) as stream:
            return stream.read(limit)
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
