"""Repeating a call with the same `request_id` gets the first answer, for 24 hours.

The claim, the effect and the answer are one transaction (`UnitOfWork`): a crash at any moment
leaves either all of them or none, and the repeated call then runs as if it were the first. Of two
equal calls at once the second waits at the claim, shortly, and then finds the first one's answer.
Fields marked `debug_redact` are not kept: a replayed answer lacks the secret it once showed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from google.protobuf.message import Message
from sqlalchemy import Connection, text

from services.runtime.calls import Caller, CallerKind, Context
from services.runtime.database import Database
from services.runtime.errors import InvalidArgument, Violation
from services.runtime.policy import Method

KEPT: Final = timedelta(hours=24)
WAIT_MS: Final = 2_000
# Calls of no brand are kept under an id that no brand can have.
NO_BRAND: Final = "_"

_FIND: Final = (
    "SELECT fingerprint, response FROM request_ids WHERE brand_id = %(brand)s "
    "AND principal = %(principal)s AND rpc = %(rpc)s AND request_id = %(request_id)s "
    "AND expires_at > now()"
)
_LIMIT_WAIT: Final = text("SELECT set_config('lock_timeout', :limit, true)")
_CLAIM: Final = text(
    "INSERT INTO request_ids (brand_id, principal, rpc, request_id, fingerprint, expires_at) "
    "VALUES (:brand, :principal, :rpc, :request_id, :fingerprint, now() + :kept) "
    "ON CONFLICT (brand_id, principal, rpc, request_id) DO UPDATE "
    "SET fingerprint = excluded.fingerprint, expires_at = excluded.expires_at, response = NULL "
    "WHERE request_ids.expires_at <= now() RETURNING 1"
)
_FOUND: Final = text(
    "SELECT fingerprint, response FROM request_ids WHERE brand_id = :brand "
    "AND principal = :principal AND rpc = :rpc AND request_id = :request_id"
)
_KEEP: Final = text(
    "UPDATE request_ids SET response = :response WHERE brand_id = :brand "
    "AND principal = :principal AND rpc = :rpc AND request_id = :request_id"
)
_PURGE: Final = text(
    "DELETE FROM request_ids WHERE ctid IN (SELECT ctid FROM request_ids "
    "WHERE brand_id = :brand AND expires_at <= now() LIMIT 10 FOR UPDATE SKIP LOCKED)"
)
_FORGET: Final = text(
    "DELETE FROM request_ids WHERE brand_id = :brand AND (principal = :subject "
    "OR position(convert_to(:subject, 'UTF8') IN coalesce(response, '')) > 0)"
)


class RequestIdReused(InvalidArgument):
    """The same request_id came with another request."""

    reason = "REQUEST_ID_REUSED"
    message = "This request_id was used for another request. Make a new one for a new request."

    def __init__(self) -> None:
        super().__init__(violations=[Violation("request_id", self.reason, self.message)])


@dataclass(frozen=True, slots=True)
class _Answer:
    fingerprint: bytes
    response: bytes


class _AlreadyAnswered(Exception):
    def __init__(self, answer: _Answer) -> None:
        self.answer = answer


class Requests:
    """The table of answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def answer(
        self, method: Method, request: Message, context: Context, work: Callable[[], Message]
    ) -> Message:
        """Return what `work` returns, or what it returned for this request_id before.

        Raises RequestIdReused if the id came with another request.
        """
        if not _is_kept(method, request, context.caller):
            return work()
        key = _key(method, request, context)
        fingerprint = _fingerprint(request)
        known = self._database.read_one(key["brand"], _FIND, key)
        if known is not None:
            return _replayed(_Answer(**known), fingerprint, method)
        unit = self._database.unit_of_work(key["brand"], lambda tx: _claim(tx, key, fingerprint))
        try:
            with unit:
                response = work()
                with unit.join(key["brand"]) as tx:
                    kept = without_secrets(response).SerializeToString()
                    tx.execute(_KEEP, {**key, "response": kept})
                    tx.execute(_PURGE, key)
                return response
        except _AlreadyAnswered as found:
            return _replayed(found.answer, fingerprint, method)


def forget(tx: Connection, *, brand: str, subject: str) -> None:
    """Remove the answers that a subject got, or that name it: the person is erased."""
    tx.execute(_FORGET, {"brand": brand, "subject": subject})


def without_secrets(message: Message) -> Message:
    """Return a copy without the fields marked `debug_redact`, at any depth."""
    copy = type(message)()
    copy.CopyFrom(message)
    _clear_secrets(copy)
    return copy


def _is_kept(method: Method, request: Any, caller: Caller) -> bool:
    return (
        method.has_request_id
        and bool(request.request_id)
        and caller.kind is not CallerKind.ANONYMOUS
    )


def _key(method: Method, request: Any, context: Context) -> dict[str, Any]:
    return {
        "brand": context.brand or NO_BRAND,
        "principal": context.caller.subject,
        "rpc": method.path,
        "request_id": request.request_id,
    }


def _fingerprint(request: Message) -> bytes:
    copy = type(request)()
    copy.CopyFrom(request)
    copy.ClearField("request_id")
    return hashlib.sha256(copy.SerializeToString(deterministic=True)).digest()


def _claim(tx: Connection, key: dict[str, Any], fingerprint: bytes) -> None:
    """Insert the row of this request; wait for an equal one that is under way."""
    tx.execute(_LIMIT_WAIT, {"limit": str(WAIT_MS)})
    claimed = tx.execute(_CLAIM, {**key, "fingerprint": fingerprint, "kept": KEPT}).first()
    if claimed is None:
        found = tx.execute(_FOUND, key).one()
        raise _AlreadyAnswered(_Answer(bytes(found[0]), bytes(found[1])))


def _replayed(answer: _Answer, fingerprint: bytes, method: Method) -> Message:
    if answer.fingerprint != fingerprint:
        raise RequestIdReused
    return method.response_class.FromString(answer.response)


def _clear_secrets(message: Message) -> None:
    for field, value in message.ListFields():
        if field.GetOptions().debug_redact:
            message.ClearField(field.name)
        elif field.message_type is None:
            continue
        elif field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type is not None:
                for key in value:
                    _clear_secrets(value[key])
        elif field.is_repeated:
            for item in value:
                _clear_secrets(item)
        else:
            _clear_secrets(value)
