"""PDF for a press: its own colours, its profile as the output intent, and what says PDF/X-4.

Standard: ISO 15930-7:2010 (PDF/X-4): 6.2.2 output intents, 6.2.4 colours, 6.7 metadata;
ISO 16684-1 (XMP). The dates that it asks for are fixed: nothing here knows the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from render_core.design import Library
from render_core.errors import UnsupportedDesign
from render_core.export.pdf_colour import Stop
from render_core.export.pdf_file import PdfFile, text_string
from render_core.gamut import Rgb
from render_core.imaging.decoded import artwork
from render_core.imaging.embedded import Deflated, deflated_planes
from render_core.looks import GradientStop
from render_core.proof.inks import inks_of
from render_core.proof.layouts import in_pieces

_SPACES: Final = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
_OPERATORS: Final = {1: ("g", "G"), 3: ("rg", "RG"), 4: ("k", "K")}
_DATE: Final = "2026-01-01T00:00:00Z"
_PDF_DATE: Final = "D:20260101000000Z"


class PressColours:
    """Colours in the inks of a press. Raises what `gamut.press_of` does, and PROFILE_NOT_OF_A_PRESS."""

    def __init__(self, sha256: str, library: Library) -> None:
        self._inks = inks_of(sha256, library)
        if self._inks.profile.kind != "printer":
            raise UnsupportedDesign(
                "PROFILE_NOT_OF_A_PRESS",
                "The product's output profile is of a display. Set the profile of the press that "
                "prints it, or ask for the file in colours of the screen.",
                field="output_profile",
            )
        self.profile = artwork(library, sha256)
        self.channels = self._inks.profile.channels
        self.condition = self._inks.profile.description
        self._parts: dict[Rgb, tuple[float, ...]] = {}

    @property
    def space(self) -> str:
        return _SPACES[self.channels]

    @property
    def operators(self) -> tuple[str, str]:
        return _OPERATORS[self.channels]

    def parts(self, rgb: Rgb) -> tuple[float, ...]:
        if rgb not in self._parts:
            self._parts[rgb] = self._inks.of(rgb)
        return self._parts[rgb]

    def paper(self) -> tuple[float, ...]:
        return self._inks.paper

    def stops(self, stops: Sequence[GradientStop]) -> list[Stop]:
        """In pieces, since a way that is straight on the screen is bent on the press."""
        return [(stop.offset_permille, self.parts(stop.rgb)) for stop in in_pieces(tuple(stops))]

    def planes(self, data: bytes) -> tuple[Deflated, Deflated | None]:
        return deflated_planes(data, self._inks.of_pixels)


def output_intent(file: PdfFile, colours: PressColours) -> int:
    """Add the output intent and return its number."""
    profile = file.add_stream(f"/N {colours.channels} /Alternate {colours.space}", colours.profile)
    info = text_string(colours.condition or "Custom")
    return file.add(
        "<< /Type /OutputIntent /S /GTS_PDFX /OutputConditionIdentifier (Custom)"
        f" /Info {info} /DestOutputProfile {profile} 0 R >>"
    )


def described(file: PdfFile, title: str, producer: str) -> tuple[int, str]:
    """Add the metadata of all objects so far; return its number and entries for the information dictionary."""
    digest = file.digest()
    identifier = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))
    packet = _PACKET.format(
        title=escape(title), producer=escape(producer), date=_DATE, identifier=identifier
    )
    number = file.add_stream("/Type /Metadata /Subtype /XML", packet.encode())
    return number, f" /CreationDate ({_PDF_DATE}) /ModDate ({_PDF_DATE})"


_PACKET: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
    xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">
   <dc:format>application/pdf</dc:format>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <pdf:Producer>{producer}</pdf:Producer>
   <pdf:Trapped>False</pdf:Trapped>
   <pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>
   <xmp:CreateDate>{date}</xmp:CreateDate>
   <xmp:ModifyDate>{date}</xmp:ModifyDate>
   <xmp:MetadataDate>{date}</xmp:MetadataDate>
   <xmpMM:DocumentID>uuid:{identifier}</xmpMM:DocumentID>
   <xmpMM:RenditionClass>default</xmpMM:RenditionClass>
   <xmpMM:VersionID>1</xmpMM:VersionID>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
