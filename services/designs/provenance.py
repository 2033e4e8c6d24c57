"""On whose behalf a service asks for a spec: passed on, because calls between services are their own."""

from __future__ import annotations

from luneo.spec.v1 import spec_pb2

from services.runtime.calls import Context

WIDGET = "widget"
API = "api"


def provenance_of(context: Context) -> spec_pb2.Provenance:
    """Return who is behind a call, for `CreateSpecRequest.provenance`."""
    return spec_pb2.Provenance(
        subject=context.caller.subject,
        channel=WIDGET if context.caller.is_shopper else API,
        agent=context.agent,
    )
