"""Objects: the same promises over a folder and over a real S3 server."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.runtime.object_stores import (
    FolderStore,
    StorageFull,
    StorageUnavailable,
    Store,
    open_store,
)
from services.runtime.objects import (
    MAX_TTL,
    ObjectCorrupt,
    ObjectNotFound,
    Objects,
    TicketInvalid,
    Tickets,
    disposition,
    object_key,
)
from tests.s3_server import BUCKET, REGION, s3_server
from tests.s3_server import KEY as S3_KEY

KEY = b"k" * 32
PUBLIC = "http://luneo.test"


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    with s3_server() as endpoint:
        yield endpoint


def s3_store(endpoint: str, prefix: str) -> Store:
    return open_store(
        f"s3://{BUCKET}/{prefix}",
        endpoint=endpoint,
        region=REGION,
        access_key=S3_KEY,
        secret_key=S3_KEY,
    )


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(tmp_path.as_uri())
    return s3_store(request.getfixturevalue("s3_endpoint"), tmp_path.name)


def objects_in(store: Store, now_s: Callable[[], float] = time.time) -> Objects:
    return Objects(store, Tickets(KEY, now_s), PUBLIC)


def test_bytes_come_back_under_their_hash(store: Store) -> None:
    objects = objects_in(store)
    data = bytes(range(256)) * 40
    sha256 = objects.put("acme", data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert objects.get("acme", sha256) == data
    assert objects.size("acme", sha256) == len(data)


def test_a_listing_has_every_object_of_the_brand_in_order_and_no_other(store: Store) -> None:
    objects = objects_in(store)
    kept = sorted(objects.put("acme", bytes([n])) for n in range(30))
    objects.put("acme-two", b"of another brand")
    store.put("brands/acme/zz/stray", b"no object", media_type="")
    listed = [found.sha256 for page in objects.listed("acme") for found in page]
    rest = [found.sha256 for page in objects.listed("acme", after=kept[11]) for found in page]
    assert listed == kept
    assert rest == kept[12:]
    assert list(objects.listed("nobody")) == []


def test_an_object_is_as_old_as_its_last_writing(store: Store) -> None:
    objects = objects_in(store)
    before = datetime.now(UTC) - timedelta(seconds=2)  # S3 says whole seconds
    sha256 = objects.put("acme", b"ring")
    [[found]] = objects.listed("acme")
    assert before < found.modified_at < before + timedelta(minutes=5)
    assert found.modified_at == objects.modified_at("acme", sha256)
    assert objects.modified_at("acme", hashlib.sha256(b"other").hexdigest()) is None


def test_writing_an_object_again_makes_it_young(tmp_path: Path) -> None:
    objects = objects_in(FolderStore(tmp_path))
    sha256 = objects.put("acme", b"ring")
    os.utime(tmp_path / object_key("acme", sha256), (0, 0))
    assert objects.modified_at("acme", sha256) == datetime(1970, 1, 1, tzinfo=UTC)
    objects.put("acme", b"ring")
    renewed = objects.modified_at("acme", sha256)
    assert renewed is not None
    assert renewed > datetime.now(UTC) - timedelta(minutes=5)


def test_an_empty_object_is_an_object(store: Store) -> None:
    objects = objects_in(store)
    sha256 = objects.put("acme", b"")
    assert objects.exists("acme", sha256)
    assert objects.get("acme", sha256) == b""


def test_an_object_larger_than_a_multipart_chunk_comes_back(store: Store) -> None:
    objects = objects_in(store)
    data = os.urandom(1024) * 12 * 1024
    assert objects.get("acme", objects.put("acme", data)) == data


def test_putting_twice_is_the_same_as_once(store: Store) -> None:
    objects = objects_in(store)
    assert objects.put("acme", b"ring") == objects.put("acme", b"ring")


def test_another_brand_does_not_have_the_same_bytes(store: Store) -> None:
    objects = objects_in(store)
    sha256 = objects.put("acme", b"ring")
    assert not objects.exists("other", sha256)
    with pytest.raises(ObjectNotFound):
        objects.get("other", sha256)


def test_a_deleted_object_is_gone_and_deleting_again_is_no_error(store: Store) -> None:
    objects = objects_in(store)
    sha256 = objects.put("acme", b"ring")
    objects.delete("acme", sha256)
    objects.delete("acme", sha256)
    assert objects.size("acme", sha256) is None


def test_damaged_bytes_are_never_returned_and_a_new_put_repairs_them(store: Store) -> None:
    objects = objects_in(store)
    sha256 = objects.put("acme", b"ring")
    store.put(object_key("acme", sha256), b"rung", media_type="")
    with pytest.raises(ObjectCorrupt):
        objects.get("acme", sha256)
    objects.put("acme", b"ring")
    assert objects.get("acme", sha256) == b"ring"


@pytest.mark.parametrize("brand", ["", "..", "a/b", "A", "-a", "a" * 64])
def test_a_brand_cannot_leave_its_prefix(brand: str) -> None:
    with pytest.raises(ValueError, match="brand"):
        object_key(brand, "0" * 64)


@pytest.mark.parametrize("sha256", ["", "0" * 63, "0" * 65, "../" * 21 + "0", "A" * 64])
def test_a_hash_cannot_leave_its_prefix(sha256: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        object_key("acme", sha256)


def test_a_missing_bucket_is_unavailable(s3_endpoint: str) -> None:
    store = open_store("s3://nobody", endpoint=s3_endpoint, access_key="t", secret_key="t")
    with pytest.raises(StorageUnavailable):
        objects_in(store).put("acme", b"ring")


def test_s3_that_does_not_answer_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))  # bound and never listening: refuses
        port = probe.getsockname()[1]
        store = open_store(
            "s3://luneo", endpoint=f"http://127.0.0.1:{port}", access_key="t", secret_key="t"
        )
        with pytest.raises(StorageUnavailable):
            objects_in(store).put("acme", b"ring")


def test_a_ticket_gives_the_bytes_and_what_to_call_them(store: Store) -> None:
    objects = objects_in(store)
    sha256 = objects.put("acme", b"PK", media_type="application/zip")
    url = objects.signed_url("acme", sha256, media_type="application/zip", filename="naïve.zip")
    granted, data = objects.redeem(url.rpartition("/")[2])
    assert (granted.media_type, granted.filename, data) == ("application/zip", "naïve.zip", b"PK")


def test_no_address_tells_the_hash(store: Store) -> None:
    objects = objects_in(store)
    sha256 = objects.put("acme", b"Emma")
    first = objects.signed_url("acme", sha256, media_type="text/plain")
    assert sha256 not in first
    assert first.startswith(f"{PUBLIC}/v1/objects/")
    assert first != objects.signed_url("acme", sha256, media_type="text/plain")


def test_a_ticket_expires(tmp_path: Path) -> None:
    now = [1_000_000.0]
    objects = objects_in(FolderStore(tmp_path), lambda: now[0])
    sha256 = objects.put("acme", b"ring")
    url = objects.signed_url("acme", sha256, media_type="", ttl=timedelta(seconds=60))
    ticket = url.rpartition("/")[2]
    now[0] += 59
    assert objects.redeem(ticket)[1] == b"ring"
    now[0] += 1
    with pytest.raises(TicketInvalid):
        objects.redeem(ticket)


def test_a_ticket_of_a_deleted_object_is_refused_like_a_wrong_one(tmp_path: Path) -> None:
    objects = objects_in(FolderStore(tmp_path))
    sha256 = objects.put("acme", b"ring")
    url = objects.signed_url("acme", sha256, media_type="text/plain")
    objects.delete("acme", sha256)
    with pytest.raises(TicketInvalid):
        objects.redeem(url.rpartition("/")[2])


@pytest.mark.parametrize("ticket", ["", "a", "ä", "AAAA" * 30, "%", "../../etc/passwd"])
def test_what_is_not_a_ticket_is_refused(tmp_path: Path, ticket: str) -> None:
    with pytest.raises(TicketInvalid):
        objects_in(FolderStore(tmp_path)).redeem(ticket)


def test_a_ticket_changed_in_any_one_character_is_refused(tmp_path: Path) -> None:
    objects = objects_in(FolderStore(tmp_path))
    url = objects.signed_url("acme", objects.put("acme", b"ring"), media_type="text/plain")
    ticket = url.rpartition("/")[2]
    for position in range(len(ticket) - 1):  # the last one holds bits that padding ignores
        swapped = "A" if ticket[position] != "A" else "B"
        with pytest.raises(TicketInvalid):
            objects.redeem(ticket[:position] + swapped + ticket[position + 1 :])


def test_a_ticket_of_another_installation_is_refused(tmp_path: Path) -> None:
    here = objects_in(FolderStore(tmp_path))
    there = Objects(FolderStore(tmp_path), Tickets(b"x" * 32, time.time), PUBLIC)
    url = there.signed_url("acme", there.put("acme", b"ring"), media_type="text/plain")
    with pytest.raises(TicketInvalid):
        here.redeem(url.rpartition("/")[2])


@pytest.mark.parametrize("ttl", [timedelta(0), timedelta(seconds=-1), MAX_TTL * 2])
def test_an_address_needs_a_sensible_time(tmp_path: Path, ttl: timedelta) -> None:
    objects = objects_in(FolderStore(tmp_path))
    with pytest.raises(ValueError, match="days"):
        objects.signed_url("acme", "0" * 64, media_type="", ttl=ttl)


def test_a_file_name_cannot_break_out_of_its_header() -> None:
    header = disposition('a"\r\nSet-Cookie: x; é.zip')
    assert "\r" not in header
    assert "\n" not in header
    assert header == (
        'attachment; filename="a___Set-Cookie: x_ _.zip"; '
        "filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3B%20%C3%A9.zip"
    )


def test_readers_never_see_a_half_written_object(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    data = os.urandom(1 << 20)
    key = object_key("acme", hashlib.sha256(data).hexdigest())
    seen: set[int] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            found = store.get(key)
            if found is not None:
                seen.add(len(found))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        store.put(key, data, media_type="")
    done.set()
    reader.join()
    assert seen <= {len(data)}


def test_a_full_disk_is_a_typed_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """The kernel refuses the write itself: the process may not make files above 64 KB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    objects = objects_in(FolderStore(tmp_path))
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
        with pytest.raises(StorageFull):
            objects.put("acme", bytes(1 << 20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "objects").write_text("a file stands where the folder should be")
    with pytest.raises(StorageUnavailable):
        FolderStore(tmp_path / "objects")


def test_drafts_of_a_killed_process_are_swept(tmp_path: Path) -> None:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    old, fresh = incoming / "old", incoming / "fresh"
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, (0, 0))
    FolderStore(tmp_path)
    assert [path.name for path in incoming.iterdir()] == ["fresh"]
