"""luneo.spec.v1.FontService."""

from __future__ import annotations

import hashlib

from google.protobuf import empty_pb2
from luneo.spec.v1 import font_pb2, font_service_pb2

from services.runtime import names
from services.runtime.calls import Context
from services.runtime.service import Runtime
from services.spec import store
from services.spec.convert import files as convert
from services.spec.domain.files import font_of
from services.spec.domain.texts import check_name
from services.spec.intake import Intake
from services.spec.resource_names import FONT


class FontServicer:
    """Keeps the fonts of a brand."""

    def __init__(self, runtime: Runtime, intake: Intake) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._pages = runtime.pages
        self._intake = intake

    def CreateFont(
        self, request: font_service_pb2.CreateFontRequest, context: Context
    ) -> font_pb2.Font:
        check_name(request.font.display_name, "font.display_name")
        facts, kept = self._intake.normalise_font(request.data)
        font = font_of(
            facts,
            id=request.font_id or names.new_id(),
            display_name=request.font.display_name,
            sha256=hashlib.sha256(kept).hexdigest(),
            size_bytes=len(kept),
            created_at=self._clock.now(),
        )
        font = self._intake.keep(
            context.brand,
            kept,
            font.sha256,
            "application/octet-stream",
            lambda tx: store.fonts.add(tx, context.brand, font),
        )
        return convert.font_to_proto(context.brand, font)

    def GetFont(self, request: font_service_pb2.GetFontRequest, context: Context) -> font_pb2.Font:
        font_id = FONT.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            font = store.fonts.get(tx, context.brand, font_id)
        return convert.font_to_proto(context.brand, font)

    def ListFonts(
        self, request: font_service_pb2.ListFontsRequest, context: Context
    ) -> font_service_pb2.ListFontsResponse:
        page = self._pages.read(request, context)
        with self._database.brand(context.brand) as tx:
            found = store.fonts.newest(
                tx, context.brand, before=page.moment_and_id(), limit=page.limit
            )
        shown = page.cut(found, lambda font: (font.created_at.isoformat(), font.id))
        return font_service_pb2.ListFontsResponse(
            fonts=[convert.font_to_proto(context.brand, font) for font in shown.items],
            next_page_token=shown.next_page_token,
        )

    def DeleteFont(
        self, request: font_service_pb2.DeleteFontRequest, context: Context
    ) -> empty_pb2.Empty:
        font_id = FONT.parse_last(request.name, brand=context.brand)
        with self._database.brand(context.brand) as tx:
            sha256 = store.fonts.delete(tx, context.brand, font_id, self._clock.now())
        self._intake.release(context.brand, sha256)
        return empty_pb2.Empty()
