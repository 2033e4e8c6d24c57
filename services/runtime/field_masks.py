"""Which fields an update changes (AIP-134, google.protobuf.FieldMask)."""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from services.runtime.errors import InvalidArgument, Violation


def read(
    mask: FieldMask, message: Message, changeable: Sequence[str], *, field: str = "update_mask"
) -> tuple[str, ...]:
    """Return the names of the top-level fields to change, in the order of `changeable`.

    An empty mask means every changeable field that is set in `message`; "*" means all of them.
    A path below a field ("price.amount_cents") is refused, as is one that is not changeable.
    """
    paths = list(mask.paths)
    if paths == ["*"]:
        return tuple(changeable)
    if not paths:
        present = {descriptor.name for descriptor, _ in message.ListFields()}
        return tuple(name for name in changeable if name in present)
    wrong = [path for path in paths if path not in changeable]
    if wrong:
        raise InvalidArgument(
            f"These fields cannot be changed: {', '.join(wrong)}.",
            violations=[
                Violation(
                    field,
                    "FIELD_NOT_CHANGEABLE",
                    f"{path!r} cannot be changed. Choose among {', '.join(changeable)}.",
                )
                for path in wrong
            ],
        )
    return tuple(name for name in changeable if name in paths)
