"""Who calls, for which brand, until when: the value that every handler receives."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Final

from services.runtime.errors import Unauthenticated

DEFAULT_TIMEOUT_S: Final = 30.0


class CallerKind(StrEnum):
    """What kind of credential a caller has shown."""

    ANONYMOUS = "anonymous"
    WIDGET_KEY = "widget_key"
    SERVER_KEY = "server_key"
    USER = "user"
    SERVICE = "service"
    PLATFORM = "platform"


class Role(IntEnum):
    """What a person may do in a brand; each role includes the ones below it.

    The numbers are those of `luneo.options.v1.Role`.
    """

    VIEWER = 1
    OPERATOR = 2
    DESIGNER = 3
    ADMIN = 4
    OWNER = 5


class SessionRequired(Unauthenticated):
    """A publishable key alone owns nothing: all shoppers share it."""

    reason = "SESSION_REQUIRED"
    message = "Start a guest session and send its token as luneo-session."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    subject: "guest:<id>", "key:<id>", "user:<id>", "service:<name>", "platform" or "anonymous".
    brand: the brand of the credential; for a user the brand of the call, once a membership is
    found there; None where the credential belongs to no brand.
    key: id of the API key shown, also beside a guest session.
    """

    kind: CallerKind
    subject: str
    brand: str | None = None
    scopes: frozenset[str] = frozenset()
    role: Role | None = None
    key: str | None = None

    @property
    def is_shopper(self) -> bool:
        """Whether this is a widget: a guest session, or a publishable key alone."""
        return self.kind is CallerKind.WIDGET_KEY

    def owning(self) -> str:
        """Return the subject that things made now belong to; SessionRequired for a bare widget."""
        if self.is_shopper and not self.subject.startswith("guest:"):
            raise SessionRequired
        return self.subject


ANONYMOUS: Final = Caller(CallerKind.ANONYMOUS, "anonymous")
PLATFORM: Final = Caller(CallerKind.PLATFORM, "platform")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment on the monotonic clock after which nobody waits for the answer."""

    at_s: float

    @classmethod
    def after(cls, timeout_s: float) -> Deadline:
        """Return the deadline `timeout_s` seconds from now."""
        return cls(time.monotonic() + timeout_s)

    def remaining_s(self) -> float:
        """Return the seconds left; 0 when it has passed."""
        return max(0.0, self.at_s - time.monotonic())

    @property
    def has_passed(self) -> bool:
        return self.remaining_s() <= 0.0


class _Random:
    """Random bytes from a supply: the system is asked once for many ids, for it costs what a small
    call costs and lets another thread go first."""

    def __init__(self) -> None:
        self._supply: list[bytes] = []

    def take(self) -> bytes:
        """Return 16 bytes that nobody else gets; on any thread."""
        while True:
            try:
                return self._supply.pop()
            except IndexError:
                more = os.urandom(16 * _SUPPLY)
                self._supply.extend(more[at : at + 16] for at in range(0, len(more), 16))

    def forked(self) -> None:
        """Forget the supply, which the parent of this process has too."""
        self._supply.clear()


_SUPPLY: Final = 256
_random: Final = _Random()
os.register_at_fork(after_in_child=_random.forked)


def new_correlation_id() -> str:
    """Return a fresh id that ties the log lines of one request together."""
    return _random.take().hex()


@dataclass(frozen=True, slots=True)
class Context:
    """One call: who, for which brand, until when.

    brand: the brand that the request names, "" for methods of no brand.
    owner: the subject whose things alone this call may see, or None for no such limit. It is set
    for shoppers on methods declared `owner_only`.
    depth: 0 for a call from outside, one more for each call made within another in this process.
    address, agent, origin: as the client stated them, "" where unknown.
    """

    caller: Caller
    brand: str = ""
    correlation_id: str = field(default_factory=new_correlation_id)
    deadline: Deadline = field(default_factory=lambda: Deadline.after(DEFAULT_TIMEOUT_S))
    address: str = ""
    agent: str = ""
    origin: str = ""
    owner: str | None = None
    depth: int = 0

    @classmethod
    def for_service(
        cls,
        name: str,
        brand: str,
        *,
        correlation_id: str | None = None,
        timeout_s: float = DEFAULT_TIMEOUT_S,
    ) -> Context:
        """Return the context in which a service or worker acts by itself for a brand."""
        return cls(
            caller=Caller(CallerKind.SERVICE, f"service:{name}", brand=brand),
            brand=brand,
            correlation_id=correlation_id or new_correlation_id(),
            deadline=Deadline.after(timeout_s),
        )

    def with_timeout(self, timeout_s: float) -> Context:
        """Return this context with a deadline that is no later than `timeout_s` from now."""
        at_s = min(self.deadline.at_s, Deadline.after(timeout_s).at_s)
        return replace(self, deadline=Deadline(at_s))


_current: ContextVar[Context | None] = ContextVar("luneo_call", default=None)


def current() -> Context | None:
    """Return the call that this thread or task is working on, or None outside of calls."""
    return _current.get()


def set_current(context: Context | None) -> None:
    """Make `context` the current call, None for none, for the rest of this thread's or task's variables."""
    _current.set(context)


@contextmanager
def working_on(context: Context) -> Iterator[Context]:
    """Make `context` the current call, so that logs and database time limits follow it."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
