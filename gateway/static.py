"""The built page: read into memory once, compressed once, named by its hash.

Beside it a few small files that change while the server runs, such as the list of samples.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.edge import caching, compression, headers
from gateway.exchange import Request, Response

_IMMUTABLE: Final = "public, max-age=31536000, immutable"
_REVALIDATED: Final = "public, no-cache"
_COMPRESSIBLE: Final = ("text/", "application/json", "application/javascript", "image/svg+xml")
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".map": "application/json",
}
_BEST_BROTLI: Final = 11
_BEST_GZIP: Final = 9


@dataclass(frozen=True, slots=True)
class File:
    """One file and its forms on the wire, by content coding.

    shared: pages of other sites may load it, as shops load the widget's modules.
    """

    content_type: str
    etag: str
    cache_control: str
    forms: dict[str, bytes]
    shared: bool = True

    @property
    def is_page(self) -> bool:
        """Whether it is an HTML document."""
        return self.content_type.startswith("text/html")


class StaticFiles:
    """The files of a folder by path: `index.html` as `/`, `x.html` also as `/x`."""

    def __init__(
        self,
        folder: Path | None,
        *,
        live: Mapping[str, Path] | None = None,
        page_policy: str = headers.PAGE_POLICY,
    ) -> None:
        """folder: may be missing, and then there is no page. live: by path, read at each request."""
        self._page_policy = page_policy
        self._live = dict(live or {})
        self._files = dict(_read(folder)) if folder and folder.is_dir() else {}

    def find(self, raw_path: str) -> File | None:
        """Return the file at a path. Only what was read at the start, or is live, can be found."""
        live = self._live.get(raw_path)
        if live is not None and live.is_file():
            return _live_file(live)
        return self._files.get(raw_path)

    def answer(self, request: Request, file: File) -> Response:
        """Return the file, or 304 if the client has it."""
        return answer(request, file, self._page_policy)


def api_document(data: bytes) -> File:
    """Return the API document as a file that anybody may load, compressed once."""
    forms = {"": data, "br": compression.br(data), "gzip": compression.gzip(data)}
    etag = "W/" + caching.etag_of_bytes(data)
    return File("application/json", etag, _REVALIDATED, forms)


def answer(request: Request, file: File, page_policy: str = headers.PAGE_POLICY) -> Response:
    """Return a file in the form that the client takes, or 304 if the client has it."""
    found = [
        ("etag", file.etag),
        ("cache-control", file.cache_control),
        ("vary", "Accept-Encoding"),
    ]
    if file.shared:
        found.append(("access-control-allow-origin", "*"))
        found.append(("cross-origin-resource-policy", "cross-origin"))
    if file.is_page:
        found.append(("content-security-policy", page_policy))
    if caching.matches(request.headers.get("if-none-match", ""), file.etag):
        return Response(304, found)
    found.append(("content-type", file.content_type))
    coding = compression.choose(request.headers.get("accept-encoding", ""))
    if coding in file.forms:
        found.append(("content-encoding", coding))
        return Response(200, found, file.forms[coding])
    return Response(200, found, file.forms[""])


def _read(folder: Path) -> Iterator[tuple[str, File]]:
    for path in sorted(folder.rglob("*")):
        name = "/" + path.relative_to(folder).as_posix()
        if not path.is_file() or "/." in name:
            continue
        file = _file(name, path)
        yield name, file
        if name.endswith("/index.html"):
            yield name.removesuffix("index.html"), file
        elif name.endswith(".html"):
            yield name.removesuffix(".html"), file


def _file(name: str, path: Path) -> File:
    data = path.read_bytes()
    content_type = _content_type(path)
    forms = {"": data}
    if content_type.startswith(_COMPRESSIBLE) and len(data) >= compression.MIN_BYTES:
        forms["br"] = compression.br(data, _BEST_BROTLI)
        forms["gzip"] = compression.gzip(data, _BEST_GZIP)
    return File(
        content_type,
        # The same for every form, so it is a weak one.
        "W/" + caching.etag_of_bytes(data),
        _IMMUTABLE if name.startswith("/assets/") else _REVALIDATED,
        forms,
    )


def _live_file(path: Path) -> File:
    data = path.read_bytes()
    etag = "W/" + caching.etag_of_bytes(data)
    return File(_content_type(path), etag, _REVALIDATED, {"": data}, shared=False)


def _content_type(path: Path) -> str:
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _TYPES.get(path.suffix, guessed)
