"""Who may upload what under which id."""

from __future__ import annotations

from services.runtime.calls import Caller
from services.runtime.errors import InvalidArgument


def check_upload(caller: Caller, asset_id: str) -> str:
    """Return the owner of a picture that the caller may upload under this id ("" for a new one)."""
    owner = caller.owning()
    if caller.is_shopper and asset_id:
        raise InvalidArgument.field(
            "asset_id", "ID_NOT_YOURS_TO_CHOOSE", "Leave the id empty; shoppers do not choose it."
        )
    return owner
