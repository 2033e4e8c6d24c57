"""Where objects are kept: a folder of this machine, or a bucket of any S3 service.

Both promise the same: an object is there whole or not at all, and a failure is a typed error.
Names and hashes are judged in `objects`; a store takes the key that it is given.

Unavailable
└── StorageUnavailable  the store did not answer, or refused us
    └── StorageFull     no space is left, or the quota is used up
"""

from __future__ import annotations

import errno
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from services.runtime.errors import Unavailable

if TYPE_CHECKING:  # these names exist for the type checker only
    from obstore.store import ClientConfig, S3Config

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ABANDONED_S: Final = 3600.0
_LISTED_AT_ONCE: Final = 1000  # what S3 returns at most


class StorageUnavailable(Unavailable):
    """The object store cannot be reached or does not accept us."""

    reason = "STORAGE_UNAVAILABLE"
    message = "Files cannot be read or written just now. Try again in a moment."


class StorageFull(StorageUnavailable):
    """The object store has no space left."""

    reason = "STORAGE_FULL"
    message = "The object store is full. Free space on its disk or raise its quota; then try again."
    default_retry_after_s = 10.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What a listing says of an object. modified_at: when it was last written, in UTC."""

    key: str
    modified_at: datetime


class Store(Protocol):
    """Bytes by key. A key is a relative path of plain segments.

    put is atomic and replaces what was there, which makes it as young as if it were new. get, size
    and modified_at return None for an unknown key. pages lists what is below a folder whose
    folders hold either folders or objects, in the order of keys, those after `after`. media_type is
    kept beside the bytes where the store has a place for it.
    """

    def put(self, key: str, data: bytes, *, media_type: str) -> None: ...

    def get(self, key: str) -> bytes | None: ...

    def size(self, key: str) -> int | None: ...

    def modified_at(self, key: str) -> datetime | None: ...

    def pages(self, folder: str, *, after: str = "") -> Iterator[Sequence[Entry]]: ...

    def delete(self, key: str) -> None: ...


class FolderStore:
    """Files under one folder, written aside, synchronised to the disk and then renamed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        with _folder_errors():
            self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep_incoming()

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        """Write the file; a file system has no place for its media type."""
        target = self._root / key
        draft = self._incoming / secrets.token_hex(16)
        with _folder_errors():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with draft.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)
            _sync_folder(target.parent)

    def get(self, key: str) -> bytes | None:
        with _folder_errors():
            try:
                return (self._root / key).read_bytes()
            except FileNotFoundError:
                return None

    def size(self, key: str) -> int | None:
        with _folder_errors():
            try:
                return (self._root / key).stat().st_size
            except FileNotFoundError:
                return None

    def modified_at(self, key: str) -> datetime | None:
        with _folder_errors():
            try:
                return datetime.fromtimestamp((self._root / key).stat().st_mtime, UTC)
            except FileNotFoundError:
                return None

    def pages(self, folder: str, *, after: str = "") -> Iterator[Sequence[Entry]]:
        """List one folder of the tree at a time. A page is what lies in one."""
        with _folder_errors():
            names = self._names(folder)
        files = []
        for name, is_folder in names:
            key = f"{folder}/{name}"
            if is_folder and after < f"{key}/\U0010ffff":
                yield from self.pages(key, after=after)
            elif not is_folder and key > after and (modified_at := self.modified_at(key)):
                files.append(Entry(key, modified_at))
        if files:
            yield files

    def _names(self, folder: str) -> list[tuple[str, bool]]:
        """Return the names in a folder, in order, and whether each is a folder."""
        try:
            with os.scandir(self._root / folder) as found:
                return sorted((one.name, one.is_dir(follow_symlinks=False)) for one in found)
        except FileNotFoundError:
            return []

    def delete(self, key: str) -> None:
        with _folder_errors():
            (self._root / key).unlink(missing_ok=True)

    def _sweep_incoming(self) -> None:
        """Remove drafts that a killed process left behind."""
        with suppress(OSError):
            for draft in self._incoming.iterdir():
                if time.time() - draft.stat().st_mtime > _ABANDONED_S:
                    draft.unlink(missing_ok=True)


class BucketStore:
    """Objects of one S3 bucket, below a prefix. S3 writes are atomic by themselves."""

    def __init__(self, bucket: S3Store) -> None:
        self._bucket = bucket

    def put(self, key: str, data: bytes, *, media_type: str) -> None:
        attributes = {"Content-Type": media_type} if media_type else None
        with _bucket_errors():
            obstore.put(self._bucket, key, data, attributes=attributes)

    def get(self, key: str) -> bytes | None:
        with _bucket_errors():
            try:
                return obstore.get(self._bucket, key).bytes().to_bytes()
            except FileNotFoundError:
                return None

    def size(self, key: str) -> int | None:
        with _bucket_errors():
            try:
                return obstore.head(self._bucket, key)["size"]
            except FileNotFoundError:
                return None

    def modified_at(self, key: str) -> datetime | None:
        with _bucket_errors():
            try:
                return obstore.head(self._bucket, key)["last_modified"]
            except FileNotFoundError:
                return None

    def pages(self, folder: str, *, after: str = "") -> Iterator[Sequence[Entry]]:
        with _bucket_errors():
            listed = obstore.list(
                self._bucket, folder, offset=after or None, chunk_size=_LISTED_AT_ONCE
            )
            for page in listed:
                yield [Entry(found["path"], found["last_modified"]) for found in page]

    def delete(self, key: str) -> None:
        with _bucket_errors(), suppress(FileNotFoundError):
            obstore.delete(self._bucket, key)


def open_store(
    url: str, *, endpoint: str = "", region: str = "", access_key: str = "", secret_key: str = ""
) -> Store:
    """Return the store that a URL names: `file:///folder` or `s3://bucket/prefix`.

    The remaining arguments are for S3 and may be empty: Amazon's endpoint, the bucket's region,
    the machine's own role. Raises ValueError for another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme != "s3":
        raise ValueError(f"Objects are kept under file:// or s3://, not {parts.scheme}://.")
    config: S3Config = {"region": region or "us-east-1", "virtual_hosted_style_request": False}
    if endpoint:
        config["endpoint"] = endpoint
    if access_key:
        config["access_key_id"] = access_key
        config["secret_access_key"] = secret_key
    client_options: ClientConfig = {
        "allow_http": endpoint.startswith("http://"),
        "connect_timeout": "3s",
        "timeout": "60s",
    }
    return BucketStore(
        S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=config,
            client_options=client_options,
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=10)},
        )
    )


def _sync_folder(folder: Path) -> None:
    """Make a rename durable: the name is kept by the folder, not by the file."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _folder_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise (StorageFull if error.errno in _FULL else StorageUnavailable)() from error


@contextmanager
def _bucket_errors() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        full = "InsufficientStorage" in str(error) or "QuotaExceeded" in str(error)
        raise (StorageFull if full else StorageUnavailable)() from error
