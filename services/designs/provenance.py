"""On whose behalf a service asks for a spec: passed on, because calls between services are their own."""

from __future__ import annotations

from enum import StrEnum

from luneo.spec.v1 import spec_pb2

from services.runtime.calls import Caller, Context


class Channel(StrEnum):
    """Where a design came from."""

    WIDGET = "widget"
    API = "api"


def channel_of(caller: Caller) -> Channel:
    """Return the channel by which a caller makes designs."""
    return Channel.WIDGET if caller.is_shopper else Channel.API


def provenance_of(context: Context) -> spec_pb2.Provenance:
    """Return who is behind a call, for `CreateSpecRequest.provenance`."""
    return spec_pb2.Provenance(
        subject=context.caller.subject,
        channel=channel_of(context.caller).value,
        agent=context.agent,
    )
