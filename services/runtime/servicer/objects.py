"""luneo.objects.v1.ObjectService: hands out stored bytes to whoever holds a ticket."""

from __future__ import annotations

from google.api.httpbody_pb2 import HttpBody
from luneo.objects.v1 import object_service_pb2 as messages

from services.runtime import http_bodies
from services.runtime.calls import Context
from services.runtime.objects import disposition
from services.runtime.service import Runtime


class ObjectServicer:
    """The ticket is the credential; there is nothing else to judge."""

    def __init__(self, runtime: Runtime) -> None:
        self._objects = runtime.objects

    def GetObject(self, request: messages.GetObjectRequest, context: Context) -> HttpBody:
        granted, data = self._objects.redeem(request.ticket)
        is_shown = granted.media_type.startswith("image/")
        return http_bodies.of(
            data,
            granted.media_type or "application/octet-stream",
            cache_control=http_bodies.SHOWN if is_shown else http_bodies.PRIVATE,
            content_disposition=disposition(granted.filename),
        )
