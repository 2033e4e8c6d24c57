"""What the erasure of a person asks of the other services.

One message for each service that holds something of the person; each is handled idempotently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from services.runtime.outbox import Outbox

QUEUE: Final = "cleanup"
FORGET_UPLOADS: Final = "spec.forget_subject"
FORGET_PICTURES: Final = "render.forget"
FORGET_PACKS: Final = "manufacturing.forget_snapshots"
FORGET_IN_ORDERS: Final = "manufacturing.forget_in_orders"
_AT_ONCE: Final = 100
# An order that had locked its designs before they were erased is stored behind the erasure, and asked
# about once more. Longer than a call may last.
_UNDER_WAY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ForgetSubject:
    """A subject whose uploads go, and its name on orders; with packs and pictures of the snapshots that
    were erased, and the specs that nothing refers to any more.
    """

    subject: str
    snapshots: tuple[str, ...]
    specs: tuple[str, ...]


def forget_subject(
    outbox: Outbox, tx: Connection, *, brand: str, erasure: str, forget: ForgetSubject
) -> None:
    """Add the messages of an erasure to its transaction."""
    for actor, what in ((FORGET_UPLOADS, "uploads"), (FORGET_IN_ORDERS, "orders")):
        outbox.send(
            tx,
            brand=brand,
            queue=QUEUE,
            actor=actor,
            args={"subject": forget.subject},
            cause=f"erasure:{erasure}:{what}",
        )
    for number, specs in enumerate(_slices(forget.specs)):
        for actor in (FORGET_UPLOADS, FORGET_PICTURES):
            outbox.send(
                tx,
                brand=brand,
                queue=QUEUE,
                actor=actor,
                args={"specs": list(specs)},
                cause=f"erasure:{erasure}:{actor}:{number}",
            )
    for number, snapshots in enumerate(_slices(forget.snapshots)):
        for actor in (FORGET_PACKS, FORGET_IN_ORDERS, FORGET_PICTURES):
            outbox.send(
                tx,
                brand=brand,
                queue=QUEUE,
                actor=actor,
                args={"snapshots": list(snapshots)},
                cause=f"erasure:{erasure}:{actor}:snapshots:{number}",
            )
        outbox.send(
            tx,
            brand=brand,
            queue=QUEUE,
            actor=FORGET_IN_ORDERS,
            args={"snapshots": list(snapshots)},
            cause=f"erasure:{erasure}:{FORGET_IN_ORDERS}:late:{number}",
            delay=_UNDER_WAY,
        )


def _slices(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
