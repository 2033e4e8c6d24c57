"""The container of a PDF: objects, cross-reference table, trailer (ISO 32000-1, 7.5).

Streams are stored as given: no compressor of the machine has a say in the bytes. The file's
identifier is a hash of its content, and there is no date.
"""

from __future__ import annotations

import hashlib
from typing import Final

HEADER: Final = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"
_REGULAR: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.+")


class PdfFile:
    """Objects are numbered from 1 in the order they are reserved or added."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def reserve(self) -> int:
        """Return the number of an object that is set later."""
        self._objects.append(b"null")
        return len(self._objects)

    def put(self, number: int, body: str) -> None:
        self._objects[number - 1] = body.encode("ascii")

    def add(self, body: str) -> int:
        number = self.reserve()
        self.put(number, body)
        return number

    def add_stream(self, entries: str, data: bytes) -> int:
        """Add a stream; entries: its dictionary without brackets and length."""
        number = self.reserve()
        head = f"<< {entries} /Length {len(data)} >>\nstream\n".encode("ascii")
        self._objects[number - 1] = head + data + b"\nendstream"
        return number

    def digest(self) -> str:
        """Return a hash (hex) of the objects so far."""
        return hashlib.sha256(b"\n".join(self._objects)).hexdigest()

    def bytes(self, root: int, info: int) -> bytes:
        """Return the file with the given catalogue and information dictionary."""
        out = bytearray(HEADER)
        offsets = []
        for number, body in enumerate(self._objects, 1):
            offsets.append(len(out))
            out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        identifier = hashlib.sha256(out).hexdigest()[:32]
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        trailer = (
            f"trailer\n<< /Size {len(offsets) + 1} /Root {root} 0 R /Info {info} 0 R"
            f" /ID [<{identifier}> <{identifier}>] >>\nstartxref\n{start}\n%%EOF\n"
        )
        return bytes(out) + trailer.encode("ascii")


def name(text: str) -> str:
    """Return a name object; bytes that are not regular characters are written as #xx (7.3.5)."""
    return "/" + "".join(chr(b) if b in _REGULAR else f"#{b:02X}" for b in text.encode())


def text_string(text: str) -> str:
    """Return a text string object in UTF-16 (7.9.2.2)."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
