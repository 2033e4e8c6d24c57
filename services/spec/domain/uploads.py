"""Who may upload what under which id."""

from __future__ import annotations

from services.runtime.calls import Caller
from services.runtime.errors import InvalidArgument, Unauthenticated


class SessionRequired(Unauthenticated):
    """A publishable key alone owns nothing: all shoppers share it."""

    reason = "SESSION_REQUIRED"
    message = "Start a guest session and send its token as luneo-session."


def check_upload(caller: Caller, asset_id: str) -> None:
    """Raise unless the caller may upload a picture under this id ("" for a new one)."""
    if not caller.is_shopper:
        return
    if not caller.subject.startswith("guest:"):
        raise SessionRequired
    if asset_id:
        raise InvalidArgument.field(
            "asset_id", "ID_NOT_YOURS_TO_CHOOSE", "Leave the id empty; shoppers do not choose it."
        )
