"""The rules of snapshots: values in, values out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.runtime.calls import Caller, CallerKind
from services.runtime.errors import FailedPrecondition, InvalidArgument


class SnapshotNotValidated(FailedPrecondition):
    """The snapshot must be validated before it can be locked."""

    reason = "SNAPSHOT_NOT_VALIDATED"
    message = "Validate this design before locking it."


class SnapshotErased(FailedPrecondition):
    """The content of the snapshot was erased on behalf of its owner."""

    reason = "SNAPSHOT_ERASED"
    message = "The content of this design was erased and cannot be brought back."


class SnapshotLocked(FailedPrecondition):
    """What is locked stays as it is: it was ordered."""

    reason = "SNAPSHOT_LOCKED"
    message = "This design is locked, because it was ordered. Save your changes as a new design."


class SnapshotSuperseded(FailedPrecondition):
    """Its owner has edited the design since."""

    reason = "SNAPSHOT_SUPERSEDED"
    message = (
        "This design was edited since. Use the newer one, or save your changes as a new design."
    )


@dataclass(frozen=True, slots=True)
class Supersession:
    """That an edit took the place of another. snapshot: id of that one.

    price_difference_cents: what it costs more; negative for less.
    """

    snapshot: str
    price_difference_cents: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Who did something once, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asset:
    """Something made from a snapshot."""

    kind: str
    sha256: str
    media_type: str
    size_bytes: int
    renderer_version: str
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen design with what is written beside it. superseded_by: id of the edit after it, or "".

    spec_document: canonical JSON. revision, design, price: serialised messages, never re-encoded.
    commitment: SHA-256 over salt and document; it stays when both are erased.
    """

    brand: str
    snapshot: str
    owner: str
    spec: str
    spec_hash: str
    product_revision: str
    layout_digest: str
    renderer_version: str
    currency_code: str
    price: bytes
    provenance: str
    spec_document: str
    revision: bytes
    design: bytes
    salt: bytes
    commitment: bytes
    created_at: datetime
    erased_at: datetime | None = None
    validation: Event | None = None
    lock: Event | None = None
    assets: tuple[Asset, ...] = field(default=())
    supersedes: Supersession | None = None
    superseded_by: str = ""


def owner_of(caller: Caller, wanted: str) -> str:
    """Return the subject that a new snapshot belongs to."""
    if wanted and caller.kind is not CallerKind.SERVER_KEY:
        raise InvalidArgument.field(
            "owner", "OWNER_NOT_YOURS_TO_NAME", "Only a server's key may name the owner."
        )
    return wanted or caller.owning()


def commit(salt: bytes, document: str) -> bytes:
    """Return the commitment to a document: SHA-256 over salt and UTF-8 bytes."""
    return hashlib.sha256(salt + document.encode()).digest()


def validate(snapshot: Snapshot, *, by: str, at: datetime) -> Snapshot:
    """Return the validated snapshot; validating twice is the same as once."""
    if snapshot.erased_at:
        raise SnapshotErased
    return snapshot if snapshot.validation else replace(snapshot, validation=Event(by, at))


def lock(snapshot: Snapshot, *, by: str, at: datetime) -> Snapshot:
    """Return the locked snapshot; locking twice is the same as once."""
    if snapshot.erased_at:
        raise SnapshotErased
    if snapshot.validation is None:
        raise SnapshotNotValidated
    return snapshot if snapshot.lock else replace(snapshot, lock=Event(by, at))


def check_superseding(old: Snapshot, new: str = "") -> None:
    """Raise unless a snapshot may be superseded. new: id of the one that does, "" if not known yet."""
    if old.erased_at:
        raise SnapshotErased
    if old.lock:
        raise SnapshotLocked
    if old.superseded_by not in ("", new):
        raise SnapshotSuperseded


def superseding(
    old: Snapshot, *, new_cents: int, old_cents: int, currency: str, at: datetime
) -> Supersession:
    """Return that a design in this currency takes the place of another. Raises InvalidArgument."""
    if currency != old.currency_code:
        raise InvalidArgument.field(
            "supersedes",
            "CURRENCY_DIFFERS",
            f"The design before was priced in {old.currency_code}, this one is in {currency}. "
            "Save it as a new design.",
        )
    return Supersession(old.snapshot, new_cents - old_cents, at)


def content_of(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot if its content is still there."""
    if snapshot.erased_at:
        raise SnapshotErased
    return snapshot
